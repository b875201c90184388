"""A watched run goes as far as it is allowed, and back to any of its epochs, as if nothing else had been."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import numpy as np
import pytest

from nnlab.events import Changed, EpochsEnded, Event, PhaseBegun, Rewound, RunEnded, Start, Waiting
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.training.milestones import Milestone, Milestones
from nnlab.training.watched import WatchedSession

pytestmark = pytest.mark.slow

TOY = Experiment(
    dataset=DatasetChoice("gauss", {"samples": 60}),
    layers=(Layer(3, "tanh", l2=0.001),),
    optimizer=Optimizer("adam", 0.01),
    batch_size=7,
    epochs=None,
)
SLOW = dataclasses.replace(TOY, optimizer=Optimizer("adam", 0.002))


class Stage:
    """A watched session, and what a record would know of it."""

    def __init__(self, experiment: Experiment = TOY, state: Any = None) -> None:
        self.events: list[Event] = []
        self.losses: list[float] = []
        self.weights: dict[int, Any] = {}
        self.session = WatchedSession(Start("run", experiment, state, watched=True), self._take)

    def _take(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, EpochsEnded):
            skip = max(0, len(self.losses) + 1 - event.first)
            self.losses += event.logs.get("val_loss", ())[skip:]
            self.weights |= event.weights
        elif isinstance(event, Rewound):
            del self.losses[event.epoch :]
            self.weights = {epoch: kept for epoch, kept in self.weights.items() if epoch <= event.epoch}

    def change(self, *change: Any) -> None:
        self.session.change(*change)
        while self.session._errands:
            self.session.advance(0.05)

    def play(self, epoch: int) -> Stage:
        self.session.allow(epoch, 60)
        while self.session.seconds_to_wait == 0.0:
            self.session.advance(0.05)
        assert self.session.trainer.epoch == epoch
        return self


def same(one: Any, other: Any) -> None:
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.fixture(scope="module")
def uninterrupted() -> Stage:
    return Stage().play(30)


def test_the_untrained_weights_come_first_and_compile_nothing() -> None:
    stage = Stage()
    assert list(stage.weights) == [0]
    assert PhaseBegun("run", "compiling") not in stage.events
    stage.session.advance(0.05)

    assert stage.session.seconds_to_wait is None
    assert stage.events[-1] == Waiting("run", 0)
    assert stage.losses == []


def test_every_epoch_of_a_short_allowance_comes_with_its_weights(uninterrupted: Stage) -> None:
    assert sorted(uninterrupted.weights) == list(range(31))
    assert len(uninterrupted.losses) == 30


def test_it_never_goes_beyond_what_is_allowed_nor_longer(uninterrupted: Stage) -> None:
    stage = Stage().play(11)
    assert len(stage.losses) == 11
    stage.session.allow(None, 0.05)
    time.sleep(0.1)
    stage.session.advance(0.05)

    assert stage.session.trainer.epoch == 11
    assert stage.session.seconds_to_wait is None


def test_halted_and_let_go_on_it_trains_as_if_it_had_never_halted(uninterrupted: Stage) -> None:
    stage = Stage().play(15)
    stage.session.pause()
    stage.play(30)

    same(stage.weights[30], uninterrupted.weights[30])
    assert stage.losses == uninterrupted.losses


@pytest.mark.parametrize(
    "changed", [SLOW, dataclasses.replace(TOY, layers=(Layer(3, "tanh", l2=0.1),))], ids=["learning rate", "l2"]
)
def test_a_change_counts_from_the_epoch_on_screen(uninterrupted: Stage, changed: Experiment) -> None:
    stage = Stage().play(30)
    stage.change(changed, 12)
    assert [type(event) for event in stage.events if isinstance(event, Rewound | Changed)] == [Rewound, Changed]
    assert len(stage.losses) == 12
    stage.play(20)

    # A run that stood there, and went on with the other setting.
    first = Stage().play(12)
    other = Stage(changed, first.session.park())
    other.play(20)
    same(stage.weights[12], uninterrupted.weights[12])
    same(stage.weights[20], other.weights[20])
    assert any(np.any(left != right) for left, right in zip(stage.weights[20], uninterrupted.weights[20], strict=True))
    assert PhaseBegun("run", "compiling") not in stage.events


def test_gone_back_before_a_change_the_change_is_undone(uninterrupted: Stage) -> None:
    stage = Stage().play(12)
    stage.change(SLOW, 12)
    stage.play(20)
    stage.change(TOY, 5)
    stage.play(30)

    same(stage.weights[30], uninterrupted.weights[30])
    assert stage.losses == uninterrupted.losses


def test_another_batch_size_counts_from_the_epoch_on_screen() -> None:
    larger = dataclasses.replace(TOY, batch_size=20)
    stage = Stage().play(10)
    stage.change(larger, 4)
    stage.play(9)
    other = Stage(larger, Stage().play(4).session.park())
    other.play(9)

    same(stage.weights[9], other.weights[9])


@pytest.mark.parametrize("epoch", [0, 8])
def test_weights_set_by_hand_are_those_of_the_epoch_and_what_follows_is_theirs(epoch: int) -> None:
    plain = dataclasses.replace(TOY, optimizer=Optimizer("sgd", 0.1))
    stage = Stage(plain).play(10)
    zeros = tuple(np.zeros_like(values) for values in stage.weights[epoch])
    stage.change(plain, epoch, zeros)
    same(stage.weights[epoch], zeros)
    assert len(stage.losses) == epoch
    stage.play(epoch + 3)

    # With all weights 0 nothing but the output's bias learns.
    hidden, bias, output, output_bias = stage.weights[epoch + 3]
    assert not hidden.any() and not bias.any() and not output.any() and output_bias.any()


def test_a_course_taken_again_from_the_start_is_the_same() -> None:
    stage = Stage().play(10)
    stage.change(SLOW, 6)
    stage.play(14)
    again = Stage()
    again.change(SLOW, 6)
    again.play(14)

    same(again.weights[14], stage.weights[14])
    assert again.losses == stage.losses


def test_stopped_it_ends_with_its_results() -> None:
    stage = Stage().play(3)
    stage.session.stop()

    assert isinstance(stage.events[-1], RunEnded)
    assert (stage.events[-1].reason, stage.events[-1].epoch) == ("stopped", 3)


def test_a_run_of_many_epochs_reports_few_weights_but_the_last_200_whole() -> None:
    stage = Stage()
    begun = time.monotonic()
    stage.play(3000)
    seconds = time.monotonic() - begun

    assert len(stage.losses) == 3000
    assert set(range(2801, 3001)) <= set(stage.weights)
    assert len(stage.weights) <= 1 + 240 + 120 * seconds + 200


def test_turns_are_never_forgotten_and_gaps_stay_even() -> None:
    milestones = Milestones(Milestone(0, TOY, None), limit=8)
    for epoch in range(1, 1000):
        milestones.add(Milestone(epoch, TOY, None, turn=epoch in (37, 600)))

    assert {0, 37, 600, 999} <= set(milestones.epochs)
    assert len(milestones.epochs) <= 10
    assert max(np.diff(milestones.epochs)) <= 2 * 999 / 6
