"""Two settings from the same seeds: which of the two was faster, where some were never done."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

NEVER = -1


class PairedTimes:
    """Epochs to solve of two settings, seed by seed, with those that were never solved.

    Parameters
    ----------
    first, second : array-like of shape (n_seeds,)
        After which epoch each seed had solved it; -1: never.
    epochs : int
        How long each was trained.

    Examples
    --------
    >>> pairs = PairedTimes([10, 20, -1, -1], [30, 20, 40, -1], epochs=50)
    >>> pairs.wins, pairs.losses, pairs.ties, pairs.unknown
    (1, 1, 1, 1)
    """

    def __init__(self, first: ArrayLike, second: ArrayLike, epochs: int) -> None:
        self.first = np.asarray(first, np.int64)
        self.second = np.asarray(second, np.int64)
        if self.first.shape != self.second.shape:
            raise ValueError("Pairs need the same seeds on both sides.")
        # Longer than it was trained: how much longer plays no part in who was faster.
        beyond = epochs + 1
        earlier = np.where(self.first == NEVER, beyond, self.first)
        later = np.where(self.second == NEVER, beyond, self.second)
        self._ahead: NDArray[np.int64] = later - earlier

    @property
    def unknown(self) -> int:
        """Pairs of which neither was solved."""
        return int(np.sum(self._neither))

    @property
    def wins(self) -> int:
        """Pairs in which the first was solved earlier."""
        return int(np.sum(self._ahead > 0))

    @property
    def losses(self) -> int:
        """Pairs in which the second was solved earlier."""
        return int(np.sum(self._ahead < 0))

    @property
    def ties(self) -> int:
        """Pairs solved after the same epoch."""
        return int(np.sum((self._ahead == 0) & ~self._neither))

    @property
    def effect(self) -> float:
        """Wins less losses over their sum, from -1 to 1; 0 where there are none."""
        decided = self.wins + self.losses
        return (self.wins - self.losses) / decided if decided else 0.0

    @property
    def test(self) -> Literal["wilcoxon", "sign"]:
        """The test whose assumptions hold: without censored pairs, lengths count."""
        return "sign" if np.any((self.first == NEVER) | (self.second == NEVER)) else "wilcoxon"

    @cached_property
    def p_value(self) -> float:
        """How probable so clear a result for the first would be if both were equally fast; one-sided."""
        decided = self.wins + self.losses
        if decided == 0:
            return 1.0
        if self.test == "sign":
            return float(stats.binomtest(self.wins, decided, alternative="greater").pvalue)
        return float(stats.wilcoxon(self._ahead[self._ahead != 0], alternative="greater").pvalue)

    @property
    def _neither(self) -> NDArray[np.bool_]:
        return np.asarray((self.first == NEVER) & (self.second == NEVER))
