"""LiveCallback: every epoch once, weights never old, and no flood of events."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.events import EpochsEnded, Event
from nnlab.training.live import LiveCallback
from nnlab.training.recording import Recorded


class Training:
    """Plays a trainer before a LiveCallback: a clock, weights that are their epoch, and the hooks."""

    def __init__(self) -> None:
        self.now = 100.0
        self.epoch = 0
        self.events: list[tuple[float, Event]] = []
        self.ends: dict[int, float] = {}
        self.recorded = Recorded()
        self.epoch_seconds = 0.0
        self.model = SimpleNamespace(stop_training=False)
        self.live = LiveCallback("run", self.emit, clock=lambda: self.now)
        self.live.set_model(self.model)
        self.live.follow(self)

    def emit(self, event: Event) -> None:
        assert event.run_id == "run"
        self.events.append((self.now, event))

    def begin(self) -> None:
        self.live.on_epoch_begin(self.epoch)

    def end(self, seconds: float, **logs: float) -> None:
        self.now += seconds
        self.epoch += 1
        self.ends[self.epoch] = self.now
        self.epoch_seconds = seconds
        self.recorded.weights[self.epoch] = [np.array([self.epoch])]
        self.live.on_epoch_end(self.epoch - 1, logs or {"loss": 1 / self.epoch})

    def train(self, *durations: float) -> None:
        for seconds in durations:
            self.begin()
            self.end(seconds)

    def of(self, kind: type) -> list[Any]:
        return [event for _, event in self.events if isinstance(event, kind)]


DURATIONS = st.lists(st.sampled_from([0.0, 0.0004, 0.01, 0.03, 0.2, 0.7, 1.5, 5.0]), min_size=1, max_size=60)


@given(DURATIONS)
def test_every_epoch_is_told_exactly_once_in_order(durations: list[float]) -> None:
    training = Training()
    training.train(*durations)
    training.live.on_train_end()
    told = training.of(EpochsEnded)

    assert [first for event in told for first in range(event.first, event.first + len(event.seconds))] == list(
        range(1, len(durations) + 1)
    )
    assert [loss for event in told for loss in event.logs["loss"]] == [
        1 / epoch for epoch in range(1, len(durations) + 1)
    ]
    np.testing.assert_allclose([s for event in told for s in event.seconds], durations, atol=1e-9)


@given(DURATIONS)
def test_with_the_newest_epoch_come_weights_at_most_a_second_old(durations: list[float]) -> None:
    training = Training()
    training.train(*durations)
    training.live.on_train_end()
    newest = 0
    for event in training.of(EpochsEnded):
        last = event.first + len(event.seconds) - 1
        newest = max(event.weights, default=newest)
        assert training.ends[last] - training.ends[newest] <= 1.0
        for epoch, (weights,) in event.weights.items():
            assert event.first <= epoch <= last
            assert weights == [epoch]


@given(DURATIONS)
def test_quick_epochs_travel_together(durations: list[float]) -> None:
    training = Training()
    training.train(*durations)
    times = [time for time, event in training.events if isinstance(event, EpochsEnded)]

    assert all(later - earlier >= 0.05 for earlier, later in zip(times, times[1:], strict=False))


def test_a_slow_epoch_is_told_at_once() -> None:
    training = Training()
    for epoch in range(1, 6):
        training.train(0.2)
        assert sum(len(event.seconds) for event in training.of(EpochsEnded)) == epoch


def test_weights_that_were_looked_at_are_not_kept() -> None:
    training = Training()
    training.train(*[0.2] * 20)

    assert training.recorded.weights == {}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["loss", "val_loss", "accuracy"])
def test_what_is_no_number_ends_the_training(name: str, value: float) -> None:
    training = Training()
    training.train(0.5)
    assert not training.live.diverged
    assert not training.model.stop_training
    training.begin()
    training.end(0.5, **{"loss": 1.0, name: value})
    training.live.on_train_end()

    assert training.live.diverged
    assert training.model.stop_training
    told = training.of(EpochsEnded)
    assert sum(len(event.seconds) for event in told) == 2
    np.testing.assert_equal(told[-1].logs[name][-1], value)


def test_asked_to_it_tells_what_is_waiting() -> None:
    training = Training()
    training.train(0.06, 0.01, 0.01)
    assert sum(len(event.seconds) for event in training.of(EpochsEnded)) == 1
    training.live.flush()

    assert sum(len(event.seconds) for event in training.of(EpochsEnded)) == 3


def test_where_it_is_told_so_the_weights_of_every_epoch_are_sent() -> None:
    training = Training()
    training.live.follow(training, every_epoch=True)
    training.train(*[0.004] * 30)
    training.live.on_train_end()

    sent = {epoch: weights for event in training.of(EpochsEnded) for epoch, weights in event.weights.items()}
    assert {epoch: int(weights[0][0]) for epoch, weights in sent.items()} == {epoch: epoch for epoch in range(1, 31)}
    assert len(training.of(EpochsEnded)) < 10, "they still travel together"
