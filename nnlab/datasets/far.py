"""Samples far from all that a model is trained on: how far, and which."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset

PARTS = ("train", "valid", "test")
FAR = 100.0
"""Standard deviations beyond which a sample counts as far out; the housing data's training districts are nearer."""


def deviations(dataset: Dataset, part: str) -> NDArray[np.float64]:
    """Return how many standard deviations of the training set each value lies from its mean.

    This is what a Normalization layer adapted on the training set hands to the network.

    Parameters
    ----------
    dataset : Dataset
        A table.
    part : {"train", "valid", "test"}
        Which samples.

    Returns
    -------
    ndarray of shape (n_samples, n_features)
    """
    train = dataset.x_train.astype(np.float64)
    values: NDArray[Any] = getattr(dataset, f"x_{part}")
    return np.asarray((values - train.mean(axis=0)) / train.std(axis=0))


def farthest(dataset: Dataset) -> dict[str, NDArray[np.float64]]:
    """Return the greatest distance of each part in each feature, in standard deviations."""
    return {part: np.abs(deviations(dataset, part)).max(axis=0) for part in PARTS}


def far_rows(dataset: Dataset, part: str = "valid") -> NDArray[np.intp]:
    """Return the positions of the samples that lie far out in some feature, the farthest first.

    Parameters
    ----------
    dataset : Dataset
        A table.
    part : {"train", "valid", "test"}
        Where to look.

    Examples
    --------
    >>> from nnlab.datasets import load
    >>> far_rows(load("iris")).tolist()
    []
    """
    distances = np.abs(deviations(dataset, part)).max(axis=1)
    found = np.flatnonzero(distances > FAR)
    return found[np.argsort(-distances[found])]
