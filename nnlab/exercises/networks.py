"""Many small networks at once, computed by NumPy: what their neurons give over the plane, and their gradients.

The weights are those of a study: the arrays of ``model.get_weights()`` with the replica as the last axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import as_float32, features, load
from nnlab.datasets.features import PLANE
from nnlab.experiment import Experiment

Values = NDArray[np.float32]

ACTIVATIONS: dict[str, Callable[[Values], Values]] = {
    "linear": lambda sums: sums,
    "relu": lambda sums: np.maximum(sums, 0),
    "sigmoid": lambda sums: np.asarray(1 / (1 + np.exp(-np.clip(sums, -80, 80))), np.float32),
    "tanh": np.tanh,
}
SLOPES: dict[str, Callable[[Values], Values]] = {
    "linear": np.ones_like,
    "relu": lambda outputs: (outputs > 0).astype(np.float32),
    "sigmoid": lambda outputs: outputs * (1 - outputs),
    "tanh": lambda outputs: 1 - outputs * outputs,
}
"""Of each activation function, from its output."""

# Keras' own.
BATCH_NORM_EPSILON = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class LayerValues:
    """What one layer computes.

    Parameters
    ----------
    sums, outputs : ndarray of shape (n_points, n_units, n_replicas), ``float32``
        Before and after the activation function.
    """

    sums: Values
    outputs: Values


def drawable(experiment: Experiment) -> bool:
    """Whether the networks of an experiment can be computed here."""
    return experiment.dataset.info.kind == "toy" and all(layer.activation in ACTIVATIONS for layer in experiment.layers)


def plane(side: int) -> Values:
    """Return the points of a square grid over the plane, shape (side², 2): row by row, x₂ upwards."""
    low1, high1, low2, high2 = PLANE
    x2, x1 = np.meshgrid(np.linspace(low2, high2, side), np.linspace(low1, high1, side), indexing="ij")
    return as_float32(np.column_stack([x1.ravel(), x2.ravel()]))


def layers(experiment: Experiment, weights: tuple[NDArray[Any], ...], points: NDArray[Any]) -> list[LayerValues]:
    """Compute every layer of every replica, the output layer last.

    Parameters
    ----------
    experiment : Experiment
        What was trained; `drawable`.
    weights : tuple of ndarray
        The replica axis last.
    points : ndarray of shape (n_points, 2)
        In the plane.
    """
    arrays = iter(weights)
    inputs = features.columns(experiment.dataset.name, points, experiment.features)[:, :, np.newaxis]
    found = []
    for layer in experiment.layers:
        sums = _sums(inputs, next(arrays), next(arrays))
        if layer.batch_norm:
            sums = _normalized(sums, *(next(arrays) for _ in range(4)))
        found.append(LayerValues(sums, ACTIVATIONS[layer.activation](sums)))
        inputs = found[-1].outputs
    sums = _sums(inputs, next(arrays), next(arrays))
    return [*found, LayerValues(sums, ACTIVATIONS[experiment.head.activation](sums))]


def output_sums(experiment: Experiment, weights: tuple[NDArray[Any], ...], points: NDArray[Any]) -> Values:
    """Return the weighted sum of the output neuron, shape (n_points, n_replicas); the boundary is where it is 0."""
    return layers(experiment, weights, points)[-1].sums[:, 0, :]


def one(weights: tuple[NDArray[Any], ...], replica: int) -> tuple[NDArray[Any], ...]:
    """Return the weights of one replica, still with a last axis, of length 1."""
    return tuple(array[..., replica : replica + 1] for array in weights)


def gradient_norms(experiment: Experiment, weights: tuple[NDArray[Any], ...]) -> NDArray[np.float64]:
    """Return how long the gradient of the loss over the whole training set is, layer by layer.

    Euclidean norms over a layer's kernel and bias, the output layer last; penalties and batch normalization have no
    part in it.

    Parameters
    ----------
    experiment : Experiment
        What was trained: two classes, without batch normalization.
    weights : tuple of ndarray
        The replica axis last.

    Returns
    -------
    ndarray of shape (n_layers, n_replicas)
    """
    dataset = load(experiment.dataset.name, **experiment.dataset.options)
    values = layers(experiment, weights, dataset.x_train)
    inputs = features.columns(experiment.dataset.name, dataset.x_train, experiment.features)[:, :, np.newaxis]
    before = [np.broadcast_to(inputs, (*inputs.shape[:2], weights[0].shape[-1])), *(value.outputs for value in values)]
    slope = _output_slope(experiment, values[-1].outputs, dataset.y_train)
    norms = []
    for number in range(len(values) - 1, -1, -1):
        kernel = np.einsum("pir,pur->iur", before[number], slope)
        norms.append(np.sqrt((kernel**2).sum(axis=(0, 1)) + (slope.sum(axis=0) ** 2).sum(axis=0)))
        if number:
            back = np.einsum("pur,iur->pir", slope, weights[2 * number])
            slope = back * SLOPES[experiment.layers[number - 1].activation](values[number - 1].outputs)
    return np.asarray(norms[::-1], np.float64)


def _output_slope(experiment: Experiment, outputs: Values, labels: NDArray[Any]) -> Values:
    targets = as_float32(labels)[:, np.newaxis, np.newaxis]
    if experiment.mode == "playground":
        # Half the squared error, of classes -1 and +1, behind a tanh.
        slope = (outputs - (2 * targets - 1)) * SLOPES["tanh"](outputs)
    else:
        # Cross-entropy behind a sigmoid.
        slope = outputs - targets
    return np.asarray(slope / len(labels), np.float32)


def _sums(inputs: Values, kernel: NDArray[Any], bias: NDArray[Any]) -> Values:
    if inputs.shape[2] == 1:
        flat = kernel.reshape(len(kernel), -1)
        sums = (inputs[:, :, 0] @ flat).reshape(len(inputs), *kernel.shape[1:])
    else:
        # As one product a replica, which is much faster than einsum over the last axis.
        sums = np.moveaxis(np.moveaxis(inputs, 2, 0) @ np.moveaxis(kernel, 2, 0), 0, 2)
    return np.asarray(sums + bias, np.float32)


def _normalized(
    sums: Values, gamma: NDArray[Any], beta: NDArray[Any], mean: NDArray[Any], variance: NDArray[Any]
) -> Values:
    return np.asarray((sums - mean) / np.sqrt(variance + BATCH_NORM_EPSILON) * gamma + beta, np.float32)
