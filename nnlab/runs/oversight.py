"""`Oversight`: what a teacher sees of a server and does to all of its runs at once."""

from __future__ import annotations

from collections.abc import Callable

from nnlab.messages import Message
from nnlab.runs.counters import Counters, counters
from nnlab.runs.house import Actions, House
from nnlab.runs.record import RunRecord


class Oversight:
    """Count, pause and end everybody's runs.

    Parameters
    ----------
    house : House
        Shared with the service.
    actions : Actions
        The service.
    """

    def __init__(self, house: House, actions: Actions) -> None:
        self._house = house
        self._actions = actions

    def counters(self) -> Counters:
        """Return the state of the server in numbers."""
        with self._house.lock:
            return counters(self._house)

    @property
    def on_panels(self) -> int:
        """How many runs train or wait that are not played on a stage: a panel shows each, drawn anew all the time."""
        with self._house.lock:
            return sum(record.active and not record.watched for record in self._house.shelf.all())

    def pause_all(self) -> int:
        """Let every run stand still; each visitor can resume it. Return how many there were."""
        with self._house.lock:
            for study in self._house.studies.active():
                self._house.studies.pause(study.study_id)
        return self._with_all(lambda record: record.active, lambda record: self._actions.pause(record.run_id))

    def reset_all(self, message: Message | None = None) -> int:
        """End every run, those that wait or stand still too, and tell their visitors `message`; return how many."""
        with self._house.lock:
            for study in self._house.studies.unfinished():
                self._house.studies.stop(study.study_id, message)
        return self._with_all(
            lambda record: not record.ended, lambda record: self._actions.stop(record.run_id, message)
        )

    def _with_all(self, concerns: Callable[[RunRecord], bool], act: Callable[[RunRecord], None]) -> int:
        with self._house.lock:
            found = [record for record in self._house.shelf.all() if concerns(record)]
            for record in found:
                act(record)
            return len(found)
