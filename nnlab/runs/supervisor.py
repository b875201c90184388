"""`Supervisor`: the thread that reads what workers report and watches over them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from nnlab import events
from nnlab.messages import N_, Message
from nnlab.runs.dispatch import EVALUATE_SECONDS
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.limits import MEGABYTE, Limits
from nnlab.runs.pool import Pool
from nnlab.runs.predictions import Predictions
from nnlab.runs.record import RunRecord
from nnlab.runs.shelf import Shelf

CHECK_SECONDS = 0.5
LEAVE_SECONDS = 30.0

_LOGGER = logging.getLogger(__name__)


class Actions(Protocol):
    """What the supervisor asks of the service, with the lock held."""

    def stop(self, run_id: str, message: Message | None = None) -> None:
        """End a run."""

    def park(self, run_id: str) -> None:
        """Take a run from its worker."""

    def worker_freed(self, waiting: RunRecord | None = None, *, spare: bool = True) -> None:
        """Give the place to the next run; queue `waiting` again."""


@dataclass(slots=True, eq=False)
class House:
    """What the service and its supervisor share, under one lock.

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
    pool : Pool
        The workers.
    predictions : Predictions
        Those asked for.
    left : dict
        Visitors without a connection, and since when.
    """

    limits: Limits
    lock: threading.RLock
    clock: Callable[[], float]
    shelf: Shelf
    pool: Pool
    predictions: Predictions
    left: dict[str, float]


class Supervisor:
    """Read events, replace the dead, hold the limits.

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
        self._checked = house.clock()
        self._closed = False
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor of runs", daemon=True)

    def begin(self) -> None:
        """Start reading."""
        self._thread.start()

    def wake(self) -> None:
        """Look at what workers have reported."""
        self._news.set()

    def close(self) -> None:
        """Stop reading."""
        self._closed = True
        self.wake()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed:
            self._news.wait(CHECK_SECONDS)
            self._news.clear()
            with self._house.lock:
                everyone = self._everyone()
            for worker in everyone:
                for event in worker.arrived():
                    self._take(worker, event)
            if self._house.clock() - self._checked >= CHECK_SECONDS:
                self._checked = self._house.clock()
                with self._house.lock:
                    self._check_workers()
                    self._check_visitors()

    def _take(self, worker: WorkerHandle, event: events.Event | None) -> None:
        if event is not None:
            with self._house.lock:
                self._receive(worker, event)
            return
        # It waits for the process to end, so not with the lock held.
        code = worker.bury()
        with self._house.lock:
            self._lost(worker, code)

    def _everyone(self) -> list[WorkerHandle]:
        return [*self._house.pool.workers, *self._house.pool.leaving]

    def _receive(self, worker: WorkerHandle, event: events.Event) -> None:
        if isinstance(event, events.Ready):
            worker.ready = True
        elif isinstance(event, events.Predicted):
            self._house.predictions.answer(worker, event)
        elif (record := self._house.shelf.get(event.run_id)) is not None:
            self._note(record, event)
            if isinstance(event, events.PhaseBegun) and event.phase == "evaluating" and worker.deadline is not None:
                # It has obeyed; working out the results may take its time.
                worker.deadline = self._house.clock() + EVALUATE_SECONDS
        if isinstance(event, events.RunEnded | events.Parked) and worker.run_id == event.run_id:
            self._free(worker, record)

    def _note(self, record: RunRecord, event: events.Event) -> None:
        if isinstance(event, events.PhaseBegun):
            record.begin(event.phase)
        elif isinstance(event, events.EpochsEnded):
            record.append(event)
            if event.weights:
                self._house.shelf.fit(record.visitor)
        elif isinstance(event, events.Tested):
            record.keep(event)
        elif isinstance(event, events.Parked) and event.state is not None:
            record.keep(event.state)
            self._house.shelf.fit(record.visitor)
        elif isinstance(event, events.RunEnded):
            record.enter(event.reason, event.message)
        else:
            self._note_course(record, event)

    def _note_course(self, record: RunRecord, event: events.Event) -> None:
        if isinstance(event, events.Rewound):
            record.rewind(event.epoch)
        elif isinstance(event, events.Changed):
            record.course.follow(event)
        elif isinstance(event, events.Refused):
            record.course.refuse(event.experiment)
            record.note(event.message)
        elif isinstance(event, events.Waiting):
            record.playback.waiting = True
            step_to = record.playback.step_to
            if step_to is not None and event.epoch >= step_to:
                record.enter("paused")
            # Somebody may wait for its worker.
            self._actions.worker_freed()

    def _free(self, worker: WorkerHandle, record: RunRecord | None) -> None:
        self._house.pool.release(worker)
        # Resumed while it was being parked: it waits for a worker again.
        waiting = record if record is not None and record.status == "running" and not record.playback.aside else None
        self._actions.worker_freed(waiting)

    def _lost(self, worker: WorkerHandle, code: int | None) -> None:
        if not self._house.pool.forget(worker):
            return
        level = logging.WARNING if worker.deadline is None else logging.INFO
        _LOGGER.log(level, "Worker %s ended with exit code %s", worker.process.pid, code)
        self._house.predictions.give_up(worker.requests)
        record = self._house.shelf.get(worker.run_id or "")
        # A worker that came to nothing gets no successor without need: it would end the same way, and again.
        self._actions.worker_freed(self._bereave(worker, record, code), spare=worker.ready)

    def _bereave(self, worker: WorkerHandle, record: RunRecord | None, code: int | None) -> RunRecord | None:
        if record is None:
            return None
        # One that did not set its run aside in time has not failed the run, which can be taken up again.
        if worker.deadline is None:
            record.enter("failed", _why(code))
        return record if record.status == "running" else None

    def _check_workers(self) -> None:
        for worker in self._everyone():
            record = self._house.shelf.get(worker.run_id or "")
            limit = self._house.limits.worker_megabytes
            if worker.deadline is not None and self._house.clock() > worker.deadline:
                _LOGGER.warning("Worker %s did not obey in time", worker.process.pid)
                worker.kill()
            elif (record is not None or worker.requests) and worker.memory > limit * MEGABYTE:
                if record is not None:
                    record.enter("failed", Message(TOO_LARGE, {"limit": limit}))
                worker.kill()
            elif record is not None and record.progress.elapsed > 60 * self._house.limits.run_minutes:
                minutes = self._house.limits.run_minutes
                self._actions.stop(record.run_id, Message(TOO_LONG, {"minutes": f"{minutes:g}"}))

    def _check_visitors(self) -> None:
        now = self._house.clock()
        gone = {visitor for visitor, since in self._house.left.items() if now - since > LEAVE_SECONDS}
        for record in self._house.shelf.all():
            if record.visitor in gone and not record.ended and not self._parked(record):
                self._actions.park(record.run_id)
                record.note(Message(PARKED))
        self._house.shelf.forget_stale(now, gone)
        kept = {record.visitor for record in self._house.shelf.all()}
        for visitor in gone - kept:
            del self._house.left[visitor]

    def _parked(self, record: RunRecord) -> bool:
        worker = self._house.pool.serving(record.run_id)
        return record.status == "paused" and (worker is None or worker.deadline is not None)


TOO_LARGE = N_(
    "The worker needed more than {limit} MB of memory and was ended; what was learned so far is kept. "
    "Use fewer units or a smaller batch."
)
TOO_LONG = N_("The run was stopped after {minutes} minutes, the limit of this server. What was learned is kept.")
PARKED = N_("You were away, so this run was set aside and its worker freed. Press Resume to go on.")
KILLED = N_(
    "The worker process was ended from outside (signal {signal}); what was learned so far is kept. "
    "Press Train to run it again."
)
CRASHED = N_(
    "The worker process ended unexpectedly (exit code {code}); what was learned so far is kept. "
    "Press Train to run it again."
)


def _why(code: int | None) -> Message:
    if code is not None and code < 0:
        return Message(KILLED, {"signal": -code})
    return Message(CRASHED, {"code": "?" if code is None else code})
