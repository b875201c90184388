"""WatchedLiveCallback: every epoch's results, weights evenly and not too many, the last ones whole."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.events import EpochsEnded, Event
from nnlab.experiment import Experiment
from nnlab.runs.record import RunRecord
from nnlab.training.recording import Recorded
from nnlab.training.watched_live import WatchedLiveCallback, evenly


class Training:
    """Plays a trainer before the callback: a clock, and weights that are their epoch."""

    def __init__(self) -> None:
        self.now = 100.0
        self.epoch = 0
        self.epoch_seconds = 0.0
        self.recorded = Recorded()
        self.events: list[EpochsEnded] = []
        self.record = RunRecord("run", Experiment(epochs=None), "somebody")
        self.live = WatchedLiveCallback("run", self.emit, clock=lambda: self.now)
        self.live.set_model(SimpleNamespace(stop_training=False))
        self.live.follow(self)

    def emit(self, event: Event) -> None:
        assert isinstance(event, EpochsEnded)
        self.events.append(event)
        self.record.append(event)

    def train(self, *durations: float) -> Training:
        for seconds in durations:
            self.now += seconds
            self.epoch += 1
            self.recorded.weights[self.epoch] = [np.full(1, self.epoch, np.float32)]
            self.live.on_epoch_begin(self.epoch - 1)
            self.live.on_epoch_end(self.epoch - 1, {"loss": 1 / self.epoch})
        return self

    @property
    def told(self) -> list[int]:
        """The epochs with results, in the order in which they came."""
        return [event.first + place for event in self.events for place in range(len(event.seconds))]

    @property
    def weighed(self) -> list[int]:
        return [epoch for event in self.events for epoch in event.weights]


DURATIONS = st.lists(st.sampled_from([0.0, 0.0004, 0.01, 0.03, 0.2, 1.5]), min_size=1, max_size=60)


@given(DURATIONS)
def test_every_epoch_is_told_once_and_where_there_is_time_with_its_weights(durations: list[float]) -> None:
    training = Training().train(*durations)
    training.live.flush_whole()

    assert training.told == list(range(1, len(durations) + 1))
    assert sorted(training.weighed) == training.told
    assert training.record.weight_epochs == tuple(training.told)
    for epoch in training.told:
        assert training.record.weights(epoch)[0] == [epoch]


def test_weights_come_at_most_120_a_second_after_a_first_240() -> None:
    training = Training()
    for second in range(1, 11):
        training.train(*[0.0005] * 2000)
        assert len(training.weighed) <= 240 + 120 * second
    # As many as may be: it is not the fewest that is wanted.
    assert len(training.weighed) >= 0.9 * (240 + 120 * 10)
    training.live.flush_whole()

    assert training.told == list(range(1, 20_001))


def test_the_weights_that_come_are_evenly_apart() -> None:
    training = Training().train(*[0.0005] * 20_000)
    # The first second has the credit of the time before.
    later = [epoch for epoch in training.weighed if epoch > 4000]

    assert np.diff(later).max() <= 2 * 2000 / 120
    assert all(max(event.weights) == event.first + len(event.seconds) - 1 for event in training.events if event.weights)


def test_standing_still_the_last_200_epochs_are_whole() -> None:
    training = Training().train(*[0.0001] * 5000)
    before = len(training.weighed)
    training.live.flush_whole()

    assert set(range(4801, 5001)) <= set(training.weighed)
    assert len(training.weighed) - before <= 201
    training.live.flush_whole()
    assert training.told == list(range(1, 5001))


@pytest.mark.parametrize("last", [0.0001, 0.1], ids=["amid a portion", "at the end of one"])
def test_standing_still_the_weights_as_they_stand_are_those_of_the_last_epoch(last: float) -> None:
    training = Training().train(*[0.0001] * 5000, last)
    training.live.flush_whole()

    assert training.record.weights()[0] == [5001]


def test_time_in_which_nothing_was_sent_is_not_saved_up_for_ever() -> None:
    training = Training().train(*[0.0005] * 10_000)
    training.now += 3600
    before = len(training.weighed)
    training.train(*[0.00001] * 3000, 0.1)

    assert len(training.weighed) - before <= 240 + 120


def test_epochs_computed_again_are_not_told_again() -> None:
    training = Training().train(*[0.1] * 10)
    training.live.flush_whole()
    told = len(training.events)
    training.epoch = 2
    training.live.silent_until = 8
    training.train(*[0.1] * 6)
    training.live.flush_whole()
    assert len(training.events) == told
    # Nobody takes their weights: they are not to be gathered.
    assert training.recorded.weights == {}

    training.train(0.1)
    assert training.told[-1] == 9


def test_what_is_no_longer_true_is_not_sent() -> None:
    training = Training().train(*[0.00001] * 1000)
    training.live.forget()
    before = (training.told, training.weighed)
    training.live.flush_whole()
    training.live.on_train_end()

    assert (training.told, training.weighed) == before


def test_a_loss_that_is_no_number_ends_it() -> None:
    training = Training().train(0.1)
    training.live.on_epoch_end(1, {"loss": float("nan")})

    assert training.live.diverged
    assert training.live.model.stop_training


@given(st.integers(0, 400), st.integers(0, 400))
def test_evenly_is_what_it_says(number: int, count: int) -> None:
    epochs = list(range(1, number + 1))
    chosen = evenly(epochs, count)

    assert len(chosen) == min(number, count)
    assert chosen == sorted(set(chosen))
    if chosen:
        assert chosen[-1] == number
        gaps = np.diff([0, *chosen])
        assert gaps.max() - gaps.min() <= 1
