"""`RunService`: starts runs, queues them, stops them, and keeps what they report."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab import events
from nnlab.experiment import Experiment
from nnlab.experiment.bounds import check_number
from nnlab.messages import Message
from nnlab.runs.dispatch import Dispatcher
from nnlab.runs.errors import LimitError, RunError
from nnlab.runs.launch import start_worker
from nnlab.runs.limits import Limits
from nnlab.runs.pool import Launch
from nnlab.runs.progress import Change
from nnlab.runs.record import RunRecord
from nnlab.runs.shelf import Shelf
from nnlab.runs.supervisor import House, Supervisor


class RunService:
    """All runs of a server. Any thread may call it; it never waits for a worker.

    Parameters
    ----------
    limits : Limits, optional
        By default from the environment.
    launch : callable, optional
        Starts a worker; for tests.
    clock : callable
        Returns the time in seconds; for tests.
    spare_after : float
        Seconds until the first worker is made ready, unless a run asks for it earlier. Importing
        TensorFlow takes a core for seconds, which the first visitor's browser may need just then.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        launch: Launch = start_worker,
        clock: Callable[[], float] = time.monotonic,
        spare_after: float = 0.0,
    ) -> None:
        self.limits = limits or Limits.from_environment()
        self._clock = clock
        self._lock = threading.RLock()
        self._shelf = Shelf(self.limits)
        self._dispatcher = Dispatcher(
            self.limits, launch, self._lock, clock, self._shelf, lambda: self._supervisor.wake()
        )
        self._answers: dict[str, Future[NDArray[np.float32]]] = {}
        self._left: dict[str, float] = {}
        pool = self._dispatcher.pool
        house = House(self.limits, self._lock, clock, self._shelf, pool, self._answers, self._left)
        self._supervisor = Supervisor(house, self)
        self._supervisor.begin()
        first = threading.Timer(spare_after, self._make_ready)
        first.daemon = True
        first.start()

    def start(self, experiment: Experiment, *, visitor: str = "local") -> str:
        """Queue a run and return its unguessable id.

        Raises
        ------
        ExperimentError
            Output layer and loss do not go together.
        LimitError
            The visitor has a run in progress, or too many runs wait.
        """
        _ = experiment.head
        with self._lock:
            self._check_limits(visitor)
            record = RunRecord(secrets.token_urlsafe(16), experiment, visitor, self._clock)
            self._shelf.add(record)
            self._dispatcher.enqueue(record)
            self._dispatcher.dispatch()
            return record.run_id

    def pause(self, run_id: str) -> None:
        """Let the run stand still."""
        with self._lock:
            record = self.record(run_id)
            self._dispatcher.withdraw(run_id)
            if record.status == "running":
                self._dispatcher.tell(events.Pause(run_id))
            record.enter("paused")
            self._dispatcher.dispatch()

    def resume(self, run_id: str) -> None:
        """Let a paused run go on, from where it stood.

        Raises
        ------
        LimitError
            The visitor has another run in progress, or too many runs wait.
        """
        with self._lock:
            record = self.record(run_id)
            if record.status != "paused":
                return
            self._check_limits(record.visitor)
            record.note(None)
            worker = self._dispatcher.pool.serving(run_id)
            if worker is None:
                self._dispatcher.enqueue(record)
                self._dispatcher.dispatch()
                return
            record.enter("running")
            # One that is leaving its worker is queued again when it has left.
            if worker.deadline is None:
                worker.send(events.Resume(run_id))

    def stop(self, run_id: str, message: Message | None = None) -> None:
        """End the run; what it has learned so far is tested and kept."""
        with self._lock:
            record = self.record(run_id)
            if record.ended:
                return
            self._dispatcher.withdraw(run_id)
            record.enter("stopped", message)
            self._dispatcher.take_away(events.Stop(run_id))
            self._dispatcher.dispatch()

    def park(self, run_id: str) -> None:
        """Take the run from its worker; `resume` goes on from there."""
        with self._lock:
            record = self.record(run_id)
            if record.ended:
                return
            self._dispatcher.withdraw(run_id)
            record.enter("paused")
            self._dispatcher.take_away(events.Park(run_id))
            self._dispatcher.dispatch()

    def change(self, run_id: str, *, learning_rate: float) -> None:
        """Change the learning rate from the next batch on; a run without a worker starts with it.

        Raises
        ------
        ExperimentError
            It is outside its bounds.
        """
        check_number("optimizer.learning_rate", "learning_rate", learning_rate)
        with self._lock:
            record = self.record(run_id)
            if record.ended:
                return
            record.keep(Change(record.progress.epoch, "learning_rate", learning_rate))
            self._dispatcher.tell(events.Change(run_id, learning_rate))

    def predict(self, run_id: str, x: NDArray[Any], epoch: int | None = None) -> Future[NDArray[np.float32]]:
        """Have a worker compute the outputs for raw inputs `x` with the run's weights.

        Parameters
        ----------
        run_id : str
            Whose weights.
        x : ndarray of shape (n, *input_shape)
            Raw inputs.
        epoch : int, optional
            After which epoch; the newest by default.

        Returns
        -------
        concurrent.futures.Future
            Of an ndarray of shape (n, n_outputs).

        Raises
        ------
        RunError
            The weights are not kept, or no worker is there.
        """
        with self._lock:
            record = self.record(run_id)
            weights = record.weights(epoch)
            worker = self._dispatcher.pool.any()
            if weights is None:
                raise RunError("The weights of this epoch are not kept. Train again, or choose another epoch.")
            if worker is None:
                self._dispatcher.pool.keep_spare()
                raise RunError("The worker for predictions is still starting. Try again in a moment.")
            request_id = secrets.token_urlsafe(8)
            answer: Future[NDArray[np.float32]] = Future()
            # From now on nobody can cancel it, so that whoever has the answer may always set it.
            answer.set_running_or_notify_cancel()
            self._answers[request_id] = answer
            worker.requests.add(request_id)
            worker.send(events.Predict(run_id, request_id, record.experiment, weights, x))
            return answer

    def record(self, run_id: str) -> RunRecord:
        """Return what the run has reported so far.

        Raises
        ------
        RunError
            There is no such run, or it is no longer kept.
        """
        record = self._shelf.get(run_id)
        if record is None:
            raise RunError("This run is no longer kept: it was too long ago, or the app was restarted. Train again.")
        record.touched = self._clock()
        return record

    def arrived(self, visitor: str) -> None:
        """Note that a visitor is connected."""
        with self._lock:
            self._left.pop(visitor, None)

    def left(self, visitor: str) -> None:
        """Note that a visitor's connection has ended; after a while the visitor's runs are parked."""
        with self._lock:
            self._left.setdefault(visitor, self._clock())

    def adopt(self, run_id: str, visitor: str) -> RunRecord:
        """Let a visitor who holds the run's id have the run: after a reload, or in another tab."""
        with self._lock:
            record = self.record(run_id)
            record.visitor = visitor
            return record

    def serves(self, run_id: str) -> bool:
        """Whether a worker still has the run: after a stop its last epoch and its test are yet to come."""
        with self._lock:
            return self._dispatcher.pool.serving(run_id) is not None

    def running(self, visitor: str) -> tuple[RunRecord, ...]:
        """Return the visitor's runs that train or wait for a worker."""
        return tuple(
            record
            for record in self._shelf.all()
            if record.visitor == visitor and record.status in ("queued", "running")
        )

    def worker_freed(self, waiting: RunRecord | None = None, *, spare: bool = True) -> None:
        """Give the place to the next run; queue `waiting` again. Called by the supervisor."""
        if waiting is not None:
            self._dispatcher.enqueue(waiting)
        self._dispatcher.dispatch(spare=spare)

    def close(self) -> None:
        """End all workers; the service is not used afterwards."""
        self._supervisor.close()
        with self._lock:
            self._dispatcher.pool.close()
            for answer in self._answers.values():
                answer.set_exception(RunError("The worker ended before it had an answer. Try again."))
            self._answers.clear()

    def _make_ready(self) -> None:
        with self._lock:
            self._dispatcher.pool.keep_spare()

    def _check_limits(self, visitor: str) -> None:
        if len(self.running(visitor)) >= self.limits.runs_per_visitor:
            raise LimitError("Another run of yours is still training. Stop or pause it, then train this one.")
        waiting = self._dispatcher.waiting
        if waiting >= self.limits.queue:
            raise LimitError(
                "{count} runs are waiting already, so no more can be taken. Try again in a few minutes.",
                count=waiting,
            )
