"""`Dispatcher`: which worker serves which run."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from nnlab import events
from nnlab.messages import Message
from nnlab.runs.ahead import Ahead
from nnlab.runs.handle import Place, WorkerHandle
from nnlab.runs.limits import Limits
from nnlab.runs.pool import Launch, Pool
from nnlab.runs.queue import LargeQueue, set_aside
from nnlab.runs.record import RunRecord
from nnlab.runs.shelf import Shelf
from nnlab.runs.structure import structure

OBEY_SECONDS = 2.0
EVALUATE_SECONDS = 30.0


class Dispatcher:
    """Give runs to workers, and take them away again.

    A small run goes to a worker at once, beside others; a large one waits for the worker that
    serves one at a time. Its methods are called with the service's lock held.

    Parameters
    ----------
    limits : Limits
        How many workers there are.
    launch : callable
        Starts a worker.
    lock : threading.RLock
        The service's.
    clock : callable
        Returns the time in seconds.
    shelf : Shelf
        The records.
    wake : callable
        Called when a worker has reported something.
    """

    def __init__(
        self,
        limits: Limits,
        launch: Launch,
        lock: threading.RLock,
        clock: Callable[[], float],
        shelf: Shelf,
        wake: Callable[[], None],
    ) -> None:
        self.pool = Pool(limits, launch, lock, clock, wake, self._workers_changed)
        self.queue = LargeQueue(self.pool, shelf, self._give, self._set_aside, 60 * limits.run_minutes)
        self.ahead = Ahead(self.pool, shelf, clock)
        self._clock = clock
        self._shelf = shelf
        self._arriving: deque[str] = deque()
        self._finishing: deque[list[events.Command]] = deque()

    @property
    def small(self) -> int:
        """How many small runs have a place at a worker, or will in a moment."""
        return sum(len(worker.places) for worker in self.pool.everyone if not worker.large) + len(self._arriving)

    def enqueue(self, record: RunRecord, *, first: bool = False) -> None:
        """Have a run taken up; `dispatch` does it. A large one waits at the end of the queue, or comes first."""
        if not record.standing.large:
            self._arriving.append(record.run_id)
        elif first:
            self.queue.put_first(record.run_id)
        else:
            self.queue.append(record.run_id)

    def withdraw(self, run_id: str) -> None:
        """Let a run wait no longer."""
        self.queue.remove(run_id)
        if run_id in self._arriving:
            self._arriving.remove(run_id)

    def tell(self, command: events.Command) -> bool:
        """Send `command` to the worker that has the run and keeps it; False if none has."""
        worker = self.pool.serving(command.run_id)
        if worker is None or worker.places[command.run_id].leave_by is not None:
            return False
        if isinstance(command, events.Change | events.Edit):
            worker.places[command.run_id].unanswered.append(command)
        worker.send(command)
        return True

    def take_away(self, command: events.Stop | events.Park) -> None:
        """Have the run leave its worker, which is ended if it does not obey in time."""
        worker = self.pool.serving(command.run_id)
        if worker is None:
            return
        place = worker.places[command.run_id]
        if isinstance(command, events.Park) and place.leave_by is not None:
            return
        worker.send(command)
        place.asked = self._clock()
        if place.leave_by is None:
            record = self._shelf.get(command.run_id)
            evaluating = record is not None and record.progress.phase == "evaluating"
            place.leave_by = self._clock() + (EVALUATE_SECONDS if evaluating else OBEY_SECONDS)

    def move(self, record: RunRecord) -> None:
        """Have a run leave its worker to go on in another one, from where it stood."""
        record.standing.moving = True
        self.take_away(events.Park(record.run_id))

    def restructure(self, record: RunRecord) -> bool:
        """Note what a run's program will be, and return whether its worker has it already.

        Another size of batches or a first penalty make it another one.
        """
        record.standing.structure = structure(record.current)
        worker = self.pool.serving(record.run_id)
        if worker is None:
            return False
        known = record.standing.structure in worker.structures
        worker.places[record.run_id].structure = record.standing.structure
        worker.expect(record.standing.structure)
        return known

    def release(self, worker: WorkerHandle, run_id: str) -> None:
        """Note that a run has left its worker."""
        worker.places.pop(run_id, None)
        worker.since = self._clock()
        if worker.idle:
            worker.busy = 0.0

    def dispatch(self, *, spare: bool = True) -> None:
        """Give runs to workers as far as there is place, and tell the others theirs."""
        self._finish()
        self._place_small()
        self.queue.dispatch()
        self.ahead.dispatch()
        if spare:
            self.pool.keep_spare()

    def finish(self, record: RunRecord) -> None:
        """Have any worker test what a stopped run has learned, which left its own before that."""
        state = record.state
        if state is not None and record.test is None:
            start = record.course.from_state(record.run_id, state, watched=record.watched)[0]
            self._finishing.append([start, events.Stop(record.run_id)])
        # It is tried once.
        record.drop_state()

    def _finish(self) -> None:
        while self._finishing and (worker := self.pool.any()) is not None:
            start, stop = self._finishing.popleft()
            now = self._clock()
            worker.places[start.run_id] = Place(
                start.run_id, "", now, begun=True, asked=now, leave_by=now + EVALUATE_SECONDS
            )
            worker.send(start)
            worker.send(stop)

    def _place_small(self) -> None:
        for _ in range(len(self._arriving)):
            record = self._shelf.get(self._arriving.popleft())
            if record is None:
                continue
            worker = self.pool.choose(record.standing.structure)
            if worker is not None:
                self._give(record, worker)
            else:
                self._arriving.append(record.run_id)
                record.wait_at(0)
        if self._arriving:
            self.pool.fetch()

    def _give(self, record: RunRecord, worker: WorkerHandle) -> None:
        worker.places[record.run_id] = Place(record.run_id, record.standing.structure, self._clock())
        worker.expect(record.standing.structure)
        record.standing.taken_up += 1
        record.standing.moving = False
        record.enter("running")
        for command in record.take_up():
            if isinstance(command, events.Change | events.Edit):
                worker.places[record.run_id].unanswered.append(command)
            worker.send(command)

    def _set_aside(self, record: RunRecord) -> None:
        self.take_away(set_aside(record))

    def _workers_changed(self, large: bool, problem: Message | None) -> None:
        if problem is not None:
            record = self.queue.pop() if large else None
            if not large and self._arriving:
                record = self._shelf.get(self._arriving.popleft())
            if record is not None:
                record.enter("failed", problem)
        # No spare after a failure: it would fail again at once, and again.
        self.dispatch(spare=problem is None)
