"""Plateaus: stretches of a training in which nothing gets better though the problem is not solved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

EPOCHS = 50
"""From so many epochs on, standing still is a plateau."""
IMPROVEMENT = 0.01
"""What counts as getting better: a loss lower by this share of the best one so far."""


@dataclass(frozen=True, slots=True)
class Plateau:
    """A stretch of epochs without improvement.

    Parameters
    ----------
    first, last : int
        The epoch of the best loss before it, and the last epoch that did not get better.
    """

    first: int
    last: int

    @property
    def epochs(self) -> int:
        """How long it is."""
        return self.last - self.first


def plateaus(
    epochs: ArrayLike, losses: ArrayLike, solved: int = -1, *, least: int = EPOCHS, improvement: float = IMPROVEMENT
) -> tuple[Plateau, ...]:
    """Find the plateaus of a training.

    Parameters
    ----------
    epochs : array-like of shape (n,)
        The epochs evaluated, ascending.
    losses : array-like of shape (n,)
        Training losses after them.
    solved : int
        After which epoch it was solved; what comes then is no plateau. -1: never.
    least : int
        How many epochs without improvement make a plateau.
    improvement : float
        By what share of the best loss so far a loss has to be lower to count as an improvement.

    Examples
    --------
    >>> plateaus([5, 10, 15, 20, 25], [0.5, 0.5, 0.5, 0.4, 0.1], least=10)
    (Plateau(first=5, last=15),)
    """
    times, values = np.asarray(epochs, np.int64), np.asarray(losses, np.float64)
    if solved >= 0:
        times, values = times[times <= solved], values[: int(np.sum(times <= solved))]
    found: list[Plateau] = []
    if not len(times):
        return ()
    best, since, last = values[0], int(times[0]), int(times[0])
    for epoch, value in zip(times[1:].tolist(), values[1:].tolist(), strict=True):
        if value < best * (1 - improvement):
            _add(found, Plateau(since, last), least)
            best, since = value, epoch
        last = epoch
    _add(found, Plateau(since, last), least)
    return tuple(found)


def longest(epochs: ArrayLike, losses: ArrayLike, solved: int = -1, *, least: int = EPOCHS) -> Plateau | None:
    """Return the longest plateau of a training; None if it has none."""
    found = plateaus(epochs, losses, solved, least=least)
    return max(found, key=lambda plateau: plateau.epochs) if found else None


def _add(found: list[Plateau], plateau: Plateau, least: int) -> None:
    if plateau.epochs >= least:
        found.append(plateau)
