"""`WatchedSession`: a run that is played: it trains as far as the view allows, and goes back where it is told."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable

import numpy as np

from nnlab import models
from nnlab.datasets import load
from nnlab.events import Arrays, Changed, EpochsEnded, PhaseBegun, Rewound, Start, TrainerState, Waiting
from nnlab.experiment import Experiment
from nnlab.messages import ExplainedError
from nnlab.training.live import Emit
from nnlab.training.milestones import Milestone, Milestones
from nnlab.training.session import Session
from nnlab.training.state import arrays, fitted, restore
from nnlab.training.watched_live import WatchedLiveCallback


class RewindError(ExplainedError):
    """The run cannot go back so far."""


class WatchedSession(Session):
    """A run whose epochs are played, rewound and changed on the page.

    Parameters
    ----------
    start : Start
        What to train and from where.
    emit : callable
        Takes each event.
    clock : callable
        Returns the time in seconds; for tests.
    """

    _live: WatchedLiveCallback

    def __init__(self, start: Start, emit: Emit, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        super().__init__(start, emit)
        # It goes as fast as the view allows.
        self._pace = None
        self._live.follow(self.trainer)
        self._allowed = self.trainer.epoch
        self._until = -math.inf
        self._halted = False
        self._milestones = Milestones(Milestone(self.trainer.epoch, self.experiment, start.state))
        if start.state is None:
            self._report_weights(0)

    def allow(self, epoch: int | None, seconds: float) -> None:
        """Train up to the end of `epoch`, None for no such limit, for at most so many seconds from now."""
        self._allowed = sys.maxsize if epoch is None else epoch
        self._until = self._clock() + seconds
        self._halted = False

    @property
    def seconds_to_wait(self) -> float | None:
        return 0.0 if self._due > 0 or not self._halted else None

    def advance(self, seconds: float) -> bool:
        if self._due <= 0:
            self._halted = True
            self.pause()
            self._emit(Waiting(self.run_id, self.trainer.epoch))
            return True
        # A change takes it back below what it was allowed, without another allowance.
        self._halted = False
        if not self._begun:
            return super().advance(seconds)
        more = self.trainer.advance(min(seconds, self._until - self._clock()), self._due)
        if self.trainer.epoch > self._milestones.epochs[-1]:
            state = self.trainer.state_of_last_epoch()
            self._milestones.add(Milestone(state.epoch, self.experiment, state))
        if not more:
            self._finish(self._reason())
        return more

    def change(self, experiment: Experiment, epoch: int | None = None, weights: Arrays | None = None) -> None:
        """Follow `experiment` from the end of `epoch` on, there with these weights if they are given.

        An epoch that is still to come is computed first.

        Raises
        ------
        ExplainedError
            It cannot be trained, or the run cannot go back so far; the run is as it was.
        """
        # Whatever cannot be built is refused before anything is lost.
        models.build(experiment, load(experiment.dataset.name, **experiment.dataset.options))
        epoch = self.trainer.epoch if epoch is None else epoch
        milestone = self._at(epoch)
        if weights is not None:
            milestone = self._with_weights(milestone, weights)
        milestone = Milestone(epoch, experiment, milestone.state, milestone.weights, turn=True)
        self._milestones.add(milestone)
        self._take_up(milestone)
        self._emit(Rewound(self.run_id, epoch))
        self._emit(Changed(self.run_id, epoch, experiment, weights))
        if weights is not None:
            self._report_weights(epoch)

    def park(self) -> TrainerState | None:
        """Leave the training and return where it stood at the end of its last whole epoch; None before the first.

        Another batch size can be taken up from there, and nothing is compiled for it.
        """
        first = self._milestones.before(self.trainer.epoch)
        if not self._begun and first is not None and first.weights is None:
            return first.state
        state = self.trainer.state_of_last_epoch()
        self.trainer.close()
        self._report_all()
        return state

    @property
    def _due(self) -> int:
        return 0 if self._clock() >= self._until else self._allowed - self.trainer.epoch

    def _make_live(self) -> WatchedLiveCallback:
        return WatchedLiveCallback(self.run_id, self._emit, self._clock)

    def _report_all(self) -> None:
        self._live.flush_whole()

    def _report_weights(self, epoch: int) -> None:
        weights = tuple(np.array(values) for values in self.trainer.weights())
        self._emit(EpochsEnded(self.run_id, first=epoch + 1, seconds=(), logs={}, weights={epoch: weights}))

    def _at(self, epoch: int) -> Milestone:
        """Go back to the end of an epoch, and return where training stood there."""
        self._report_all()
        milestone = self._milestones.before(epoch)
        if milestone is None:
            raise RewindError(
                "This run was set aside meanwhile and has forgotten how it came here. "
                "It can be changed from epoch {epoch} on.",
                epoch=self._milestones.epochs[0],
            )
        if milestone.epoch == epoch:
            return milestone
        known = self.trainer.epoch
        self._take_up(milestone)
        self._begin()
        self._live.silent_until = min(epoch, known)
        while self.trainer.epoch < epoch and self.trainer.advance(math.inf, epoch - self.trainer.epoch):
            continue
        self._live.silent_until = 0
        self._report_all()
        return Milestone(self.trainer.epoch, milestone.experiment, self.trainer.state_of_last_epoch())

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._prepare()

    def _take_up(self, milestone: Milestone) -> None:
        self.trainer.close()
        self._live.forget()
        self._train(milestone.experiment, milestone.state, milestone.weights)
        if self._begun:
            self._prepare()
            self._emit(PhaseBegun(self.run_id, "training"))

    def _with_weights(self, milestone: Milestone, weights: Arrays) -> Milestone:
        if milestone.state is None:
            return Milestone(milestone.epoch, milestone.experiment, None, weights)
        state, experiment = milestone.state, milestone.experiment
        model = models.build(experiment, load(experiment.dataset.name, **experiment.dataset.options))
        restore(model, fitted(state, model))
        model.set_weights(list(weights))
        edited = TrainerState(state.epoch, arrays(model.variables), state.optimizer, state.callbacks)
        return Milestone(milestone.epoch, milestone.experiment, edited)
