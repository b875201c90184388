"""`Pool`: the worker processes of this server, those that small runs share and the one for large runs."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Protocol

from nnlab.messages import N_, ExplainedError, Message
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.limits import MEGABYTE, Limits

_LOGGER = logging.getLogger(__name__)

RETIRE_SECONDS = 30.0
# A student at the buttons comes before a network that trains; large runs take what the others leave.
SHARED_NICENESS = 5
LARGE_NICENESS = 10
# A worker that has more to do than this shares its structures with another.
FULL = 0.7
# … but only with one that has at most this share of its own load.
WORTH_COMPILING = 0.5
RETRY_SECONDS = 0.5
# Each compiled program leaves 10 to 60 MB behind that only the end of the process gives back, and so does each large
# run. This share of a worker's limit may be left behind before another worker takes its place.
GROWTH_SHARE = 0.2


def large_threads() -> int:
    """Return how many threads an operation of a large run uses: all cores but one, which stays for the page.

    The threads of an operation wait for each other. When the system gives the core of one to somebody else,
    the others wait for a slice of its time with every operation: on 2 cores an epoch of Fashion-MNIST takes
    0.28 s on two threads and 0.42 s on one, but 7 s on two when a browser on the same machine draws the curves.
    """
    return max(1, (os.cpu_count() or 1) - 1)


class Launch(Protocol):
    """Starts a worker with so many threads, and so nice to other processes."""

    def __call__(self, threads: int, niceness: int) -> WorkerHandle:
        """Return its handle."""
        ...


class Pool:
    """Keep workers, find the right one, and have one in waiting.

    Its methods are called with the service's lock held; only the launching itself happens
    in threads of its own, and comes back through `on_change`.

    Parameters
    ----------
    limits : Limits
        How many workers small runs share.
    launch : callable
        Starts a worker.
    lock : threading.RLock
        The service's.
    clock : callable
        Returns the time in seconds.
    wake : callable
        Called when a worker has reported something.
    on_change : callable
        Called, with the lock held, when a worker has come, with whether it is for large runs;
        with a message when it could not come.
    """

    def __init__(
        self,
        limits: Limits,
        launch: Launch,
        lock: threading.RLock,
        clock: Callable[[], float],
        wake: Callable[[], None],
        on_change: Callable[[bool, Message | None], None],
    ) -> None:
        self.workers: list[WorkerHandle] = []
        self.leaving: list[WorkerHandle] = []
        # How many have gone because they had grown.
        self.replaced = 0
        self._limits = limits
        self._launch = launch
        self._lock = lock
        self._clock = clock
        self._wake = wake
        self._on_change = on_change
        self._coming: set[bool] = set()
        self._closed = False
        # When Python ends, multiprocessing ends the workers, which looks like their death: another one started then
        # would import TensorFlow for seconds before it notices that nobody needs it.
        atexit.register(self.start_no_more)

    @property
    def everyone(self) -> list[WorkerHandle]:
        """All workers, those that are about to go too."""
        return [*self.workers, *self.leaving]

    @property
    def large(self) -> WorkerHandle | None:
        """The worker for large runs."""
        return next((worker for worker in self.workers if worker.large and self._takes_runs(worker)), None)

    @property
    def shared(self) -> list[WorkerHandle]:
        """The workers that take small runs."""
        return [worker for worker in self.workers if not worker.large and self._takes_runs(worker)]

    def serving(self, run_id: str) -> WorkerHandle | None:
        """Return the worker that has this run."""
        return next((worker for worker in self.everyone if run_id in worker.places), None)

    def any(self) -> WorkerHandle | None:
        """Return a worker for a short task: one that has little to do."""
        return min(self.shared, key=lambda worker: (not worker.ready, worker.uncompiled, worker.load), default=None)

    def least_loaded(self) -> WorkerHandle | None:
        """Return a worker for something that compiles and computes a lot: one without runs, if there is one."""
        return min(
            self.shared,
            key=lambda worker: (not worker.idle, worker.uncompiled, worker.load, not worker.ready),
            default=None,
        )

    def choose(self, structure: str) -> WorkerHandle | None:
        """Return the worker for a small run of this structure, None while one has yet to come.

        It is one that has the program, or is about to have it, unless it is full and another has far
        less to do; else one with no run while so many may be in use, else the one that is disturbed least.
        """
        able = self.shared
        if not able:
            return None
        knowing = [worker for worker in able if structure in worker.structures]
        known = min(knowing, key=lambda worker: (worker.load >= FULL, not worker.ready, worker.load), default=None)
        if known is not None and known.load < FULL:
            return known
        other = self._without(structure, able)
        # Compiling keeps everybody in that worker waiting for seconds: it has to be worth it.
        return known if known is not None and other.load > known.load * WORTH_COMPILING else other

    def _without(self, structure: str, able: list[WorkerHandle]) -> WorkerHandle:
        used, idle = [worker for worker in able if worker.places], [worker for worker in able if not worker.places]
        if idle and len(used) < self._limits.workers:
            return min(
                idle, key=lambda worker: (structure not in worker.structures, worker.uncompiled, not worker.ready)
            )
        return min(used or idle, key=lambda worker: (worker.uncompiled, worker.load))

    def fetch(self, *, large: bool = False) -> None:
        """Have a worker started, unless one is on its way."""
        if large in self._coming or self._closed:
            return
        self._coming.add(large)
        threading.Thread(target=self._start, args=(large,), name="launch a worker", daemon=True).start()

    def keep_spare(self) -> None:
        """See that a worker stands ready in which nothing trains."""
        shared = self.shared
        if all(worker.places for worker in shared) and len(shared) <= self._limits.workers:
            self.fetch()

    def grow(self) -> None:
        """Have another worker started for small runs, up to as many as they may use."""
        if len(self.shared) < self._limits.workers:
            self.fetch()

    def retire(self, worker: WorkerHandle) -> None:
        """Let a worker go once it has answered what it was asked; its end is noticed like any other's."""
        self.workers.remove(worker)
        self.leaving.append(worker)
        worker.retiring = True
        worker.go_by = self._clock() + RETIRE_SECONDS
        worker.close()

    def has_grown(self, worker: WorkerHandle) -> bool:
        """Whether so much memory was left behind in a worker that another one has to take its place."""
        if not worker.ready or worker.retiring:
            return False
        return worker.memory - worker.memory_at_first > GROWTH_SHARE * self._limits.worker_megabytes * MEGABYTE

    def forget(self, worker: WorkerHandle) -> bool:
        """Strike a worker that has ended off the list; False if it stands on none."""
        for workers in (self.workers, self.leaving):
            if worker in workers:
                workers.remove(worker)
                return True
        return False

    def start_no_more(self) -> None:
        """Take what workers there are for the last: the app is about to end."""
        self._closed = True

    def close(self) -> None:
        """End all workers and start no more; nobody reads from them now."""
        self.start_no_more()
        atexit.unregister(self.start_no_more)
        everyone = self.everyone
        for worker in everyone:
            worker.kill()
        for worker in everyone:
            worker.bury()
        self.workers.clear()
        self.leaving.clear()

    @staticmethod
    def _takes_runs(worker: WorkerHandle) -> bool:
        # A worker's death is noticed a little later than a click on Train. One that was never
        # ready is taken nevertheless: the next one would die too, and its run must learn that.
        return not worker.retiring and (worker.alive or not worker.ready)

    def _start(self, large: bool) -> None:
        worker, problem = self._launched(large)
        with self._lock:
            self._coming.remove(large)
            if self._closed:
                if worker is not None:
                    worker.kill()
                    worker.bury()
                return
            if worker is not None:
                worker.large, worker.since = large, self._clock()
                self.workers.append(worker)
                worker.listen(self._wake)
            self._on_change(large, problem)

    def _launched(self, large: bool) -> tuple[WorkerHandle | None, Message | None]:
        threads, niceness = (large_threads(), LARGE_NICENESS) if large else (1, SHARED_NICENESS)
        try:
            try:
                return self._launch(threads, niceness), None
            except (OSError, EOFError):
                # A fork server that dies in these moments takes the worker along; the next one is started anew.
                _LOGGER.warning("A worker could not be started; it is tried once more", exc_info=True)
                time.sleep(RETRY_SECONDS)
                return self._launch(threads, niceness), None
        except ExplainedError as error:
            return None, error.message
        except Exception as error:
            # Whatever keeps a process from starting is told on the page of the run that waits for it.
            _LOGGER.exception("A worker could not be started")
            text = N_("No worker process could be started ({error}). Close other programs and train again.")
            return None, Message(text, {"error": str(error)[:300]})
