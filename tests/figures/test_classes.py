"""Classes in the plane, straight borders, and labels that need not add up to one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.figures import classes
from nnlab.figures.classes import GRID, Line, PlaneLabels
from nnlab.figures.palette import LIGHT

EXTENT = (0.0, 8.0, -1.0, 3.0)
LABELS = PlaneLabels("Length", "Width", ("setosa", "versicolor", "virginica"))
X = np.array([[1.0, 0.2], [4.0, 1.3], [6.0, 2.0], [1.5, 0.3]])
Y = np.array([0, 1, 2, 0])


def test_the_grid_covers_the_plane_row_by_row_from_below():
    points = classes.grid(EXTENT)

    assert points.shape == (GRID * GRID, 2)
    assert points[0].tolist() == [0, -1]
    assert points[GRID - 1].tolist() == [8, -1]
    assert points[-1].tolist() == [8, 3]


def test_each_class_has_its_samples_its_colour_and_its_symbol():
    traces = classes.plane(X, Y, EXTENT, LIGHT, LABELS).data

    assert [trace.name for trace in traces] == list(LABELS.classes)
    assert [list(trace.x) for trace in traces] == [[1.0, 1.5], [4.0], [6.0]]
    assert len({trace.marker.symbol for trace in traces}) == len({trace.marker.color for trace in traces}) == 3


def test_a_region_lies_where_the_model_says_and_has_its_classs_colour():
    points = classes.grid(EXTENT)
    regions = (points[:, 0] > 4).astype(int) * 2
    heat_map = classes.plane(X, Y, EXTENT, LIGHT, LABELS, regions=regions).data[0]
    z = np.asarray(heat_map.z)

    assert (z[:, heat_map.x > 4] == 2).all()
    assert (z[:, heat_map.x <= 4] == 0).all()
    # Number n falls amid the n-th step of the scale.
    for number in range(3):
        place = (number - heat_map.zmin) / (heat_map.zmax - heat_map.zmin)
        below = [colour for edge, colour in heat_map.colorscale if edge <= place][-1]
        red, green, blue = bytes.fromhex(LIGHT.classes[number].removeprefix("#"))
        assert below.startswith(f"rgba({red}, {green}, {blue},")


@given(st.tuples(*[st.floats(-5, 5)] * 3).filter(lambda weights: abs(weights[0]) + abs(weights[1]) > 0.1))
def test_a_line_is_where_the_sum_is_zero(weights):
    drawn = classes.plane(X, Y, EXTENT, LIGHT, LABELS, lines=[Line("border", weights)]).data[-1]

    for x, y in zip(drawn.x, drawn.y, strict=True):
        assert weights[0] * x + weights[1] * y + weights[2] == pytest.approx(0, abs=1e-3)


def test_the_chapters_line_is_written_as_the_chapter_does():
    line = Line("setosa", (-1.4, -2.2, 4.0))

    assert classes.equation(line, "length", "width") == "1.4 · length + 2.2 · width = 4"
    assert classes.equation(Line("", (1.0, -2.0, -3.0)), "a", "b") == "1 · a − 2 · b = 3"


def test_bars_carry_their_numbers_and_differ_without_colour():
    figure = classes.label_bars(
        [("sigmoid", [0.93, 0.88]), ("softmax", [0.6, 0.4])], ["spam", "urgent"], LIGHT, probability="Probability"
    )
    first, second = figure.data

    assert (list(first.x), list(first.text)) == ([0.93, 0.88], ["93.0%", "88.0%"])
    assert first.marker.pattern.shape != second.marker.pattern.shape
    assert str(classes.label_bars_alt([0.93, 0.88], ["spam", "urgent"])) == "spam: 93.0%, urgent: 88.0%; together 181%."


@given(st.lists(st.floats(0.001, 0.999), min_size=1, max_size=5))
def test_logits_are_what_sigmoid_takes_and_softmax_adds_up(probabilities):
    sums = classes.logits(probabilities)

    np.testing.assert_allclose(1 / (1 + np.exp(-sums)), probabilities, rtol=1e-9)
    assert classes.softmax(sums).sum() == pytest.approx(1)
    assert np.argmax(classes.softmax(sums)) == np.argmax(sums)


def test_the_words_tell_samples_and_shares():
    assert str(classes.plane_alt(Y, LABELS)) == (
        "Samples over Length and Width; setosa: 2, versicolor: 1, virginica: 1."
    )
    regions = np.repeat([0, 1], [GRID * GRID - 1860, 1860])
    assert str(classes.plane_alt(Y, LABELS, regions)).endswith("gives setosa: 50%, versicolor: 50%, virginica: 0%.")
