"""`Recovery`: what becomes of the runs of a worker that has ended."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from nnlab.runs.handle import Place, WorkerHandle
from nnlab.runs.record import RunRecord
from nnlab.runs.verdicts import STRIKES, why

if TYPE_CHECKING:
    from nnlab.runs.house import House

# A run that ends its worker so soon, twice in a row, would do so again.
STRIKE_SECONDS = 20.0

_LOGGER = logging.getLogger(__name__)


class Recovery:
    """Have runs go on in another worker, but for one that would end that, too.

    Parameters
    ----------
    house : House
        Shared with the service.
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def lost(self, worker: WorkerHandle, code: int | None) -> None:
        """Take care of all that a worker leaves behind that has ended with this exit code."""
        house = self._house
        if not house.pool.forget(worker):
            return
        expected = worker.go_by is not None and worker.verdict is None
        level = logging.INFO if expected or worker.idle else logging.WARNING
        _LOGGER.log(level, "Worker %s ended with exit code %s", worker.process.pid, code)
        house.counts.programs += worker.programs
        house.counts.restarts += not expected
        house.predictions.ask_again(worker.requests)
        house.dispatcher.ahead.again(worker.previews)
        guilty = worker.at_work()
        for place in worker.places.values():
            record = house.shelf.get(place.run_id)
            if record is not None:
                self._judge(worker, place, record, guilty)
                self._go_on(worker, place, record, code)
        house.studies.lost(worker, code)
        # A worker that came to nothing gets no successor without need: it would end the same way, and again.
        house.dispatcher.dispatch(spare=worker.ready)

    def _judge(self, worker: WorkerHandle, place: Place, record: RunRecord, guilty: str) -> None:
        if guilty != record.run_id and worker.ready:
            return
        again = worker.verdict is not None or self._house.clock() - place.since < STRIKE_SECONDS
        record.standing.strikes = record.standing.strikes + 1 if again else 1

    def _go_on(self, worker: WorkerHandle, place: Place, record: RunRecord, code: int | None) -> None:
        for command in place.unanswered:
            record.playback.remember(command)
        if record.status == "stopped":
            self._house.dispatcher.finish(record)
        elif record.status == "running" and not record.playback.aside:
            if record.standing.strikes >= STRIKES:
                record.enter("failed", worker.verdict or why(code))
                return
            record.standing.restarts += place.leave_by is None
            self._house.dispatcher.enqueue(record, first=True)
