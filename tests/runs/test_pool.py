"""Workers come, stay warm, grow old and go."""

from __future__ import annotations

import time

import pytest

from nnlab import events
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.runs.launch import LaunchError

LARGE = Experiment(dataset=DatasetChoice("mnist"))


def living(house):
    return [worker for worker in house.workers if worker.is_alive()]


def test_a_spare_stands_ready_before_anybody_asks(house) -> None:
    (spare,) = house.ready(1)

    assert spare.threads == 1
    assert spare.commands == []


def test_the_first_worker_waits_for_its_time_or_for_the_first_run(open_house) -> None:
    house = open_house(spare_after=3600.0)
    time.sleep(0.1)
    assert house.launches == 0

    house.running()
    house.ready(2)


def test_when_the_spare_gets_a_run_another_comes(house) -> None:
    house.running()

    assert len(house.ready(2)) == 2


def test_no_more_workers_come_than_are_shared_and_a_spare(house) -> None:
    house.running("visitor 2", Experiment(layers=(Layer(2),)))
    # A run does not wait for one that has yet to come.
    house.ready(2)
    for units in range(3, 12):
        house.running(f"visitor {units}", Experiment(layers=(Layer(units),)))
    house.ready(3)
    house.settle()

    assert len(house.workers) == 3
    assert sum(bool(worker.taken(events.Start)) for worker in house.workers) == 2


def test_a_worker_that_dies_idle_is_replaced(house) -> None:
    (spare,) = house.ready(1)
    spare.crash(-9)

    house.until(lambda: len(house.workers) == 2 and living(house), "a new spare")


def test_a_worker_that_dies_as_the_app_ends_is_not_replaced(open_house, monkeypatch: pytest.MonkeyPatch) -> None:
    at_the_end = []
    monkeypatch.setattr("atexit.register", at_the_end.append)
    house = open_house(workers=1)
    _, worker = house.running()
    house.ready(2)
    for act in at_the_end:
        act()
    launches = house.launches
    worker.crash(-15)
    house.until(lambda: house.handle_of(worker) not in house.service._dispatcher.pool.everyone, "its death is noticed")
    house.settle()

    assert house.launches == launches


def test_a_run_is_not_given_to_a_worker_that_has_just_died(house) -> None:
    (spare,) = house.ready(1)
    pool = house.service._dispatcher.pool
    house.until(lambda: pool.workers and pool.workers[0].ready, "the spare is known to be ready")
    with house.service._lock:
        # The supervisor cannot have noticed: it needs the lock for that.
        spare.crash(-9)
        record = house.start()
    house.status(record, "running")

    assert house.worker_of(record) is not spare


def test_a_launch_that_fails_is_told_on_the_page_that_waits(house) -> None:
    first, _ = house.running("a")
    house.ready(2)
    house.problem = OSError("no process to be had")
    # Nobody serves large runs yet, so this one asks for a launch.
    second = house.start(LARGE, visitor="b")
    house.status(second, "failed")

    assert "no process to be had" in str(second.message)
    assert "Close other programs" in str(second.message)
    assert first.status == "running"


def test_a_launch_that_fails_once_is_tried_again(house) -> None:
    house.ready(1)
    house.problem_once = ConnectionRefusedError("the fork server is gone")
    record = house.start(LARGE)

    house.status(record, "running")
    assert house.launches == 3


def test_a_launch_error_is_told_in_its_own_words(house) -> None:
    house.ready(1)
    house.problem = LaunchError("The variable is “{method}”.", method="fork")
    record = house.start(LARGE)
    house.status(record, "failed")

    assert str(record.message) == "The variable is “fork”."


def test_after_a_failure_nobody_launches_again_and_again(house) -> None:
    house.ready(1)
    house.problem = OSError("none left")
    records = [house.start(LARGE, visitor=visitor) for visitor in "abc"]
    for record in records:
        house.status(record, "failed")
    launches = house.launches
    house.settle()

    # Each was tried twice.
    assert house.launches == launches <= 1 + 2 * len(records)
    house.problem = None
    record, _ = house.running("d", LARGE)
    assert record.status == "running"


