"""Networks that differ in their numbers of neurons only, made equally wide, so that they share one program.

The neurons added have no weights, and get none: what comes out of them is 0 and nothing comes in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnlab.experiment import Experiment

# 0 comes out of a neuron into which 0 comes: then its outgoing weights have no gradient.
ZERO_AT_ZERO = frozenset(
    (
        "linear",
        "relu",
        "leaky_relu",
        "relu6",
        "elu",
        "selu",
        "celu",
        "gelu",
        "silu",
        "mish",
        "softsign",
        "tanh",
        "hard_tanh",
        "hard_silu",
    )
)
# Computing neurons for nothing has to cost less than compiling.
WIDEST = 8

Widths = tuple[int, ...]


def shared_widths(experiment: Experiment, others: Iterable[Experiment]) -> Widths:
    """Return how wide the layers are made: as wide as the widest of those that are alike but for this.

    Examples
    --------
    >>> from nnlab.experiment import Layer
    >>> one, three, five = (Experiment(layers=(Layer(units),)) for units in (1, 3, 5))
    >>> shared_widths(one, [one, three, five])
    (5,)
    """
    alike = [widths_of(other) for other in others if widened(other, widths_of(experiment)) == experiment]
    widths = tuple(max(units) for units in zip(*alike, strict=True))
    able = all(layer.activation in ZERO_AT_ZERO for layer in experiment.layers)
    return widths if able and widths and max(widths) <= WIDEST else widths_of(experiment)


def widths_of(experiment: Experiment) -> Widths:
    """Return the numbers of neurons, layer by layer."""
    return tuple(layer.units for layer in experiment.layers)


def widened(experiment: Experiment, widths: Widths) -> Experiment | None:
    """Return the experiment with these numbers of neurons; None if it has another number of layers."""
    if len(widths) != len(experiment.layers):
        return None
    layers = tuple(replace(layer, units=units) for layer, units in zip(experiment.layers, widths, strict=True))
    return replace(experiment, layers=layers)


def padded(weights: Sequence[NDArray[np.float32]], shapes: Sequence[tuple[int, ...]]) -> list[NDArray[np.float32]]:
    """Return weights with zeros for the neurons added, so that they have these shapes but for the last axis."""
    found = []
    for values, shape in zip(weights, shapes, strict=True):
        added = [(0, wide - own) for wide, own in zip(shape, values.shape[:-1], strict=True)]
        found.append(np.pad(values, [*added, (0, 0)]))
    return found


def cut(weights: Sequence[NDArray[np.float32]], shapes: Sequence[tuple[int, ...]]) -> list[NDArray[np.float32]]:
    """Return weights without the neurons added, so that they have these shapes but for the last axis."""
    return [values[tuple(slice(0, own) for own in shape)] for values, shape in zip(weights, shapes, strict=True)]
