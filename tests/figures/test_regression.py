"""Predicted against true, and what few samples weigh: counts and sums that add up."""

import numpy as np
import pytest

from nnlab.figures import regression
from nnlab.figures.palette import LIGHT
from nnlab.figures.regression import NamedCurve, RegressionLabels, ShareLabels

LABELS = RegressionLabels("True", "Predicted", "districts")


def test_every_sample_is_in_a_cell_or_counted_as_outside():
    draw = np.random.default_rng(0)
    true = draw.uniform(0, 5, 5000)
    predicted = true + draw.normal(0, 0.5, 5000)
    predicted[:3] = [120.0, -300.0, 77.0]
    cells, ideal = regression.predicted_against_true(true, predicted, LIGHT, LABELS).data

    left_out = regression.outside(true, predicted)
    assert 3 <= left_out <= 10
    assert cells.customdata.sum() == 5000 - left_out
    assert np.isnan(cells.z[cells.customdata == 0]).all()
    assert list(ideal.x) == list(ideal.y)


def test_a_cell_lies_where_its_samples_are():
    figure = regression.predicted_against_true([0.0] * 9 + [5.0], [4.0] * 9 + [0.0], LIGHT, LABELS)
    cells = figure.data[0]
    row, column = np.unravel_index(cells.customdata.argmax(), cells.customdata.shape)

    assert cells.x[column] == pytest.approx(0, abs=0.1)
    assert cells.y[row] == pytest.approx(4, abs=0.2)


def test_one_answer_for_all_can_be_drawn():
    figure = regression.predicted_against_true([0.5, 1.0, 4.0], [0.0, 0.0, 0.0], LIGHT, LABELS)

    assert figure.data[0].customdata.sum() == 3
    assert "correlation 0;" in str(regression.predicted_against_true_alt([0.5, 1.0, 4.0], [0.0, 0.0, 0.0]))


def test_the_words_tell_closeness_and_side():
    alt = str(regression.predicted_against_true_alt([1.0, 2.0, 3.0, 4.0], [1.1, 2.1, 2.0, 4.1]))

    assert "75% of the predictions are less than 0.5 off, 25% are too low" in alt
    assert "no longer answers" in str(regression.predicted_against_true_alt([1.0], [np.nan]))


def test_parts_of_the_error_are_stacked_and_told_apart_without_colour():
    labels = ShareLabels("these 3", "all others", "Epoch", "MSE")
    figure = regression.error_shares([1, 2, 3], [0.1, 2.0, 0.3], [0.5, 0.4, 0.3], LIGHT, labels)
    others, few = figure.data

    assert figure.layout.barmode == "stack"
    assert (list(others.y), list(few.y)) == ([0.5, 0.4, 0.3], [0.1, 2.0, 0.3])
    assert few.marker.pattern.shape != others.marker.pattern.shape
    assert "most in epoch 2" in str(regression.error_shares_alt([1, 2, 3], [0.1, 2.0, 0.3], [0.5, 0.4, 0.3]))


def test_a_long_curve_beside_a_short_one_is_thinned_and_keeps_its_ends():
    short = NamedCurve("Keras", np.linspace(1, 0.5, 20))
    long = NamedCurve("MLPClassifier", np.linspace(1, 0.4, 9000))
    figure = regression.side_by_side(short, long, LIGHT, epoch="Epoch", metric="RMSE")

    assert list(figure.data[0].x) == list(range(1, 21))
    assert (figure.data[1].x[0], figure.data[1].x[-1]) == (1, 9000)
    assert (figure.data[1].y[0], figure.data[1].y[-1]) == (1, 0.4)
    assert len(figure.data[1].x) <= 400
    assert figure.layout.xaxis.type == "log"
    assert str(regression.side_by_side_alt(short, long)).endswith(
        "Keras ends at 0.500 after 20 epochs, MLPClassifier at 0.400 after 9,000."
    )
