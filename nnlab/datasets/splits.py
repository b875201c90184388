"""Splitting samples: by lot, or so that every part has each class in its share."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Indices = NDArray[np.intp]


def random_split(samples: int, *, test_share: float, seed: int) -> tuple[Indices, Indices]:
    """Split samples by lot, exactly as scikit-learn's ``train_test_split`` does.

    It is here because importing scikit-learn would cost the app's process 70 MB.

    Parameters
    ----------
    samples : int
        How many there are.
    test_share : float
        Size of the test set as a share of all, rounded up.
    seed : int
        What scikit-learn calls ``random_state``.

    Returns
    -------
    train, test : ndarray of int
        Positions, shuffled.

    Examples
    --------
    >>> [len(part) for part in random_split(20_640, test_share=0.25, seed=42)]
    [15480, 5160]
    """
    # The old generator, whose numbers scikit-learn's splits come from.
    shuffled = np.random.RandomState(seed).permutation(samples)
    taken = math.ceil(round(test_share * samples, 6))
    return shuffled[taken:], shuffled[:taken]


def stratified_split(
    labels: NDArray[Any], *, valid_share: float, test_share: float, seed: int
) -> tuple[Indices, Indices, Indices]:
    """Split samples into training, validation and test set, class by class.

    First the test set is taken from all samples, then the validation set from what is left,
    each rounded up, as two calls of scikit-learn's ``train_test_split`` do.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        Class numbers.
    valid_share : float
        Size of the validation set as a share of what the test set leaves.
    test_share : float
        Size of the test set as a share of all.
    seed : int
        Same seed, same split.

    Returns
    -------
    train, valid, test : ndarray of int
        Positions in `labels`, shuffled.

    Examples
    --------
    >>> parts = stratified_split(np.repeat([0, 1], 50), valid_share=0.25, test_share=0.2, seed=0)
    >>> [np.bincount(np.repeat([0, 1], 50)[part]).tolist() for part in parts]
    [[30, 30], [10, 10], [10, 10]]
    """
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    shuffled = generator.permutation(len(labels))
    rest, test = _take(shuffled, labels, test_share, generator)
    train, valid = _take(rest, labels, valid_share, generator)
    return train, valid, test


def _take(candidates: Indices, labels: NDArray[Any], share: float, generator: Generator) -> tuple[Indices, Indices]:
    """Split shuffled `candidates` into those left and those taken."""
    total = math.ceil(round(share * len(candidates), 6))
    classes, inverse, counts = np.unique(labels[candidates], return_inverse=True, return_counts=True)
    exact = counts * total / len(candidates)
    quotas = np.floor(exact).astype(int)
    # The places that rounding down leaves go to the largest remainders; equal ones draw lots.
    lots = np.lexsort((generator.random(len(classes)), quotas - exact))
    quotas[lots[: total - quotas.sum()]] += 1
    taken = np.zeros(len(candidates), dtype=bool)
    for number, quota in enumerate(quotas):
        taken[np.flatnonzero(inverse == number)[:quota]] = True
    return candidates[~taken], candidates[taken]
