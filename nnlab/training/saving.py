"""`Saving`: how often a run tells where it stands, so that another worker could take it up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from nnlab.events import TrainerState

EVERY_SECONDS = 1.0
BYTES_PER_SECOND = 2_000_000


class Saving:
    """Once a second for a small network, rarer for a large one, and never twice for the same epoch.

    Parameters
    ----------
    clock : callable
        Returns the time in seconds; for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._epoch = -1
        self._next = clock() + EVERY_SECONDS

    def due(self, epoch: int) -> bool:
        """Whether the state after so many epochs should be told now."""
        return epoch > 0 and epoch != self._epoch and self._clock() >= self._next

    def saved(self, state: TrainerState) -> None:
        """Note that a state has been told."""
        self._epoch = state.epoch
        self._next = self._clock() + max(EVERY_SECONDS, state_bytes(state) / BYTES_PER_SECOND)


def state_bytes(state: TrainerState) -> int:
    """Return what the arrays of a state take.

    Examples
    --------
    >>> state_bytes(TrainerState(1, (np.zeros(3, np.float32),), (), {"EarlyStopping": {"best_weights": [np.ones(2)]}}))
    28
    """
    parts: list[Any] = keras.tree.flatten([state.variables, state.optimizer, state.callbacks, state.sums])
    return sum(part.nbytes for part in parts if isinstance(part, np.ndarray))
