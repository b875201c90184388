"""A history that grows at its end, is cut off there, and has no number where there was none."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from nnlab.runs.columns import LEAST, Columns

NAMES = ("loss", "val_loss")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 90), st.sets(st.sampled_from(NAMES))),
        st.tuples(st.just("truncate"), st.integers(0, 200), st.just(set())),
    ),
    max_size=12,
)


@given(STEPS, st.integers(0, 300))
@example([("append", 5, {"loss"}), ("truncate", 2, set()), ("append", 3, set())], 0)
def test_whatever_is_added_and_cut_off_it_is_a_list_for_each_key(
    steps: list[tuple[str, int, set[str]]], first: int
) -> None:
    columns, expected, value = Columns(), dict[str, list[float]](), 0.0
    count = 0
    for step, epochs, names in steps:
        if step == "append":
            rows = {}
            for name in names:
                rows[name] = [value := value + 1 for _ in range(epochs)]
                expected.setdefault(name, [np.nan] * count)
            count += epochs
            for name, values in expected.items():
                values += rows.get(name, [np.nan] * epochs)
            columns.append(epochs, rows)
        else:
            count = min(count, epochs)
            expected = {name: values[:count] for name, values in expected.items()}
            columns.truncate(epochs)

    assert columns.count == count
    found = columns.since(first)
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values[first:])


def test_memory_grows_with_the_numbers_and_no_more_than_twice() -> None:
    columns = Columns()
    assert columns.bytes == 0
    columns.append(1, {"loss": (1.0,)})
    assert columns.bytes == LEAST * 8
    for _ in range(10_000):
        columns.append(1, {"loss": (1.0,)})

    assert 10_001 * 8 <= columns.bytes <= 2 * 10_001 * 8
