"""`Rows`: rows of numbers by epoch, in blocks, so that what is given up is free at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 256_000
LEAST_ROWS = 8
EPOCH_BYTES = 8


class Rows:
    """Rows of float32 numbers, ascending by epoch.

    One large table would have to be copied when it grows and when it shrinks, and be larger than its rows most
    of the time: thirty visitors' took twice of what they were allowed.

    Parameters
    ----------
    width : int
        Numbers in a row.

    Examples
    --------
    >>> rows = Rows(2)
    >>> rows.put(3)[:] = 0.5
    >>> rows.put(1)[:] = 0.25
    >>> rows.since(0, limit=5)[1].tolist()
    [[0.25, 0.25], [0.5, 0.5]]
    """

    def __init__(self, width: int) -> None:
        self.count = 0
        self.row_bytes = width * np.dtype(np.float32).itemsize + EPOCH_BYTES
        self._width = width
        self._blocks: list[_Block] = []

    def __iter__(self) -> Iterator[int]:
        """Yield the epochs."""
        for block in self._blocks:
            yield from block.used_epochs.tolist()

    @property
    def epochs(self) -> NDArray[np.int64]:
        """The epochs, ascending."""
        return np.concatenate([np.zeros(0, np.int64), *(block.used_epochs for block in self._blocks)])

    @property
    def last(self) -> int | None:
        """The last epoch; None without rows."""
        return self._blocks[-1].last if self._blocks else None

    @property
    def bytes(self) -> int:
        """Memory that the rows hold, those that are made ready for more with them."""
        return sum(block.capacity for block in self._blocks) * self.row_bytes

    def bytes_with(self, epoch: int) -> int:
        """Return what `bytes` will be at least once there is a row for an epoch."""
        room = self.get(epoch) is not None or (self._blocks and self._blocks[-1].room and epoch > self._blocks[-1].last)
        return self.bytes + (0 if room else self.row_bytes)

    def get(self, epoch: int) -> NDArray[np.float32] | None:
        """Return the row of an epoch, to read or write; None if there is none."""
        index = self._index(epoch)
        return self._blocks[index].get(epoch) if index < len(self._blocks) else None

    def put(self, epoch: int, most: int | None = None) -> NDArray[np.float32]:
        """Return the row of an epoch, to write, made for it if there was none.

        Parameters
        ----------
        epoch : int
            Which.
        most : int, optional
            Bytes beyond which nothing is made ready for rows to come.
        """
        row = self.get(epoch)
        if row is not None:
            return row
        self.count += 1
        index = self._index(epoch)
        if index == len(self._blocks):
            return self._with_room(most).append(epoch)
        self._blocks[index] = block = self._blocks[index].with_row(epoch)
        return block.row(block.place(epoch))

    def since(self, epoch: int, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return copies of the first epochs after `epoch`, at most `limit`, and of their rows."""
        epochs, tables, left = [np.zeros(0, np.int64)], [np.zeros((0, self._width), np.float32)], max(limit, 0)
        for block in self._blocks[self._index(epoch + 1) :]:
            first = block.place(epoch + 1)
            rows = slice(first, min(first + left, block.end))
            epochs.append(block.epochs[rows])
            tables.append(block.table[rows])
            left -= len(epochs[-1])
            if not left:
                break
        return np.concatenate(epochs), np.concatenate(tables)

    def truncate(self, epoch: int) -> None:
        """Forget the rows after an epoch."""
        del self._blocks[self._index(epoch + 1) + 1 :]
        if self._blocks:
            self._blocks[-1].truncate(epoch)
            if not self._blocks[-1].count:
                self._blocks.pop()
        self.count = sum(block.count for block in self._blocks)

    def drop(self, epoch: int) -> None:
        """Forget the row of an epoch, if there is one."""
        index = self._index(epoch)
        if index == len(self._blocks) or self._blocks[index].get(epoch) is None:
            return
        self.count -= 1
        block = self._blocks[index]
        if block.count == 1:
            del self._blocks[index]
        elif epoch == block.first and block.count - 1 > block.capacity // 2:
            block.begin += 1
        else:
            self._blocks[index] = block.of(block.used_epochs != epoch)

    def keep(self, chosen: NDArray[np.bool_]) -> None:
        """Forget the rows that are not chosen."""
        old, self._blocks, self.count = self._blocks[::-1], [], 0
        while old:
            # Block by block, so that never all are there twice.
            block = old.pop()
            here, chosen = chosen[: block.count], chosen[block.count :]
            self._extend(block.used_epochs[here], block.used_table[here])

    def _index(self, epoch: int) -> int:
        """Return the place of the block that has the epoch or would have it; after the last for a new last one."""
        return bisect_left(self._blocks, epoch, key=lambda block: block.last)

    def _with_room(self, most: int | None = None) -> _Block:
        if not self._blocks or not self._blocks[-1].room:
            capacity = min(max(LEAST_ROWS, self.count // 4), max(1, BLOCK_BYTES // self.row_bytes))
            if most is not None:
                capacity = max(1, min(capacity, (most - self.bytes) // self.row_bytes))
            self._blocks.append(_Block(np.zeros(capacity, np.int64), np.zeros((capacity, self._width), np.float32)))
        return self._blocks[-1]

    def _extend(self, epochs: NDArray[np.int64], table: NDArray[np.float32]) -> None:
        while len(epochs):
            block = self._with_room()
            taken = block.extend(epochs, table)
            self.count += taken
            epochs, table = epochs[taken:], table[taken:]


class _Block:
    """Some rows that follow each other; those from `begin` to before `end` are in use."""

    __slots__ = ("begin", "end", "epochs", "table")

    def __init__(self, epochs: NDArray[np.int64], table: NDArray[np.float32], end: int = 0) -> None:
        self.epochs = epochs
        self.table = table
        self.begin = 0
        self.end = end

    @property
    def capacity(self) -> int:
        return len(self.epochs)

    @property
    def count(self) -> int:
        return self.end - self.begin

    @property
    def room(self) -> int:
        return self.capacity - self.end

    @property
    def first(self) -> int:
        return int(self.epochs[self.begin])

    @property
    def last(self) -> int:
        return int(self.epochs[self.end - 1])

    @property
    def used_epochs(self) -> NDArray[np.int64]:
        return self.epochs[self.begin : self.end]

    @property
    def used_table(self) -> NDArray[np.float32]:
        return self.table[self.begin : self.end]

    def place(self, epoch: int) -> int:
        return self.begin + int(np.searchsorted(self.used_epochs, epoch))

    def get(self, epoch: int) -> NDArray[np.float32] | None:
        place = self.place(epoch)
        return self.row(place) if place < self.end and self.epochs[place] == epoch else None

    def row(self, place: int) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self.table[place]
        return row

    def append(self, epoch: int) -> NDArray[np.float32]:
        self.epochs[self.end] = epoch
        self.end += 1
        return self.row(self.end - 1)

    def extend(self, epochs: NDArray[np.int64], table: NDArray[np.float32]) -> int:
        taken = min(self.room, len(epochs))
        self.epochs[self.end : self.end + taken] = epochs[:taken]
        self.table[self.end : self.end + taken] = table[:taken]
        self.end += taken
        return taken

    def truncate(self, epoch: int) -> None:
        self.end = self.place(epoch + 1)

    def with_row(self, epoch: int) -> _Block:
        place = self.place(epoch) - self.begin
        epochs, table = np.insert(self.used_epochs, place, epoch), np.insert(self.used_table, place, 0, axis=0)
        return _Block(epochs, table, len(epochs))

    def of(self, chosen: NDArray[np.bool_]) -> _Block:
        epochs = self.used_epochs[chosen]
        return _Block(epochs, self.used_table[chosen], len(epochs))
