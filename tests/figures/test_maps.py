"""A map of dots: light, upright, and honest about what a dot stands for."""

import json

import numpy as np
import pytest

from nnlab.figures import maps
from nnlab.figures.maps import MapLabels
from nnlab.figures.palette import DARK, LIGHT, contrast

LABELS = MapLabels("Longitude", "Latitude", "Value", "districts")


def places(count, seed=0):
    draw = np.random.default_rng(seed)
    longitude, latitude = draw.uniform(-124, -114, count).round(2), draw.uniform(32, 42, count).round(2)
    return longitude, latitude, draw.normal(size=count)


def test_each_place_is_in_one_dot_and_a_dot_is_their_mean():
    longitude, latitude, values = places(5000)
    shown = maps.dots(longitude, latitude, values, degrees=0.5)

    assert shown.counts.sum() == 5000
    assert np.sum(shown.counts * shown.values) == pytest.approx(values.sum(), abs=1e-3)
    inside = (np.abs(longitude - shown.longitude[0]) <= 0.25) & (np.abs(latitude - shown.latitude[0]) <= 0.25)
    assert shown.counts[0] == inside.sum()
    assert shown.values[0] == pytest.approx(values[inside].mean(), abs=1e-6)


def test_a_place_on_an_edge_falls_into_the_cell_above_it():
    # 0.05 is no binary number: without a little more, 32.60 / 0.05 would be 651.9999.
    shown = maps.dots([-120.0, -120.0], [32.60, 32.64], [1.0, 2.0])

    assert shown.counts.tolist() == [2]


def test_twenty_thousand_districts_are_few_bytes():
    longitude, latitude, values = places(20_640)
    figure = maps.value_map(maps.dots(longitude, latitude, values, 0.2), LIGHT, LABELS, limits=(-2, 2))

    assert {trace.type for trace in figure.data} == {"scatter"}, "WebGL is not everywhere"
    assert len(figure.data[0].x) < 3000
    assert len(figure.to_json()) < 70_000


def test_a_degree_has_the_same_length_in_both_directions():
    longitude, latitude, values = places(500)
    figure = maps.value_map(maps.dots(longitude, latitude, values), LIGHT, LABELS, limits=(-2, 2))

    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.yaxis.scaleratio == pytest.approx(1 / np.cos(np.radians(37)), rel=0.02)


def test_errors_are_coloured_evenly_around_none():
    longitude, latitude, values = places(50)
    figure = maps.value_map(maps.dots(longitude, latitude, values), LIGHT, LABELS, limits=(-1, 2), middle=0.0)
    marker = figure.data[0].marker

    assert (marker.cmin, marker.cmax) == (-2, 2)
    assert [colour for _, colour in marker.colorscale] == [LIGHT.negative, LIGHT.middle, LIGHT.positive]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_even_the_least_amount_stands_out_from_the_ground(theme):
    assert min(contrast(colour, theme.background) for _, colour in theme.amounts) > 2


def test_the_words_name_the_ends():
    shown = maps.dots([-122.01, -118.01], [37.01, 34.01], [5.0, 0.5])

    assert str(maps.value_map_alt("Value", shown)) == (
        "Value over California in 2 dots: from 0.5 near 34.0°, -118.0° (latitude, longitude) to 5 near 37.0°, -122.0°."
    )


def test_a_figure_is_what_a_browser_can_read():
    longitude, latitude, values = places(10)
    figure = maps.value_map(maps.dots(longitude, latitude, values), LIGHT, LABELS, limits=(0, 1), mark=(-120, 37))

    assert [trace["type"] for trace in json.loads(figure.to_json())["data"]] == ["scatter", "scatter"]
