"""Fewer points for long curves, with every peak."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

DRAWN_POINTS = 2000


def thin(
    epochs: ArrayLike, values: ArrayLike, limit: int = DRAWN_POINTS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keep at most `limit` points of a curve: the lowest and the highest of each bin.

    Peaks survive, which averaging would flatten. The first and the last point are kept, and
    a bin without any finite value keeps its first, so that a gap stays a gap.

    Parameters
    ----------
    epochs, values : array-like of shape (n_points,)
        Epochs ascending; values may be NaN.
    limit : int, default=2000
        At least 4.

    Returns
    -------
    epochs, values : ndarray of shape (at most `limit`,), float64

    Examples
    --------
    >>> thin(range(1, 9), [0, 0, 9, 0, 0, 0, 0, 5], limit=4)
    (array([1., 3., 8.]), array([0., 9., 5.]))
    """
    x, y = np.asarray(epochs, dtype=np.float64), np.asarray(values, dtype=np.float64)
    kept = _kept_indices(y, limit)
    return x[kept], y[kept]


def thin_history(
    epochs: ArrayLike, history: Mapping[str, ArrayLike], limit: int = DRAWN_POINTS
) -> tuple[list[int], dict[str, list[float]]]:
    """Thin several curves over common epochs, for the first message to a live view.

    Parameters
    ----------
    epochs : array-like of shape (n_points,), int
        Ascending.
    history : mapping of str to array-like of shape (n_points,)
        Values per key, NaN where there is none.
    limit : int, default=2000
        What one curve may keep; an epoch kept for one is kept for all.

    Returns
    -------
    epochs : list of int
    history : dict of str to list of float
    """
    arrays = {key: np.asarray(values, dtype=np.float64) for key, values in history.items()}
    kept: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
    for values in arrays.values():
        kept = np.union1d(kept, _kept_indices(values, limit))
    return np.asarray(epochs)[kept].tolist(), {key: values[kept].tolist() for key, values in arrays.items()}


def _kept_indices(values: NDArray[np.float64], limit: int) -> NDArray[np.intp]:
    count = values.size
    if count <= limit:
        return np.arange(count)
    bins = (limit - 2) // 2
    edges = np.linspace(0, count, bins + 1).astype(np.intp)
    owner = np.repeat(np.arange(bins), np.diff(edges))
    # Sorted by bin, then by value with NaN last: each bin starts with its lowest finite value.
    finite = np.isfinite(values)
    order = np.lexsort((np.where(finite, values, np.inf), owner))
    lowest = order[edges[:-1]]
    finite_in_bin = np.add.reduceat(finite, edges[:-1], dtype=np.intp)
    highest = order[edges[:-1] + np.maximum(finite_in_bin - 1, 0)]
    return np.unique(np.concatenate([[0], lowest, highest, [count - 1]]))
