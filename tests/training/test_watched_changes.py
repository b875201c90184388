"""A watched run that is changed, edited or taken back is the run that another trainer makes of the same settings."""

from __future__ import annotations

import functools
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import features, load
from nnlab.events import Arrays, Changed, EpochsEnded, Event, PhaseBegun, Rewound, Start, TrainerState, Waiting
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.experiment.playground import as_playground
from nnlab.messages import ExplainedError
from nnlab.runs.record import RunRecord
from nnlab.training import watched
from nnlab.training.milestones import Milestones
from nnlab.training.programs import compilations
from nnlab.training.session import Session
from nnlab.training.state import arrays
from nnlab.training.trainer import Trainer
from nnlab.training.watched import WatchedSession

pytestmark = pytest.mark.slow

DATA = DatasetChoice("gauss", {"samples": 60})
TOY = Experiment(
    dataset=DATA, layers=(Layer(3, "tanh"),), optimizer=Optimizer("adam", 0.01), batch_size=7, epochs=None, seed=3
)
DROPPING = replace(TOY, layers=(Layer(3, "tanh", dropout=0.3),))
PLAYGROUND = as_playground(TOY)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Stage:
    """A watched session and the record of it."""

    def __init__(self, experiment: Experiment = TOY, state: TrainerState | None = None) -> None:
        self.clock = Clock()
        self.events: list[Event] = []
        self.record = RunRecord("run", experiment, "somebody")
        self.session = WatchedSession(Start("run", experiment, state, True), self.take, self.clock)

    def take(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, EpochsEnded):
            self.record.append(event)
        elif isinstance(event, Rewound):
            self.record.rewind(event.epoch)
        elif isinstance(event, Changed):
            self.record.course.follow(event)

    def change(self, *change: Any) -> None:
        """Make a change and let it be done."""
        self.session.change(*change)
        while self.session._errands:
            self.session.advance(0.05)

    def play(self, epoch: int, slice_seconds: float = 0.05) -> Stage:
        self.session.allow(epoch, 60)
        while self.session.seconds_to_wait == 0.0:
            self.session.advance(slice_seconds)
        assert self.session.trainer.epoch == epoch
        return self

    def advance_to(self, epoch: int) -> None:
        """Advance to an epoch, which it may do; a slice may end amid one, the first of a program above all."""
        while self.session.trainer.epoch < epoch:
            assert self.session.seconds_to_wait == 0.0
            self.session.advance(0.01)

    @property
    def losses(self) -> list[float]:
        return list(self.record.history().columns["val_loss"])


def trainer(experiment: Experiment, model: Any, epochs: int, resume: TrainerState | None = None) -> Trainer:
    data = features.select(load(DATA.name, **DATA.options), experiment.features)
    parts = [
        (x, models.targets(experiment, y)) for x, y in ((data.x_train, data.y_train), (data.x_valid, data.y_valid))
    ]
    made = Trainer(
        model,
        *parts[0],
        epochs=epochs,
        batch_size=experiment.batch_size,
        validation_data=parts[1],
        shuffle=experiment.mode != "playground",
        seed=experiment.seed,
        resume=resume,
    )
    while made.advance(1.0):
        continue
    return made


def expected(before: Experiment, epoch: int, after: Experiment, last: int, weights: Arrays | None = None):
    """Train to an epoch, take what was learned over to a model of the other settings, and train that to the last."""
    dataset = load(DATA.name, **DATA.options)
    one, other = models.build(before, dataset), models.build(after, dataset)
    losses = trainer(before, one, epoch).history.history["val_loss"] if epoch else []
    other.set_weights(one.get_weights() if weights is None else list(weights))
    seeds = {layer.name: layer.seed_generator.state for layer in one.layers if hasattr(layer, "seed_generator")}
    for layer in other.layers:
        if layer.name in seeds:
            layer.seed_generator.state.assign(seeds[layer.name])
    for model in (one, other):
        model.optimizer.build(model.trainable_variables)
    for target, value in zip(other.optimizer.variables, one.optimizer.variables, strict=True):
        target.assign(value)
    other.optimizer.learning_rate = after.optimizer.learning_rate
    state = TrainerState(epoch, arrays(other.variables), arrays(other.optimizer.variables))
    rest = trainer(after, other, last, state).history.history["val_loss"]
    return other.get_weights(), [*losses, *rest]


def same(one: Any, other: Any) -> None:
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left, right)


