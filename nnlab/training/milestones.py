"""`Milestones`: where a training stood at some of its epochs, so that it can go back to any."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from nnlab.events import Arrays, TrainerState
from nnlab.experiment import Experiment


@dataclass(frozen=True, slots=True, eq=False)
class Milestone:
    """Where a training stood at the end of an epoch.

    Parameters
    ----------
    epoch : int
        Which.
    experiment : Experiment
        What it follows from there on.
    state : TrainerState or None
        How it goes on; None before the first epoch.
    weights : tuple of ndarray or None
        First weights set by hand, where there is no state yet.
    turn : bool
        Whether something was changed here, so that nothing earlier leads beyond it.
    """

    epoch: int
    experiment: Experiment
    state: TrainerState | None
    weights: Arrays | None = None
    turn: bool = False


class Milestones:
    """Milestones in the order of their epochs, a bounded number of them.

    When there are too many, the one goes whose neighbours are closest to each other: going back
    then takes the computing of some epochs again, everywhere about as many, which gives the same.
    The first, the last and every turn stay.

    Parameters
    ----------
    first : Milestone
        Where the training begins.
    limit : int
        How many are kept, turns left out.

    Examples
    --------
    >>> experiment = Experiment()
    >>> milestones = Milestones(Milestone(0, experiment, None), limit=8)
    >>> for epoch in range(1, 100):
    ...     milestones.add(Milestone(epoch, experiment, None))
    >>> milestones.before(99).epoch, milestones.before(0).epoch, len(milestones.epochs) <= 8
    (99, 0, True)
    """

    def __init__(self, first: Milestone, limit: int = 64) -> None:
        self._kept = [first]
        self._limit = limit

    @property
    def epochs(self) -> list[int]:
        """The epochs of the milestones, ascending."""
        return [milestone.epoch for milestone in self._kept]

    @property
    def newest(self) -> Milestone:
        """The last one."""
        return self._kept[-1]

    def add(self, milestone: Milestone) -> None:
        """Keep another one; what was at its epoch or beyond is forgotten."""
        while self._kept and self._kept[-1].epoch >= milestone.epoch:
            self._kept.pop()
        self._kept.append(milestone)
        between = [place for place in range(1, len(self._kept) - 1) if not self._kept[place].turn]
        if len(between) > self._limit - 2:
            del self._kept[min(between, key=lambda place: self._kept[place + 1].epoch - self._kept[place - 1].epoch)]

    def before(self, epoch: int) -> Milestone | None:
        """Return the last one at or before an epoch, None if there is none."""
        place = bisect_right(self.epochs, epoch)
        return self._kept[place - 1] if place else None
