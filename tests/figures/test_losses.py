"""The losses are Keras' own, their slopes are slopes, and the best constants are the best."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.figures import losses
from nnlab.figures.losses import NAMES, LossLabels
from nnlab.figures.palette import LIGHT

LABELS = LossLabels({name: name for name in NAMES}, "Error", "Loss", "Price", "outlier")
VALUES = st.lists(st.floats(-50, 50), min_size=1, max_size=30)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_loss_is_what_keras_counts(name):
    import keras

    errors = np.linspace(-5, 5, 41)
    loss = keras.losses.get(name)
    counted = [np.asarray(loss(np.zeros((1, 1)), np.full((1, 1), error))).item() for error in errors]

    np.testing.assert_allclose(losses.loss_of(name, errors), counted, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("error", [-4.0, -0.5, 0.3, 2.5])
def test_the_pull_is_the_slope(name, error):
    step = 1e-6
    slope = (losses.loss_of(name, error + step) - losses.loss_of(name, error - step)) / (2 * step)

    assert losses.pull_of(name, error) == pytest.approx(float(slope), abs=1e-5)


@given(values=VALUES, other=st.floats(-60, 60), name=st.sampled_from(NAMES))
def test_no_other_constant_has_a_smaller_loss(values, other, name):
    best = losses.best_constant(name, values)

    def total(constant):
        return losses.loss_of(name, np.array(values) - constant).sum()

    assert total(best) <= total(other) + 1e-6 * (1 + total(other))


def test_an_outlier_moves_the_mean_without_end_and_the_others_hardly():
    prices = [1.0, 1.5, 2.0, 2.5, 3.0]
    moved = {name: losses.best_constant(name, [*prices, 1000.0]) - losses.best_constant(name, prices) for name in NAMES}

    assert moved["mean_squared_error"] > 100
    assert 0 < moved["mean_absolute_error"] < 0.5
    assert 0 < moved["huber"] < 0.5


def test_marks_lie_on_their_curves_within_the_picture():
    figure = losses.loss_functions(3.0, LIGHT, LABELS)
    curves, marks = figure.data[::2], figure.data[1::2]

    for name, mark in zip(NAMES, marks, strict=True):
        assert (mark.x[0], mark.y[0]) == (3.0, float(losses.loss_of(name, 3.0)))
        assert mark.y[0] < figure.layout.yaxis.range[1]
    assert len({curve.line.dash for curve in curves}) == len({mark.marker.symbol for mark in marks}) == 3


def test_the_words_give_loss_and_pull():
    assert str(losses.loss_functions_alt(3.0)) == (
        "An error of 3 costs 9 by the squared error, 3 by the absolute error and 2.5 by Huber's loss; "
        "it pulls at the model with 6, 1 and 1."
    )


def test_best_constants_are_drawn_with_the_outlier():
    prices = [1.0, 2.0, 3.0]
    figure = losses.best_constants(prices, 20.0, LIGHT, LABELS)

    assert list(figure.data[0].x) == prices
    assert list(figure.data[1].x) == [20.0]
    lines = {trace.name.split(":")[0]: trace.x[0] for trace in figure.data[2:]}
    assert lines["mean_squared_error"] == 6.5
    assert lines["mean_absolute_error"] == 2.5
    assert figure.layout.xaxis.range[1] > 20
    assert "without it they are 2.00, 2.00, 2.00" in str(losses.best_constants_alt(prices, 20.0))
