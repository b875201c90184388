"""Weights of many epochs in few bytes: exact where they are kept, thinned evenly, the last ones whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.runs.rows import LEAST_ROWS
from nnlab.runs.snapshots import LIMIT, WHOLE, Snapshots

# What a network of 8-8-8-8 over two features holds.
NUMBERS = 16 + 8 + 3 * (64 + 8) + 8 + 1


def of(epoch: int, *sizes: int) -> tuple[np.ndarray, ...]:
    """Weights that tell their epoch."""
    return tuple(np.full(size, epoch, np.float32) for size in sizes or (3, 2))


def filled(epochs: int, limit: int = LIMIT, whole: int = WHOLE, sizes: tuple[int, ...] = (3, 2)) -> Snapshots:
    snapshots = Snapshots(limit, whole)
    for epoch in range(epochs + 1):
        snapshots.add(epoch, of(epoch, *sizes))
    return snapshots


def test_a_hundred_thousand_epochs_stay_under_twenty_megabytes_and_the_last_200_whole() -> None:
    snapshots = filled(100_000, sizes=(NUMBERS,))
    epochs = snapshots.epochs
    held = sum(block.epochs.nbytes + block.table.nbytes for block in snapshots._rows._blocks)

    # Not only what is in use: what is allocated, too.
    assert held == snapshots.bytes <= 20_000_000
    assert snapshots.bytes <= 1.1 * len(epochs) * (4 * NUMBERS + 8)
    assert epochs[-WHOLE:].tolist() == list(range(100_001 - WHOLE, 100_001))
    assert epochs[0] == 0
    # The older ones are as far from each other as that many rows need, not more than twice that.
    assert np.diff(epochs).max() <= 2 * 2 * 100_000 / (20_000_000 / (4 * NUMBERS + 8))
    kept, rows = snapshots.since(-1, 10**6)
    np.testing.assert_array_equal(rows, np.repeat(kept[:, None], NUMBERS, axis=1))


def test_the_last_ones_are_whole_at_any_moment() -> None:
    snapshots = Snapshots(limit=28 * 100, whole=20)
    for epoch in range(2000):
        snapshots.add(epoch, of(epoch))
        first = max(0, epoch - 19)
        assert snapshots.epochs[-20:].tolist() == list(range(first, epoch + 1))
        assert snapshots.bytes <= 28 * 100


def test_where_even_the_last_ones_are_too_large_they_take_half() -> None:
    snapshots = filled(500, limit=28 * 20)
    epochs = snapshots.epochs

    assert snapshots.bytes <= 28 * 20
    assert epochs[-10:].tolist() == list(range(491, 501))
    assert epochs[0] == 0


def test_one_row_that_is_larger_than_all_there_is_stays_alone() -> None:
    snapshots = filled(5, limit=10)

    assert snapshots.epochs.tolist() == [5]
    np.testing.assert_array_equal(snapshots.get(5)[0], [5, 5, 5])


@given(
    st.lists(
        st.one_of(st.tuples(st.just("add"), st.integers(0, 60)), st.tuples(st.just("truncate"), st.integers(-1, 60))),
        max_size=60,
    ),
    st.integers(-1, 60),
    st.integers(0, 10),
)
def test_within_its_bytes_it_is_a_dictionary(steps: list[tuple[str, int]], cursor: int, limit: int) -> None:
    snapshots, expected, value = Snapshots(), dict[int, int](), 0
    for step, epoch in steps:
        if step == "add":
            value += 1
            expected[epoch] = value
            snapshots.add(epoch, of(value))
        else:
            snapshots.truncate(epoch)
            expected = {kept: value for kept, value in expected.items() if kept <= epoch}
    asked = [epoch for epoch in sorted(expected) if epoch > cursor][:limit]
    epochs, rows = snapshots.since(cursor, limit)

    assert snapshots.epochs.tolist() == sorted(expected)
    assert epochs.tolist() == asked
    assert rows[:, 0].tolist() == [expected[epoch] for epoch in asked] if asked else len(rows) == 0
    for epoch in range(61):
        found = snapshots.get(epoch)
        assert (None if found is None else found[1].tolist()) == ([expected[epoch]] * 2 if epoch in expected else None)


def test_weights_come_back_in_their_shapes_and_types() -> None:
    snapshots = Snapshots()
    given_weights = (
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.float32(7),
        np.array([0.1, 1e300]),
        np.array([2**53 + 1, 3]),
        np.array([np.nan, np.inf]),
    )
    snapshots.add(4, tuple(np.asarray(values) for values in given_weights))
    found = snapshots.get(4)

    assert snapshots.shapes == ((2, 3), (), (2,), (2,), (2,))
    for values, expected in zip(found, given_weights, strict=True):
        assert values.dtype == np.asarray(expected).dtype
        np.testing.assert_array_equal(values, expected)
    # What a row cannot hold exactly is held, and counted, beside it.
    assert snapshots.bytes == LEAST_ROWS * (4 * 13 + 8) + 2 * 16


def test_what_it_was_given_and_what_it_gives_are_nobody_elses() -> None:
    snapshots = Snapshots()
    weights = of(1)
    snapshots.add(1, weights)
    weights[0][:] = 9
    snapshots.get(1)[0][:] = 9
    snapshots.since(0, 5)[1][:] = 9
    snapshots.epochs[:] = 9

    assert snapshots.get(1)[0].tolist() == [1, 1, 1]
    assert snapshots.epochs.tolist() == [1]


def test_weights_of_another_network_are_refused() -> None:
    snapshots = filled(3)
    with pytest.raises(ValueError, match="shapes"):
        snapshots.add(4, of(4, 2, 3))

    assert snapshots.epochs.tolist() == [0, 1, 2, 3]


def test_gone_back_the_newest_is_the_last_that_is_left() -> None:
    snapshots = filled(10)
    snapshots.truncate(6)
    assert snapshots.newest == 6
    snapshots.add(3, of(33))
    snapshots.truncate(5)
    # Early stopping has gone back to the third, which is still there.
    assert snapshots.newest == 3
    snapshots.truncate(-1)
    assert (snapshots.newest, snapshots.epochs.tolist(), snapshots.bytes) == (None, [], 0)
    snapshots.add(0, of(0))
    assert snapshots.epochs.tolist() == [0]


def test_all_but_the_newest_can_be_given_up_one_by_one() -> None:
    snapshots = filled(50)
    snapshots.add(20, of(200))
    left = snapshots.epochs.tolist()
    while snapshots.drop_oldest():
        left.remove(next(epoch for epoch in left if epoch != 20))
        assert snapshots.epochs.tolist() == left
        assert snapshots.get(20)[0].tolist() == [200, 200, 200]

    assert left == [20]
