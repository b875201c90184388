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
from nnlab.events import Arrays
from nnlab.experiment import Experiment
from nnlab.messages import Message
from nnlab.runs.course import changes_live
from nnlab.runs.dispatch import Dispatcher
from nnlab.runs.errors import LimitError, RunError
from nnlab.runs.launch import start_worker
from nnlab.runs.limits import Limits
from nnlab.runs.pool import Launch
from nnlab.runs.predictions import Predictions
from nnlab.runs.record import RunRecord
from nnlab.runs.shelf import Shelf
from nnlab.runs.supervisor import House, Supervisor
from nnlab.runs.watching import FIRST_EPOCHS, FIRST_SECONDS, Watching


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
        self._left: dict[str, float] = {}
        pool = self._dispatcher.pool
        self._predictions = Predictions(pool)
        self._watching = Watching(self._dispatcher)
        house = House(self.limits, self._lock, clock, self._shelf, pool, self._predictions, self._left)
        self._supervisor = Supervisor(house, self)
        self._supervisor.begin()
        first = threading.Timer(spare_after, self._make_ready)
        first.daemon = True
        first.start()

    def start(
        self,
        experiment: Experiment,
        *,
        visitor: str = "local",
        watched: bool = False,
        allowed: int | None = FIRST_EPOCHS,
    ) -> str:
        """Queue a run and return its unguessable id.

        Parameters
        ----------
        experiment : Experiment
            What to train.
        visitor : str
            Whose run it is.
        watched : bool
            Whether it trains no further than `allow` says.
        allowed : int or None
            How far a watched run may go at first, None for no limit. With 0 it is paused and takes
            no place: it reports its first weights only, and `resume` trains it.

        Raises
        ------
        ExperimentError
            Output layer and loss do not go together.
        LimitError
            The visitor has a run in progress, or too many runs wait.
        """
        _ = experiment.head
        with self._lock:
            if not watched or allowed != 0:
                self._check_limits(visitor)
            record = RunRecord(secrets.token_urlsafe(16), experiment, visitor, self._clock, watched=watched)
            self._shelf.add(record)
            if watched and allowed == 0:
                self._watching.preview(record)
                return record.run_id
            if watched:
                self._watching.allow(record, allowed, FIRST_SECONDS)
            self._dispatcher.enqueue(record)
            self._dispatcher.dispatch()
            return record.run_id

    def pause(self, run_id: str, epoch: int | None = None) -> None:
        """Let the run stand still; what is computed beyond `epoch`, the one on screen, stays."""
        with self._lock:
            record = self.record(run_id)
            self._dispatcher.withdraw(run_id)
            if record.status == "running":
                self._dispatcher.tell(events.Pause(run_id))
            record.playback.paused_at, record.playback.step_to = epoch, None
            record.enter("paused")
            self._dispatcher.dispatch()

    def step(self, run_id: str, epoch: int) -> None:
        """Let a watched run train up to the end of `epoch` and pause there; it raises what `resume` does."""
        with self._lock:
            record = self.record(run_id)
            if record.ended or not record.watched:
                return
            self._watching.allow(record, epoch, FIRST_SECONDS)
            self._go_on(record)
            record.playback.step_to = epoch

    def resume(self, run_id: str) -> None:
        """Let a paused run go on, from where it stood.

        Raises
        ------
        LimitError
            The visitor has another run in progress, or too many runs wait.
        """
        with self._lock:
            record = self.record(run_id)
            if record.watched and record.status == "paused":
                self._watching.allow_first(record)
            self._go_on(record)

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

    def allow(self, run_id: str, epoch: int | None, seconds: float) -> None:
        """Let a watched run train up to the end of `epoch`, None for no such limit, for so many seconds from now."""
        with self._lock:
            record = self.record(run_id)
            if record.watched and record.status in ("queued", "running"):
                record.playback.step_to = None
                self._watching.allow(record, epoch, seconds)

    def change(self, run_id: str, experiment: Experiment, epoch: int | None = None) -> None:
        """Have the run follow `experiment` from the end of `epoch` on; what it has computed beyond is discarded.

        Without an epoch it is from where training stands. A run that has no worker takes it up
        when it is resumed. RunError: it differs in something that needs a new run.
        """
        with self._lock:
            self._watching.change(self.record(run_id), experiment, epoch)

    @staticmethod
    def can_change(before: Experiment, after: Experiment) -> bool:
        """Whether a run that follows one experiment can go over to another, by `change`."""
        return changes_live(before, after)

    def edit(self, run_id: str, epoch: int, weights: Arrays) -> None:
        """Have the run go back to the end of `epoch` and go on from there with these weights."""
        with self._lock:
            self._watching.edit(self.record(run_id), epoch, weights)

    def predict(self, run_id: str, x: NDArray[Any], epoch: int | None = None) -> Future[NDArray[np.float32]]:
        """Have a worker compute the outputs, shape (n, n_outputs), for raw inputs `x` of shape (n, *input_shape).

        The weights are those after `epoch`, or the newest.

        Raises
        ------
        RunError
            The weights are not kept, or no worker is there.
        """
        with self._lock:
            return self._predictions.ask(self.record(run_id), x, epoch)

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
            self._predictions.give_up()

    def _make_ready(self) -> None:
        with self._lock:
            self._dispatcher.pool.keep_spare()

    def _go_on(self, record: RunRecord) -> None:
        if record.status != "paused":
            return
        self._check_limits(record.visitor)
        record.note(None)
        record.playback.step_to, record.playback.aside = None, False
        worker = self._dispatcher.pool.serving(record.run_id)
        if worker is None:
            self._dispatcher.enqueue(record)
            self._dispatcher.dispatch()
            return
        record.enter("running")
        # One that is leaving its worker is queued again when it has left.
        if worker.deadline is None:
            worker.send(events.Resume(record.run_id))

    def _check_limits(self, visitor: str) -> None:
        if len(self.running(visitor)) >= self.limits.runs_per_visitor:
            raise LimitError("Another run of yours is still training. Stop or pause it, then train this one.")
        waiting = self._dispatcher.waiting
        if waiting >= self.limits.queue:
            raise LimitError(
                "{count} runs are waiting already, so no more can be taken. Try again in a few minutes.",
                count=waiting,
            )
