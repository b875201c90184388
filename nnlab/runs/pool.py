"""`Pool`: the workers of this server, the warm spare among them."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from nnlab.experiment import Experiment
from nnlab.messages import N_, ExplainedError, Message
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.limits import MEGABYTE, Limits
from nnlab.runs.record import RunRecord

_LOGGER = logging.getLogger(__name__)

RETIRE_SECONDS = 30.0

Launch = Callable[[int], WorkerHandle]


class Pool:
    """Keep workers, give them to runs, and have one in waiting.

    Its methods are called with the service's lock held; only the launching itself happens
    in threads of its own, and comes back through `on_change`.

    Parameters
    ----------
    limits : Limits
        How many workers may train, and how much memory each may hold.
    launch : callable
        Starts a worker with so many threads.
    lock : threading.RLock
        The service's.
    clock : callable
        Returns the time in seconds.
    wake : callable
        Called when a worker has reported something.
    on_change : callable
        Called, with the lock held, when a worker has come; with a message when it could
        not.
    """

    def __init__(
        self,
        limits: Limits,
        launch: Launch,
        lock: threading.RLock,
        clock: Callable[[], float],
        wake: Callable[[], None],
        on_change: Callable[[Message | None], None],
    ) -> None:
        self.workers: list[WorkerHandle] = []
        self.leaving: list[WorkerHandle] = []
        self._limits = limits
        self._launch = launch
        self._lock = lock
        self._clock = clock
        self._wake = wake
        self._on_change = on_change
        self._coming: list[int] = []
        self._closed = False

    @property
    def busy(self) -> int:
        """How many workers have a run."""
        return sum(not worker.idle for worker in self.workers)

    def serving(self, run_id: str) -> WorkerHandle | None:
        """Return the worker that has this run."""
        return next((worker for worker in self.workers if worker.run_id == run_id), None)

    def any(self) -> WorkerHandle | None:
        """Return a worker for a short task: an idle one if there is one."""
        return min(self.workers, key=lambda worker: (not worker.idle, not worker.ready), default=None)

    def assign(self, record: RunRecord) -> bool:
        """Give the run to an idle worker; False while one has yet to come."""
        threads = threads_for(record.experiment)
        idle = (worker for worker in self.workers if worker.idle and worker.threads == threads)
        # A worker's death is noticed a little later than a click on Train. One that was never
        # ready is taken nevertheless: the next one would die too, and its run must learn that.
        worker = next((worker for worker in idle if worker.alive or not worker.ready), None)
        if worker is None:
            self.fetch(threads)
            return False
        worker.run_id = record.run_id
        for command in record.take_up():
            worker.send(command)
        return True

    def fetch(self, threads: int = 1) -> None:
        """Have a worker started, unless one is on its way."""
        if threads in self._coming or self._closed:
            return
        self._make_room(threads)
        self._coming.append(threads)
        threading.Thread(target=self._start, args=(threads,), name="launch a worker", daemon=True).start()

    def keep_spare(self) -> None:
        """See that a worker for small runs stands ready."""
        if not any(worker.idle and worker.threads == 1 for worker in self.workers):
            self.fetch()

    def release(self, worker: WorkerHandle) -> None:
        """Take the run from a worker; one that has grown large is retired."""
        worker.run_id = None
        worker.deadline = None
        # Each fit and each compiled program leaves memory behind that only the end of the process gives back.
        if worker.memory > self._limits.worker_megabytes * MEGABYTE / 2:
            self.retire(worker)

    def retire(self, worker: WorkerHandle) -> None:
        """Let a worker go once it has answered what it was asked; its end is noticed like any other's."""
        self.workers.remove(worker)
        self.leaving.append(worker)
        worker.deadline = self._clock() + RETIRE_SECONDS
        worker.close()

    def forget(self, worker: WorkerHandle) -> bool:
        """Strike a worker that has ended off the list; False if it stands on none."""
        for workers in (self.workers, self.leaving):
            if worker in workers:
                workers.remove(worker)
                return True
        return False

    def close(self) -> None:
        """End all workers and start no more; nobody reads from them now."""
        self._closed = True
        for worker in (everyone := [*self.workers, *self.leaving]):
            worker.kill()
        for worker in everyone:
            worker.bury()
        self.workers.clear()
        self.leaving.clear()

    def _make_room(self, threads: int) -> None:
        # One idle worker is kept besides those that train; an idle one of the other kind has to go.
        idle = [worker for worker in self.workers if worker.idle and worker.threads != threads and not worker.requests]
        if idle and len(self.workers) > self._limits.workers:
            self.retire(idle[0])

    def _start(self, threads: int) -> None:
        problem: Message | None = None
        worker: WorkerHandle | None = None
        try:
            worker = self._launch(threads)
        except ExplainedError as error:
            problem = error.message
        except Exception as error:
            # Whatever keeps a process from starting is told on the page of the run that waits for it.
            _LOGGER.exception("A worker could not be started")
            problem = Message(
                N_("No worker process could be started ({error}). Close other programs and train again."),
                {"error": str(error)[:300]},
            )
        with self._lock:
            self._coming.remove(threads)
            if self._closed:
                if worker is not None:
                    worker.kill()
                    worker.bury()
                return
            if worker is not None:
                self.workers.append(worker)
                worker.listen(self._wake)
            self._on_change(problem)


def threads_for(experiment: Experiment) -> int:
    """Return how many threads an operation of this run should use.

    One for small runs, so that two of them do not slow each other down; all cores for the
    data sets that are large enough to be downloaded.
    """
    return (os.cpu_count() or 1) if experiment.dataset.info.files else 1
