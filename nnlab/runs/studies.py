"""`Studies`: trains many seeds in the workers that small runs share."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Set

from nnlab import events
from nnlab.events.studies import PartAdvanced, PartEnded, StartStudy, Study
from nnlab.messages import N_, Message
from nnlab.runs.dispatch import Dispatcher
from nnlab.runs.errors import RunError
from nnlab.runs.handle import Place, WorkerHandle
from nnlab.runs.limits import MEGABYTE, Limits
from nnlab.runs.shelf import KEEP_SECONDS
from nnlab.runs.study_record import StudyRecord
from nnlab.runs.verdicts import STRIKES, why

REPLACED = N_("Another study of yours was started, so this one was stopped. What was done of it is kept.")
AWAY = N_("You were away, so these seeds were set aside. Press Resume to go on.")
TOO_LONG = N_("These seeds were stopped after {minutes} minutes, the limit of this server. What was done is kept.")
# What one visitor's studies may be, whatever they hold.
STUDIES_PER_VISITOR = 8


class Studies:
    """Start studies, give them to workers, keep what they report.

    A study has a place at a worker as a run has one, and takes turns with the runs there. A part whose worker
    ends begins again in another one; what was done before stays.

    Parameters
    ----------
    limits : Limits
        Of the server.
    lock : threading.RLock
        The service's.
    clock : callable
        Returns the time in seconds.
    dispatcher : Dispatcher
        Knows the workers.
    """

    def __init__(
        self, limits: Limits, lock: threading.RLock, clock: Callable[[], float], dispatcher: Dispatcher
    ) -> None:
        self._limits = limits
        self._lock = lock
        self._clock = clock
        self._dispatcher = dispatcher
        self._records: dict[str, StudyRecord] = {}

    # What pages ask for --------------------------------------------------------------

    def start(self, visitor: str, study: Study) -> str:
        """Have a study done and return its unguessable id; an earlier one of the visitor's is stopped."""
        with self._lock:
            for other in self._of(visitor):
                if not other.ended:
                    self.stop(other.study_id, Message(REPLACED))
            record = StudyRecord(secrets.token_urlsafe(16), study, visitor, self._clock)
            self._records[record.study_id] = record
            self._make_room(visitor)
            self.dispatch()
            return record.study_id

    def record(self, study_id: str) -> StudyRecord:
        """Return what a study has reported so far.

        Raises
        ------
        RunError
            There is no such study, or it is no longer kept.
        """
        record = self._records.get(study_id)
        if record is None:
            raise RunError("These seeds are no longer kept: it was too long ago, or the app was restarted. Run again.")
        record.touched = self._clock()
        return record

    def pause(self, study_id: str, message: Message | None = None) -> None:
        """Let a study stand still."""
        with self._lock:
            record = self.record(study_id)
            if not record.ended:
                self._dispatcher.tell(events.Pause(study_id))
                record.enter("paused", message)

    def resume(self, study_id: str) -> None:
        """Let a study go on."""
        with self._lock:
            record = self.record(study_id)
            if record.state != "paused":
                return
            record.message = None
            if self._dispatcher.tell(events.Resume(study_id)):
                record.enter("running")
            else:
                record.enter("queued")
                self.dispatch()

    def stop(self, study_id: str, message: Message | None = None) -> None:
        """End a study; the parts that are done are kept."""
        with self._lock:
            self.record(study_id).enter("stopped", message)
            self._dispatcher.take_away(events.Stop(study_id))

    # What the supervisor asks for; the service's lock is held ----------------------------

    def has(self, study_id: str) -> bool:
        """Whether this is the id of a study that is kept."""
        return study_id in self._records

    def active(self) -> tuple[StudyRecord, ...]:
        """Return the studies that are queued or under way."""
        return tuple(record for record in self.unfinished() if record.state != "paused")

    def unfinished(self) -> tuple[StudyRecord, ...]:
        """Return the studies that are not over."""
        return tuple(record for record in self._records.values() if not record.ended)

    def dispatch(self) -> None:
        """Give studies that wait to workers."""
        for record in self._records.values():
            if record.state != "queued" or self._dispatcher.pool.serving(record.study_id) is not None:
                continue
            worker = self._dispatcher.pool.least_loaded()
            if worker is None:
                self._dispatcher.pool.fetch()
                return
            worker.places[record.study_id] = Place(record.study_id, "", self._clock())
            worker.send(StartStudy(record.study_id, record.study, tuple(record.parts)))
            record.enter("running")
            self._dispatcher.pool.keep_spare()

    def take(self, worker: WorkerHandle, event: events.Event) -> None:
        """Note what a worker reports of a study."""
        record, place = self._records[event.run_id], worker.places.get(event.run_id)
        if place is None:
            return
        if isinstance(event, events.PhaseBegun):
            worker.compiling = event.phase == "compiling"
            place.begun = not worker.compiling
            record.compile(worker.compiling)
        elif isinstance(event, PartAdvanced):
            record.advance(event)
        elif isinstance(event, PartEnded):
            record.keep(event.part, event.result)
            self._make_room(record.visitor)
        elif isinstance(event, events.RunEnded):
            self._dispatcher.release(worker, event.run_id)
            self._leave(record, event)

    def lost(self, worker: WorkerHandle, code: int | None) -> None:
        """Have the studies of a worker that has ended begin their unfinished parts in another one."""
        guilty = worker.at_work()
        for study_id in worker.places:
            record = self._records.get(study_id)
            if record is None or record.ended:
                continue
            record.strikes += guilty == study_id
            record.begin_again()
            if record.strikes >= STRIKES:
                record.enter("failed", worker.verdict or why(code))
            elif record.state == "running":
                record.enter("queued")
        self.dispatch()

    def set_free(self, worker: WorkerHandle) -> None:
        """Take the studies of a worker that is to go elsewhere."""
        for study_id, place in worker.places.items():
            record = self._records.get(study_id)
            if record is not None and place.leave_by is None:
                self._dispatcher.take_away(events.Stop(study_id))

    def check(self, gone: Set[str]) -> None:
        """Set aside the studies of visitors who are gone, end those that take too long, forget old ones."""
        for record in tuple(self._records.values()):
            if record.visitor in gone and record.state in ("queued", "running"):
                self.pause(record.study_id, Message(AWAY))
            if record.progress.seconds > 60 * self._limits.run_minutes and not record.ended:
                self.stop(record.study_id, Message(TOO_LONG, {"minutes": f"{self._limits.run_minutes:g}"}))
            if record.visitor in gone and self._clock() - record.touched > KEEP_SECONDS:
                self._forget(record)
        self.dispatch()

    def _leave(self, record: StudyRecord, event: events.RunEnded) -> None:
        if event.reason != "stopped":
            record.enter("finished" if event.reason == "finished" else "failed", event.message)
        elif not record.ended:
            # It was told to leave its worker, and goes on in another one.
            record.begin_again()
            if record.state == "running":
                record.enter("queued")
        self.dispatch()

    def _of(self, visitor: str) -> list[StudyRecord]:
        return [record for record in self._records.values() if record.visitor == visitor]

    def _make_room(self, visitor: str) -> None:
        own = self._of(visitor)
        for record in own[:-STUDIES_PER_VISITOR]:
            self._forget(record)
        self._shrink(own[-STUDIES_PER_VISITOR:], self._limits.visitor_megabytes)
        self._shrink(list(self._records.values()), self._limits.record_megabytes)

    def _shrink(self, records: list[StudyRecord], megabytes: int) -> None:
        held = sum(record.bytes for record in records)
        for record in records[:-1]:
            if held > megabytes * MEGABYTE and record.ended:
                held -= record.bytes
                self._forget(record)

    def _forget(self, record: StudyRecord) -> None:
        self._dispatcher.take_away(events.Stop(record.study_id))
        record.enter("stopped")
        self._records.pop(record.study_id, None)
