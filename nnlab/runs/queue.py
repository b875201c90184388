"""`LargeQueue`: large runs, one after the other, first in, first out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from nnlab import events
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.pool import Pool, large_threads
from nnlab.runs.record import RunRecord
from nnlab.runs.shelf import Shelf
from nnlab.runs.structure import compile_seconds, epoch_seconds

# Of a run without an end nobody knows when it will be over; it is stopped by its visitor, or by the limit.
OVERHEAD_SECONDS = 3.0


class LargeQueue:
    """Let large runs wait, and know for how long.

    Parameters
    ----------
    pool : Pool
        Has the worker for large runs.
    shelf : Shelf
        The records.
    give : callable
        Gives a run to a worker.
    set_aside : callable
        Has a run that only stands still leave its worker.
    run_seconds : float
        The longest that a run may take.
    """

    def __init__(
        self,
        pool: Pool,
        shelf: Shelf,
        give: Callable[[RunRecord, WorkerHandle], None],
        set_aside: Callable[[RunRecord], None],
        run_seconds: float,
    ) -> None:
        self._pool = pool
        self._shelf = shelf
        self._give = give
        self._set_aside = set_aside
        self._run_seconds = run_seconds
        self._waiting: deque[str] = deque()
        # How much faster, or slower, than expected epochs have been here.
        self._pace = 1.0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The runs that wait, first to last."""
        return tuple(self._waiting)

    def append(self, run_id: str) -> None:
        """Put a run at the end."""
        self._waiting.append(run_id)

    def put_first(self, run_id: str) -> None:
        """Put a run at the beginning: it had its turn already, and lost it through no fault of its own."""
        self._waiting.appendleft(run_id)

    def remove(self, run_id: str) -> None:
        """Take a run out, if it is in."""
        if run_id in self._waiting:
            self._waiting.remove(run_id)

    def pop(self) -> RunRecord | None:
        """Take the first run out."""
        return self._shelf.get(self._waiting.popleft()) if self._waiting else None

    def dispatch(self) -> None:
        """Give the first run to the worker as soon as it is free, and tell the others their place."""
        worker = self._pool.large
        if self._waiting and worker is not None and worker.idle and self._pool.has_grown(worker):
            # Where one large run follows another there is no better moment.
            self._pool.replaced += 1
            self._pool.retire(worker)
            worker = None
        while self._waiting and (worker is None or worker.idle):
            record = self._shelf.get(self._waiting[0])
            if record is not None and worker is None:
                self._pool.fetch(large=True)
                break
            self._waiting.popleft()
            if record is not None and worker is not None:
                self._give(record, worker)
        if self._waiting and worker is not None:
            self._make_room(worker)
        self.tell_places()

    def tell_places(self) -> None:
        """Tell each run its place, and about how long it will wait."""
        worker = self._pool.large
        occupied = worker is not None and not worker.idle
        seconds = self._seconds_left(worker)
        for place, run_id in enumerate(self._waiting, start=1 if occupied else 0):
            record = self._shelf.get(run_id)
            if record is not None:
                record.wait_at(place, seconds)
                seconds += self._seconds_of(record)

    def _learn(self, record: RunRecord) -> None:
        """Take from a run that trains how fast epochs are here."""
        rate = record.progress.rate
        if rate:
            self._pace = 1 / rate / (epoch_seconds(record.experiment) / large_threads())

    def _make_room(self, worker: WorkerHandle) -> None:
        # Somebody waits: a run that only stands still gives its worker up.
        for place in worker.places.values():
            record = self._shelf.get(place.run_id)
            still = record is not None and (record.status == "paused" or record.playback.waiting)
            if record is not None and still and place.leave_by is None:
                self._set_aside(record)

    def _seconds_left(self, worker: WorkerHandle | None) -> float:
        seconds = 0.0
        for run_id in worker.places if worker is not None else ():
            record = self._shelf.get(run_id)
            if record is not None:
                self._learn(record)
                remaining = record.progress.remaining
                seconds += self._seconds_of(record) if remaining is None else remaining
        return seconds

    def _seconds_of(self, record: RunRecord) -> float:
        experiment = record.current
        if experiment.epochs is None:
            return self._run_seconds
        left = experiment.epochs - record.progress.epoch
        training = left * self._pace * epoch_seconds(experiment) / large_threads()
        return min(self._run_seconds, OVERHEAD_SECONDS + compile_seconds(experiment) + training)


def set_aside(record: RunRecord) -> events.Park:
    """Note that a run gives its worker up though it is not paused, and return what its worker has to be told."""
    record.playback.aside = record.status == "running"
    return events.Park(record.run_id)
