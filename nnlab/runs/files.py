"""`Files`: what a visitor may take along of a run, made by a worker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from nnlab.runs.house import House
from nnlab.runs.record import RunRecord


class Files:
    """Have workers make files; any thread may ask.

    Parameters
    ----------
    house : House
        Shared with the service.
    record : callable
        Returns the record of a run; RunError if it is no longer kept.
    """

    def __init__(self, house: House, record: Callable[[str], RunRecord]) -> None:
        self._house = house
        self._record = record

    def model(self, run_id: str) -> Future[bytes]:
        """Have the model with its last weights saved as a ``.keras`` file.

        Raises
        ------
        RunError
            The run or its weights are not kept, or no worker is there yet.
        """
        with self._house.lock:
            return self._house.predictions.ask_for_file(self._record(run_id))
