"""`Columns`: a history that grows at its end and is cut off there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

LEAST = 64


class Columns:
    """Numbers by key and epoch, NaN where a key had none.

    Examples
    --------
    >>> columns = Columns()
    >>> columns.append(2, {"loss": (0.5, 0.25)})
    >>> columns.since(1)["loss"].tolist()
    [0.25]
    """

    def __init__(self) -> None:
        self.count = 0
        self._values: dict[str, NDArray[np.float64]] = {}
        self._capacity = 0

    @property
    def bytes(self) -> int:
        """Memory that the numbers hold."""
        return sum(column.nbytes for column in self._values.values())

    def append(self, count: int, rows: Mapping[str, Sequence[float]]) -> None:
        """Add so many epochs; each key has a value for each, or is left out."""
        self._reserve(self.count + count, rows)
        for name, values in rows.items():
            self._values[name][self.count : self.count + count] = values
        self.count += count

    def since(self, first: int) -> dict[str, NDArray[np.float64]]:
        """Return what comes after the first epochs."""
        return {name: column[first : self.count].copy() for name, column in self._values.items()}

    def truncate(self, count: int) -> None:
        """Keep no more than so many epochs."""
        for column in self._values.values():
            column[count : self.count] = np.nan
        self.count = min(self.count, count)

    def _reserve(self, epochs: int, names: Iterable[str]) -> None:
        # Columns double when they are full: a million epochs are copied twenty times, not a million.
        capacity = max(self._capacity, LEAST)
        while capacity < epochs:
            capacity *= 2
        for name in {*self._values, *names}:
            column = self._values.get(name)
            if column is None or len(column) < capacity:
                larger = np.full(capacity, np.nan)
                if column is not None:
                    larger[: self.count] = column[: self.count]
                self._values[name] = larger
        self._capacity = capacity
