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
from nnlab.experiment.scikit_learn import Estimator, as_scikit_learn
from nnlab.messages import Message
from nnlab.runs.errors import RunError
from nnlab.runs.files import Files
from nnlab.runs.gate import Gate, active
from nnlab.runs.house import House
from nnlab.runs.launch import start_worker
from nnlab.runs.limits import Limits
from nnlab.runs.oversight import Oversight
from nnlab.runs.pool import Launch
from nnlab.runs.record import RunRecord
from nnlab.runs.supervisor import Supervisor
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

    Attributes
    ----------
    files : Files
        What a visitor may take along.
    oversight : Oversight
        For who looks after a class.
    studies : Studies
        Many seeds at once; `study` starts such a study and `study_record` returns what it has reported.
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
        self._house = house = House.of(self.limits, launch, clock, lambda: self._supervisor.wake())
        self._lock, self._shelf, self._dispatcher = house.lock, house.shelf, house.dispatcher
        self.studies, self.study, self.study_record = house.studies, house.studies.start, house.studies.record
        self._watching = Watching(house.dispatcher)
        self._gate = Gate(self._house)
        self.oversight, self.files = Oversight(self._house, self), Files(self._house, self.record)
        self._supervisor = Supervisor(self._house, self)
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
        estimator: Estimator | None = None,
        probes: tuple[events.Probe, ...] = (),
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
        estimator : {"mlp", "perceptron"}, optional
            Have scikit-learn train this instead, on the same data, beside a run of Keras.
        probes : tuple of str
            What the history tells of each layer, in columns named ``probe/layer``: ``"gradient_norm"``, …

        Raises
        ------
        ExperimentError
            Output layer and loss do not go together, or scikit-learn has no such network.
        LimitError
            The visitor has such a run in progress, or too many runs wait.
        """
        if estimator is not None:
            experiment = as_scikit_learn(experiment, estimator)
        _ = experiment.head
        with self._lock:
            run_id = secrets.token_urlsafe(16)
            record = RunRecord(run_id, experiment, visitor, self._clock, watched=watched, estimator=estimator)
            record.course.probes = probes
            if watched and allowed == 0:
                self._shelf.add(record)
                self._watching.preview(record)
                return record.run_id
            self._gate.start(record)
            self._shelf.add(record)
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
            if not self.serves(run_id):
                record.drop_state()
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
            if record.watched and record.active:
                record.playback.step_to = None
                self._watching.allow(record, epoch, seconds)

    def change(self, run_id: str, experiment: Experiment, epoch: int | None = None) -> None:
        """Have the run follow `experiment` from the end of `epoch` on; what it has computed beyond is discarded.

        Without an epoch it is from where training stands. A run that has no worker takes it up
        when it is resumed. RunError: it differs in something that needs a new run.
        """
        with self._lock:
            self._watching.change(self.record(run_id), experiment, epoch)

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
            return self._house.predictions.ask(self.record(run_id), x, epoch)

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
            self._house.visitors.arrive(visitor)

    def left(self, visitor: str) -> None:
        """Note that a visitor's connection has ended; after a while the visitor's runs are parked."""
        with self._lock:
            self._house.visitors.leave(visitor)

    def adopt(self, run_id: str, visitor: str) -> RunRecord:
        """Let a visitor who holds the run's id have the run: after a reload, or in another tab.

        It is parked when nobody who has it is connected any more.
        """
        with self._lock:
            record = self.record(run_id)
            record.visitor = visitor
            record.visitors.add(visitor)
            return record

    def serves(self, run_id: str) -> bool:
        """Whether a worker still has the run: after a stop its last epoch and its test are yet to come."""
        with self._lock:
            return self._dispatcher.pool.serving(run_id) is not None

    def running(self, visitor: str) -> tuple[RunRecord, ...]:
        """Return the visitor's runs that train or wait for a worker."""
        return active(self._shelf, visitor)

    def close(self) -> None:
        """End all workers; the service is not used afterwards."""
        self._supervisor.close()
        with self._lock:
            self._dispatcher.pool.close()
            self._house.predictions.give_up()

    def _make_ready(self) -> None:
        with self._lock:
            self._dispatcher.pool.keep_spare()

    def _go_on(self, record: RunRecord) -> None:
        if record.status != "paused":
            return
        self._gate.check(record)
        record.note(None)
        record.playback.step_to, record.playback.aside = None, False
        worker = self._dispatcher.pool.serving(record.run_id)
        if worker is None:
            if not record.standing.taken_up:
                # A network that was shown only is trained now.
                self._gate.start(record)
            self._dispatcher.enqueue(record)
            self._dispatcher.dispatch()
            return
        record.enter("running")
        # One that is leaving its worker is queued again when it has left.
        if worker.places[record.run_id].leave_by is None:
            worker.send(events.Resume(record.run_id))
