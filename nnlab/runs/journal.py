"""`Journal`: one line in the log for each run that is over, and nothing about who it was."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from nnlab.experiment.summary import parameter_count, training_samples
from nnlab.runs.record import RunRecord

_LOGGER = logging.getLogger(__name__)


class Journal:
    """Write the line of each run once, when its worker has nothing more to report of it.

    Parameters
    ----------
    clock : callable
        Returns the time in seconds, as the records' clock does.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._written: set[str] = set()

    def write(self, records: tuple[RunRecord, ...], *, serves: Callable[[str], bool]) -> None:
        """Write the lines of runs that have ended since the last time."""
        for record in records:
            if record.ended and record.run_id not in self._written and not serves(record.run_id):
                self._written.add(record.run_id)
                _LOGGER.info("%s", json.dumps({"event": "run ended", **line(record, self._clock())}))
        self._written &= {record.run_id for record in records}


def line(record: RunRecord, now: float) -> dict[str, Any]:
    """Return what is told of a run: sizes, times, how it ended.

    Of its id only the beginning: whoever knows the whole may open the run.
    """
    experiment, progress = record.current, record.progress
    steps = -(-training_samples(experiment) // experiment.batch_size)
    return {
        "run": record.run_id[:8],
        "dataset": experiment.dataset.name,
        "units": [layer.units for layer in experiment.layers],
        "optimizer": experiment.optimizer.name,
        "parameters": parameter_count(experiment),
        "large": record.standing.large,
        "epochs": progress.epoch,
        "updates": progress.epoch * steps,
        "changes": len(record.changes),
        "trained_seconds": round(progress.elapsed, 3),
        "age_seconds": round(now - record.created, 3),
        "end": record.status,
        "worker_restarts": record.standing.restarts,
    }
