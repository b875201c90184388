"""`Checks`: what is looked after twice a second: workers that hang or grow, runs that take too long, visitors gone."""

from __future__ import annotations

import logging

from nnlab import events
from nnlab.messages import N_, Message
from nnlab.runs.handle import Place, WorkerHandle
from nnlab.runs.house import Actions, House
from nnlab.runs.limits import MEGABYTE
from nnlab.runs.record import RunRecord
from nnlab.runs.verdicts import STUCK, TOO_LARGE

LEAVE_SECONDS = 30.0
# A worker answers between two turns. Opening a run, compiling, and large runs take their time.
HANG_SECONDS = 5.0
PATIENT_SECONDS = 60.0
START_SECONDS = 150.0

_LOGGER = logging.getLogger(__name__)


class Checks:
    """Hold the limits, and end workers that do not obey.

    Parameters
    ----------
    house : House
        Shared with the service.
    actions : Actions
        The service.
    """

    def __init__(self, house: House, actions: Actions) -> None:
        self._house = house
        self._actions = actions

    def workers(self) -> None:
        """Look after the workers and their runs."""
        for worker in self._house.pool.everyone:
            if self._must_end(worker):
                worker.kill()
            elif worker.ready and worker.pinged is None and (worker.places or worker.requests or worker.previews):
                worker.pinged = self._house.clock()
                worker.send(events.Ping(""))
            for place in list(worker.places.values()):
                record = self._house.shelf.get(place.run_id)
                if record is not None and not record.ended:
                    self._check_time(record)

    def visitors(self) -> None:
        """Set aside the runs of visitors who have left, and forget what nobody will ask for."""
        house = self._house
        gone = house.visitors.gone(LEAVE_SECONDS)
        for record in house.shelf.all():
            if record.visitors <= gone and not record.ended and not self._parked(record):
                self._actions.park(record.run_id)
                record.note(Message(PARKED))
        house.studies.check(gone)
        house.shelf.forget_stale(house.clock(), gone)
        kept = {visitor for record in house.shelf.all() for visitor in record.visitors}
        house.visitors.forget(gone - kept)

    def _must_end(self, worker: WorkerHandle) -> bool:
        limit = self._house.limits.worker_megabytes
        now = self._house.clock()
        if (worker.go_by is not None and now > worker.go_by) or (
            not worker.ready and now - worker.since > START_SECONDS
        ):
            _LOGGER.warning("Worker %s did not come or go in time", worker.process.pid)
        elif (worker.places or worker.requests) and worker.memory > limit * MEGABYTE:
            worker.verdict = Message(TOO_LARGE, {"limit": limit})
        elif (seconds := self._silent_seconds(worker)) is not None:
            worker.verdict = Message(STUCK, {"seconds": round(seconds)})
        elif any(self._disobeys(worker, place) for place in worker.places.values()):
            _LOGGER.warning("Worker %s did not obey in time", worker.process.pid)
        else:
            return False
        return True

    def _silent_seconds(self, worker: WorkerHandle) -> float | None:
        """Return for how long a worker has not answered, if that is too long."""
        if worker.pinged is None:
            return None
        slow = worker.large or worker.compiling or worker.uncompiled
        patience = PATIENT_SECONDS if slow else HANG_SECONDS
        silent = self._house.clock() - worker.pinged
        return silent if silent > patience else None

    def _disobeys(self, worker: WorkerHandle, place: Place) -> bool:
        # It takes commands in order: a sign of life that was asked for later comes after the run has left.
        answered = worker.answered is not None and worker.answered > place.asked
        return place.leave_by is not None and self._house.clock() > place.leave_by and answered

    def _check_time(self, record: RunRecord) -> None:
        minutes = self._house.limits.run_minutes
        if record.progress.elapsed > 60 * minutes:
            self._actions.stop(record.run_id, Message(TOO_LONG, {"minutes": f"{minutes:g}"}))

    def _parked(self, record: RunRecord) -> bool:
        worker = self._house.pool.serving(record.run_id)
        return record.status == "paused" and (worker is None or worker.places[record.run_id].leave_by is not None)


TOO_LONG = N_("The run was stopped after {minutes} minutes, the limit of this server. What was learned is kept.")
PARKED = N_("You were away, so this run was set aside and its worker freed. Press Resume to go on.")
