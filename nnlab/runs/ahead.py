"""`Ahead`: what is done before anybody presses Train: first weights are shown, programs compiled."""

from __future__ import annotations

from collections.abc import Callable

from nnlab import events
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.pool import Pool
from nnlab.runs.record import RunRecord
from nnlab.runs.shelf import Shelf

# Somebody who adds units one after another wants to see each network, but no more of them in a second than this.
PREVIEW_SECONDS = 0.2
# A network that is looked at for so long may well be trained next.
LINGER_SECONDS = 0.5
# A worker that has more to do than this compiles nothing that nobody has asked for.
CALM = 0.5
# Whoever has not pressed Train by then looks at something else. A class that opens its pages at the same moment has
# many structures compiled one after the other, two seconds each.
PATIENCE_SECONDS = 60.0


class Ahead:
    """Show untrained networks, and have their programs compiled while there is time.

    Each visitor has at most one network on the way: whoever asks for many slows nobody else.

    Parameters
    ----------
    pool : Pool
        The workers.
    shelf : Shelf
        The records.
    clock : callable
        Returns the time in seconds.
    """

    def __init__(self, pool: Pool, shelf: Shelf, clock: Callable[[], float]) -> None:
        self._pool = pool
        self._shelf = shelf
        self._clock = clock
        self._wanted: dict[str, RunRecord] = {}
        self._sent: dict[str, float] = {}
        self._lingering: dict[str, tuple[RunRecord, float]] = {}

    def preview(self, record: RunRecord) -> None:
        """Have the first weights of a run reported, instead of those of the visitor's last one."""
        self._wanted[record.visitor] = record
        self._lingering[record.visitor] = record, self._clock() + LINGER_SECONDS
        self.dispatch()

    def again(self, previews: dict[str, events.Preview]) -> None:
        """Ask for first weights once more: the worker that was asked has ended."""
        for run_id in previews:
            record = self._shelf.get(run_id)
            if record is not None and not record.weight_epochs:
                self._wanted.setdefault(record.visitor, record)
                self._sent.pop(record.visitor, None)

    def dispatch(self) -> None:
        """Ask workers for what is wanted and due."""
        now = self._clock()
        for visitor, record in list(self._wanted.items()):
            worker = self._pool.any()
            if worker is not None and now - self._sent.get(visitor, 0.0) >= PREVIEW_SECONDS:
                del self._wanted[visitor]
                self._sent[visitor] = now
                worker.previews[record.run_id] = events.Preview(record.run_id, record.experiment)
                worker.send(worker.previews[record.run_id])
        self._sent = {visitor: at for visitor, at in self._sent.items() if now - at < PREVIEW_SECONDS}

    def prepare(self) -> None:
        """Have programs compiled for networks that are still looked at, where nobody is kept waiting."""
        now = self._clock()
        for visitor, (record, due) in list(self._lingering.items()):
            waits = record.status == "paused" and not record.standing.large and not record.progress.epoch
            if not waits or now >= due + PATIENCE_SECONDS:
                del self._lingering[visitor]
            elif now >= due:
                worker = self._pool.choose(record.standing.structure)
                if worker is not None and self.compile(worker, record):
                    del self._lingering[visitor]
                elif worker is not None and self._compiles_for_others(worker, visitor):
                    self._pool.grow()

    def _compiles_for_others(self, worker: WorkerHandle, visitor: str) -> bool:
        records = map(self._shelf.get, worker.preparing)
        return any(record is not None and record.visitor != visitor for record in records)

    def compile(self, worker: WorkerHandle, record: RunRecord, *, hurry: bool = False) -> bool:
        """Have a worker compile a run's program, unless it has other things to do; False if it has."""
        structure = record.standing.structure
        if structure in worker.structures:
            return True
        if not hurry and (worker.uncompiled or worker.busy > CALM):
            return False
        worker.expect(structure)
        worker.preparing[record.run_id] = structure
        worker.send(events.Prepare(record.run_id, record.current))
        return True
