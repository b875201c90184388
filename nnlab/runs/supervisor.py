"""`Supervisor`: the thread that reads what workers report and watches over them."""

from __future__ import annotations

import threading

from nnlab import events
from nnlab.runs.checks import Checks
from nnlab.runs.dispatch import EVALUATE_SECONDS
from nnlab.runs.handle import Place, WorkerHandle
from nnlab.runs.house import Actions, House
from nnlab.runs.journal import Journal
from nnlab.runs.moving import Moving
from nnlab.runs.record import RunRecord
from nnlab.runs.recovery import Recovery

CHECK_SECONDS = 0.5
# A sign of life counts half of what is known of a worker.
NEWEST_SHARE = 0.5


class Supervisor:
    """Read events, have runs go on elsewhere, hold the limits.

    Parameters
    ----------
    house : House
        Shared with the service.
    actions : Actions
        The service.
    """

    def __init__(self, house: House, actions: Actions) -> None:
        self._house = house
        self._recovery = Recovery(house)
        self._moving = Moving(house)
        self._checks = Checks(house, actions)
        self._journal = Journal(house.clock)
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
                everyone = self._house.pool.everyone
            for worker in everyone:
                for event in worker.arrived():
                    self._take(worker, event)
            if self._house.clock() - self._checked >= CHECK_SECONDS:
                self._checked = self._house.clock()
                with self._house.lock:
                    self._check()

    def _take(self, worker: WorkerHandle, event: events.Event | None) -> None:
        if event is not None:
            with self._house.lock:
                self._receive(worker, event)
            return
        # It waits for the process to end, so not with the lock held.
        code = worker.bury()
        with self._house.lock:
            self._recovery.lost(worker, code)

    def _check(self) -> None:
        house = self._house
        self._checks.workers()
        self._checks.visitors()
        self._moving.step()
        house.dispatcher.ahead.dispatch()
        house.dispatcher.ahead.prepare()
        house.dispatcher.queue.tell_places()
        self._journal.write(house.shelf.all(), serves=lambda run_id: house.pool.serving(run_id) is not None)

    def _receive(self, worker: WorkerHandle, event: events.Event) -> None:
        worker.compiling = False
        if isinstance(event, events.Ready):
            worker.ready = True
            worker.memory_at_first = worker.memory
            worker.since = self._house.clock()
            self._house.studies.dispatch()
        elif isinstance(event, events.Pong):
            worker.answered, worker.pinged = worker.pinged, None
            worker.busy += NEWEST_SHARE * (event.busy - worker.busy)
            worker.programs = event.programs
        elif isinstance(event, events.Prepared):
            worker.preparing.pop(event.run_id, None)
        elif isinstance(event, events.Predicted | events.ModelSaved):
            self._house.predictions.answer(worker, event)
        elif self._house.studies.has(event.run_id):
            self._house.studies.take(worker, event)
        else:
            self._receive_of_run(worker, event)

    def _receive_of_run(self, worker: WorkerHandle, event: events.Event) -> None:
        record, place = self._house.shelf.get(event.run_id), worker.places.get(event.run_id)
        shown = worker.previews.pop(event.run_id, None) if place is None else None
        if record is not None and (place is not None or shown is not None):
            self._note(record, event)
        if place is None:
            return
        if isinstance(event, events.PhaseBegun):
            self._enter(worker, place, event.phase)
        elif record is not None and isinstance(event, events.Slow):
            self._separate(worker, record)
        elif isinstance(event, events.RunEnded | events.Parked):
            self._free(worker, event.run_id, record)

    def _enter(self, worker: WorkerHandle, place: Place, phase: events.Phase) -> None:
        worker.compiling = phase == "compiling"
        place.begun = place.begun or phase == "training"
        if phase == "evaluating" and place.leave_by is not None:
            # It has obeyed; working out the results may take its time.
            place.leave_by = self._house.clock() + EVALUATE_SECONDS

    def _separate(self, worker: WorkerHandle, record: RunRecord) -> None:
        if not worker.large:
            record.standing.large = True
            self._house.dispatcher.move(record)

    def _note(self, record: RunRecord, event: events.Event) -> None:
        if isinstance(event, events.PhaseBegun):
            record.begin(event.phase)
        elif isinstance(event, events.EpochsEnded):
            # After weights were set by hand the worker that is left may report epochs that are no longer so.
            if event.first <= record.progress.epoch + 1:
                record.append(event)
                self._house.shelf.fit(record)
        elif isinstance(event, events.Tested | events.Fitted):
            record.keep(event)
        elif isinstance(event, events.Saved | events.Parked):
            if event.state is not None:
                record.keep(event.state)
                self._house.shelf.fit(record)
        elif isinstance(event, events.RunEnded):
            record.enter(event.reason, event.message)
            record.drop_state()
        else:
            self._note_course(record, event)

    def _note_course(self, record: RunRecord, event: events.Event) -> None:
        if isinstance(event, events.Rewound):
            record.rewind(event.epoch)
        elif isinstance(event, events.Changed):
            record.follow(event)
            self._answered(record)
        elif isinstance(event, events.Refused):
            record.course.refuse(event.experiment)
            record.note(event.message)
            self._answered(record)
        elif isinstance(event, events.Waiting):
            self._wait(record, event)

    def _wait(self, record: RunRecord, event: events.Waiting) -> None:
        allowance = record.playback.allowance
        if allowance is not None and allowance.number != event.number:
            # It has been allowed more meanwhile.
            return
        record.playback.waiting = True
        step_to = record.playback.step_to
        if step_to is not None and event.epoch >= step_to:
            record.enter("paused")
        if record.standing.large:
            # Somebody may wait for its worker.
            self._house.dispatcher.dispatch()

    def _answered(self, record: RunRecord) -> None:
        worker = self._house.pool.serving(record.run_id)
        unanswered = worker.places[record.run_id].unanswered if worker is not None else []
        if unanswered:
            del unanswered[0]

    def _free(self, worker: WorkerHandle, run_id: str, record: RunRecord | None) -> None:
        self._house.dispatcher.release(worker, run_id)
        if record is not None and record.status == "running" and not record.playback.aside:
            # It moves, or was resumed while it was being parked: another worker takes it up.
            self._house.dispatcher.enqueue(record)
        elif record is not None and record.status == "stopped":
            self._house.dispatcher.finish(record)
        self._house.dispatcher.dispatch()
