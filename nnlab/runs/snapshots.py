"""`Snapshots`: the weights of a run's epochs, as rows of one table, thinned so that they stay within their bytes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.events import Arrays

LIMIT = 20_000_000
WHOLE = 200
LEAST_ROWS = 8
EPOCH_BYTES = 8


class Snapshots:
    """The weights of epochs, in order.

    When the table is full, of the older epochs only every second one that is kept stays, then
    every fourth, and so on; the last ones stay whole as far as they take no more than half of
    it. What was added last always stays.

    Parameters
    ----------
    limit : int
        Bytes that the table may take.
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
        self._epochs = np.zeros(0, np.int64)
        self._table = np.zeros((0, 0), np.float32)
        # The rows from `_begin` to before `_end` are in use.
        self._begin = self._end = 0
        # Values that a row cannot hold exactly: epoch, then place among the arrays.
        self._exact: dict[int, dict[int, NDArray[Any]]] = {}

    @property
    def epochs(self) -> NDArray[np.int64]:
        """The epochs whose weights are kept, ascending."""
        return self._epochs[self._begin : self._end].copy()

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the arrays; none before the first were added."""
        return tuple(shape for shape, _ in self._layout)

    @property
    def bytes(self) -> int:
        """Memory that the weights hold."""
        exact = sum(array.nbytes for arrays in self._exact.values() for array in arrays.values())
        return (self._end - self._begin) * self._row_bytes + exact

    def add(self, epoch: int, arrays: Arrays) -> None:
        """Keep the weights of an epoch in place of what was known of it.

        Raises
        ------
        ValueError
            The arrays are not of the shapes of those before.
        """
        if not self._layout:
            self._layout = tuple((array.shape, array.dtype) for array in arrays)
            self._table = np.zeros((0, sum(array.size for array in arrays)), np.float32)
        if self.shapes != tuple(array.shape for array in arrays):
            raise ValueError(f"Weights of shapes {[array.shape for array in arrays]} among {list(self.shapes)}.")
        place = self._place_for(epoch)
        begin = 0
        self._exact.pop(epoch, None)
        for index, array in enumerate(arrays):
            row = self._table[place, begin : begin + array.size]
            if not _fits(array.ravel(), row):
                self._exact.setdefault(epoch, {})[index] = array.copy()
            begin += array.size
        self.newest = epoch

    def get(self, epoch: int) -> Arrays | None:
        """Return the weights after an epoch, as they were given; None if they are not kept."""
        place = self._find(epoch)
        if place == self._end or self._epochs[place] != epoch:
            return None
        arrays, begin, exact = [], 0, self._exact.get(epoch, {})
        for index, (shape, dtype) in enumerate(self._layout):
            end = begin + math.prod(shape)
            given = exact.get(index, self._table[place, begin:end])
            arrays.append(given.reshape(shape).astype(dtype))
            begin = end
        return tuple(arrays)

    def since(self, epoch: int, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the first epochs after `epoch`, at most `limit`, and their weights, a row each."""
        first = self._find(epoch + 1)
        rows = slice(first, min(first + max(limit, 0), self._end))
        return self._epochs[rows].copy(), self._table[rows].copy()

    def truncate(self, epoch: int) -> None:
        """Forget what comes after an epoch."""
        self._end = self._find(epoch + 1)
        self._exact = {kept: arrays for kept, arrays in self._exact.items() if kept <= epoch}
        if self.newest is not None and self.newest > epoch:
            self.newest = int(self._epochs[self._end - 1]) if self._end > self._begin else None

    def drop_oldest(self) -> bool:
        """Forget the oldest weights but never those added last; False if there is nothing to forget."""
        keep = np.ones(self._end - self._begin, dtype=bool)
        others = np.flatnonzero(self._epochs[self._begin : self._end] != self.newest)
        if not len(others):
            return False
        keep[others[0]] = False
        self._exact.pop(int(self._epochs[self._begin + others[0]]), None)
        if others[0] == 0:
            self._begin += 1
            if self._begin > len(self._epochs) // 4:
                self._rebuild(keep[1:])
        else:
            self._rebuild(keep)
        return True

    @property
    def _row_bytes(self) -> int:
        return self._table.shape[1] * self._table.itemsize + EPOCH_BYTES

    @property
    def _most(self) -> int:
        return max(1, self._limit // self._row_bytes)

    def _find(self, epoch: int) -> int:
        return self._begin + int(np.searchsorted(self._epochs[self._begin : self._end], epoch))

    def _place_for(self, epoch: int) -> int:
        """Return the row of an epoch, made for it if there was none."""
        place = self._find(epoch)
        if place < self._end and self._epochs[place] == epoch:
            return place
        if self._end == len(self._epochs):
            self._make_room()
            place = self._find(epoch)
        # Epochs come in order, but for the best one that early stopping goes back to.
        self._epochs[place + 1 : self._end + 1] = self._epochs[place : self._end]
        self._table[place + 1 : self._end + 1] = self._table[place : self._end]
        self._epochs[place] = epoch
        self._end += 1
        return place

    def _make_room(self) -> None:
        count = self._end - self._begin
        if count < self._most:
            self._rebuild(np.ones(count, dtype=bool))
            return
        epochs = self._epochs[self._begin : self._end]
        keep = self._thinned(epochs, self._most * 3 // 4)
        for epoch in epochs[~keep].tolist():
            self._exact.pop(epoch, None)
        self._rebuild(keep)

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

    def _rebuild(self, keep: NDArray[np.bool_]) -> None:
        """Move the rows that stay to a table that is a quarter larger than they need."""
        count = int(keep.sum())
        capacity = max(count + 1, min(count + max(LEAST_ROWS, count // 4), self._most))
        epochs, table = np.zeros(capacity, np.int64), np.zeros((capacity, self._table.shape[1]), np.float32)
        epochs[:count] = self._epochs[self._begin : self._end][keep]
        table[:count] = self._table[self._begin : self._end][keep]
        self._epochs, self._table, self._begin, self._end = epochs, table, 0, count


def _fits(values: NDArray[Any], row: NDArray[np.float32]) -> bool:
    """Write values into a row, and return whether they can be read back from there as they were."""
    with np.errstate(over="ignore", invalid="ignore"):
        row[:] = values
        return values.dtype == np.float32 or np.array_equal(row.astype(values.dtype), values, equal_nan=True)
