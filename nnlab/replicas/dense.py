"""A dense layer of many replicas at once, as multiply-and-sum with the replica as the last axis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import add
from typing import Any

import tensorflow as tf

# A sum of few terms is written out: XLA then makes one loop of it and what comes after. A long one
# would take long to compile, and reads the same numbers again and again.
FEW_UNITS = 4
FEW_SAMPLES = 16
FEW_WEIGHTS = 16


def dense(inputs: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
    """Return each replica's weighted sums.

    Parameters
    ----------
    inputs : tensor of shape (n_samples, n_inputs, n_replicas)
        What comes in.
    kernel : tensor of shape (n_inputs, n_units, n_replicas)
        Weights.
    bias : tensor of shape (n_units, n_replicas)
        Biases.

    Returns
    -------
    tensor of shape (n_samples, n_units, n_replicas)
    """
    outputs: tf.Tensor = _dense(inputs, kernel, bias)
    return outputs


# The tape would have the gradient of each slice as a whole tensor that is 0 but for the slice.
@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow has no types
def _dense(inputs: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
    samples, (units_in, units_out, _) = inputs.shape[0], kernel.shape

    def grad(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        to_inputs = _sum_over_units(units_out, lambda unit: upstream[:, unit, None] * kernel[:, unit], upstream, kernel)
        if samples <= FEW_SAMPLES and units_in * units_out <= FEW_WEIGHTS:
            to_kernel = _total(inputs[sample, :, None] * upstream[sample, None] for sample in range(samples))
            to_bias = _total(upstream[sample] for sample in range(samples))
        else:
            to_kernel = tf.reduce_sum(inputs[:, :, None] * upstream[:, None], axis=0)
            to_bias = tf.reduce_sum(upstream, axis=0)
        return to_inputs, to_kernel, to_bias

    if units_in <= FEW_UNITS:
        return _total([bias[None], *(inputs[:, unit, None] * kernel[unit] for unit in range(units_in))]), grad
    return tf.reduce_sum(inputs[:, :, None] * kernel, axis=1) + bias, grad


def _sum_over_units(units: int, term: Callable[[int], tf.Tensor], upstream: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    if units <= FEW_UNITS:
        return _total(term(unit) for unit in range(units))
    return tf.reduce_sum(upstream[:, None] * kernel, axis=2)


def _total(terms: Iterable[tf.Tensor]) -> tf.Tensor:
    return reduce(add, terms)