CHANGES = {
    "learning rate": (TOY, replace(TOY, optimizer=Optimizer("adam", 0.3))),
    "batch size": (TOY, replace(TOY, batch_size=20)),
    "first l2": (TOY, replace(TOY, layers=(Layer(3, "tanh", l2=0.05),))),
    "dropout on": (TOY, DROPPING),
    "more dropout": (DROPPING, replace(TOY, layers=(Layer(3, "tanh", dropout=0.6),))),
    "dropout off": (DROPPING, TOY),
}


@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES)
def test_a_change_counts_from_its_epoch_on_as_if_nothing_had_come_after_it(
    before: Experiment, after: Experiment
) -> None:
    stage = Stage(before).play(9)
    stage.change(after, 4)
    assert stage.record.progress.epoch == 4
    assert max(stage.record.weight_epochs) == 4
    stage.play(8)
    weights, losses = expected(before, 4, after, 8)

    same(stage.record.weights(8), weights)
    assert stage.losses == losses
    (change,) = stage.record.changes
    assert change.epoch == 4


@pytest.mark.parametrize("experiment", [TOY, DROPPING], ids=["plain", "dropout"])
@pytest.mark.parametrize("epoch", [0, 3])
def test_weights_set_by_hand_are_trained_on_with_all_else_as_it_was(experiment: Experiment, epoch: int) -> None:
    stage = Stage(experiment).play(5)
    weights = tuple(values + np.float32(0.25) for values in stage.record.weights(epoch))
    stage.change(experiment, epoch, weights)
    same(stage.record.weights(epoch), weights)
    stage.play(7)
    after, losses = expected(experiment, epoch, experiment, 7, weights)

    same(stage.record.weights(7), after)
    assert stage.losses == losses
    assert [change.epoch for change in stage.record.changes] == [epoch]
    same(stage.record.changes[0].values["weights"], weights)


def test_weights_set_by_hand_before_anything_is_trained_are_the_first() -> None:
    stage = Stage()
    weights = tuple(values + np.float32(0.25) for values in stage.record.weights(0))
    stage.change(TOY, 0, weights)
    assert not any(isinstance(event, PhaseBegun) and event.phase == "compiling" for event in stage.events)
    same(stage.record.weights(0), weights)
    stage.play(3)

    same(stage.record.weights(3), expected(TOY, 0, TOY, 3, weights)[0])


def test_weights_set_by_hand_and_a_setting_changed_at_the_same_epoch_both_hold() -> None:
    stage = Stage(TOY).play(3)
    weights = tuple(values + np.float32(0.25) for values in stage.record.weights(3))
    stage.change(DROPPING, 3)
    stage.change(DROPPING, 3, weights)
    stage.play(6)

    same(stage.record.weights(6), expected(TOY, 3, DROPPING, 6, weights)[0])


def test_far_before_the_last_milestone_it_comes_by_the_recorded_weights_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "Milestones", functools.partial(Milestones, limit=4))
    stage = Stage(DROPPING)
    for epoch in range(1, 41):
        stage.play(epoch)
    known = {epoch: stage.record.weights(epoch) for epoch in range(41)}
    losses = stage.losses
    epoch = next(epoch for epoch in range(38, 0, -1) if epoch not in stage.session._milestones.epochs)
    told = sum(len(event.seconds) for event in stage.events if isinstance(event, EpochsEnded))
    stage.change(DROPPING, epoch)

    # It has been computed again from before, and told nobody.
    assert sum(len(event.seconds) for event in stage.events if isinstance(event, EpochsEnded)) == told
    same(stage.session.trainer.weights(), known[epoch])
    stage.play(40)
    assert stage.losses == losses
    for later in range(epoch, 41):
        same(stage.record.weights(later), known[later])


def test_it_trains_no_longer_than_it_may() -> None:
    stage = Stage()
    stage.session.allow(None, 2.0)
    stage.advance_to(1)
    stage.clock.now += 1.99
    stage.advance_to(stage.session.trainer.epoch + 1)

    stage.clock.now += 0.01
    epoch = stage.session.trainer.epoch
    for _ in range(3):
        stage.session.advance(0.05)
        assert stage.session.seconds_to_wait is None
    assert stage.session.trainer.epoch == epoch == stage.record.progress.epoch
    stage.session.allow(epoch + 1, 2.0)
    assert stage.session.seconds_to_wait == 0.0


