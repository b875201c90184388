from __future__ import annotations

import math

import numpy as np
import pytest

from nnlab.datasets import DatasetError, load
from nnlab.datasets.catalog import CATALOG, PLANE_FEATURES
from nnlab.datasets.features import PLANE_COLUMNS, columns, select


def test_the_seven_features_of_the_plane_are_computed_from_raw_coordinates() -> None:
    grid = np.array([(x1, x2) for x1 in (-6.0, -1.5, 0.0, 3.25) for x2 in (-2.0, 0.5, 6.0)], dtype=np.float32)
    expected = [(x1, x2, x1**2, x2**2, x1 * x2, math.sin(x1), math.sin(x2)) for x1, x2 in grid.tolist()]
    found = columns("circle", grid, PLANE_FEATURES)
    assert found.dtype == np.float32
    assert found.flags.c_contiguous
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


def test_the_features_come_in_the_catalogs_order() -> None:
    assert tuple(PLANE_COLUMNS) == PLANE_FEATURES


@pytest.mark.parametrize("name", [name for name, info in CATALOG.items() if info.kind == "toy"])
def test_a_toys_default_is_its_raw_coordinates(name: str) -> None:
    dataset = load(name)
    chosen = select(dataset)
    assert chosen.feature_names == ("x1", "x2")
    np.testing.assert_array_equal(chosen.x_train, dataset.x_train)


def test_the_columns_come_in_the_order_asked_for() -> None:
    dataset = load("spiral")
    chosen = select(dataset, ("sin_x2", "x1"))
    assert chosen.feature_names == ("sin_x2", "x1")
    np.testing.assert_allclose(chosen.x_valid[:, 0], np.sin(dataset.x_valid[:, 1]), atol=1e-6)
    np.testing.assert_array_equal(chosen.x_valid[:, 1], dataset.x_valid[:, 0])


def test_choosing_features_keeps_labels_and_the_shared_test_set() -> None:
    dataset = load("circle")
    chosen = select(dataset, ("x1_squared", "x2_squared"))
    assert chosen.x_test is chosen.x_valid
    assert chosen.y_train is dataset.y_train
    assert chosen.x_train.shape == (250, 2)


def test_a_table_gives_the_columns_asked_for_in_every_part() -> None:
    dataset = load("iris")
    chosen = select(dataset, ("petal_width", "sepal_length"))
    for part in ("x_train", "x_valid", "x_test"):
        np.testing.assert_array_equal(getattr(chosen, part), getattr(dataset, part)[:, [3, 0]])


def test_iris_starts_with_its_petals() -> None:
    assert select(load("iris")).feature_names == ("petal_length", "petal_width")


def test_without_defaults_all_columns_are_chosen() -> None:
    x = np.arange(16, dtype=np.float32).reshape(2, 8)
    np.testing.assert_array_equal(columns("california_housing", x), x)


def test_pictures_stay_whole() -> None:
    dataset = load("digits")
    assert select(dataset) is dataset


@pytest.mark.parametrize(
    ("name", "features", "sentence"),
    [
        ("circle", ("x1", "x3"), "“circle” has no feature “x3”. It has: x1, x2, x1_squared"),
        ("iris", ("x1",), "“iris” has no feature “x1”. It has: sepal_length"),
        ("digits", ("x1",), "“digits” consists of whole pictures"),
    ],
)
def test_a_wrong_feature_is_refused_by_name(name: str, features: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(DatasetError, match=sentence):
        select(load(name), features)
