"""Data sets by name: `load("circle", noise=0.1)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets.catalog import CATALOG, DatasetInfo, Number, Task
from nnlab.messages import ExplainedError


class DatasetError(ExplainedError):
    """A data set cannot be had as asked for."""


Reason = Literal[
    "missing",
    "wrong_file",
    "unreadable",
    "no_network",
    "timeout",
    "http",
    "cut_off",
    "wrong_hash",
    "disk_full",
    "unwritable",
    "unexpected",
]


class DownloadError(DatasetError):
    """A file of a data set can be neither found nor fetched.

    Parameters
    ----------
    template : str
        English sentences with ``{named}`` places; the gettext id.
    reason : str
        What kind of failure it is, for code that reacts to it.
    **values : object
        What goes into the places.
    """

    def __init__(self, template: str, *, reason: Reason, **values: object) -> None:
        super().__init__(template, **values)
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Training, validation and test arrays of one data set.

    Parameters
    ----------
    name : str
        Its name in the catalog.
    x_train, x_valid, x_test : ndarray of shape (n_samples, *input_shape)
        Raw values: ``uint8`` for images, ``float32`` otherwise.
    y_train, y_valid, y_test : ndarray
        Classification: class numbers, shape (n_samples,), ``uint8``; multilabel: 0/1, shape
        (n_samples, n_labels), ``uint8``; regression: shape (n_samples,), ``float32``.
    scale : float
        What raw inputs are divided by before a model sees them: 255 for images, 16 for
        scikit-learn's digits, 1 otherwise.
    task : {"binary", "multiclass", "multilabel", "regression"}
        What is learned.
    class_names : tuple of str
        One for each class, in English; empty for regression.
    feature_names : tuple of str
        One for each column of x; empty for images.
    """

    name: str
    x_train: NDArray[Any]
    y_train: NDArray[Any]
    x_valid: NDArray[Any]
    y_valid: NDArray[Any]
    x_test: NDArray[Any]
    y_test: NDArray[Any]
    scale: float
    task: Task
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()


Loader = Callable[..., Dataset]


def load(name: str, **options: Number) -> Dataset:
    """Load a data set by its name.

    Parameters
    ----------
    name : str
        A key of `nnlab.datasets.catalog.CATALOG`.
    **options : int or float
        Those of the catalog's entry; what is left out takes its default.

    Raises
    ------
    DatasetError
        The name or an option is unknown, a value is outside its bounds, or a file cannot
        be had.

    Examples
    --------
    >>> dataset = load("circle", samples=100, train_share=0.8)
    >>> dataset.x_train.shape, dataset.x_valid.shape
    ((80, 2), (20, 2))
    """
    return dataset_info(name).load_function()(**complete_options(name, options))


def dataset_info(name: str) -> DatasetInfo:
    """Return the catalog's entry.

    Raises
    ------
    DatasetError
        There is none of that name.
    """
    if name not in CATALOG:
        raise DatasetError("There is no data set “{name}”. There are: {names}.", name=name, names=", ".join(CATALOG))
    return CATALOG[name]


def complete_options(name: str, options: Mapping[str, Number]) -> dict[str, Number]:
    """Return `options` after checking them, with the defaults of those left out.

    Raises
    ------
    DatasetError
        The name or an option is unknown, or a value is outside its bounds.

    Examples
    --------
    >>> complete_options("digits", {})
    {'seed': 0}
    """
    bounds = dataset_info(name).options
    for option, value in options.items():
        bound = bounds.get(option)
        if bound is None:
            raise DatasetError("“{name}” has no option “{option}”.", name=name, option=option)
        if not bound.accepts(value):
            raise DatasetError(
                "{option} is {value!r}; it can be {minimum} to {maximum}.",
                option=option,
                value=value,
                minimum=bound.minimum,
                maximum=bound.maximum,
            )
    return {option: options.get(option, bound.default) for option, bound in bounds.items()}


def as_float32(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return `values` as C-ordered ``float32``."""
    return np.ascontiguousarray(values, dtype=np.float32)
