"""What a server tells of itself: numbers for a teacher, one line of the log for each run, nothing about anybody."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest

from nnlab import events
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.messages import Message

LARGE = Experiment(dataset=DatasetChoice("mnist"))
TOY = Experiment(epochs=None)


def test_the_counters_of_a_class_at_work(house) -> None:
    for visitor in "abcd":
        house.service.arrived(visitor)
    house.service.left("d")
    small, worker = house.running("a", TOY)
    other, _ = house.running("b", replace(TOY, seed=1))
    _, large_worker = house.running("c", LARGE)
    house.start(LARGE, visitor="e")
    house.service.pause(other.run_id)
    worker.programs, worker.busy = 3, 0.5
    house.clock.now += 10

    def counted() -> bool:
        house.clock.now += 0.5
        house.settle(0.02)
        return house.service.oversight.counters().compilations == 3

    house.until(counted, "the worker is asked")
    counters = house.service.oversight.counters()

    assert 10 < counters.uptime < 60
    assert (counters.visitors, counters.started, counters.queued) == (3, 4, 1)
    assert counters.runs == {"running": 2, "paused": 1, "queued": 1}
    facts = [(facts.large, facts.runs, facts.pid, facts.programs) for facts in counters.workers]
    assert (False, 2, worker.pid, 3) in facts
    assert (True, 1, large_worker.pid, 0) in facts
    assert (counters.restarts, counters.replaced) == (0, 0)
    worker.crash(-9)
    house.until(lambda: house.service.oversight.counters().restarts == 1, "the death is counted")
    assert house.service.oversight.counters().compilations == 3


def lines(caplog: pytest.LogCaptureFixture) -> list[dict]:
    return [json.loads(record.message) for record in caplog.records if record.name == "nnlab.runs.journal"]


def test_each_run_that_is_over_leaves_one_line(house, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="nnlab.runs.journal")
    experiment = Experiment(layers=(Layer(4), Layer(2)), optimizer=Optimizer("adam"), batch_size=100, epochs=2)
    record, worker = house.running("Kim", experiment)
    stopped, other = house.running("Lee", TOY)
    worker.train(record.run_id, 1, 2)
    house.until(lambda: record.progress.epoch == 2, "two epochs")
    house.clock.now += 4
    worker.end(record.run_id)
    house.status(record, "finished")
    house.service.stop(stopped.run_id)

    def told() -> bool:
        house.look()
        return len(lines(caplog)) >= 2

    house.until(told, "a line for each")
    # Neither leaves another one.
    for _ in range(3):
        house.look()
    first, second = sorted(lines(caplog), key=lambda line: line["end"])

    assert (first["event"], first["end"], first["run"]) == ("run ended", "finished", record.run_id[:8])
    assert (first["units"], first["optimizer"], first["dataset"], first["parameters"]) == ([4, 2], "adam", "circle", 25)
    # 250 samples in batches of 100: three updates an epoch.
    assert (first["epochs"], first["updates"], first["trained_seconds"], first["worker_restarts"]) == (2, 6, 4.0, 0)
    assert (second["end"], second["large"]) == ("stopped", False)
    text = caplog.text
    assert not any(private in text for private in ("Kim", "Lee", record.run_id, stopped.run_id))


def test_runs_that_panels_show_are_counted_and_those_on_stages_are_not(house) -> None:
    small, _ = house.running("a", TOY)
    house.start(LARGE, visitor="b")
    house.running("c", replace(TOY, seed=1), watched=True)
    assert house.service.oversight.on_panels == 2

    house.service.stop(small.run_id)
    assert house.service.oversight.on_panels == 1


def test_a_teacher_can_have_everybody_stand_still(house) -> None:
    small, worker = house.running("a", TOY)
    large, _ = house.running("b", LARGE)
    waiting = house.start(LARGE, visitor="c")
    assert house.service.oversight.pause_all() == 3

    assert [record.status for record in (small, large, waiting)] == ["paused"] * 3
    house.until(lambda: worker.taken(events.Pause), "the worker is told")
    house.service.resume(small.run_id)
    assert small.status == "running"


def test_a_teacher_can_end_everything(house) -> None:
    small, worker = house.running("a", TOY)
    large, _ = house.running("b", LARGE)
    waiting = house.start(LARGE, visitor="c")
    paused, _ = house.running("d", TOY)
    house.service.pause(paused.run_id)
    assert house.service.oversight.reset_all(Message("The lesson is over.")) == 4

    records = (small, large, waiting, paused)
    assert [record.status for record in records] == ["stopped"] * 4
    assert {str(record.message) for record in records} == {"The lesson is over."}
    house.until(lambda: house.service.oversight.counters().queued == 0, "an empty queue")
    assert house.running("a", LARGE)[0].status == "running"
