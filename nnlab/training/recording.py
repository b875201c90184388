"""What a training keeps of its epochs beside the history: weights, and probes of how each layer learns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from nnlab.events import Probe

PROBES: tuple[Probe, ...] = get_args(Probe)


@dataclass(frozen=True, slots=True)
class Record:
    """What to keep.

    Parameters
    ----------
    weights_every : int
        Keep the weights of every so many epochs, counted from the first; 0 keeps none.
    probes : tuple of str
        Values of each epoch and layer:

        ``"gradient_norm"``
            Euclidean norm of the loss's gradient with respect to the layer's weights, before
            any clipping; the mean over the batches.
        ``"update_ratio"``
            ‖Δw‖ / ‖w‖ of the layer's weights in a step; the mean over the batches.
        ``"dead"``
            Share of ReLU units that were 0 for every sample of the epoch.
        ``"saturated"``
            Share of outputs of tanh above 0.99 in size, of a sigmoid beyond 0.01 and 0.99.

    Raises
    ------
    ValueError
        An unknown probe, or a negative interval.
    """

    weights_every: int = 1
    probes: tuple[Probe, ...] = ()

    def __post_init__(self) -> None:
        unknown = sorted(set(self.probes) - set(PROBES))
        if unknown:
            raise ValueError(f"Unknown probes: {', '.join(unknown)}. There are {', '.join(PROBES)}.")
        if self.weights_every < 0:
            raise ValueError("weights_every has to be 0 or more.")


@dataclass(slots=True)
class Recorded:
    """What was kept; the epochs are numbered from 1, as they are shown.

    Parameters
    ----------
    weights : dict of int to list of ndarray
        Epoch to the weights after it, in the order of ``model.get_weights()``.
    probes : dict of str to dict of str to list of float
        Probe, then layer, to a value for each epoch; a layer without such units is not there.
    """

    weights: dict[int, list[NDArray[Any]]] = field(default_factory=dict)
    probes: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add_probes(self, values: dict[tuple[str, str], float]) -> None:
        """Add the values of an epoch, by probe and layer."""
        for (probe, layer), value in values.items():
            self.probes.setdefault(probe, {}).setdefault(layer, []).append(value)

    def last_probes(self) -> dict[str, float]:
        """Return the values of the last epoch as columns of a history, named ``probe/layer``."""
        return {
            f"{probe}/{layer}": values[-1] for probe, layers in self.probes.items() for layer, values in layers.items()
        }

    def take_weights(self, epoch: int) -> tuple[NDArray[Any], ...] | None:
        """Return the weights of an epoch and forget those up to it; None if they were not kept."""
        found = self.weights.get(epoch)
        for old in [kept for kept in self.weights if kept <= epoch]:
            del self.weights[old]
        return None if found is None else tuple(np.asarray(values) for values in found)