def test_what_has_to_be_compiled_is_compiled_before_anybody_allows_more() -> None:
    stage = Stage().play(4)
    stage.change(replace(TOY, batch_size=9), 9)
    compiled = compilations()
    assert stage.session.heavy
    while stage.session.seconds_to_wait == 0.0:
        stage.session.advance(0.05)

    # What is played meanwhile lasts until the change; it goes no further before it may.
    assert (compilations(), stage.session.trainer.epoch) == (compiled + 1, 9)
    assert isinstance(stage.events[-1], Waiting)
    stage.play(12)
    assert compilations() == compiled + 1


def test_in_whatever_slices_it_is_the_same_and_never_beyond_its_epoch() -> None:
    whole, sliced = Stage(DROPPING).play(6), Stage(DROPPING)
    for epoch in range(1, 7):
        # Too little time for an epoch: it stands still amid many of them.
        sliced.play(epoch, slice_seconds=1e-9)

    assert sliced.losses == whole.losses
    same(sliced.record.weights(6), whole.record.weights(6))


def test_what_epochs_took_is_no_more_than_the_time_that_went_by() -> None:
    stage = Stage().play(1)
    known, begun = len(stage.events), time.perf_counter()
    stage.play(400)
    elapsed = time.perf_counter() - begun
    told = [event.seconds for event in stage.events[known:] if isinstance(event, EpochsEnded)]

    # A run without an end that nobody watches says 1/60 s of each, at which it goes; this one goes as fast as it can.
    assert stage.record.progress.epoch == 400
    assert sum(map(len, told)) == 399
    assert 0 < sum(map(sum, told)) <= elapsed


def test_changed_while_it_waits_it_reports_all_that_it_computes_again() -> None:
    stage = Stage().play(40)
    stage.change(replace(TOY, optimizer=Optimizer("adam", 0.3)), 12)
    # Nobody allows anything anew: it may still go to the fortieth epoch.
    while stage.session.seconds_to_wait == 0.0:
        stage.session.advance(0.05)

    assert stage.record.progress.epoch == 40
    assert stage.record.weight_epochs == tuple(range(41))
    assert stage.events[-1] == Waiting("run", 40)


def test_what_cannot_be_trained_is_refused_and_the_run_goes_on() -> None:
    stage = Stage(PLAYGROUND).play(4)
    for epoch in (2, None):
        with pytest.raises(ExplainedError):
            stage.change(replace(PLAYGROUND, batch_size=500), epoch)
    assert stage.record.progress.epoch == 4
    assert stage.session.experiment == PLAYGROUND
    stage.play(8)

    same(stage.record.weights(8), expected(PLAYGROUND, 4, PLAYGROUND, 8)[0])


def test_taken_up_elsewhere_it_can_go_back_before_that() -> None:
    first = Stage(DROPPING).play(5)
    first.change(TOY, 3)
    first.play(8)
    weights = tuple(values + np.float32(0.25) for values in first.record.weights(6))
    first.change(TOY, 6, weights)
    state = first.play(9).session.park()
    course = tuple(first.record.course.legs)
    stage = Stage(TOY, state)
    stage.session = WatchedSession(
        Start("run", TOY, state, watched=True, begun=DROPPING, changes=course), stage.take, stage.clock
    )
    stage.change(DROPPING, 7)

    # What it computed again to come there, nobody was told.
    assert [type(event) for event in stage.events if isinstance(event, Rewound | Changed)] == [Rewound, Changed]
    assert not any(event.seconds for event in stage.events if isinstance(event, EpochsEnded))
    first.change(DROPPING, 7)
    same(stage.play(12).session.trainer.weights(), first.play(12).session.trainer.weights())


@pytest.mark.parametrize("kind", [Session, WatchedSession])
def test_set_aside_amid_an_epoch_it_can_go_on_with_other_batches(kind: type[Session]) -> None:
    experiment = replace(TOY, epochs=9)
    session = kind(Start("run", experiment, watched=kind is WatchedSession), lambda event: None)
    if isinstance(session, WatchedSession):
        session.allow(None, 60)
    while session.trainer.epoch < 3 or session.trainer.state().step == 0:
        assert session.advance(1e-9)
    state = session.park()
    assert state.step == 0
    larger = replace(experiment, batch_size=20)
    events: list[Event] = []
    resumed = Session(Start("run", larger, state), events.append)
    while resumed.advance(1.0):
        continue
    last = [event for event in events if isinstance(event, EpochsEnded)][-1].weights[9]

    same(last, expected(TOY, state.epoch, larger, 9)[0])
