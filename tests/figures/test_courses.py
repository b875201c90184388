"""How trainings went: bands, layers, plateaus."""

import numpy as np

from nnlab.figures.courses import Axes, band_chart, layer_chart, plateau_chart
from nnlab.figures.palette import LIGHT

EPOCHS = np.arange(5, 55, 5)
AXES = Axes("Epoch", "Accuracy", percent=True)


def test_a_band_runs_from_the_tenth_to_the_ninetieth_percentile():
    values = np.linspace(0, 1, 11)[:, np.newaxis] * np.ones(len(EPOCHS))
    low, high, middle = band_chart([("plain", EPOCHS, values)], AXES, LIGHT).data

    np.testing.assert_allclose([low.y[0], middle.y[0], high.y[0]], [0.1, 0.5, 0.9])
    assert high.fill == "tonexty"
    assert middle.name == "plain"


def test_a_diverged_seed_counts_as_the_worst():
    values = np.array([[np.nan], [0.8], [0.9]])

    _, high, middle = band_chart([("plain", EPOCHS[:1], values)], AXES, LIGHT).data
    assert middle.y[0] == 0.8
    assert np.isfinite(high.y[0])


def test_groups_differ_in_more_than_colour():
    values = np.ones((2, len(EPOCHS)))
    drawn = band_chart([("a", EPOCHS, values), ("b", EPOCHS, values)], AXES, LIGHT).data

    assert drawn[2].line.dash != drawn[5].line.dash


def test_layers_are_lines_on_a_logarithmic_axis():
    figure = layer_chart(EPOCHS, {"1": EPOCHS / 1e4, "2": EPOCHS}, Axes("Epoch", "Norm", log=True), LIGHT)

    assert [trace.name for trace in figure.data] == ["1", "2"]
    assert figure.layout.yaxis.type == "log"
    assert figure.data[0].line.color != figure.data[1].line.color


def test_a_plateau_is_shaded_and_named():
    figure = plateau_chart(EPOCHS, 1 / EPOCHS, (10, 30), Axes("Epoch", "Loss"), ("seed 3", "plateau"), LIGHT)

    (stretch,) = figure.layout.shapes
    assert (stretch.x0, stretch.x1) == (10, 30)
    assert figure.layout.annotations[0].text == "plateau"
