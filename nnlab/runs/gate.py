"""`Gate`: who may start or resume a run now."""

from __future__ import annotations

import math

from nnlab.runs.errors import LimitError
from nnlab.runs.house import House
from nnlab.runs.record import RunRecord
from nnlab.runs.shelf import Shelf


class Gate:
    """Hold the limits of how many runs there are, for each visitor and for all. The service's lock is held.

    Parameters
    ----------
    house : House
        Shared with the service.
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def start(self, record: RunRecord) -> None:
        """Let a run begin that has never been trained, and count it.

        Raises
        ------
        LimitError
            The visitor has a run in progress or has started too many lately, or the server has too many.
        """
        self.check(record)
        seconds = self._house.visitors.seconds_until_next_run(record.visitor)
        if seconds:
            raise LimitError(
                "You have started many runs within a short time. Wait {seconds} seconds, then train this one.",
                seconds=math.ceil(seconds),
            )
        self._house.visitors.started_run(record.visitor)
        self._house.counts.runs += 1

    def check(self, record: RunRecord) -> None:
        """Let a run go on.

        Raises
        ------
        LimitError
            The visitor has another run in progress, or the server has too many.
        """
        house = self._house
        # scikit-learn's run stands beside Keras' own.
        alike = [run for run in active(house.shelf, record.visitor) if bool(run.estimator) == bool(record.estimator)]
        if len(alike) >= house.limits.runs_per_visitor:
            raise LimitError("Another run of yours is still training. Stop or pause it, then train this one.")
        waiting, small = len(house.dispatcher.queue), house.dispatcher.small
        if record.standing.large and waiting >= house.limits.queue:
            raise LimitError(
                "{count} runs are waiting already, so no more can be taken. Try again in a few minutes.",
                count=waiting,
            )
        placed = house.pool.serving(record.run_id) is not None
        if not record.standing.large and not placed and small >= house.limits.runs:
            raise LimitError(
                "{count} networks are on this server at the moment, as many as it can train. "
                "Try again in a few minutes.",
                count=small,
            )


def active(shelf: Shelf, visitor: str) -> tuple[RunRecord, ...]:
    """Return a visitor's runs that train or wait for a worker."""
    return tuple(record for record in shelf.all() if record.visitor == visitor and record.active)
