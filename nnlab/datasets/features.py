"""The inputs of a model: columns chosen from a data set, or computed from points in the plane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset, DatasetError, as_float32, dataset_info
from nnlab.datasets.catalog import DatasetInfo

Column = NDArray[np.float32]

PLANE_COLUMNS: dict[str, Callable[[Column, Column], Column]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1_squared": lambda x1, x2: x1 * x1,
    "x2_squared": lambda x1, x2: x2 * x2,
    "x1_x2": lambda x1, x2: x1 * x2,
    "sin_x1": lambda x1, x2: np.sin(x1),
    "sin_x2": lambda x1, x2: np.sin(x2),
}
"""The features of TensorFlow Playground, of raw coordinates, in its order."""

PLANE = (-6.0, 6.0, -6.0, 6.0)
"""Least and greatest x1, then x2, of the plane that is shown."""


def chosen_features(name: str, features: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the features that `features` means for the data set `name`.

    Parameters
    ----------
    name : str
        A data set of the catalog.
    features : tuple of str
        Names from its `features`; empty means its default features, or all if it names
        none.

    Raises
    ------
    DatasetError
        The data set is unknown or lacks one of the features.

    Examples
    --------
    >>> chosen_features("circle")
    ('x1', 'x2')
    """
    info = dataset_info(name)
    for feature in features:
        if info.kind == "images":
            raise DatasetError(
                "“{name}” consists of whole pictures; it has no feature “{feature}” to choose.",
                name=name,
                feature=feature,
            )
        if feature not in info.features:
            raise DatasetError(
                "“{name}” has no feature “{feature}”. It has: {features}.",
                name=name,
                feature=feature,
                features=", ".join(info.features),
            )
    return features or info.default_features or info.features


def columns(name: str, x: NDArray[Any], features: tuple[str, ...] = ()) -> NDArray[Any]:
    """Return a model's inputs for samples of the data set `name`.

    Parameters
    ----------
    name : str
        A data set of the catalog.
    x : ndarray of shape (n, *input_shape)
        Samples as its loader gives them; for toys any points, such as a grid of the plane.
    features : tuple of str
        See `chosen_features`.

    Returns
    -------
    ndarray of shape (n, len(features))
        One column a feature, in the order asked for: ``float32`` for toys, of the type of `x` for tables; images
        come back unchanged.

    Raises
    ------
    DatasetError
        The data set is unknown or lacks one of the features.

    Examples
    --------
    >>> columns("circle", np.array([[2.0, 3.0]]), ("x1_squared", "x1_x2")).tolist()
    [[4.0, 6.0]]
    """
    return _columns(dataset_info(name), x, chosen_features(name, features))


def select(dataset: Dataset, features: tuple[str, ...] = ()) -> Dataset:
    """Return `dataset` with the chosen features as the columns of x.

    Parameters
    ----------
    dataset : Dataset
        As its loader gives it.
    features : tuple of str
        See `chosen_features`.

    Raises
    ------
    DatasetError
        The data set lacks one of the features.
    """
    info = dataset_info(dataset.name)
    names = chosen_features(dataset.name, features)
    if info.kind == "images":
        return dataset
    x_valid = _columns(info, dataset.x_valid, names)
    same = dataset.x_test is dataset.x_valid
    return replace(
        dataset,
        x_train=_columns(info, dataset.x_train, names),
        x_valid=x_valid,
        x_test=x_valid if same else _columns(info, dataset.x_test, names),
        feature_names=names,
    )


def extent(dataset: Dataset, features: tuple[str, ...] = ()) -> tuple[float, float, float, float]:
    """Return the range of two columns of the training set with a tenth to spare on each side.

    Parameters
    ----------
    dataset : Dataset
        As its loader gives it, or as `select` does.
    features : tuple of str
        The two columns.

    Returns
    -------
    tuple of float
        Least and greatest value of the first, then of the second.
    """
    columns = select(dataset, features).x_train
    low, high = columns.min(axis=0), columns.max(axis=0)
    margin = 0.1 * (high - low)
    first, second = zip(low - margin, high + margin, strict=True)
    return (float(first[0]), float(first[1]), float(second[0]), float(second[1]))


def _columns(info: DatasetInfo, x: NDArray[Any], features: tuple[str, ...]) -> NDArray[Any]:
    if info.kind == "images":
        return x
    if info.kind == "table":
        # In the precision of `x`.
        return np.ascontiguousarray(x[:, [info.features.index(feature) for feature in features]])
    x1, x2 = as_float32(x.T)
    return np.column_stack([PLANE_COLUMNS[feature](x1, x2) for feature in features])
