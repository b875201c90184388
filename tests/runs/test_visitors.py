"""Who is here, who has left, and how many runs one may start."""

from __future__ import annotations

import pytest

from nnlab.experiment import Experiment, Layer
from nnlab.runs import LimitError
from nnlab.runs.visitors import BURST, Visitors


def test_those_who_are_connected_are_counted_once_each(house) -> None:
    visitors = Visitors(house.clock, 30)
    for visitor in "abacb":
        visitors.arrive(visitor)
    assert visitors.count == 3
    visitors.leave("a")
    visitors.leave("a")
    assert visitors.count == 2
    visitors.arrive("a")

    assert (visitors.count, visitors.gone(0)) == (3, set())


def test_whoever_starts_run_after_run_has_to_wait_and_nobody_else(house) -> None:
    def start(visitor: str) -> None:
        record, worker = house.running(visitor)
        worker.end(record.run_id)
        house.status(record, "finished")

    for _ in range(BURST):
        start("hasty")
    with pytest.raises(LimitError, match="many runs within a short time. Wait 2 seconds"):
        house.start(visitor="hasty")
    start("calm")

    house.clock.now += 2
    start("hasty")
    with pytest.raises(LimitError, match="Wait 2 seconds"):
        house.start(visitor="hasty")
    # After a while all is as it was.
    house.clock.now += 3600
    for _ in range(BURST):
        start("hasty")


def test_shown_networks_count_when_they_are_trained(house) -> None:
    shown = [house.start(Experiment(layers=(Layer(units),)), watched=True, allowed=0) for units in range(1, 16)]
    for record in shown[:BURST]:
        house.service.resume(record.run_id)
        house.service.stop(record.run_id)
    with pytest.raises(LimitError, match="many runs within a short time"):
        house.service.resume(shown[BURST].run_id)

    assert shown[BURST].status == "paused"
