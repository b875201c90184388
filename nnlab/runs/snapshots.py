"""`Snapshots`: the weights of a run's epochs, a row each, thinned so that they stay within their bytes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.events import Arrays
from nnlab.runs.rows import Rows

LIMIT = 20_000_000
WHOLE = 200


class Snapshots:
    """The weights of epochs, in order.

    When its bytes are used up, of the older epochs only every second one that is kept stays, then
    every fourth, and so on; the last ones stay whole as far as they take no more than half of
    them. What was added last always stays.

    Parameters
    ----------
    limit : int
        Bytes that the rows may take.
    whole : int
        How many epochs before the last are not thinned.

    Examples
    --------
    >>> snapshots = Snapshots()
    >>> for epoch in range(3):
    ...     snapshots.add(epoch, (np.full((2, 1), epoch, np.float32), np.zeros(1, np.float32)))
    >>> epochs, rows = snapshots.since(0, limit=10)
    >>> epochs.tolist(), rows.tolist()
    ([1, 2], [[1.0, 1.0, 0.0], [2.0, 2.0, 0.0]])
    """

    def __init__(self, limit: int = LIMIT, whole: int = WHOLE) -> None:
        self.newest: int | None = None
        self._limit = limit
        self._whole = whole
        self._layout: tuple[tuple[tuple[int, ...], np.dtype[Any]], ...] = ()
        self._rows = Rows(0)
        # Values that a row cannot hold exactly: epoch, then place among the arrays.
        self._exact: dict[int, dict[int, NDArray[Any]]] = {}

    @property
    def epochs(self) -> NDArray[np.int64]:
        """The epochs whose weights are kept, ascending."""
        return self._rows.epochs

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the arrays; none before the first were added."""
        return tuple(shape for shape, _ in self._layout)

    @property
    def bytes(self) -> int:
        """Memory that the weights hold."""
        exact = sum(array.nbytes for arrays in self._exact.values() for array in arrays.values())
        return self._rows.bytes + exact

    def add(self, epoch: int, arrays: Arrays) -> None:
        """Keep the weights of an epoch in place of what was known of it.

        Raises
        ------
        ValueError
            The arrays are not of the shapes of those before.
        """
        if not self._layout:
            self._layout = tuple((array.shape, array.dtype) for array in arrays)
            self._rows = Rows(sum(array.size for array in arrays))
        if self.shapes != tuple(array.shape for array in arrays):
            raise ValueError(f"Weights of shapes {[array.shape for array in arrays]} among {list(self.shapes)}.")
        if self._rows.bytes_with(epoch) > self._limit:
            self._thin()
        row = self._rows.put(epoch, self._limit)
        begin = 0
        self._exact.pop(epoch, None)
        for index, array in enumerate(arrays):
            if not _fits(array.ravel(), row[begin : begin + array.size]):
                self._exact.setdefault(epoch, {})[index] = array.copy()
            begin += array.size
        self.newest = epoch

    def get(self, epoch: int) -> Arrays | None:
        """Return the weights after an epoch, as they were given; None if they are not kept."""
        row = self._rows.get(epoch)
        if row is None:
            return None
        arrays, begin, exact = [], 0, self._exact.get(epoch, {})
        for index, (shape, dtype) in enumerate(self._layout):
            end = begin + math.prod(shape)
            given = exact.get(index, row[begin:end])
            arrays.append(given.reshape(shape).astype(dtype))
            begin = end
        return tuple(arrays)

    def since(self, epoch: int, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the first epochs after `epoch`, at most `limit`, and their weights, a row each."""
        return self._rows.since(epoch, limit)

    def truncate(self, epoch: int) -> None:
        """Forget what comes after an epoch."""
        self._rows.truncate(epoch)
        self._exact = {kept: arrays for kept, arrays in self._exact.items() if kept <= epoch}
        if self.newest is not None and self.newest > epoch:
            self.newest = self._rows.last

    def drop_oldest(self) -> bool:
        """Forget the oldest weights but never those added last; False if there is nothing to forget."""
        oldest = next((epoch for epoch in self._rows if epoch != self.newest), None)
        if oldest is None:
            return False
        self._rows.drop(oldest)
        self._exact.pop(oldest, None)
        return True

    @property
    def _most(self) -> int:
        return max(1, self._limit // self._rows.row_bytes)

    def _thin(self) -> None:
        epochs = self._rows.epochs
        if not len(epochs):
            return
        keep = self._thinned(epochs, self._most * 3 // 4)
        for epoch in epochs[~keep].tolist():
            self._exact.pop(epoch, None)
        self._rows.keep(keep)

    def _thinned(self, epochs: NDArray[np.int64], most: int) -> NDArray[np.bool_]:
        """Return which of the epochs stay, so that there is room for more."""
        recent = epochs > epochs[-1] - self._whole
        recent[: len(epochs) - self._most // 2] = False
        recent |= epochs == self.newest
        stride = 1
        while stride <= epochs[-1]:
            stride *= 2
            keep: NDArray[np.bool_] = recent | (epochs % stride == 0)
            if keep.sum() <= most:
                return keep
        return recent if self._most > 1 else np.zeros_like(recent)


def _fits(values: NDArray[Any], row: NDArray[np.float32]) -> bool:
    """Write values into a row, and return whether they can be read back from there as they were."""
    with np.errstate(over="ignore", invalid="ignore"):
        row[:] = values
        return values.dtype == np.float32 or np.array_equal(row.astype(values.dtype), values, equal_nan=True)
