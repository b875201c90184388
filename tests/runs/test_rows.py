"""What rows are said to hold is what they hold, and what is given up is free."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from nnlab.runs.rows import BLOCK_BYTES, LEAST_ROWS, Rows

WIDTH = 25
ROW_BYTES = 4 * WIDTH + 8


def filled(count: int, width: int = WIDTH) -> Rows:
    rows = Rows(width)
    for epoch in range(count):
        rows.put(epoch)[:] = epoch
    return rows


def allocated() -> int:
    return sum(trace.size for trace in tracemalloc.take_snapshot().traces if trace.domain == np.lib.tracemalloc_domain)


@pytest.fixture
def traced():
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.usefixtures("traced")
def test_what_they_are_said_to_hold_is_what_is_allocated() -> None:
    before = allocated()
    rows = filled(20_000)
    assert allocated() - before == rows.bytes

    rows.put(-1)[:] = 1
    rows.keep(rows.epochs % 2 == 0)
    assert allocated() - before == rows.bytes
    for epoch in range(0, 9000, 2):
        rows.drop(epoch)
    assert allocated() - before == rows.bytes
    rows.truncate(11_111)
    assert allocated() - before == rows.bytes


@pytest.mark.parametrize("count", [1, 10, 100, 1000, 10_000, 100_000])
def test_a_quarter_more_than_they_need_is_made_ready_but_no_more_than_a_block(count: int) -> None:
    ready = filled(count).bytes - count * ROW_BYTES

    assert 0 <= ready <= min(max(LEAST_ROWS, count / 4) * ROW_BYTES, BLOCK_BYTES)


def test_of_rows_larger_than_a_block_none_is_made_ready() -> None:
    assert filled(3, width=BLOCK_BYTES).bytes == 3 * (4 * BLOCK_BYTES + 8)


def test_where_the_first_go_one_after_the_other_what_is_held_follows() -> None:
    rows = filled(20_000)
    for epoch in range(19_999):
        rows.drop(epoch)
        assert rows.bytes <= rows.count * ROW_BYTES + 1.5 * BLOCK_BYTES

    assert (rows.count, rows.epochs.tolist(), rows.last) == (1, [19_999], 19_999)
    # That it is alone in a block that had many takes no more than that.
    assert rows.bytes <= 2 * ROW_BYTES


def test_near_a_limit_no_more_is_made_ready_than_it_allows() -> None:
    rows, most = Rows(WIDTH), 1003 * ROW_BYTES
    epoch = 0
    while rows.bytes_with(epoch) <= most:
        rows.put(epoch, most)
        epoch += 1

    assert (rows.count, rows.bytes) == (1003, most)


def test_a_row_that_is_there_is_not_made_again() -> None:
    rows = filled(100)
    before = rows.bytes
    rows.put(50)[:] = 0.5

    assert (rows.count, rows.bytes) == (100, before)
    assert rows.get(50).tolist() == [0.5] * WIDTH
    assert rows.get(100) is None
    rows.drop(100)
    assert rows.count == 100
