"""`WatchedSession`: a run that is played: it trains as far as the view allows, and goes back where it is told."""

from __future__ import annotations

import math
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator

from nnlab import models
from nnlab.datasets import load
from nnlab.events import (
    Allow,
    Arrays,
    Changed,
    Edit,
    PhaseBegun,
    Refused,
    Rewound,
    Start,
    TrainerState,
    Waiting,
)
from nnlab.experiment import Experiment
from nnlab.messages import ExplainedError
from nnlab.training.live import Emit
from nnlab.training.milestones import Milestone, Milestones
from nnlab.training.session import Session
from nnlab.training.state import arrays, fitted, restore, state_of
from nnlab.training.turns import SLICE_SECONDS
from nnlab.training.watched_live import WatchedLiveCallback


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
        self._actions |= {Allow: self._allow, Edit: self._edit}
        # It goes as fast as the view allows.
        self._pace = None
        self._live.follow(self.trainer)
        self._allowed = self.trainer.epoch
        self._allowance = 0
        self._until = -math.inf
        self._halted = False
        self._first = Milestone(0, start.begun or self.experiment, None)
        self._past = start.changes
        self._milestones = Milestones(Milestone(self.trainer.epoch, self.experiment, start.state))
        # Changes that are being made: what takes long is done a turn at a time, in the order in which it was asked for.
        self._errands: deque[tuple[Experiment, Iterator[None]]] = deque()
        self._compiles = False
        # Whether its program is wanted before it may go on: who plays it has epochs in hand meanwhile.
        self._ahead = False
        self._known = self.trainer.epoch

    def allow(self, epoch: int | None, seconds: float) -> None:
        """Train up to the end of `epoch`, None for no such limit, for at most so many seconds from now."""
        self._allowed = sys.maxsize if epoch is None else epoch
        self._until = self._clock() + seconds
        self._halted = False

    @property
    def seconds_to_wait(self) -> float | None:
        if self._errands or self._prepares:
            return 0.0
        return None if self.paused or (self._due <= 0 and self._halted) else 0.0

    @property
    def heavy(self) -> bool:
        if self._errands:
            return self._compiles
        return (self._due > 0 or self._prepares) and super().heavy

    @property
    def pressing(self) -> bool:
        return self.seconds_to_wait == 0 and self._allowed != sys.maxsize

    def advance(self, seconds: float) -> bool:
        if self._errands:
            self._run_errands(seconds)
            return True
        if self._due <= 0 and not self._prepares:
            self._halted = True
            self.pause()
            self._emit(Waiting(self.run_id, self.trainer.epoch, self._allowance))
            return True
        # A change takes it back below what it was allowed, without another allowance.
        self._halted = False
        if not self._begun:
            self._ahead = False
            return super().advance(seconds)
        more = self.trainer.advance(min(seconds, self._until - self._clock()), self._due)
        if self.trainer.epoch > self._milestones.epochs[-1]:
            state = self.trainer.state_of_last_epoch()
            self._milestones.add(Milestone(state.epoch, self.experiment, state))
        if more:
            self._save()
        else:
            self._finish(self._reason())
        return more

    def change(self, experiment: Experiment, epoch: int | None = None, weights: Arrays | None = None) -> None:
        """Follow `experiment` from the end of `epoch` on, there with these weights if they are given.

        It is done in the next turns. An epoch that is still to come is computed first.

        Raises
        ------
        ExplainedError
            It cannot be trained; the run is as it was.
        """
        # Whatever cannot be built is refused before anything is lost.
        models.build(experiment, load(experiment.dataset.name, **experiment.dataset.options))
        self._errands.append((experiment, self._changing(experiment, epoch, weights)))

    def park(self) -> TrainerState | None:
        """Leave the training and return where it stood at the end of its last whole epoch; None before the first.

        What was asked for before is done first. Another batch size can be taken up from there, and
        nothing is compiled for it.
        """
        self._run_errands(math.inf)
        if self._begun:
            state: TrainerState | None = self.trainer.state_of_last_epoch()
        else:
            newest = self._milestones.newest
            state = newest.state if newest.weights is None else state_of(self.model, newest.epoch)
        self.trainer.close()
        self._report_all()
        return state

    def _allow(self, command: Allow) -> bool:
        self._allowance = command.number
        self.allow(command.epoch, command.seconds)
        return True

    def _edit(self, command: Edit) -> bool:
        self.change(self._wanted, command.epoch, command.weights)
        return True

    @property
    def _wanted(self) -> Experiment:
        """What it follows once it has done what it was asked."""
        return self._errands[-1][0] if self._errands else self.experiment

    @property
    def _prepares(self) -> bool:
        return self._ahead and not self._begun

    @property
    def _due(self) -> int:
        return 0 if self._clock() >= self._until else self._allowed - self.trainer.epoch

    def _make_live(self) -> WatchedLiveCallback:
        return WatchedLiveCallback(self.run_id, self._emit, self._clock)

    def _report_all(self) -> None:
        self._live.flush_whole()

    def _run_errands(self, seconds: float) -> None:
        until = self._clock() + seconds
        while self._errands:
            experiment, errand = self._errands[0]
            try:
                next(errand)
            except StopIteration:
                self._errands.popleft()
            except ExplainedError as error:
                self._errands.popleft()
                self._emit(Refused(self.run_id, experiment, error.message))
            if self._clock() >= until or (self._compiles and math.isfinite(seconds)):
                return

    def _changing(self, experiment: Experiment, epoch: int | None, weights: Arrays | None) -> Iterator[None]:
        self._known = self.trainer.epoch
        epoch = self._known if epoch is None else epoch
        yield from self._turn(experiment, epoch, weights)
        self._ahead = True
        self._emit(Rewound(self.run_id, epoch))
        self._emit(Changed(self.run_id, epoch, experiment, weights))
        if weights is not None:
            self._report_weights(epoch, weights)
        state = self._milestones.newest.state
        if state is not None:
            self._report_state(state)

    def _turn(self, experiment: Experiment, epoch: int, weights: Arrays | None) -> Iterator[None]:
        """Go over to `experiment` at the end of an epoch, and tell nobody."""
        milestone = yield from self._at(epoch)
        if weights is not None:
            milestone = self._with_weights(milestone, weights)
        milestone = Milestone(epoch, experiment, milestone.state, milestone.weights, turn=True)
        self._milestones.add(milestone)
        self._take_up(milestone)

    def _at(self, epoch: int) -> Generator[None, None, Milestone]:
        """Go back to the end of an epoch, and return where training stood there."""
        self._report_all()
        milestone = self._milestones.before(epoch)
        if milestone is None:
            yield from self._repeat(epoch)
            milestone = self._milestones.newest
        if milestone.epoch == epoch:
            return milestone
        self._take_up(milestone)
        yield from self._begin()
        self._live.silent_until = min(epoch, self._known)
        while self.trainer.epoch < epoch and self.trainer.advance(SLICE_SECONDS, epoch - self.trainer.epoch):
            yield
        self._live.silent_until = 0
        self._report_all()
        return Milestone(self.trainer.epoch, milestone.experiment, self.trainer.state_of_last_epoch())

    def _repeat(self, epoch: int) -> Iterator[None]:
        """Come to an epoch before its worker took the run up: by all the changes before it, from the very beginning."""
        past, self._past = self._past, ()
        self._milestones = Milestones(self._first)
        self._take_up(self._first)
        for change in past:
            if change.epoch <= epoch:
                yield from self._turn(change.experiment, change.epoch, change.weights)

    def _begin(self) -> Iterator[None]:
        if not self._begun:
            if not self.trainer.known:
                # Whoever waits for a turn may have it first.
                self._compiles = True
                yield
                self._compiles = False
            self._begun = True
            self._prepare()
            self._emit(PhaseBegun(self.run_id, "training"))

    def _take_up(self, milestone: Milestone) -> None:
        self.trainer.close()
        self._live.forget()
        self._train(milestone.experiment, milestone.state, milestone.weights)
        # Its program is found, or compiled, when its turn comes.
        self._begun = False

    def _with_weights(self, milestone: Milestone, weights: Arrays) -> Milestone:
        if milestone.state is None:
            return Milestone(milestone.epoch, milestone.experiment, None, weights)
        state, experiment = milestone.state, milestone.experiment
        model = models.build(experiment, load(experiment.dataset.name, **experiment.dataset.options))
        restore(model, fitted(state, model))
        model.set_weights(list(weights))
        edited = TrainerState(state.epoch, arrays(model.variables), state.optimizer, state.callbacks)
        return Milestone(milestone.epoch, milestone.experiment, edited)
