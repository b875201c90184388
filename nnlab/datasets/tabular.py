"""Data sets of columns: iris flowers and California housing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnlab.datasets import Dataset, DatasetError, complete_options, load
from nnlab.datasets.bundled import bundled_file
from nnlab.datasets.catalog import CATALOG, HOUSING_FEATURES, IRIS_FEATURES, Number
from nnlab.datasets.remote import ensure
from nnlab.datasets.splits import random_split, stratified_split
from nnlab.messages import N_

IRIS_CLASSES = (N_("setosa"), N_("versicolor"), N_("virginica"))
HOUSING_FILE = "housing/cal_housing.data"
DOLLARS = 100_000.0
"""The unit of the housing target: 100,000 $ of 1990."""
HOUSING_SEED = 42
OUTLIER_FACTOR = 10
"""What a zero too many makes of a price."""


def iris(*, seed: int, dtype: DTypeLike = np.float32) -> Dataset:
    """Load 150 iris flowers, 50 of each species, measured in cm (Fisher, 1936).

    A tenth is the test set and a tenth of the rest the validation set, each with the three
    species in equal shares: 121, 14 and 15 flowers.

    Parameters
    ----------
    seed : int
        Same seed, same split.
    dtype : dtype
        Of the features.

    Raises
    ------
    DatasetError
        scikit-learn, whose package holds the file, is not installed.

    Examples
    --------
    >>> dataset = iris(seed=0)
    >>> len(dataset.x_train), len(dataset.x_valid), len(dataset.x_test)
    (121, 14, 15)
    """
    x, y = iris_flowers(dtype)
    train, valid, test = stratified_split(y, valid_share=0.1, test_share=0.1, seed=seed)
    return Dataset(
        name="iris",
        x_train=x[train],
        y_train=y[train],
        x_valid=x[valid],
        y_valid=y[valid],
        x_test=x[test],
        y_test=y[test],
        scale=1.0,
        task="multiclass",
        class_names=IRIS_CLASSES,
        feature_names=IRIS_FEATURES,
    )


def iris_flowers(dtype: DTypeLike = np.float32) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """Return all 150 flowers in the order of their file: features of shape (150, 4), species of shape (150,)."""
    table = np.loadtxt(bundled_file("iris.csv"), delimiter=",", skiprows=1)
    return np.ascontiguousarray(table[:, :4], dtype=dtype), table[:, 4].astype(np.uint8)


def california_housing(*, outliers: int, dtype: DTypeLike = np.float32) -> Dataset:
    """Load 20,640 districts of the 1990 census (Pace and Barry, 1997).

    The eight features are derived as scikit-learn's ``fetch_california_housing`` does, the
    target is the median house value in 100,000 $. Two splits as by ``train_test_split`` with
    ``random_state=42`` give those of *Hands-On Machine Learning*, chapter 10: 11,610
    districts to train on, 3,870 to validate and 5,160 to test.

    Parameters
    ----------
    outliers : int
        In so many training districts the price gets a zero too many, as by a slip of the pen;
        validation and test set stay as they are. More outliers include those of fewer.
    dtype : dtype
        Of features and target; ``float64`` is what scikit-learn's own loader gives.

    Raises
    ------
    DownloadError
        The file can be neither found nor fetched.
    """
    table = np.loadtxt(ensure(HOUSING_FILE), delimiter=",")
    longitude, latitude, age, rooms, bedrooms, population, households, income, value = table.T
    columns = [
        income,
        age,
        rooms / households,
        bedrooms / households,
        population,
        population / households,
        latitude,
        longitude,
    ]
    x, y = np.column_stack(columns).astype(dtype), (value / DOLLARS).astype(dtype)
    rest, test = random_split(len(y), test_share=0.25, seed=HOUSING_SEED)
    # The second split is drawn over what the first has left, in its order.
    train, valid = (rest[part] for part in random_split(len(rest), test_share=0.25, seed=HOUSING_SEED))
    y_train = y[train]
    y_train[outlier_rows(len(train), outliers)] *= OUTLIER_FACTOR
    return Dataset(
        name="california_housing",
        x_train=x[train],
        y_train=y_train,
        x_valid=x[valid],
        y_valid=y[valid],
        x_test=x[test],
        y_test=y[test],
        scale=1.0,
        task="regression",
        feature_names=HOUSING_FEATURES,
    )


def outlier_rows(samples: int, outliers: int) -> NDArray[np.intp]:
    """Return which training districts have a wrong price when so many have."""
    return np.random.default_rng(HOUSING_SEED).permutation(samples)[:outliers]


@lru_cache(maxsize=8)
def _shared(choice: str, options: tuple[tuple[str, Number], ...]) -> Dataset:
    dataset = load(choice, **dict(options))
    for part in (dataset.x_train, dataset.y_train, dataset.x_valid, dataset.y_valid, dataset.x_test, dataset.y_test):
        part.setflags(write=False)
    return dataset


def preview(name: str, **options: Number) -> Dataset:
    """Return a table for a page to show: loaded once and shared by all visitors, so read-only.

    Raises
    ------
    DownloadError
        A file can be neither found nor fetched.
    DatasetError
        The data set is no table, or an option is wrong.

    Examples
    --------
    >>> preview("iris") is preview("iris", seed=0)
    True
    """
    complete = complete_options(name, options)
    if CATALOG[name].kind != "table":
        raise DatasetError("“{name}” is not a table.", name=name)
    return _shared(name, tuple(complete.items()))


def in_double(name: str, **options: Number) -> Dataset:
    """Load a table with features and target in ``float64``, as scikit-learn's own loaders give them.

    An MLP of scikit-learn computes in the precision of its inputs, and rounding the housing data to
    ``float32`` is enough to send a validation RMSE of 0.505 to 0.69: two of the districts lie so far
    out that any other path of the training shows there.

    Raises
    ------
    DatasetError
        The data set is no table, an option is wrong, or a file cannot be had.
    """
    complete = complete_options(name, options)
    if CATALOG[name].kind != "table":
        raise DatasetError("“{name}” is not a table.", name=name)
    return CATALOG[name].load_function()(**complete, dtype=np.float64)
