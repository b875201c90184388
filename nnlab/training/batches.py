"""Arrays in memory -> the endless stream of batches that Keras' ``fit`` trains on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


def permutation(seed: int, epoch: int, samples: int) -> NDArray[np.int64]:
    """Return the order in which an epoch visits the samples.

    It depends on nothing but the three numbers, so a run can be taken up again at any
    epoch, and an exported script can repeat it.

    Parameters
    ----------
    seed, epoch : int
        Seed of the run; number of the epoch, from 0.
    samples : int
        How many there are.

    Returns
    -------
    ndarray of shape (samples,), int64
    """
    order: NDArray[np.int64] = permutations(seed, epoch, 1, samples)[0]
    return order


def permutations(seed: int, first_epoch: int, epochs: int, samples: int) -> NDArray[np.int64]:
    """Return the orders of several epochs in a row; see `permutation`.

    An order is that of random keys. Their generator can be wound to any epoch, and a block
    of epochs costs a tenth of the time of a generator for each.

    Parameters
    ----------
    seed, first_epoch : int
        Seed of the run; number of the first epoch, from 0.
    epochs, samples : int
        How many orders; how many samples each visits.

    Returns
    -------
    ndarray of shape (epochs, samples), int64
    """
    # Seeded with the seed alone, the stream would be the one that draws a toy's points.
    generator = np.random.PCG64([seed, 1]).advance(first_epoch * samples)
    keys = generator.random_raw(epochs * samples).reshape(epochs, samples)
    # The index in the lowest bits: sorting values is several times quicker than argsort.
    bits = np.uint64((samples - 1).bit_length())
    index = np.uint64((1 << int(bits)) - 1)
    keys = np.sort(keys & ~index | np.arange(samples, dtype=np.uint64), axis=1)
    orders: NDArray[np.int64] = (keys & index).astype(np.int64)
    return orders


def stream(
    x: Any,
    y: Any,
    batch_size: int,
    input_scale: float,
    order: Callable[[], NDArray[np.int64]] | None = None,
) -> tf.data.Dataset:
    """Return epoch after epoch of batches ``(x / input_scale, y)``, the last one smaller.

    Parameters
    ----------
    x, y : tensor, or nested lists or dicts of tensors
        Raw inputs and targets; `x` keeps its dtype in memory and is scaled batch by batch.
    batch_size : int
        Samples in a batch.
    input_scale : float
        What inputs are divided by.
    order : callable, optional
        Called at the start of each epoch for a permutation; None keeps the given order.
    """
    samples = len(tf.nest.flatten(x)[0])

    def one_epoch(_: tf.Tensor) -> tf.data.Dataset:
        if order is None:
            indices = tf.range(samples, dtype=tf.int64)
        else:
            indices = tf.numpy_function(order, [], tf.int64)
            indices.set_shape((samples,))
        return tf.data.Dataset.from_tensor_slices(indices).batch(batch_size)

    def gather(indices: tf.Tensor) -> tuple[Any, Any]:
        inputs, labels = tf.nest.map_structure(lambda values: tf.gather(values, indices), (x, y))
        if input_scale != 1:
            dtype = keras.config.floatx()
            inputs = tf.nest.map_structure(lambda values: tf.cast(values, dtype) / input_scale, inputs)
        return inputs, labels

    # Endless, because Keras makes two new iterators an epoch for a finite one, at 10 ms each:
    # more than a small network's whole epoch. The switches below save as much again.
    batches = tf.data.Dataset.range(1).repeat().flat_map(one_epoch).map(gather)
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False
    options.autotune.enabled = False
    options.threading.private_threadpool_size = 1
    return batches.with_options(options)


class NotArraysError(Exception):
    """Data are not arrays in memory; the text says what they are."""


def tensors(values: Any) -> Any:
    """Return arrays, or nested lists or dicts of them, as tensors of the types that Keras gives its models.

    Raises
    ------
    NotArraysError
        Something else is among them.
    """
    return tf.nest.map_structure(_tensor, values)


def _tensor(values: Any) -> tf.Tensor:
    if not hasattr(values, "__array__") or isinstance(values, tf.RaggedTensor | tf.SparseTensor):
        raise NotArraysError(f"the data are of type {type(values).__name__}, not arrays")
    if not tf.is_tensor(values):
        values = np.asarray(values)
    dtype = tf.as_dtype(values.dtype)
    if dtype.is_floating:
        dtype = tf.as_dtype(keras.config.floatx())
    elif not (dtype.is_integer or dtype.is_bool):
        raise NotArraysError(f"the data are arrays of {dtype.name}")
    return tf.cast(tf.convert_to_tensor(values), dtype)
