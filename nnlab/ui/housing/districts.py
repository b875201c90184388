"""The districts that the page Housing speaks of, and the words that its views share."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset
from nnlab.datasets.tabular import preview
from nnlab.figures.maps import MapLabels
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.ui.labels import capital, label

NAME = "california_housing"
METRIC = "root_mean_squared_error"
LATITUDE, LONGITUDE = 6, 7


def districts() -> Dataset:
    """Return the data as they are, without wrong prices; validation and test set are always so."""
    return preview(NAME)


def columns(dataset: Dataset, x: NDArray[np.float32], features: tuple[str, ...]) -> NDArray[np.float32]:
    """Return the chosen columns of districts, as a model takes them."""
    return np.ascontiguousarray(x[:, [dataset.feature_names.index(name) for name in features]])


def map_labels(t: Translator, value: str) -> MapLabels:
    """Return the words on a map that shows `value`."""
    return MapLabels(capital(label(t, "longitude")), capital(label(t, "latitude")), value, t(N_("districts")))


def price(t: Translator) -> str:
    """Return what the target is called."""
    return t(N_("median house value (100,000 $)"))


def dollars(t: Translator, value: float) -> str:
    """Write a price of the model's unit in dollars of 1990.

    Examples
    --------
    >>> from nnlab.i18n import translator
    >>> dollars(translator("en"), 2.0683)
    '$206,830'
    """
    if not math.isfinite(value):
        return t.number(value)
    sign = "−" if value < 0 else ""
    return t(N_("{sign}${amount}"), sign=sign, amount=t.integer(abs(round(value * 100_000))))
