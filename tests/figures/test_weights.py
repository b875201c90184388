"""The spread of weights, and the first layer's weights as pictures."""

import numpy as np
import pytest

from nnlab.figures import weights
from nnlab.figures.palette import DARK, LIGHT
from nnlab.figures.weights import SpreadLabels

WORDS = SpreadLabels(now="now", first="before", weight="Weight", count="How many", limit="±0.0744")
GENERATOR = np.random.default_rng(0)
FIRST = GENERATOR.uniform(-0.07, 0.07, (64, 20)).astype(np.float32)
NOW = FIRST + GENERATOR.normal(0, 0.02, (64, 20)).astype(np.float32)


def test_every_weight_is_counted_in_both_outlines():
    now, before = weights.spread(NOW, FIRST, 0.0744, LIGHT, WORDS).data

    assert (now.name, before.name) == ("now", "before")
    assert sum(now.y) == sum(before.y) == NOW.size
    np.testing.assert_array_equal(now.x, before.x)
    assert now.line.dash != before.line.dash


def test_the_limit_is_marked_on_both_sides_and_in_words():
    layout = weights.spread(NOW, FIRST, 0.0744, LIGHT, WORDS).layout

    assert sorted(line.x0 for line in layout.shapes) == [-0.0744, 0.0744]
    assert [words.text for words in layout.annotations] == ["±0.0744"]
    assert not weights.spread(NOW, FIRST, None, LIGHT, WORDS).layout.shapes


def test_weights_that_are_no_numbers_are_left_out_and_said():
    broken = NOW.copy()
    broken[3, 4] = np.nan
    assert sum(weights.spread(broken, None, None, LIGHT, WORDS).data[0].y) == NOW.size - 1
    assert str(weights.spread_alt(broken, None)) == "Some of the 1,280 weights are no longer numbers."
    assert sum(weights.spread(np.full(3, np.nan), FIRST, None, LIGHT, WORDS).data[0].y) == 0


def test_the_alt_text_says_how_many_lie_beyond_the_limit():
    values = np.array([-0.2, -0.1, 0.05, 0.1])
    assert str(weights.spread_alt(values, 0.1)) == (
        "4 weights from -0.2 to 0.1, standard deviation 0.119; 25.0% lie beyond the initializer's limit of ±0.1."
    )
    assert str(weights.spread_alt(values, None)) == "4 weights from -0.2 to 0.1, standard deviation 0.119."


def drawn(kernel, units, **options):
    figure = weights.templates(kernel, (8, 8), units, [str(unit + 1) for unit in units], LIGHT, **options)
    return figure, np.asarray(figure.data[0].z)


def test_a_units_weights_lie_where_their_pixels_are():
    kernel = np.zeros((64, 6))
    kernel[8 * 2 + 5, 3] = 1.0  # row 2, column 5 of the fourth unit
    figure, canvas = drawn(kernel, [2, 3])
    top, left = (int(place[0]) for place in np.nonzero(canvas == 127))

    assert (top, left % 10) == (2, 5)
    assert left // 10 == 1
    assert [note.text for note in figure.layout.annotations] == ["3", "4"]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_minus_zero_and_plus_have_the_diverging_colours_and_gaps_the_pages_ground(theme):
    figure = weights.templates(np.eye(64), (8, 8), [0], ["1"], theme)
    heat_map = figure.data[0]
    scale = {round(place * 255) - 128: colour for place, colour in heat_map.colorscale}

    assert (heat_map.zmin, heat_map.zmax) == (-128, 127)
    assert (scale[0], scale[127]) == (theme.middle, theme.positive)
    assert heat_map.colorscale[0][1] == theme.background
    assert heat_map.colorscale[2][1] == theme.negative
    assert np.asarray(heat_map.z)[-1, 0] == -128


def test_small_weights_look_small_where_a_reach_is_given():
    kernel = np.full((64, 1), 0.01)
    assert drawn(kernel, [0])[1].max() == 127
    assert drawn(kernel, [0], least_reach=0.1)[1].max() == 13


def test_pictures_travel_as_a_byte_for_each_pixel():
    assert len(weights.templates(np.zeros((784, 300)), (28, 28), range(16), ["x"] * 16, LIGHT).to_json()) < 40_000
