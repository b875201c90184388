"""Where a run stands: its status, its epochs, its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnlab.events import Phase

Status = Literal["queued", "running", "paused", "finished", "stopped", "early_stopped", "solved", "diverged", "failed"]
ENDED: tuple[Status, ...] = ("finished", "stopped", "early_stopped", "solved", "diverged", "failed")


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Epochs in a row.

    Parameters
    ----------
    first : int
        How many epochs come before these.
    columns : dict of str to ndarray of shape (n_epochs,)
        Keras' history keys; values are NaN where a key had none.
    """

    first: int
    columns: dict[str, NDArray[np.float64]]

    @property
    def count(self) -> int:
        """Epochs up to the last of these, from the run's start."""
        return self.first + len(next(iter(self.columns.values()), ()))


@dataclass(frozen=True, slots=True)
class Progress:
    """A run's state at one moment, for the line above its curves.

    Parameters
    ----------
    status : str
        Where the run is in its life.
    phase : str
        What its worker does.
    epoch : int
        Epochs done.
    epochs : int or None
        Epochs asked for; None is until stopped.
    elapsed : float
        Training time so far, in seconds, pauses left out.
    rate : float
        Recent epochs a second; 0 before the first.
    place : int
        Place in the queue, from 1; 0 if not queued, or while its worker starts.
    waiting : float
        About how many seconds it will still wait in the queue.
    """

    status: Status
    phase: Phase
    epoch: int
    epochs: int | None
    elapsed: float
    rate: float
    place: int
    waiting: float = 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds to go at the recent rate; None where that cannot be known."""
        if self.epochs is None or not self.rate:
            return None
        return (self.epochs - self.epoch) / self.rate


@dataclass(slots=True, eq=False)
class Stopwatch:
    """Seconds between `start` and `stop`, added up.

    Parameters
    ----------
    clock : callable
        Returns the time in seconds.
    """

    clock: Callable[[], float]
    total: float = 0.0
    since: float | None = None

    def start(self) -> None:
        """Go on counting."""
        if self.since is None:
            self.since = self.clock()

    def stop(self) -> None:
        """Stand still."""
        self.total = self.seconds
        self.since = None

    @property
    def seconds(self) -> float:
        """What has been counted so far."""
        return self.total + (self.clock() - self.since if self.since is not None else 0.0)
