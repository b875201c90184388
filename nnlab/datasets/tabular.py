"""Data sets of columns: iris flowers and California housing."""

from __future__ import annotations

import numpy as np

from nnlab.datasets import Dataset, as_float32
from nnlab.datasets.bundled import bundled_file
from nnlab.datasets.catalog import HOUSING_FEATURES, IRIS_FEATURES
from nnlab.datasets.remote import ensure
from nnlab.datasets.splits import stratified_split
from nnlab.messages import N_

IRIS_CLASSES = (N_("setosa"), N_("versicolor"), N_("virginica"))
HOUSING_FILE = "housing/cal_housing.data"
DOLLARS = 100_000.0
"""The unit of the housing target: 100,000 $ of 1990."""


def iris(*, seed: int) -> Dataset:
    """Load 150 iris flowers, 50 of each species, measured in cm (Fisher, 1936).

    A tenth is the test set and a tenth of the rest the validation set, each with the three
    species in equal shares: 121, 14 and 15 flowers.

    Parameters
    ----------
    seed : int
        Same seed, same split.

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
    table = np.loadtxt(bundled_file("iris.csv"), delimiter=",", skiprows=1)
    x, y = as_float32(table[:, :4]), table[:, 4].astype(np.uint8)
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


def california_housing() -> Dataset:
    """Load 20,640 districts of the 1990 census (Pace and Barry, 1997).

    The eight features are derived as scikit-learn's ``fetch_california_housing`` does, the
    target is the median house value in 100,000 $. Two calls of ``train_test_split`` with
    ``random_state=42`` give the split of *Hands-On Machine Learning*, chapter 10: 11,610
    districts to train on, 3,870 to validate and 5,160 to test.

    Raises
    ------
    DownloadError
        The file can be neither found nor fetched.
    """
    # Imported here: only a worker loads this data set, the app's process never pays for it.
    from sklearn.model_selection import train_test_split

    table = np.loadtxt(ensure(HOUSING_FILE), delimiter=",")
    longitude, latitude, age, rooms, bedrooms, population, households, income, value = table.T
    x = as_float32(
        np.column_stack(
            [
                income,
                age,
                rooms / households,
                bedrooms / households,
                population,
                population / households,
                latitude,
                longitude,
            ]
        )
    )
    y = as_float32(value / DOLLARS)
    x_rest, x_test, y_rest, y_test = train_test_split(x, y, random_state=42)
    x_train, x_valid, y_train, y_valid = train_test_split(x_rest, y_rest, random_state=42)
    return Dataset(
        name="california_housing",
        x_train=x_train,
        y_train=y_train,
        x_valid=x_valid,
        y_valid=y_valid,
        x_test=x_test,
        y_test=y_test,
        scale=1.0,
        task="regression",
        feature_names=HOUSING_FEATURES,
    )
