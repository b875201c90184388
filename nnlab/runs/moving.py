"""`Moving`: a worker that has grown is emptied, a structure at a time, so that no screen stands still."""

from __future__ import annotations

import logging

from nnlab.runs.handle import Place, WorkerHandle
from nnlab.runs.house import House
from nnlab.runs.limits import MEGABYTE

LARGE_IDLE_SECONDS = 60.0

_LOGGER = logging.getLogger(__name__)


class Moving:
    """Replace workers that have grown, before they have to be ended.

    Parameters
    ----------
    house : House
        Shared with the service.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._targets: dict[WorkerHandle, tuple[str, WorkerHandle]] = {}

    def step(self) -> None:
        """Look for workers that have grown, and take the next step with one that is being emptied."""
        retiring = [worker for worker in self._house.pool.workers if worker.retiring]
        for worker in retiring:
            self._empty(worker)
        self._targets = {worker: found for worker, found in self._targets.items() if worker in retiring}
        for worker in list(self._house.pool.workers):
            # One at a time: the others have to take its runs.
            busy = worker.large and worker.places
            if not retiring and not busy and self._house.pool.has_grown(worker):
                _LOGGER.info("Worker %s has grown to %d MB", worker.process.pid, worker.memory // MEGABYTE)
                worker.retiring = True
                self._house.pool.replaced += 1
                self._house.pool.keep_spare()
                break
        self._retire_large()

    def _retire_large(self) -> None:
        worker = self._house.pool.large
        if worker is None or not worker.ready or worker.places or len(self._house.dispatcher.queue):
            return
        if self._house.clock() - worker.since > LARGE_IDLE_SECONDS:
            self._house.pool.retire(worker)

    def _empty(self, worker: WorkerHandle) -> None:
        if not worker.places:
            self._house.pool.retire(worker)
            return
        self._house.studies.set_free(worker)
        staying = [place for place in worker.places.values() if place.leave_by is None]
        if len(staying) < len(worker.places):
            # Those that were told to leave are still on their way.
            return
        structure, target = self._target(worker, staying)
        if target is None:
            self._house.pool.keep_spare()
        elif structure not in target.preparing.values():
            for place in staying:
                if place.structure == structure:
                    self._move(place)

    def _target(self, worker: WorkerHandle, staying: list[Place]) -> tuple[str, WorkerHandle | None]:
        """Return the next structure, and the worker for it, which has been told to compile it."""
        structure, target = self._targets.get(worker, (staying[0].structure, worker))
        if target in self._house.pool.shared and any(place.structure == structure for place in staying):
            return structure, target
        structure = staying[0].structure
        chosen = self._house.pool.choose(structure)
        record = self._house.shelf.get(staying[0].run_id)
        if chosen is not None:
            self._targets[worker] = structure, chosen
            if record is not None:
                self._house.dispatcher.ahead.compile(chosen, record, hurry=True)
        return structure, chosen

    def _move(self, place: Place) -> None:
        record = self._house.shelf.get(place.run_id)
        if record is not None:
            self._house.dispatcher.move(record)
