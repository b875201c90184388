"""`Rewinds`: how often a run has gone back, and how far."""

from __future__ import annotations


class Rewinds:
    """For views that read a record now and then: from where on what they have is no longer true.

    Examples
    --------
    >>> rewinds = Rewinds()
    >>> rewinds.add(40)
    >>> rewinds.add(30)
    >>> rewinds.revision, rewinds.least_since(0), rewinds.least_since(2)
    (2, 30, None)
    """

    def __init__(self) -> None:
        self.revision = 0
        self._kept: list[tuple[int, int]] = []

    def add(self, epoch: int) -> None:
        """Note that the run has gone back to the end of `epoch`."""
        # One that went back further says it all for those before it. Read without a lock: the whole list at once.
        revision = self.revision + 1
        self._kept = [*((since, kept) for since, kept in self._kept if kept < epoch), (revision, epoch)]
        self.revision = revision

    def least_since(self, revision: int) -> int | None:
        """Return the least epoch that it has gone back to after `revision`, None if it has not.

        The history up to that epoch still holds, and weights before it; its own may be others, set by hand.
        """
        return min((epoch for since, epoch in self._kept if since > revision), default=None)