def test_a_spare_that_cannot_come_fails_no_run(open_house) -> None:
    house = open_house(workers=1)
    house.ready(1)
    house.open.clear()
    first, worker = house.running("a")
    house.until(lambda: house.launches == 2, "a spare is on its way")
    house.problem = OSError("none left")
    house.open.set()
    house.until(lambda: not house.service._dispatcher.pool._coming, "the spare has failed to come")

    second, same = house.running("b", Experiment(batch_size=8))
    assert (first.status, same) == ("running", worker)


def test_workers_that_die_before_they_are_ready_are_not_started_for_ever(open_house) -> None:
    house = open_house()
    house.ready(1)
    house.stillborn = True
    record, _ = house.running()
    house.until(lambda: len(house.workers) == 2 and not house.workers[1].is_alive(), "a stillborn spare")
    house.settle()

    assert house.launches == 2
    assert record.status == "running"


def test_a_run_whose_workers_are_all_stillborn_fails(open_house) -> None:
    house = open_house()
    (spare,) = house.ready(1)
    house.stillborn = True
    spare.crash(1)
    pool = house.service._dispatcher.pool
    house.until(lambda: house.launches == 2 and not pool.workers, "the next one is dead and buried")
    record = house.start()
    house.status(record, "failed")
    time.sleep(0.3)

    assert "exit code 1" in str(record.message)
    # Two for the run, and spares that came meanwhile; then it is over.
    launches = house.launches
    assert launches <= 6
    house.settle()
    assert house.launches == launches


def test_one_that_never_gets_ready_is_ended(open_house) -> None:
    house = open_house()
    (spare,) = house.ready(1)
    house.until(lambda: house.handle_of(spare).ready, "the spare is ready")
    house.handle_of(spare).ready = False
    house.clock.now += 151

    house.until(lambda: spare.exitcode == -9, "it is ended")


def test_a_retired_worker_still_answers_what_it_was_asked(open_house) -> None:
    import numpy as np

    house = open_house(worker_megabytes=1000)
    record, worker = house.running()
    worker.train(record.run_id, 1, weights={1: (np.zeros(1),)})
    house.until(lambda: record.weight_epochs == (1,), "weights")
    pool = house.service._dispatcher.pool
    with house.service._lock:
        answer = house.service.predict(record.run_id, np.ones((1, 2)))
        asked = next(handle for handle in pool.workers if handle.requests)
        pool.retire(asked)

    np.testing.assert_array_equal(answer.result(20), [[2.0, 2.0]])
    house.until(lambda: not asked.process.is_alive() and not pool.leaving, "it is gone")


def test_a_retired_worker_that_does_not_go_is_ended(open_house) -> None:
    house = open_house()
    (spare,) = house.ready(1)
    pool = house.service._dispatcher.pool
    house.until(lambda: pool.workers, "the spare is known")
    spare._take = lambda command: None
    with house.service._lock:
        pool.retire(pool.workers[0])
    house.clock.now += 31

    house.until(lambda: spare.exitcode == -9, "it is ended")
    house.until(lambda: not pool.leaving, "it is forgotten")


def test_retiring_waits_for_nobody_and_the_service_goes_on(open_house) -> None:
    house = open_house()
    record, worker = house.running()
    house.ready(2)
    pool = house.service._dispatcher.pool
    house.until(lambda: len(pool.workers) == 2, "a spare")
    for turn in range(20):
        spare = next(player for player in living(house) if player is not worker)
        with house.service._lock:
            begun = time.monotonic()
            pool.retire(next(handle for handle in pool.workers if handle.idle))
            assert time.monotonic() - begun < 0.5
        # From any thread at any time: the supervisor is waiting on that very pipe.
        worker.train(record.run_id, turn + 1)
        house.until(lambda turn=turn: record.progress.epoch == turn + 1, "the service still reads")
        with house.service._lock:
            pool.keep_spare()
        house.until(lambda spare=spare: not spare.is_alive(), "the retired worker ends")
        house.until(lambda: len(pool.workers) == 2 and not pool.leaving, "a new spare")
