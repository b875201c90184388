"""How fast a run without an end goes: at a speed to watch."""

from __future__ import annotations

import time
from collections.abc import Callable

EPOCHS_PER_SECOND = 60
AHEAD = 0.1  # seconds that may be computed at once


class Pace:
    """Counts out epochs as time goes by.

    Parameters
    ----------
    epochs_per_second : float
        The speed.
    clock : callable
        Returns the time in seconds; for tests.
    """

    def __init__(
        self, epochs_per_second: float = EPOCHS_PER_SECOND, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.epochs_per_second = epochs_per_second
        self._clock = clock
        self._counted = clock()

    def epochs(self) -> int:
        """Return how many epochs may be trained now; what is not used up soon is forfeited."""
        self._counted = max(self._counted, self._clock() - AHEAD)
        # A hair more, or rounding would put off an epoch that is due.
        return int((self._clock() - self._counted) * self.epochs_per_second + 1e-6)

    def used(self, epochs: int) -> None:
        """Note that so many epochs were trained."""
        self._counted += epochs / self.epochs_per_second

    def seconds_to_wait(self) -> float:
        """Return how long until the next epoch may be trained."""
        return max(0.0, self._counted + 1 / self.epochs_per_second - self._clock())
