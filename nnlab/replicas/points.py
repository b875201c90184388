"""`Points`: training and validation data of many replicas, in the form in which a program takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from nnlab import models
from nnlab.datasets import Dataset, features, load
from nnlab.experiment import Experiment

Loaded = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


class Points:
    """Inputs and targets, each of shape (n_samples, n_columns, n_replicas).

    Parameters
    ----------
    tensors : sequence of tensor
        Training inputs and targets, then validation inputs and targets.
    own : bool
        Whether each replica has points of its own; else all have the same, in so many copies.
    """

    def __init__(self, tensors: Sequence[tf.Tensor], *, own: bool) -> None:
        self.tensors = list(tensors)
        self._own = own

    @property
    def training(self) -> tuple[tf.Tensor, tf.Tensor]:
        """Inputs, and targets with the replica as the second axis, where losses want it."""
        return self.tensors[0], _turned(self.tensors[1])

    @property
    def validation(self) -> tuple[tf.Tensor, tf.Tensor]:
        """Inputs, and targets with the replica as the second axis."""
        return self.tensors[2], _turned(self.tensors[3])

    def batch(self, first: Any, size: int, order: tf.Tensor | None) -> tuple[tf.Tensor, tf.Tensor]:
        """Return `size` samples from the first on, in each replica's own order, shape (n_samples, n_replicas)."""
        if order is None:
            x, y = (_rows(values, first, size) for values in self.tensors[:2])
        else:
            picked = _rows(order, first, size)
            x, y = (self._gathered(values, picked) for values in self.tensors[:2])
        return x, _turned(y)

    def _gathered(self, values: tf.Tensor, picked: tf.Tensor) -> tf.Tensor:
        samples, columns, replicas = values.shape
        if not self._own:
            # All replicas have the same numbers: those of the first.
            return tf.stack([tf.gather(values[:, column, 0], picked) for column in range(columns)], axis=1)
        places = picked * replicas + tf.range(replicas)
        flat = (tf.reshape(values[:, column], (samples * replicas,)) for column in range(columns))
        return tf.stack([tf.gather(column, places) for column in flat], axis=1)


def _rows(values: tf.Tensor, first: Any, size: int) -> tf.Tensor:
    rest = len(values.shape) - 1
    return tf.slice(values, (first, *([0] * rest)), (size, *values.shape[1:]))


def _turned(targets: tf.Tensor) -> tf.Tensor:
    return tf.transpose(targets, (0, 2, 1))


def points_for(experiment: Experiment, seeds: Sequence[int], *, own: bool) -> Points:
    """Load the data of an experiment for replicas with these seeds.

    Parameters
    ----------
    experiment : Experiment
        Whose data.
    seeds : sequence of int
        One for each replica.
    own : bool
        Whether each replica's points are drawn with its own seed.
    """
    if own:
        each = [_arrays(experiment, loaded_with(experiment, seed)) for seed in seeds]
        return Points([tf.constant(np.stack(arrays, axis=-1)) for arrays in zip(*each, strict=True)], own=True)
    arrays = _arrays(experiment, load(experiment.dataset.name, **experiment.dataset.options))
    copies = [np.repeat(values[..., None], len(seeds), axis=-1) for values in arrays]
    return Points([tf.constant(values) for values in copies], own=False)


def loaded_with(experiment: Experiment, seed: int) -> Dataset:
    """Load the points of an experiment, drawn with this seed."""
    return load(experiment.dataset.name, **{**experiment.dataset.options, "seed": seed})


def with_own_data(experiment: Experiment, seed: int) -> Experiment:
    """Return the experiment with its points drawn by `seed`, too."""
    options = {**experiment.dataset.options, "seed": seed}
    return replace(experiment, dataset=replace(experiment.dataset, options=options), seed=seed)


def _arrays(experiment: Experiment, loaded: Dataset) -> Loaded:
    data = features.select(loaded, experiment.features)
    scale = np.float32(experiment.input_scale)
    pairs = ((data.x_train, data.y_train), (data.x_valid, data.y_valid))
    found: list[NDArray[np.float32]] = []
    for x, y in pairs:
        targets = np.asarray(models.targets(experiment, y), np.float32)
        found += [np.asarray(x, np.float32) / scale, targets]
    return found[0], found[1], found[2], found[3]
