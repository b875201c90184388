"""A worker that dies, hangs or grows is replaced, and its runs go on without anybody doing anything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnlab import events
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer

LARGE = Experiment(dataset=DatasetChoice("mnist"))
TOY = Experiment(epochs=None)
OTHER = replace(TOY, layers=(Layer(5),))
FASTER = replace(TOY, optimizer=Optimizer(learning_rate=0.5))
WEIGHTS = (np.full(2, 7, np.float32),)


def saved(epoch: int) -> events.TrainerState:
    return events.TrainerState(epoch, (np.full(2, epoch, np.float32),), ())


def report_until(house, worker, record, epoch: int, state: int | None = None) -> None:
    """Report epochs up to one, and where the run stood at another."""
    worker.train(record.run_id, *range(record.progress.epoch + 1, epoch + 1))
    if state is not None:
        worker.report(events.Saved(record.run_id, saved(state)))
        house.until(lambda: record.state is not None and record.state.epoch == state, "its state")
    house.until(lambda: record.progress.epoch == epoch, f"{epoch} epochs")


def taken_up_again(house, record, before):
    """The worker that a run was given after another one, and what it was told."""
    house.until(lambda: not before.is_alive(), "the end of the worker")
    worker = house.until(
        lambda: next((w for w in house.workers if w is not before and w.is_alive() and w.starts(record)), None),
        f"another worker for a run that is {record.status} ({record.message})",
    )
    return worker, worker.starts(record)[-1]


@pytest.mark.parametrize("experiment", [TOY, LARGE], ids=["small", "large"])
def test_a_run_goes_on_from_its_last_state_when_its_worker_dies(house, experiment: Experiment) -> None:
    record, worker = house.running("a", experiment)
    report_until(house, worker, record, 7, state=5)
    worker.crash(-9)
    again, start = taken_up_again(house, record, worker)

    assert (start.experiment, start.state.epoch, start.begun) == (experiment, 5, experiment)
    again.train(record.run_id, 6, 7, 8, 9)
    house.until(lambda: record.progress.epoch == 9, "two more epochs")
    assert list(record.history().columns["loss"]) == [1 / epoch for epoch in range(1, 10)]
    assert (record.status, record.message, record.standing.restarts) == ("running", None, 1)


def test_all_runs_of_a_worker_go_on_and_those_of_others_do_not_notice(house) -> None:
    runs = [house.running(visitor, replace(TOY, seed=seed)) for seed, visitor in enumerate("abc")]
    other, elsewhere = house.running_apart("d", OTHER)
    worker = runs[0][1]
    assert {one for _, one in runs} == {worker}
    assert elsewhere is not worker
    worker.crash(139)
    for record, _ in runs:
        taken_up_again(house, record, worker)

    assert len(elsewhere.starts(other)) == 1
    assert {record.status for record, _ in [*runs, (other, elsewhere)]} == {"running"}
    assert other.standing.restarts == 0


def test_a_paused_run_stays_paused_and_goes_on_when_it_is_resumed(house) -> None:
    record, worker = house.running("a", TOY)
    report_until(house, worker, record, 7, state=7)
    house.service.pause(record.run_id)
    worker.crash(-9)
    house.until(lambda: not house.service.serves(record.run_id), "it has no worker")
    assert record.status == "paused"

    house.service.resume(record.run_id)
    assert taken_up_again(house, record, worker)[1].state.epoch == 7


def test_a_large_run_that_lost_its_worker_is_first_in_the_queue(house) -> None:
    record, worker = house.running("a", LARGE)
    waiting = house.start(LARGE, visitor="b")
    worker.crash(-9)
    taken_up_again(house, record, worker)

    assert (record.status, waiting.status, waiting.progress.place) == ("running", "queued", 1)


def test_what_was_asked_of_the_dead_is_asked_of_the_living(house) -> None:
    record, worker = house.running("a", TOY, watched=True)
    report_until(house, worker, record, 7, state=7)
    worker._take = lambda command: None
    house.service.allow(record.run_id, 300, 3.0)
    house.service.change(record.run_id, FASTER, 4)
    house.service.edit(record.run_id, 4, WEIGHTS)
    worker.crash(-9)
    again, start = taken_up_again(house, record, worker)
    house.until(lambda: again.taken(events.Allow), "what it may do")

    # Asked for at an epoch before the state: the whole course is taken again.
    assert (start.experiment, start.state) == (TOY, None)
    assert [command.experiment for command in again.taken(events.Change)] == [FASTER]
    assert [command.epoch for command in again.taken(events.Edit)] == [4]
    assert again.taken(events.Allow)[-1].epoch == 300


def test_what_was_answered_is_not_asked_again(house) -> None:
    record, worker = house.running("a", TOY, watched=True)
    report_until(house, worker, record, 7, state=7)
    house.service.change(record.run_id, FASTER, 7)
    worker.report(events.Rewound(record.run_id, 7), events.Changed(record.run_id, 7, FASTER))
    house.until(lambda: record.changes, "the change")
    worker.crash(-9)
    again, start = taken_up_again(house, record, worker)

    assert (start.experiment, start.state.epoch, start.begun) == (FASTER, 7, TOY)
    assert [change.epoch for change in start.changes] == [7]
    assert again.taken(events.Change) == []


def test_a_network_that_is_only_shown_gets_its_weights_from_another_worker(house) -> None:
    (spare,) = house.ready(1)
    house.until(lambda: house.handle_of(spare).ready, "the spare is ready")
    shown = house.start(watched=True, allowed=0)
    house.until(lambda: spare.taken(events.Preview), "the first is asked")
    spare.crash(-9)
    other = house.until(
        lambda: next((w for w in house.workers if w is not spare and w.taken(events.Preview)), None), "another is asked"
    )
    other.report(events.EpochsEnded(shown.run_id, 1, (), {}, {0: WEIGHTS}))

    house.until(lambda: shown.weight_epochs == (0,), "the weights")


def test_what_a_worker_reports_of_a_run_that_it_does_not_have_is_passed_over(house) -> None:
    record, worker = house.running("a", TOY)
    other, elsewhere = house.running_apart("b", OTHER)
    elsewhere.train(record.run_id, 1)
    elsewhere.report(events.Saved(record.run_id, saved(1)), events.RunEnded(record.run_id, "failed", 1))
    elsewhere.train(other.run_id, 1)
    house.until(lambda: other.progress.epoch == 1, "what is its own")

    assert (record.status, record.progress.epoch, record.state) == ("running", 0, None)


# Runs that bring their worker down -----------------------------------------------------------


@pytest.mark.parametrize(
    ("exitcode", "sentence"), [(-11, "ended from outside (signal 11)"), (139, "ended unexpectedly (exit code 139)")]
)
def test_a_run_that_ends_its_worker_twice_has_failed_and_its_neighbours_go_on(
    house, exitcode: int, sentence: str
) -> None:
    record, worker = house.running("a", TOY)
    house.ready(2)
    neighbour, same = house.running("b", replace(TOY, seed=2))
    assert same is worker
    worker.train(record.run_id, 1, weights={1: WEIGHTS})
    house.until(lambda: record.progress.epoch == 1, "an epoch")
    for _ in range(2):
        before = house.worker_of(record)
        before.at_work = record.run_id
        before.crash(exitcode)
        house.until(
            lambda before=before: house.handle_of(before) not in house.service._dispatcher.pool.everyone, "gone"
        )
    house.status(record, "failed")

    assert sentence in str(record.message)
    np.testing.assert_array_equal(record.weights()[0], 7)
    house.until(lambda: house.service.serves(neighbour.run_id), "the neighbour has a worker")
    assert (neighbour.status, neighbour.standing.strikes) == ("running", 0)
    assert house.running("a")[0].status == "running"


def test_workers_killed_from_outside_every_half_minute_fail_no_run(house) -> None:
    record, _ = house.running("a", LARGE)
    for _ in range(6):
        house.clock.now += 30
        worker = house.worker_of(record)
        worker.at_work = record.run_id
        worker.crash(-9)
        taken_up_again(house, record, worker)

    assert (record.status, record.standing.restarts) == ("running", 6)


@pytest.mark.parametrize("experiment", [TOY, LARGE], ids=["small", "large"])
def test_a_worker_beyond_its_memory_is_replaced_and_the_run_that_does_it_again_is_ended_with_the_limit(
    open_house, experiment: Experiment
) -> None:
    house = open_house(worker_megabytes=700)
    record, worker = house.running("a", experiment)
    other, elsewhere = house.running_apart("b", OTHER)
    for times in (1, 2):
        worker = house.worker_of(record)
        worker.at_work, worker.megabytes = record.run_id, 701
        house.clock.now += 1
        house.until(lambda worker=worker: not worker.is_alive(), "the worker is killed")
        if times == 1:
            taken_up_again(house, record, worker)
    house.status(record, "failed")

    assert "more than 700 MB" in str(record.message)
    assert other.status == "running"


def outlives(house, worker, seconds: float) -> None:
    """Have a worker hang, and see that it is left alone for so long after it was asked for a sign of life."""
    worker.hangs = True
    house.clock.now += 1
    house.until(lambda: house.handle_of(worker).pinged is not None, "it is asked for a sign of life")
    house.clock.now += seconds
    house.settle()
    assert worker.is_alive()


def test_a_worker_that_gives_no_sign_of_life_is_replaced(house) -> None:
    record, worker = house.running("a", TOY)
    report_until(house, worker, record, 3, state=3)
    outlives(house, worker, 4.5)

    house.killed(worker)
    assert taken_up_again(house, record, worker)[1].state.epoch == 3


def test_a_worker_that_compiles_may_take_its_time(house) -> None:
    record, worker = house.running("a", TOY)
    worker.report(events.PhaseBegun(record.run_id, "compiling"))
    house.until(lambda: house.handle_of(worker).compiling, "it compiles")
    outlives(house, worker, 50)

    house.clock.now += 15
    house.killed(worker)


def test_a_worker_that_opens_a_run_may_take_its_time(open_house) -> None:
    house = open_house()
    house.slow_to_begin = True
    record = house.start(TOY)
    worker = house.worker_of(record)
    house.until(lambda: record.progress.phase == "loading", "it loads the data")
    outlives(house, worker, 50)

    house.clock.now += 15
    house.killed(worker)


def test_a_spare_is_not_ended_and_started_for_ever_where_the_limit_is_too_low(open_house) -> None:
    house = open_house(worker_megabytes=50)
    (spare,) = house.ready(1)
    for _ in range(3):
        house.clock.now += 1
        house.settle(0.3)
    assert (house.launches, spare.is_alive()) == (1, True)

    record = house.start()
    for _ in range(2):
        worker = house.worker_of(record)
        worker.at_work = record.run_id
        house.clock.now += 1
        house.until(lambda worker=worker: not worker.is_alive(), "the worker is killed")
    house.status(record, "failed")
    assert "more than 50 MB" in str(record.message)


# What a stopped run has learned ----------------------------------------------------------------


def test_a_stopped_run_whose_worker_dies_is_tested_by_another(house) -> None:
    record, worker = house.running("a", TOY)
    worker.obeys = lambda: False
    report_until(house, worker, record, 7, state=7)
    house.service.stop(record.run_id)
    worker.crash(-9)
    again, start = taken_up_again(house, record, worker)
    assert start.state.epoch == 7
    house.until(lambda: again.taken(events.Stop), "it is to stop at once")
    again.report(events.Tested(record.run_id, {"loss": 0.5}, np.zeros((1, 1), np.float16)))

    house.until(lambda: record.test is not None or not house.service.serves(record.run_id), "its results")
    assert record.status == "stopped"
