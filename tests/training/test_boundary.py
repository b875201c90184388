"""The boundary's picture is what the model predicts at its points, row 0 at the bottom."""

from __future__ import annotations

import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import features, load
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.training.boundary import Plane

LAYERS = (Layer(6, "tanh"), Layer(4, "relu"))


def grid(left: float, right: float, low: float, high: float) -> list[tuple[float, float]]:
    """The points, one after another along a row, rows upwards; written without NumPy."""
    across = [left + (right - left) * step / 49 for step in range(50)]
    upwards = [low + (high - low) * step / 49 for step in range(50)]
    return [(x, y) for y in upwards for x in across]


def setting(experiment: Experiment):
    loaded = load(experiment.dataset.name, **experiment.dataset.options)
    dataset = features.select(loaded, experiment.features)
    return models.build(experiment, loaded), Plane(experiment, loaded), dataset


@pytest.mark.parametrize("name", ["circle", "plane", "blobs"])
def test_over_a_toy_it_is_what_the_model_predicts(name: str) -> None:
    experiment = Experiment(dataset=DatasetChoice(name), layers=LAYERS)
    model, plane, _ = setting(experiment)
    expected = model.predict(np.array(grid(-6, 6, -6, 6), np.float32), verbose=0)
    drawn = plane.outputs(model)

    assert plane.extent == (-6, 6, -6, 6)
    assert drawn.dtype == np.float16
    assert drawn.shape == (50, 50, experiment.head.units)
    # A float16 has eleven binary digits.
    np.testing.assert_allclose(drawn.reshape(2500, -1), expected, rtol=1e-3, atol=1e-4)


def test_inputs_made_from_the_two_numbers_are_made_for_every_point() -> None:
    experiment = Experiment(features=("x1", "x1_squared", "x1_x2", "sin_x2"), layers=LAYERS)
    model, plane, _ = setting(experiment)
    points = [(x, x * x, x * y, np.sin(y)) for x, y in grid(-6, 6, -6, 6)]

    np.testing.assert_allclose(
        plane.outputs(model).reshape(2500, -1),
        model.predict(np.array(points, np.float32), verbose=0),
        rtol=1e-3,
        atol=1e-4,
    )


def test_two_columns_of_a_table_span_a_plane_with_a_margin() -> None:
    experiment = Experiment(dataset=DatasetChoice("iris"), features=("sepal_width", "petal_length"), layers=LAYERS)
    model, plane, dataset = setting(experiment)
    low, high = dataset.x_train.min(axis=0), dataset.x_train.max(axis=0)
    margin = (high - low) / 10
    extent = (low[0] - margin[0], high[0] + margin[0], low[1] - margin[1], high[1] + margin[1])

    np.testing.assert_allclose(plane.extent, extent, rtol=1e-6)
    np.testing.assert_allclose(
        plane.outputs(model).reshape(2500, -1),
        model.predict(np.array(grid(*plane.extent), np.float32), verbose=0),
        rtol=1e-3,
        atol=1e-4,
    )


def test_outputs_beyond_float16_stay_numbers() -> None:
    experiment = Experiment(dataset=DatasetChoice("plane"), layers=())
    model, plane, _ = setting(experiment)
    model.set_weights([np.full((2, 1), 1e30, np.float32), np.zeros(1, np.float32)])

    drawn = plane.outputs(model)
    assert np.isfinite(drawn).all()
    assert drawn[-1, -1, 0] == np.finfo(np.float16).max
    assert drawn[0, 0, 0] == np.finfo(np.float16).min


@pytest.mark.parametrize(
    ("name", "columns", "exists"),
    [
        ("circle", ("x1", "x2"), True),
        ("circle", ("sin_x1",), True),
        ("iris", ("petal_length", "petal_width"), True),
        ("iris", ("petal_length",), False),
        ("iris", ("sepal_length", "petal_length", "petal_width"), False),
        ("digits", (), False),
    ],
)
def test_there_is_a_plane_where_two_numbers_are_the_input(name: str, columns: tuple[str, ...], exists: bool) -> None:
    assert Plane.exists(Experiment(dataset=DatasetChoice(name), features=columns)) is exists
