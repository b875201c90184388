"""A worker that has grown hands its runs over, one structure after the other, and goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlab import events
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.pool import GROWTH_SHARE

TOY = Experiment(epochs=None)
OTHER = replace(TOY, layers=(Layer(5),))


def grown(house, worker) -> None:
    """Have a worker hold more than it should."""
    house.until(lambda: house.handle_of(worker).memory_at_first > 0, "the worker is ready")
    worker.megabytes = 100 + GROWTH_SHARE * house.limits.worker_megabytes + 1
    house.clock.now += 1


def until_gone(house, worker) -> None:
    def gone() -> bool:
        house.clock.now += 0.5
        house.settle(0.02)
        return not worker.is_alive()

    house.until(gone, "the old worker has gone")
    assert worker.exitcode == 0


def test_the_runs_of_a_worker_that_has_grown_go_on_in_another_from_their_states(open_house) -> None:
    house = open_house(workers=1)
    first, worker = house.running("a", TOY)
    second, _ = house.running("b", replace(TOY, seed=2))
    third, _ = house.running("c", OTHER)
    house.ready(2)
    grown(house, worker)
    until_gone(house, worker)
    moved = [house.worker_of(record) for record in (first, second, third)]

    assert len(set(moved)) == 1
    assert all(moved[0].starts(record)[0].state.epoch == 3 for record in (first, second, third))
    assert {record.status for record in (first, second, third)} == {"running"}
    # The programs were compiled before the runs came, each once.
    prepared = [command.experiment for command in moved[0].taken(events.Prepare)]
    assert [replace(experiment, seed=TOY.seed) for experiment in prepared] == [TOY, OTHER]
    assert [record.standing.restarts for record in (first, second, third)] == [0, 0, 0]
    assert house.service.oversight.counters().replaced == 1


def test_nobody_leaves_before_the_program_is_there(open_house) -> None:
    house = open_house(workers=1)
    record, worker = house.running("a", TOY)
    house.ready(2)
    other = next(player for player in house.workers if player is not worker)
    usual, other._take = other._take, lambda command: other.commands.append(command)
    grown(house, worker)

    def asked() -> bool:
        house.clock.now += 0.5
        house.settle(0.02)
        return bool(other.taken(events.Prepare))

    house.until(asked, "it is asked to compile")
    for _ in range(4):
        house.clock.now += 0.5
        house.settle(0.1)
    assert worker.taken(events.Park) == []

    other._take = usual
    other.report(events.Prepared(record.run_id))
    until_gone(house, worker)
    assert other.starts(record)[0].state.epoch == 3


def test_a_paused_run_leaves_and_waits_until_it_is_resumed(open_house) -> None:
    house = open_house(workers=1)
    record, worker = house.running("a", TOY)
    house.service.pause(record.run_id)
    house.ready(2)
    grown(house, worker)
    until_gone(house, worker)
    assert (record.status, record.state.epoch, house.service.serves(record.run_id)) == ("paused", 3, False)

    house.service.resume(record.run_id)
    house.status(record, "running")


def test_a_change_asked_for_on_the_way_is_made_where_it_arrives(open_house) -> None:
    house = open_house(workers=1)
    record, worker = house.running("a", TOY, watched=True)
    house.ready(2)
    house.obedient = False
    grown(house, worker)

    def leaving() -> bool:
        house.clock.now += 0.3
        house.settle(0.02)
        return bool(worker.taken(events.Park))

    house.until(leaving, "it is to leave")
    faster = replace(TOY, optimizer=replace(TOY.optimizer, learning_rate=0.5))
    house.service.change(record.run_id, faster, 0)
    worker.report(events.Parked(record.run_id, None))
    other = house.until(
        lambda: next((w for w in house.workers if w is not worker and w.starts(record)), None), "another worker"
    )

    house.until(lambda: other.taken(events.Change), "the change")
    assert other.taken(events.Change)[0].experiment == faster


def test_a_run_stopped_on_the_way_is_tested_where_it_would_have_gone(open_house) -> None:
    house = open_house(workers=1)
    record, worker = house.running("a", TOY)
    house.ready(2)
    house.obedient = False
    grown(house, worker)

    def leaving() -> bool:
        house.clock.now += 0.3
        house.settle(0.02)
        return bool(worker.taken(events.Park))

    house.until(leaving, "it is to leave")
    house.service.stop(record.run_id)
    house.obedient = True
    worker.report(events.Parked(record.run_id, events.TrainerState(5, (np.ones(2),), ())))
    other = house.until(
        lambda: next((w for w in house.workers if w is not worker and w.taken(events.Stop)), None), "another worker"
    )

    assert other.starts(record)[0].state.epoch == 5
    assert record.status == "stopped"


def test_only_one_worker_is_emptied_at_a_time(open_house) -> None:
    house = open_house(workers=2)
    house.obedient = False
    _, one = house.running("a", TOY)
    _, other = house.running_apart("b", OTHER)
    for worker in (one, other):
        grown(house, worker)

    def emptied() -> list[WorkerHandle]:
        house.look()
        return [handle for handle in map(house.handle_of, (one, other)) if handle.retiring]

    house.until(emptied, "one of them is emptied")
    # No longer than runs have to obey: then it would be ended.
    for _ in range(3):
        assert len(emptied()) == 1


def test_a_large_worker_that_has_grown_goes_after_its_run(house) -> None:
    large = Experiment(dataset=DatasetChoice("mnist"))
    record, worker = house.running("a", large)
    grown(house, worker)
    house.settle()
    assert worker.is_alive()

    worker.end(record.run_id)
    house.status(record, "finished")
    until_gone(house, worker)
    assert house.running("b", large)[1] is not worker
