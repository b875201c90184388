"""`Shelf`: the records that are kept, within their bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set

from nnlab.messages import N_, Message
from nnlab.runs.limits import MEGABYTE, Limits
from nnlab.runs.record import RunRecord

KEEP_SECONDS = 30 * 60
# What one visitor's older runs may be; whoever presses Reset again and again fills nobody's memory.
RUNS_PER_VISITOR = 40
WEIGHTS_DROPPED = N_("The oldest weights of this run are no longer kept (limit {limit} MB); its curves are whole.")


class Shelf:
    """Records by their run's id. When they are full, the oldest weights go first, histories last.

    Parameters
    ----------
    limits : Limits
        Bytes for a visitor and for all.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._records: dict[str, RunRecord] = {}
        # Weighing all records at each event of each run would cost more than training them.
        self._weighed: dict[str, tuple[str, int]] = {}
        self._held: Counter[str] = Counter()

    def all(self) -> tuple[RunRecord, ...]:
        """Return the records, oldest first."""
        return tuple(self._records.values())

    def add(self, record: RunRecord) -> None:
        """Keep a record; of too many of one visitor the oldest that do not train go."""
        self._records[record.run_id] = record
        own = [kept for kept in self._records.values() if kept.visitor == record.visitor]
        still = [kept for kept in own if not kept.active and kept is not record]
        for kept in still[: max(0, len(own) - RUNS_PER_VISITOR)]:
            self.remove(kept)

    def get(self, run_id: str) -> RunRecord | None:
        """Return a run's record, if it is kept."""
        return self._records.get(run_id)

    def remove(self, record: RunRecord) -> None:
        """Forget a record."""
        self._records.pop(record.run_id, None)
        self._weigh(record, 0)

    @property
    def bytes(self) -> int:
        """Memory of all records."""
        return sum(record.bytes for record in self._records.values())

    def fit(self, record: RunRecord) -> None:
        """Bring the records of a record's visitor, then all, within their limits after this one has grown."""
        self._weigh(record, record.bytes)
        if self._held[record.visitor] > self._limits.visitor_megabytes * MEGABYTE:
            own = (kept for kept in self._records.values() if kept.visitor == record.visitor)
            self._shrink(own, self._limits.visitor_megabytes)
        if self._held.total() > self._limits.record_megabytes * MEGABYTE:
            self._shrink(self._records.values(), self._limits.record_megabytes)

    def forget_stale(self, now: float, gone: Set[str]) -> None:
        """Forget the records, half an hour untouched, of visitors who are gone."""
        for record in self.all():
            if now - record.touched > KEEP_SECONDS and record.visitors <= gone:
                self.remove(record)

    def _weigh(self, record: RunRecord, size: int) -> None:
        visitor, before = self._weighed.pop(record.run_id, (record.visitor, 0))
        self._held[visitor] -= before
        if not self._held[visitor]:
            del self._held[visitor]
        if size:
            self._weighed[record.run_id] = record.visitor, size
            self._held[record.visitor] += size

    def _shrink(self, kept: Iterable[RunRecord], megabytes: int) -> None:
        records = sorted(kept, key=lambda record: record.created)
        limit = megabytes * MEGABYTE
        held = sum(record.bytes for record in records)
        for record in records:
            before = record.bytes
            while held > limit and record.drop_oldest_weights():
                held -= before - record.bytes
                before = record.bytes
                record.note(Message(WEIGHTS_DROPPED, {"limit": megabytes}))
        for record in records[:-1]:
            if held > limit and record.state is not None:
                held -= record.bytes
                record.drop_state()
                held += record.bytes
        for record in records:
            if held > limit and record.ended:
                held -= record.bytes
                self.remove(record)
            elif record.run_id in self._records:
                self._weigh(record, record.bytes)
