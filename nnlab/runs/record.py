"""`RunRecord`: what a run has reported so far, read at a cursor by any number of views."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.events import Arrays, BoundaryDrawn, EpochsEnded, Phase, Tested, TrainerState
from nnlab.experiment import Experiment
from nnlab.messages import Message
from nnlab.runs.progress import ENDED, Change, History, Progress, Status, Stopwatch


@dataclass(slots=True, eq=False)
class _Results:
    boundary: BoundaryDrawn | None = None
    test: Tested | None = None
    state: TrainerState | None = None
    message: Message | None = None
    notice: Message | None = None
    changes: list[Change] = field(default_factory=list)


class RunRecord:
    """History, weights and results of one run; any thread may read and write it.

    Parameters
    ----------
    run_id : str
        The run's unguessable name.
    experiment : Experiment
        What is trained.
    visitor : str
        Whose run it is.
    clock : callable
        Returns the time in seconds; for tests.
    """

    def __init__(
        self, run_id: str, experiment: Experiment, visitor: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.run_id = run_id
        self.experiment = experiment
        self.visitor = visitor
        self.created = self.touched = clock()
        self._clock = clock
        self._lock = threading.RLock()
        self._status: Status = "queued"
        self._phase: Phase = "loading"
        self._place = 0
        self._epochs = 0
        self._capacity = 0
        self._columns: dict[str, NDArray[np.float64]] = {}
        self._seconds: list[float] = []
        self._weights: dict[int, Arrays] = {}
        self._newest: int | None = None
        self._watch = Stopwatch(clock)
        self._results = _Results()

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
    def progress(self) -> Progress:
        """The run's state at this moment."""
        with self._lock:
            recent = self._seconds[-20:]
            rate = len(recent) / sum(recent) if sum(recent) > 0 else 0.0
            return Progress(
                self._status,
                self._phase,
                self._epochs,
                self.experiment.epochs,
                self._watch.seconds,
                rate,
                self._place,
            )

    def history(self, since: int = 0) -> History:
        """Return the epochs after the first `since`."""
        with self._lock:
            since = min(max(since, 0), self._epochs)
            return History(since, {name: column[since : self._epochs].copy() for name, column in self._columns.items()})

    @property
    def boundary(self) -> BoundaryDrawn | None:
        """The newest outputs over the plane, if the run's inputs are a plane's."""
        return self._results.boundary

    @property
    def test(self) -> Tested | None:
        """Results on the test set, once the run is over."""
        return self._results.test

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
    def changes(self) -> tuple[Change, ...]:
        """Settings changed while training, in order."""
        with self._lock:
            return tuple(self._results.changes)

    @property
    def weight_epochs(self) -> tuple[int, ...]:
        """Epochs whose weights are kept, in order."""
        with self._lock:
            return tuple(sorted(self._weights))

    def weights(self, epoch: int | None = None) -> Arrays | None:
        """Return the weights after `epoch`, or the model's last; None if they are not kept.

        The last are those of the newest epoch, unless early stopping went back to its best one.
        """
        with self._lock:
            if epoch is None:
                epoch = self._newest
            return self._weights.get(epoch) if epoch is not None else None

    @property
    def weight_bytes(self) -> int:
        """Memory that weights hold."""
        with self._lock:
            return sum(_size(weights) for weights in self._weights.values())

    @property
    def bytes(self) -> int:
        """Memory that the record holds."""
        with self._lock:
            total = self.weight_bytes + sum(column.nbytes for column in self._columns.values())
            if self._results.test is not None:
                total += self._results.test.predictions.nbytes
            if self._results.boundary is not None:
                total += self._results.boundary.outputs.nbytes
            if self._results.state is not None:
                total += _size(self._results.state.variables) + _size(self._results.state.optimizer)
            return total

    # What the service writes ---------------------------------------------------------

    def enter(self, status: Status, message: Message | None = None) -> None:
        """Go over to `status`; an ended run stays as it ended."""
        with self._lock:
            if self.ended:
                return
            self._status = status
            self._place = 0
            if message is not None:
                self._results.message = message
            if status == "running":
                self._watch.start()
            else:
                self._watch.stop()
            if self.ended:
                self._results.state = None

    def note(self, notice: Message | None) -> None:
        """Say something beside the run's end; None takes it back."""
        self._results.notice = notice

    def wait_at(self, place: int) -> None:
        """Stand at this place of the queue, from 1; 0 is next, while its worker starts."""
        with self._lock:
            self._status = "queued"
            self._place = place
            self._watch.stop()

    def begin(self, phase: Phase) -> None:
        """Note what the worker does now."""
        self._phase = phase

    def append(self, event: EpochsEnded) -> None:
        """Add epochs and weights; epochs known already are left as they are."""
        with self._lock:
            skip = max(0, self._epochs + 1 - event.first)
            seconds = event.seconds[skip:]
            if seconds:
                self._reserve(self._epochs + len(seconds), event.logs)
                rows = slice(self._epochs, self._epochs + len(seconds))
                for name, values in event.logs.items():
                    self._columns[name][rows] = values[skip:]
                self._epochs += len(seconds)
                self._seconds = [*self._seconds, *seconds][-20:]
            self._weights.update(event.weights)
            self._newest = max(event.weights, default=self._newest)

    def keep(self, result: BoundaryDrawn | Tested | TrainerState | Change) -> None:
        """Keep the newest of a kind, and every change."""
        with self._lock:
            if isinstance(result, BoundaryDrawn):
                self._results.boundary = result
            elif isinstance(result, Tested):
                self._results.test = result
            elif isinstance(result, TrainerState):
                self._results.state = result if not self.ended else None
            else:
                self._results.changes.append(result)

    def drop_oldest_weights(self) -> bool:
        """Forget the oldest weights but never the model's last; False if there is nothing to forget."""
        with self._lock:
            oldest = min(self._weights.keys() - {self._newest}, default=None)
            if oldest is None:
                return False
            del self._weights[oldest]
            return True

    def drop_state(self) -> None:
        """Forget where a parked run stood; taken up again, it repeats its epochs, which are the same."""
        self._results.state = None

    def _reserve(self, epochs: int, names: dict[str, Any]) -> None:
        # Columns double when they are full: a million epochs are copied twenty times, not a million.
        capacity = max(self._capacity, 64)
        while capacity < epochs:
            capacity *= 2
        for name in {*self._columns, *names}:
            column = self._columns.get(name)
            if column is None or len(column) < capacity:
                larger = np.full(capacity, np.nan)
                if column is not None:
                    larger[: self._epochs] = column[: self._epochs]
                self._columns[name] = larger
        self._capacity = capacity


def _size(arrays: Arrays) -> int:
    return sum(array.nbytes for array in arrays)
