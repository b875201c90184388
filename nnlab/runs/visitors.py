"""`Visitors`: who is connected, who has left and when, and how fast each starts runs."""

from __future__ import annotations

from collections.abc import Callable, Set

# So many runs may be started one right after the other.
BURST = 10


class Visitors:
    """Visitors by the names that their sessions have. Its methods are called with the service's lock held.

    Parameters
    ----------
    clock : callable
        Returns the time in seconds.
    runs_per_minute : int
        How many runs one may start in the long run.
    """

    def __init__(self, clock: Callable[[], float], runs_per_minute: int) -> None:
        self._clock = clock
        self._seconds_per_run = 60 / runs_per_minute
        self._here: set[str] = set()
        self._left: dict[str, float] = {}
        # When each would have started all its runs at the pace that is allowed.
        self._paid: dict[str, float] = {}

    @property
    def count(self) -> int:
        """How many are connected."""
        return len(self._here)

    def arrive(self, visitor: str) -> None:
        """Note that one is connected."""
        self._here.add(visitor)
        self._left.pop(visitor, None)

    def leave(self, visitor: str) -> None:
        """Note that a connection has ended; the first time counts."""
        self._here.discard(visitor)
        self._left.setdefault(visitor, self._clock())

    def gone(self, seconds: float) -> set[str]:
        """Return who left longer ago than so many seconds."""
        now = self._clock()
        return {visitor for visitor, since in self._left.items() if now - since > seconds}

    def forget(self, visitors: Set[str]) -> None:
        """Forget visitors who are gone for good."""
        for visitor in visitors:
            self._left.pop(visitor, None)
            self._paid.pop(visitor, None)

    def seconds_until_next_run(self, visitor: str) -> float:
        """Return how long one has to wait before another run may be started; 0 if not at all."""
        ahead = self._paid.get(visitor, 0.0) - self._clock()
        return max(0.0, ahead - (BURST - 1) * self._seconds_per_run)

    def started_run(self, visitor: str) -> None:
        """Note that one has started a run."""
        self._paid[visitor] = max(self._paid.get(visitor, 0.0), self._clock()) + self._seconds_per_run
