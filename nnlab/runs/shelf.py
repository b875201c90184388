"""`Shelf`: the records that are kept, within their bytes."""

from __future__ import annotations

from collections.abc import Set

from nnlab.messages import N_, Message
from nnlab.runs.limits import MEGABYTE, Limits
from nnlab.runs.record import RunRecord

KEEP_SECONDS = 30 * 60
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

    def all(self) -> tuple[RunRecord, ...]:
        """Return the records, oldest first."""
        return tuple(self._records.values())

    def add(self, record: RunRecord) -> None:
        """Keep a record."""
        self._records[record.run_id] = record

    def get(self, run_id: str) -> RunRecord | None:
        """Return a run's record, if it is kept."""
        return self._records.get(run_id)

    def remove(self, record: RunRecord) -> None:
        """Forget a record."""
        self._records.pop(record.run_id, None)

    @property
    def bytes(self) -> int:
        """Memory of all records."""
        return sum(record.bytes for record in self._records.values())

    def fit(self, visitor: str) -> None:
        """Bring the visitor's records, then all records, within their limits."""
        own = [record for record in self._records.values() if record.visitor == visitor]
        self._shrink(own, self._limits.visitor_megabytes)
        self._shrink(list(self._records.values()), self._limits.record_megabytes)

    def forget_stale(self, now: float, gone: Set[str]) -> None:
        """Forget the records, half an hour untouched, of visitors who are gone."""
        for record in self.all():
            if now - record.touched > KEEP_SECONDS and record.visitor in gone:
                self.remove(record)

    def _shrink(self, records: list[RunRecord], megabytes: int) -> None:
        limit = megabytes * MEGABYTE
        records.sort(key=lambda record: record.created)
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
