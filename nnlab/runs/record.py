"""`RunRecord`: what a run has reported so far, read at a cursor by any number of views."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnlab.events import Arrays, Changed, Command, EpochsEnded, Fitted, Phase, Tested, TrainerState
from nnlab.experiment import Experiment
from nnlab.experiment.scikit_learn import Estimator, Fit
from nnlab.messages import Message
from nnlab.runs import course
from nnlab.runs.columns import Columns
from nnlab.runs.course import Course
from nnlab.runs.playback import Playback
from nnlab.runs.progress import ENDED, History, Progress, Status, Stopwatch
from nnlab.runs.results import Results
from nnlab.runs.rewinds import Rewinds
from nnlab.runs.snapshots import Snapshots
from nnlab.runs.standing import Standing


class RunRecord:
    """History, weights and results of one run; any thread may read and write it.

    Parameters
    ----------
    run_id : str
        The run's unguessable name.
    experiment : Experiment
        What it begins with; `course` tells what it follows now.
    visitor : str
        Whose run it is.
    clock : callable
        Returns the time in seconds; for tests.
    watched : bool
        Whether it trains no further than a view allows.
    estimator : {"mlp", "perceptron"} or None
        What scikit-learn trains; None is Keras.

    Attributes
    ----------
    course : Course
        What it has followed, from which epoch on.
    playback : Playback
        What a stage has asked of it.
    rewinds : Rewinds
        How often it has gone back to an earlier epoch. Whoever reads its revision before the rest
        of the record, and asks for those since the next time, misses nothing.
    standing : Standing
        How the service treats it.
    visitors : set of str
        All who have it on a page: in other tabs, after a reload.
    """

    def __init__(
        self,
        run_id: str,
        experiment: Experiment,
        visitor: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        watched: bool = False,
        estimator: Estimator | None = None,
    ) -> None:
        self.run_id = run_id
        self.experiment = experiment
        self.visitor = visitor
        self.visitors = {visitor}
        self.watched = watched
        self.estimator: Estimator | None = estimator
        self.course = Course(experiment)
        self.playback = Playback()
        self.rewinds = Rewinds()
        self.standing = Standing.of(experiment, estimator)
        self.created = self.touched = clock()
        self._clock = clock
        self._lock = threading.RLock()
        self._status: Status = "queued"
        self._phase: Phase = "loading"
        self._place, self._waiting = 0, 0.0
        self._columns = Columns()
        self._seconds: list[float] = []
        self._snapshots = Snapshots()
        self._watch = Stopwatch(clock)
        self._results = Results()

    # What views read ---------------------------------------------------------------

    @property
    def status(self) -> Status:
        """Where the run is in its life."""
        return self._status

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self._status in ENDED

    @property
    def active(self) -> bool:
        """Whether the run trains, or waits for a worker."""
        return self._status in ("queued", "running")

    @property
    def progress(self) -> Progress:
        """The run's state at this moment."""
        with self._lock:
            recent = self._seconds[-20:]
            rate = len(recent) / sum(recent) if sum(recent) > 0 else 0.0
            return Progress(
                self._status,
                self._phase,
                self._columns.count,
                self.experiment.epochs,
                self._watch.seconds,
                rate,
                self._place,
                self._waiting if self._status == "queued" else 0.0,
            )

    def history(self, since: int = 0) -> History:
        """Return the epochs after the first `since`."""
        with self._lock:
            since = min(max(since, 0), self._columns.count)
            return History(since, self._columns.since(since))

    @property
    def test(self) -> Tested | None:
        """Results on the test set, once the run is over."""
        return self._results.test

    @property
    def fits(self) -> tuple[Fit, ...]:
        """What scikit-learn's estimators have come to, once the run is over."""
        return self._results.fits

    @property
    def message(self) -> Message | None:
        """What a reader should know about the end of the run."""
        return self._results.message

    @property
    def notice(self) -> Message | None:
        """What a reader should know besides, such as weights that are no longer kept."""
        return self._results.notice

    @property
    def state(self) -> TrainerState | None:
        """Where a parked run can be taken up again."""
        return self._results.state

    @property
    def current(self) -> Experiment:
        """What was asked for last, and not refused."""
        return self.course.current

    @property
    def changes(self) -> tuple[course.Change, ...]:
        """What was changed while it trained, in order of the epochs."""
        return self.course.changes

    @property
    def weight_epochs(self) -> tuple[int, ...]:
        """Epochs whose weights are kept, in order."""
        with self._lock:
            return tuple(self._snapshots.epochs.tolist())

    @property
    def weights_epoch(self) -> int | None:
        """The epoch of the model's last weights: not its newest where early stopping went back to the best one."""
        with self._lock:
            return self._snapshots.newest

    @property
    def weight_shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the weights; none before any were reported."""
        with self._lock:
            return self._snapshots.shapes

    def weights(self, epoch: int | None = None) -> Arrays | None:
        """Return the weights after `epoch`, or the model's last; None if they are not kept.

        The last are those of the newest epoch, unless early stopping went back to its best one.
        """
        with self._lock:
            if epoch is None:
                epoch = self._snapshots.newest
            return self._snapshots.get(epoch) if epoch is not None else None

    def snapshots(self, since: int, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the first epochs after `since` whose weights are kept, at most `limit`, and the weights, a row each.

        A row is the arrays of ``model.get_weights()``, flattened and joined; epoch 0 is before
        the first, so ``since=-1`` begins with the untrained network.
        """
        with self._lock:
            return self._snapshots.since(since, limit)

    @property
    def weight_bytes(self) -> int:
        """Memory that weights hold."""
        with self._lock:
            return self._snapshots.bytes + self.course.bytes

    @property
    def bytes(self) -> int:
        """Memory that the record holds."""
        with self._lock:
            return self.weight_bytes + self._columns.bytes + self._results.bytes

    # What the service writes ---------------------------------------------------------

    def enter(self, status: Status, message: Message | None = None) -> None:
        """Go over to `status`; an ended run stays as it ended."""
        with self._lock:
            if self.ended:
                return
            self._status = status
            self._place, self._waiting = 0, 0.0
            if message is not None:
                self._results.message = message
            if status == "running":
                self._watch.start()
            else:
                self._watch.stop()
            if self.ended and status != "stopped":
                self._results.state = None

    def note(self, notice: Message | None) -> None:
        """Say something beside the run's end; None takes it back."""
        self._results.notice = notice

    def wait_at(self, place: int, seconds: float = 0.0) -> None:
        """Stand at this place of the queue, from 1, for about so long; 0 is next, while its worker starts."""
        with self._lock:
            self._status = "queued"
            self._place, self._waiting = place, seconds
            self._watch.stop()

    def begin(self, phase: Phase) -> None:
        """Note what the worker does now."""
        self._phase = phase

    def append(self, event: EpochsEnded) -> None:
        """Add epochs and weights; epochs known already are left as they are."""
        with self._lock:
            skip = max(0, self._columns.count + 1 - event.first)
            seconds = event.seconds[skip:]
            if seconds:
                self._columns.append(len(seconds), {name: values[skip:] for name, values in event.logs.items()})
                self._seconds = [*self._seconds, *seconds][-20:]
            for epoch in sorted(event.weights):
                self._snapshots.add(epoch, event.weights[epoch])

    def rewind(self, epoch: int) -> None:
        """Forget what was reported beyond an epoch."""
        with self._lock:
            self._columns.truncate(epoch)
            self._snapshots.truncate(epoch)
            self._results.forget_state_after(epoch)
            self.course.rewind(epoch)
            self.rewinds.add(epoch)

    def take_up(self) -> list[Command]:
        """Return what a worker has to be told that takes the run up."""
        with self._lock:
            state, commands, allowance = self._results.state, self.playback.commands, self.playback.allowance
            self.playback.commands = []
            if state is not None and any((command.epoch or 0) < state.epoch for command in commands):
                state = None
            first = self.course.from_state(self.run_id, state, watched=self.watched, estimator=self.estimator)
            return [*first, *commands, *([allowance] if allowance else [])]

    def follow(self, change: Changed) -> None:
        """Note a change that the worker has made; with weights set by hand, where it stood holds no longer."""
        with self._lock:
            self.course.follow(change)
            if change.weights is not None:
                self._results.forget_state_after(change.epoch - 1)

    def keep(self, result: Tested | Fitted | TrainerState) -> None:
        """Keep the newest of a kind."""
        with self._lock:
            self._results.keep(result, goes_on=not self.ended or self._status == "stopped")

    def drop_oldest_weights(self) -> bool:
        """Forget the oldest weights but never the model's last; False if there is nothing to forget."""
        with self._lock:
            return self._snapshots.drop_oldest()

    def drop_state(self) -> None:
        """Forget where a parked run stood; taken up again, it repeats its epochs."""
        self._results.state = None
