"""Histograms count every value once, and say what they leave out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.figures import distributions
from nnlab.figures.palette import LIGHT


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=300))
def test_every_value_is_in_one_bar_or_beyond(values):
    one = distributions.histogram("x", values)

    assert one.counts.sum() + one.beyond == len(values)
    assert one.largest == max(values)


def test_a_long_tail_is_counted_and_does_not_flatten_the_rest():
    values = np.concatenate([np.random.default_rng(0).uniform(1, 5, 5000), [1243.3, 599.7]])
    one = distributions.histogram("people", values)

    assert 2 <= one.beyond <= 30
    assert one.edges[-1] < 6
    assert (one.counts > 0).mean() > 0.9


def test_a_short_tail_is_drawn():
    assert distributions.histogram("x", np.linspace(0, 1, 1000)).beyond == 0


def test_whole_numbers_have_bars_around_them():
    one = distributions.histogram("hour", np.arange(24))

    assert one.counts.tolist() == [1] * 24
    assert one.edges[0] == -0.5


def test_a_constant_column_is_one_bar():
    assert distributions.histogram("x", [2.5] * 7).counts.sum() == 7


def test_each_column_has_a_panel_with_its_name():
    shown = [distributions.histogram(name, np.random.default_rng(1).normal(size=200)) for name in "abc"]
    figure = distributions.histograms(shown, LIGHT)

    assert [bar.xaxis for bar in figure.data] == ["x", "x2", "x3"]
    assert [note.text for note in figure.layout.annotations] == ["<b>a</b>", "<b>b</b>", "<b>c</b>"]
    domains = [figure.layout[f"yaxis{suffix}"].domain for suffix in ("", "2", "3")]
    assert domains[0] == domains[1]
    assert domains[2][1] < domains[0][0]
    assert all(0 <= low < high <= 1 for low, high in domains)


def test_the_words_name_the_longest_tail():
    rooms = distributions.histogram("rooms", np.append(np.linspace(1, 5, 1000), [140.0] * 3))
    age = distributions.histogram("age", np.linspace(1, 52, 1000))

    assert str(distributions.histograms_alt([age, rooms])).startswith("Histograms of age, rooms. The longest tail has ")
    assert "has rooms:" in str(distributions.histograms_alt([age, rooms]))
    assert "greatest is 140" in str(distributions.histograms_alt([age, rooms]))


@pytest.mark.parametrize("count", [1, 2, 9])
def test_any_number_of_columns_fits(count):
    shown = [distributions.histogram(str(number), [1.0, 2.0, 3.5]) for number in range(count)]

    assert len(distributions.histograms(shown, LIGHT).data) == count
