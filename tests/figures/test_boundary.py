"""The decision boundary: colours mean what the model says, points are where the data is."""

import numpy as np
import pytest

from nnlab.figures import boundary
from nnlab.figures.boundary import BoundaryLabels, Points, Surface
from nnlab.figures.palette import DARK, LIGHT, PaletteError, blend, contrast

LABELS = BoundaryLabels(training="training", test="test", prediction="prediction")
GRID = np.stack(np.meshgrid(np.linspace(-6, 6, 5), np.linspace(-6, 6, 5)), axis=2)
CORNER = Points(np.array([[-5.0, -5.0], [5.0, 5.0], [4.0, -4.0]]), np.array([0, 1, 1]))
BINARY = Surface(1 / (1 + np.exp(-GRID[..., 0])), ("left", "right"))


def three_classes(probabilities):
    return Surface(np.tile(np.array(probabilities), (2, 2, 1)), ("a", "b", "c"))


def colour_at(heat_map, value):
    """The colour a Plotly heat map gives to a value, by its own linear rule."""
    position = (value - heat_map.zmin) / (heat_map.zmax - heat_map.zmin)
    stops = list(heat_map.colorscale)
    for (low, start), (high, end) in zip(stops[:-1], stops[1:], strict=True):
        if low <= position < high or position == high == 1:
            return blend(start, end, (position - low) / (high - low))
    raise AssertionError(position)


def test_the_plane_is_square_upright_and_as_large_as_asked():
    layout = boundary.figure(BINARY, LABELS, LIGHT, training=CORNER).layout

    assert list(layout.xaxis.range) == list(layout.yaxis.range) == [-6, 6]
    assert layout.yaxis.scaleanchor == "x"


def test_a_table_s_columns_have_ranges_of_their_own():
    petals = Surface(BINARY.values, BINARY.class_names, extent=(0, 7, 0, 3))
    figure = boundary.figure(petals, LABELS, LIGHT, training=CORNER)

    assert list(figure.layout.xaxis.range) == [0, 7]
    assert list(figure.layout.yaxis.range) == [0, 3]
    assert figure.layout.yaxis.scaleanchor is None
    np.testing.assert_allclose(figure.data[0].x, [0, 1.75, 3.5, 5.25, 7])
    np.testing.assert_allclose(figure.data[0].y, [0, 0.75, 1.5, 2.25, 3])


def test_probabilities_of_two_classes_run_from_orange_over_grey_to_blue():
    heat_map = boundary.figure(BINARY, LABELS, LIGHT, training=CORNER).data[0]

    np.testing.assert_allclose(heat_map.z, 2 * BINARY.values - 1, rtol=1e-6)
    np.testing.assert_allclose(heat_map.y, [-6, -3, 0, 3, 6])
    assert colour_at(heat_map, -1) == LIGHT.negative
    assert colour_at(heat_map, 0) == LIGHT.middle
    assert colour_at(heat_map, 1) == LIGHT.positive


def test_regression_is_drawn_on_the_same_scale_with_a_colour_bar():
    surface = Surface(GRID.sum(axis=2) / 12)
    figure = boundary.figure(surface, LABELS, LIGHT, training=Points(CORNER.x, np.array([-1.0, 1.0, 0.0])))

    np.testing.assert_allclose(figure.data[0].z, surface.values)
    assert figure.data[0].showscale
    assert list(figure.data[1].marker.color) == [-1, 1, 0]
    assert (figure.data[1].marker.cmin, figure.data[1].marker.cmax) == (-1, 1)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("winner", [0, 1, 2])
def test_a_region_has_the_colour_of_its_class_the_paler_the_less_certain(theme, winner):
    def region(certainty):
        probabilities = np.full(3, (1 - certainty) / 2)
        probabilities[winner] = certainty
        heat_map = boundary.figure(three_classes(probabilities), LABELS, theme, training=CORNER).data[0]
        return colour_at(heat_map, float(heat_map.z[0, 0]))

    ground = theme.background
    assert contrast(region(0.999), theme.classes[winner].colour) < 1.05
    assert contrast(region(0.34), ground) < contrast(region(0.6), ground) < contrast(region(0.99), ground)


def test_each_class_of_points_has_its_own_marker_and_lies_where_the_data_is():
    markers = boundary.figure(BINARY, LABELS, LIGHT, training=CORNER).data[1:]

    assert [trace.name for trace in markers] == ["left · training", "right · training"]
    assert len({trace.marker.symbol for trace in markers}) == 2
    assert list(markers[0].x) == [-5]
    assert list(markers[1].x) == [5, 4]
    assert list(markers[1].y) == [5, -4]


def test_test_points_are_shown_when_asked_for_and_have_a_dot_inside():
    markers = boundary.figure(BINARY, LABELS, LIGHT, training=CORNER, test=CORNER).data[1:]

    assert [trace.name for trace in markers[2:]] == ["left · test", "right · test"]
    assert [trace.marker.symbol for trace in markers[2:]] == [f"{trace.marker.symbol}-dot" for trace in markers[:2]]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_marker_has_a_rim_that_stands_out_from_the_ground(theme):
    markers = boundary.figure(BINARY, LABELS, theme, training=CORNER, test=CORNER).data[1:]

    assert all(contrast(trace.marker.line.color, theme.background) >= 3 for trace in markers)


def test_points_lie_on_top_of_the_plane():
    assert [trace.type for trace in boundary.figure(BINARY, LABELS, LIGHT, training=CORNER).data] == [
        "heatmap",
        "scatter",
        "scatter",
    ]


def test_more_classes_than_can_be_told_apart_are_refused():
    surface = Surface(np.full((2, 2, 7), 1 / 7), tuple("abcdefg"))

    with pytest.raises(PaletteError):
        boundary.figure(surface, LABELS, LIGHT, training=CORNER)


def test_the_alt_text_says_how_the_plane_is_divided():
    values = np.zeros((4, 4))
    values[:, 3] = 0.9

    assert (
        str(boundary.alt(Surface(values, ("left", "right")), 12))
        == "After 12 epochs the plane is divided into: left 75%, right 25%."
    )
    assert (
        str(boundary.alt(three_classes([0.2, 0.5, 0.3]), 3))
        == "After 3 epochs the plane is divided into: a 0%, b 100%, c 0%."
    )


def test_the_alt_text_of_a_regression_gives_the_range():
    surface = Surface(np.array([[-0.5, 0.25], [0.0, 1.0]]))

    assert str(boundary.alt(surface, 5)) == "After 5 epochs the predictions in the plane reach from -0.50 to 1.00."


def test_the_alt_text_of_a_diverged_model_says_so():
    surface = Surface(np.full((2, 2), np.nan), ("a", "b"))

    assert str(boundary.alt(surface, 9)) == "After 9 epochs the model no longer answers with numbers."
