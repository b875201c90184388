"""`Turns`: whose turn it is in a worker."""

from __future__ import annotations

import time
from collections.abc import Callable

from nnlab.training.work import Work

SLICE_SECONDS = 0.05
# Screens have two seconds of epochs in hand. Whoever compiles lets them fill up first, but waits no longer than this.
HEAVY_PATIENCE = 0.3
# A turn that takes so long has kept the others waiting; three in a row are no accident.
SLOW_SECONDS = 0.25
SLOW_TURNS = 3


class Turns:
    """Turns of equal time, and those first who have had least of it.

    Who has had little because there was nothing to do is not paid back later: it is only next.

    Parameters
    ----------
    clock : callable
        Returns the time in seconds; for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: dict[Work, float] = {}
        self._slow: dict[Work, int] = {}
        self._floor = 0.0
        self._heavy_since: float | None = None
        self._busy = 0.0

    @property
    def works(self) -> tuple[Work, ...]:
        """All that there is to do, oldest first."""
        return tuple(self._used)

    def enter(self, work: Work) -> None:
        """Give it turns from now on."""
        self._used[work] = self._floor

    def leave(self, work: Work) -> None:
        """Give it no more turns."""
        self._used.pop(work, None)
        self._slow.pop(work, None)

    @property
    def seconds_to_wait(self) -> float | None:
        """How long nobody has anything to do; None until something is asked."""
        return min((wait for work in self._used if (wait := work.seconds_to_wait) is not None), default=None)

    def next(self) -> Work | None:
        """Return whose turn it is now, None if nobody has anything to do."""
        ready = [work for work in self._used if work.seconds_to_wait == 0]
        heavy = [work for work in ready if work.heavy]
        light = [work for work in ready if not work.heavy]
        if not heavy:
            self._heavy_since = None
        elif self._may_compile(light):
            self._heavy_since = None
            return min(heavy, key=lambda work: not work.pressing)
        for work in light:
            self._used[work] = max(self._used[work], self._floor - SLICE_SECONDS)
        return min(light, key=lambda work: self._used[work], default=None)

    def take(self, work: Work, seconds: float, *, heavy: bool = False) -> None:
        """Note that a turn took so long; a heavy one is allowed to."""
        self._busy += seconds
        if work not in self._used:
            return
        # What is compiled serves others, too, and comes once: it counts no more than a turn.
        charged = min(seconds, 2 * SLICE_SECONDS)
        self._floor = max(self._floor, self._used[work])
        self._used[work] += charged
        self._slow[work] = self._slow.get(work, 0) + 1 if seconds > SLOW_SECONDS and not heavy else 0

    def is_slow(self, work: Work) -> bool:
        """Whether a work has kept the others waiting again and again; True once."""
        if self._slow.get(work, 0) < SLOW_TURNS:
            return False
        self._slow[work] = 0
        return True

    def busy_seconds(self) -> float:
        """Return how much time turns have taken since the last call."""
        busy, self._busy = self._busy, 0.0
        return busy

    def _may_compile(self, light: list[Work]) -> bool:
        if self._heavy_since is None:
            self._heavy_since = self._clock()
        patience = self._clock() - self._heavy_since < HEAVY_PATIENCE
        return not (patience and any(work.pressing for work in light))
