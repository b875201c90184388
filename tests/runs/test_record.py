"""A record gives every view what it lacks, in order, however it arrived."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab import events
from nnlab.events import Changed, EpochsEnded, TrainerState
from nnlab.experiment import Experiment
from nnlab.messages import Message
from nnlab.runs.progress import ENDED
from nnlab.runs.record import RunRecord
from nnlab.runs.rows import LEAST_ROWS


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def new(epochs: int | None = 30) -> tuple[RunRecord, Clock]:
    clock = Clock()
    return RunRecord("run", Experiment(epochs=epochs), "somebody", clock), clock


def ended(first: int, *losses: float, weights: dict | None = None, seconds: float = 0.5) -> EpochsEnded:
    return EpochsEnded("run", first, (seconds,) * len(losses), {"loss": losses}, weights or {})


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_epochs_come_in_any_portions_and_stay_in_order(portions: list[int]) -> None:
    record, _ = new()
    expected: list[float] = []
    for count in portions:
        losses = [float(len(expected) + step) for step in range(count)]
        record.append(ended(len(expected) + 1, *losses))
        expected += losses
        seen = record.history()
        assert seen.count == len(expected)
        assert list(seen.columns.get("loss", ())) == expected


@given(st.integers(0, 300), st.integers(-5, 320))
def test_a_view_gets_what_comes_after_its_cursor(epochs: int, cursor: int) -> None:
    record, _ = new()
    record.append(ended(1, *(float(epoch) for epoch in range(1, epochs + 1))))
    part = record.history(cursor)
    known = min(max(cursor, 0), epochs)

    assert part.first == known
    assert list(part.columns.get("loss", ())) == [float(epoch) for epoch in range(known + 1, epochs + 1)]
    assert part.count == epochs


def test_what_a_view_was_given_never_changes() -> None:
    record, _ = new()
    record.append(ended(1, 1.0, 2.0))
    first = record.history()
    first.columns["loss"][:] = 7
    record.append(ended(3, 3.0))

    assert list(record.history().columns["loss"]) == [1, 2, 3]
    assert list(first.columns["loss"]) == [7, 7]


def test_epochs_told_twice_are_known_once_as_they_were_first() -> None:
    record, _ = new()
    record.append(ended(1, 1.0, 2.0, 3.0))
    record.append(ended(2, 20.0, 30.0, 4.0))
    record.append(ended(1, 10.0))

    assert list(record.history().columns["loss"]) == [1, 2, 3, 4]


def test_a_key_that_comes_later_has_no_number_before() -> None:
    record, _ = new()
    record.append(ended(1, 1.0))
    record.append(EpochsEnded("run", 2, (0.1,), {"loss": (2.0,), "val_loss": (5.0,)}))
    record.append(ended(3, 3.0))

    np.testing.assert_array_equal(record.history().columns["val_loss"], [np.nan, 5.0, np.nan])


def test_a_long_history_takes_no_more_than_twice_its_numbers() -> None:
    record, _ = new(None)
    for first in range(1, 20_001, 50):
        record.append(EpochsEnded("run", first, (0.1,) * 50, {name: (1.0,) * 50 for name in ("loss", "val_loss")}))

    assert record.history().count == 20_000
    assert 20_000 * 2 * 8 <= record.bytes <= 2 * 20_000 * 2 * 8


def test_weights_are_found_by_their_epoch() -> None:
    record, _ = new()
    assert record.weights() is None
    record.append(ended(1, 1.0, 2.0, 3.0, weights={1: (np.ones(1),), 3: (np.full(1, 3),)}))

    assert record.weight_epochs == (1, 3)
    assert record.weights(1)[0] == 1
    assert record.weights(2) is None
    assert record.weights()[0] == 3
    # Room for the next ones is counted too.
    assert record.weight_bytes == LEAST_ROWS * (4 + 8)


def test_after_early_stopping_the_models_last_weights_are_those_of_its_best_epoch() -> None:
    record, _ = new()
    record.append(ended(1, *[1.0] * 9, weights={3: (np.full(1, 3),), 9: (np.full(1, 9),)}))
    record.append(EpochsEnded("run", 6, (), {}, {5: (np.full(1, 5),)}))

    assert record.weights()[0] == 5
    assert record.progress.epoch == 9
    while record.drop_oldest_weights():
        assert record.weights()[0] == 5
    assert record.weight_epochs == (5,)


def test_the_oldest_weights_go_first_and_the_last_stay() -> None:
    record, _ = new()
    record.append(ended(1, 1.0, 2.0, 3.0, weights={epoch: (np.zeros(10),) for epoch in (1, 2, 3)}))

    assert record.drop_oldest_weights()
    assert record.weight_epochs == (2, 3)
    assert record.drop_oldest_weights()
    assert not record.drop_oldest_weights()
    assert record.weight_epochs == (3,)
    assert record.history().count == 3


def test_everything_held_is_counted() -> None:
    record, _ = new()
    parts = [
        (lambda: record.append(ended(1, 1.0, weights={1: (np.zeros(100),)})), LEAST_ROWS * (400 + 8) + 64 * 8),
        (lambda: record.keep(events.Tested("run", {}, np.zeros((50, 10), np.float16))), 1000),
        (lambda: record.keep(TrainerState(1, (np.zeros(10),), (np.zeros(20),))), 240),
    ]
    for add, size in parts:
        before = record.bytes
        add()
        assert record.bytes - before == size


def test_time_runs_while_the_run_does() -> None:
    record, clock = new()
    clock.now = 10
    assert record.progress.elapsed == 0
    record.enter("running")
    clock.now = 15
    record.enter("paused")
    clock.now = 100
    assert record.progress.elapsed == 5
    record.enter("running")
    clock.now = 102
    record.wait_at(1)
    clock.now = 200
    assert record.progress.elapsed == 7
    record.enter("running")
    record.enter("running")
    clock.now = 203
    record.enter("finished")
    clock.now = 300
    assert record.progress.elapsed == 10


def test_the_rate_is_that_of_the_last_twenty_epochs() -> None:
    record, _ = new(100)
    assert (record.progress.rate, record.progress.remaining) == (0, None)
    record.append(ended(1, *[1.0] * 30, seconds=10.0))
    record.append(ended(31, *[1.0] * 20, seconds=0.5))

    assert record.progress.rate == pytest.approx(2)
    assert record.progress.remaining == pytest.approx(25)


def test_without_a_last_epoch_nobody_knows_how_long_it_takes() -> None:
    record, _ = new(None)
    record.append(ended(1, 1.0))

    assert record.progress.remaining is None


def test_epochs_too_short_for_the_clock_have_no_rate() -> None:
    record, _ = new()
    record.append(ended(1, 1.0, seconds=0.0))

    assert record.progress.rate == 0
    assert not math.isnan(record.progress.rate)


@pytest.mark.parametrize("end", ENDED)
def test_a_run_ends_once(end) -> None:
    record, _ = new()
    record.enter(end, Message("over"))
    for status in ("running", "paused", "finished", "failed"):
        record.enter(status, Message("again"))

    assert record.ended
    assert record.status == end
    assert str(record.message) == "over"


def test_a_place_in_the_queue_is_left_with_the_queue() -> None:
    record, _ = new()
    record.wait_at(4)
    assert (record.status, record.progress.place) == ("queued", 4)
    record.enter("running")

    assert (record.status, record.progress.place) == ("running", 0)


def test_changes_are_kept_in_order() -> None:
    record, _ = new()
    for epoch, batch_size in ((0, 8), (2, 16), (5, 4)):
        record.course.follow(Changed("run", epoch, Experiment(epochs=30, batch_size=batch_size)))

    assert [(change.epoch, change.values) for change in record.changes] == [
        (0, {"batch_size": 8}),
        (2, {"batch_size": 16}),
        (5, {"batch_size": 4}),
    ]
    record.rewind(2)
    assert [change.epoch for change in record.changes] == [0, 2]


def test_gone_back_a_record_forgets_what_came_after() -> None:
    record, _ = new()
    record.append(ended(1, *range(10), weights={epoch: (np.full(2, epoch, np.float32),) for epoch in range(11)}))
    record.rewind(7)
    record.rewind(4)
    record.append(ended(5, 50.0))

    assert list(record.history().columns["loss"]) == [0, 1, 2, 3, 50]
    assert record.weight_epochs == (0, 1, 2, 3, 4)
    rewinds = record.rewinds
    assert (rewinds.revision, *map(rewinds.least_since, (0, 1, 2))) == (2, 4, 4, None)


@pytest.mark.slow
def test_100_000_epochs_of_weights_stay_within_20_megabytes_and_the_last_200_whole() -> None:
    record, _ = new(None)
    rows = np.random.default_rng(0).normal(size=(100, 500)).astype(np.float32)
    for epoch in range(0, 100_000, 100):
        record.append(EpochsEnded("run", 1, (), {}, {epoch + row: (rows[row],) for row in range(100)}))

    epochs, weights = record.snapshots(-1, 10**6)
    assert record.weight_bytes < 20_000_000
    assert epochs[0] == 0
    np.testing.assert_array_equal(epochs[-200:], range(99_800, 100_000))
    np.testing.assert_array_equal(weights, rows[epochs % 100])
    some, _ = record.snapshots(99_900, 7)
    assert some.tolist() == list(range(99_901, 99_908))


def test_the_state_of_a_run_that_is_over_is_of_no_use() -> None:
    record, _ = new()
    state = TrainerState(1, (np.zeros(10),), ())
    record.keep(state)
    assert record.state is state
    record.enter("finished")
    assert record.state is None
    record.keep(state)
    assert record.state is None


def test_that_of_a_stopped_run_is_kept_until_it_has_been_tested() -> None:
    record, _ = new()
    state = TrainerState(1, (np.zeros(10),), ())
    record.keep(state)
    record.enter("stopped")
    assert record.state is state
    record.drop_state()
    assert record.state is None


@pytest.mark.parametrize(("epoch", "kept"), [(7, True), (5, True), (4, False)])
def test_gone_back_before_it_a_state_holds_no_longer(epoch: int, kept: bool) -> None:
    record, _ = new()
    record.keep(TrainerState(5, (np.zeros(10),), ()))
    record.rewind(epoch)

    assert (record.state is not None) == kept


@pytest.mark.parametrize(("weights", "kept"), [(None, True), ((np.ones(3),), False)], ids=["setting", "weights"])
def test_with_weights_set_by_hand_the_state_of_that_epoch_holds_no_longer(weights, kept: bool) -> None:
    record, _ = new()
    record.keep(TrainerState(5, (np.zeros(10),), ()))
    record.follow(Changed("run", 5, Experiment(), weights))

    assert (record.state is not None) == kept
