"""`Dispatcher`: the queue of runs, and which worker serves which."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from nnlab import events
from nnlab.messages import Message
from nnlab.runs.limits import Limits
from nnlab.runs.pool import Launch, Pool
from nnlab.runs.record import RunRecord
from nnlab.runs.shelf import Shelf

OBEY_SECONDS = 2.0
EVALUATE_SECONDS = 30.0


class Dispatcher:
    """Let runs wait, give them to workers, and take them away again.

    Its methods are called with the service's lock held.

    Parameters
    ----------
    limits : Limits
        How many runs train at the same time.
    launch : callable
        Starts a worker with so many threads.
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
        self._limits = limits
        self._clock = clock
        self._shelf = shelf
        self._queue: deque[str] = deque()
        self._previews: deque[events.Preview] = deque()

    @property
    def waiting(self) -> int:
        """How many runs wait for a worker."""
        return len(self._queue)

    def enqueue(self, record: RunRecord) -> None:
        """Put a run at the end of the queue; `dispatch` gives it to a worker."""
        self._queue.append(record.run_id)

    def withdraw(self, run_id: str) -> None:
        """Take a run out of the queue, if it is in it."""
        if run_id in self._queue:
            self._queue.remove(run_id)

    def tell(self, command: events.Command) -> bool:
        """Send `command` to the worker that has the run and keeps it; False if none has."""
        worker = self.pool.serving(command.run_id)
        if worker is None or worker.deadline is not None:
            return False
        worker.send(command)
        return True

    def preview(self, record: RunRecord) -> None:
        """Have any worker report the first weights, without a place in the queue."""
        self._previews.append(events.Preview(record.run_id, record.experiment))
        self.dispatch()

    def take_away(self, command: events.Stop | events.Park) -> None:
        """Have the run leave its worker, which is ended if it does not obey in time."""
        worker = self.pool.serving(command.run_id)
        if worker is None:
            return
        worker.send(command)
        if worker.deadline is None:
            record = self._shelf.get(command.run_id)
            evaluating = record is not None and record.progress.phase == "evaluating"
            worker.deadline = self._clock() + (EVALUATE_SECONDS if evaluating else OBEY_SECONDS)

    def dispatch(self, *, spare: bool = True) -> None:
        """Give waiting runs to workers as far as there is place, and tell the others theirs."""
        while self._queue and self._has_place():
            record = self._shelf.get(self._queue[0])
            if record is not None:
                if not self.pool.assign(record):
                    break
                record.enter("running")
            self._queue.popleft()
        # With a place free the first in the queue waits for nothing but its worker's start.
        starting = self.pool.busy < self._limits.workers
        for place, run_id in enumerate(self._queue, start=0 if starting else 1):
            record = self._shelf.get(run_id)
            if record is not None:
                record.wait_at(place)
        while self._previews and (worker := self.pool.any()) is not None:
            worker.send(self._previews.popleft())
        if spare:
            self.pool.keep_spare()

    def _has_place(self) -> bool:
        if self.pool.busy < self._limits.workers:
            return True
        leaving = sum(worker.deadline is not None for worker in self.pool.workers)
        if leaving < len(self._queue):
            self._set_one_aside()
        return False

    def _set_one_aside(self) -> None:
        # Somebody waits: a run that only stands still gives its worker up.
        for worker in self.pool.workers:
            record = self._shelf.get(worker.run_id or "")
            still = record is not None and (record.status == "paused" or record.playback.waiting)
            if record is not None and still and worker.deadline is None:
                record.playback.aside = record.status == "running"
                self.take_away(events.Park(record.run_id))
                return

    def _workers_changed(self, problem: Message | None) -> None:
        # Without a place the first in the queue waits for a run to end, not for the worker that failed to come.
        if problem is not None and self._queue and self.pool.busy < self._limits.workers:
            record = self._shelf.get(self._queue.popleft())
            if record is not None:
                record.enter("failed", problem)
        # No spare after a failure: it would fail again at once, and again.
        self.dispatch(spare=problem is None)
