"""`House`: what the service shares with those who look after its workers and visitors."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

from nnlab.messages import Message
from nnlab.runs.counters import Counts
from nnlab.runs.dispatch import Dispatcher
from nnlab.runs.limits import Limits
from nnlab.runs.pool import Launch, Pool
from nnlab.runs.predictions import Predictions
from nnlab.runs.shelf import Shelf
from nnlab.runs.studies import Studies
from nnlab.runs.visitors import Visitors


class Actions(Protocol):
    """What is asked of the service, with the lock held."""

    def stop(self, run_id: str, message: Message | None = None) -> None:
        """End a run."""

    def park(self, run_id: str) -> None:
        """Take a run from its worker."""

    def pause(self, run_id: str, epoch: int | None = None) -> None:
        """Let a run stand still."""


@dataclass(slots=True, eq=False)
class House:
    """All of it is used under one lock.

    Parameters
    ----------
    limits : Limits
        Of this server.
    lock : threading.RLock
        Held while any of the rest is used.
    clock : callable
        Returns the time in seconds.
    shelf : Shelf
        The records.
    dispatcher : Dispatcher
        Which worker has which run.
    predictions : Predictions
        Those asked for.
    visitors : Visitors
        Who is here, and who has left.
    studies : Studies
        Many seeds at once.
    counts : Counts
        What has happened so far.
    """

    limits: Limits
    lock: threading.RLock
    clock: Callable[[], float]
    shelf: Shelf
    dispatcher: Dispatcher
    predictions: Predictions
    visitors: Visitors
    studies: Studies
    counts: Counts

    @classmethod
    def of(cls, limits: Limits, launch: Launch, clock: Callable[[], float], wake: Callable[[], None]) -> Self:
        """Return a house in which nobody has been yet."""
        lock, shelf = threading.RLock(), Shelf(limits)
        dispatcher = Dispatcher(limits, launch, lock, clock, shelf, wake)
        predictions, visitors = Predictions(dispatcher.pool), Visitors(clock, limits.runs_per_minute)
        studies = Studies(limits, lock, clock, dispatcher)
        return cls(limits, lock, clock, shelf, dispatcher, predictions, visitors, studies, Counts(clock()))

    @property
    def pool(self) -> Pool:
        """The workers."""
        return self.dispatcher.pool
