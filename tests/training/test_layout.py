"""The steps of an epoch: training batches, the turn, validation batches, the close."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.training.layout import Layout

LAYOUTS = st.builds(Layout, st.integers(1, 200), st.integers(1, 250), st.integers(0, 200))


def batches(samples: int, batch_size: int) -> list[int]:
    """The sizes of batches, one after another."""
    return [len(range(samples)[begin : begin + batch_size]) for begin in range(0, samples, batch_size)]


@given(LAYOUTS)
def test_its_batches_hold_all_samples_once(layout: Layout) -> None:
    sizes = batches(layout.samples, layout.batch_size)
    valid = batches(layout.valid_samples, layout.batch_size)

    assert [layout.batch_size] * layout.full + [layout.rest] * (layout.rest > 0) == sizes
    assert [layout.batch_size] * layout.valid_full + [layout.valid_rest] * (layout.valid_rest > 0) == valid


@given(LAYOUTS)
def test_its_steps_are_batches_turn_batches_and_close(layout: Layout) -> None:
    row = ["batch"] * len(batches(layout.samples, layout.batch_size)) + ["turn"]
    if layout.valid_samples:
        row += ["test"] * len(batches(layout.valid_samples, layout.batch_size)) + ["close"]

    assert layout.steps == len(row)
    assert layout.turn == row.index("turn")
    assert layout.valid_batches == row.count("test")
    if layout.valid_samples:
        assert layout.close == row.index("close") == layout.steps - 1


@pytest.mark.parametrize(
    ("arguments", "turn", "steps"),
    [
        ((1, 1), 1, 2),
        ((10, 10), 1, 2),
        ((10, 100), 1, 2),
        ((11, 10), 2, 3),
        ((30, 10, 1), 3, 6),
        ((25, 10, 25), 3, 8),
        ((1437, 32, 360), 45, 59),
    ],
)
def test_some_epochs_counted_by_hand(arguments: tuple[int, ...], turn: int, steps: int) -> None:
    assert (Layout(*arguments).turn, Layout(*arguments).steps) == (turn, steps)


def test_equal_layouts_are_one_key() -> None:
    assert {Layout(25, 10): "here"}[Layout(25, 10, 0)] == "here"
    assert len({Layout(25, 10), Layout(25, 10, 5), Layout(25, 9), Layout(24, 10)}) == 4
