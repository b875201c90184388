"""Who waits, where, and who makes room."""

from __future__ import annotations

import pytest

from nnlab import events
from nnlab.experiment import DatasetChoice, Experiment
from nnlab.runs import LimitError


def places(*records) -> list[tuple[str, int]]:
    return [(record.status, record.progress.place) for record in records]


def test_runs_wait_in_the_order_they_came_and_know_their_place(open_house) -> None:
    house = open_house(workers=1)
    first, worker = house.running("a")
    second, third, fourth = (house.start(visitor=visitor) for visitor in "bcd")
    assert places(first, second, third, fourth) == [("running", 0), ("queued", 1), ("queued", 2), ("queued", 3)]

    house.service.stop(third.run_id)
    assert places(second, third, fourth) == [("queued", 1), ("stopped", 0), ("queued", 2)]

    worker.end(first.run_id)
    house.status(second, "running")
    assert places(first, second, fourth) == [("finished", 0), ("running", 0), ("queued", 1)]
    worker.end(second.run_id)
    house.status(fourth, "running")
    house.until(lambda: len(worker.taken(events.Start)) == 3, "the third start")
    assert [start.run_id for start in worker.taken(events.Start)] == [first.run_id, second.run_id, fourth.run_id]


def test_as_many_train_at_once_as_there_are_places(open_house) -> None:
    house = open_house(workers=3)
    records = [house.running(visitor)[0] for visitor in "abc"]
    waiting = house.start(visitor="d")

    assert [record.status for record in records] == ["running"] * 3
    assert places(waiting) == [("queued", 1)]


def test_a_full_queue_says_how_many_wait(open_house) -> None:
    house = open_house(workers=1, queue=2)
    house.running("a")
    house.start(visitor="b")
    last = house.start(visitor="c")
    with pytest.raises(LimitError, match="2 runs are waiting already"):
        house.start(visitor="d")

    house.service.stop(last.run_id)
    assert places(house.start(visitor="d")) == [("queued", 2)]


def test_a_run_paused_in_the_queue_leaves_it_and_comes_back_at_its_end(open_house) -> None:
    house = open_house(workers=1)
    house.running("a")
    second, third = house.start(visitor="b"), house.start(visitor="c")
    house.service.pause(second.run_id)
    assert places(second, third) == [("paused", 0), ("queued", 1)]

    house.service.resume(second.run_id)
    assert places(second, third) == [("queued", 2), ("queued", 1)]


def test_waiting_is_not_counted_as_training(open_house) -> None:
    house = open_house(workers=1)
    first, worker = house.running("a")
    second = house.start(visitor="b")
    house.clock.now += 10
    assert (first.progress.elapsed, second.progress.elapsed) == (10, 0)
    house.service.pause(first.run_id)
    house.status(second, "running")
    house.clock.now += 5
    assert first.progress.elapsed == 10

    # The paused run has made room; resumed, it waits for the second.
    house.service.resume(first.run_id)
    assert places(first) == [("queued", 1)]
    house.clock.now += 20
    assert (first.progress.elapsed, second.progress.elapsed) == (10, 25)


def test_a_paused_run_keeps_its_worker_while_nobody_waits(open_house) -> None:
    house = open_house(workers=2)
    record, worker = house.running("a")
    house.service.pause(record.run_id)
    house.running("b")

    assert worker.taken(events.Park) == []


def test_a_paused_run_makes_room_for_one_that_waits(open_house) -> None:
    house = open_house(workers=1)
    paused, worker = house.running("a")
    house.service.pause(paused.run_id)
    waiting, again = house.running("b")

    assert again is worker
    assert paused.status == "paused"
    assert paused.state.epoch == 3
    assert len(worker.taken(events.Park)) == 1


def test_no_more_runs_make_room_than_others_wait(open_house) -> None:
    house = open_house(workers=2)
    house.obedient = False
    runs = [house.running(visitor) for visitor in "ab"]
    for record, _ in runs:
        house.service.pause(record.run_id)
    house.start(visitor="c")
    # Anything that happens has the queue looked at again.
    house.service.change(runs[0][0].run_id, Experiment(batch_size=8))
    house.service.pause(runs[0][0].run_id)
    house.service.pause(runs[1][0].run_id)
    house.until(lambda: any(worker.taken(events.Park) for _, worker in runs), "one makes room")

    assert sum(len(worker.taken(events.Park)) for _, worker in runs) == 1


def test_large_runs_have_a_worker_with_all_cores(open_house, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    house = open_house(workers=2)
    house.ready(1)
    small, one = house.running("a")
    large, many = house.running("b", Experiment(dataset=DatasetChoice("fashion_mnist")))

    assert (one.threads, many.threads) == (1, 8)
    many.end(large.run_id)
    house.status(large, "finished")
    again, worker = house.running("b", Experiment(dataset=DatasetChoice("mnist")))
    assert worker is many


def test_runs_of_both_kinds_one_after_another_do_not_gather_workers(
    open_house, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    house = open_house(workers=1)
    for turn in range(6):
        name = ("circle", "mnist")[turn % 2]
        record, worker = house.running(f"visitor {turn}", Experiment(dataset=DatasetChoice(name)))
        worker.train(record.run_id, 1)
        house.until(lambda record=record: record.progress.epoch == 1, "an epoch")
        worker.end(record.run_id)
        house.status(record, "finished")
        house.until(lambda: len([w for w in house.workers if w.is_alive()]) <= 3, "three workers at most")
