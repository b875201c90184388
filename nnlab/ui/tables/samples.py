"""What the views of the page Tables share: the data, their words, and the plane of two columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset, features
from nnlab.datasets.tabular import preview
from nnlab.experiment import DatasetChoice
from nnlab.figures.classes import Extent, PlaneLabels
from nnlab.i18n import Translator
from nnlab.ui.labels import capital, label

PETALS = ("petal_length", "petal_width")


def samples(choice: DatasetChoice) -> Dataset:
    """Return the data of a choice."""
    return preview(choice.name, **choice.options)


def columns(dataset: Dataset, x: NDArray[np.float32], names: tuple[str, ...]) -> NDArray[np.float32]:
    """Return the named columns of samples, as a model takes them."""
    return np.ascontiguousarray(x[:, [dataset.feature_names.index(name) for name in names]])


def class_names(dataset: Dataset, t: Translator) -> tuple[str, ...]:
    """Return what the classes, or labels, are called."""
    return tuple(t(name) for name in dataset.class_names)


def plane_of(dataset: Dataset, names: tuple[str, ...]) -> Extent:
    """Return the part of the plane of two columns that is shown."""
    return features.extent(dataset, names)


def plane_labels(dataset: Dataset, names: tuple[str, ...], t: Translator) -> PlaneLabels:
    """Return the words on a picture of two columns."""
    return PlaneLabels(capital(label(t, names[0])), capital(label(t, names[1])), class_names(dataset, t))
