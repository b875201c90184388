"""Small runs share workers at once; large ones wait, and know for how long."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnlab import events
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.runs import LimitError
from nnlab.runs.pool import GROWTH_SHARE

LARGE = Experiment(dataset=DatasetChoice("mnist"), epochs=10)
TOY = Experiment(epochs=None)
OTHER = replace(TOY, layers=(Layer(5),))


def places(*records) -> list[tuple[str, int]]:
    return [(record.status, record.progress.place) for record in records]


# Small runs ------------------------------------------------------------------------------------


def test_small_runs_never_wait_however_many_there_are(open_house) -> None:
    house = open_house(workers=2)
    runs = [house.running(f"visitor {number}", replace(TOY, seed=number)) for number in range(30)]

    assert {record.status for record, _ in runs} == {"running"}
    assert len({worker.pid for _, worker in runs}) <= 2


def test_runs_of_one_structure_share_a_worker_and_its_program(house) -> None:
    first, worker = house.running("a", TOY)
    alike = replace(TOY, seed=9, optimizer=Optimizer(learning_rate=0.5), dataset=DatasetChoice("xor", {"seed": 4}))
    second, same = house.running("b", alike)
    third, other = house.running_apart("c", OTHER)

    assert same is worker
    assert other is not worker
    assert {record.status for record in (first, second, third)} == {"running"}


def test_a_structure_that_a_worker_has_known_comes_back_to_it(house) -> None:
    first, worker = house.running("a", TOY)
    second, other = house.running_apart("b", OTHER)
    house.service.stop(first.run_id)
    house.service.stop(second.run_id)
    house.until(lambda: not house.service.serves(first.run_id) and not house.service.serves(second.run_id), "all left")

    assert house.running("c", replace(OTHER, seed=3))[1] is other
    assert house.running("d", replace(TOY, seed=3))[1] is worker


def test_a_worker_that_is_full_shares_its_structure_with_another(house) -> None:
    first, worker = house.running("a", TOY)
    worker.busy = 1.0
    house.known_to_be_busy(worker)

    assert house.running("b", replace(TOY, seed=1))[1] is not worker


def test_where_all_workers_have_much_to_do_nothing_is_compiled_a_second_time(house) -> None:
    _, worker = house.running("a", TOY)
    _, other = house.running_apart("b", OTHER)
    worker.busy, other.busy = 1.0, 0.6
    house.known_to_be_busy(worker, other)

    assert house.running("c", replace(TOY, seed=1))[1] is worker


def test_what_has_to_be_compiled_goes_where_least_else_has_to(open_house) -> None:
    house = open_house(workers=2)
    record, worker = house.running("a", TOY)
    house.ready(2)
    house.slow_to_begin = True
    house.running_soon("b", OTHER)
    second = house.worker_of(house.running_soon("c", replace(TOY, layers=(Layer(6),))))

    # The first is training, the other one has yet to compile.
    assert second is worker


def test_beyond_the_limit_of_small_runs_one_is_refused_in_a_clear_sentence(open_house) -> None:
    house = open_house(runs=3)
    runs = [house.running(visitor)[0] for visitor in "abc"]
    with pytest.raises(LimitError, match="3 networks are on this server"):
        house.start(visitor="d")
    house.service.pause(runs[0].run_id)
    house.service.resume(runs[0].run_id)
    house.service.stop(runs[1].run_id)
    house.until(lambda: not house.service.serves(runs[1].run_id), "a place is free")

    assert house.running("d")[0].status == "running"


def test_a_paused_run_keeps_its_place(house) -> None:
    record, worker = house.running("a")
    house.service.pause(record.run_id)
    for visitor in "bcd":
        house.running(visitor)

    assert worker.taken(events.Park) == []


def test_a_large_run_is_in_no_small_ones_way(open_house) -> None:
    house = open_house(workers=1)
    house.running("a", LARGE)
    house.start(LARGE, visitor="b")

    assert house.running("c", TOY)[0].status == "running"


# Large runs ------------------------------------------------------------------------------------


def test_large_runs_have_a_worker_with_all_cores_but_one_that_leaves_them_to_others(
    open_house, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    house = open_house(workers=2)
    house.ready(1)
    small, one = house.running("a")
    large, many = house.running("b", LARGE)

    assert (one.threads, many.threads) == (1, 7)
    assert 0 < one.niceness < many.niceness
    many.end(large.run_id)
    house.status(large, "finished")
    assert house.running("b", replace(LARGE, seed=2))[1] is many


def test_a_large_worker_that_has_grown_goes_between_two_runs_of_a_queue(house) -> None:
    first, worker = house.running("a", LARGE)
    second = house.start(LARGE, visitor="b")
    third = house.start(LARGE, visitor="c")
    worker.megabytes = 100 + GROWTH_SHARE * house.limits.worker_megabytes - 1
    worker.end(first.run_id)
    house.status(second, "running")
    assert house.worker_of(second) is worker

    worker.megabytes += 2
    worker.end(second.run_id)
    house.status(third, "running")
    assert house.worker_of(third) is not worker
    house.until(lambda: not worker.is_alive(), "the old worker has gone")


def test_large_runs_wait_in_the_order_they_came_and_know_their_place(house) -> None:
    first, worker = house.running("a", LARGE)
    second, third, fourth = (house.start(LARGE, visitor=visitor) for visitor in "bcd")
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


def test_who_waits_is_told_for_about_how_long(house) -> None:
    first, worker = house.running("a", LARGE)
    second, third = house.start(LARGE, visitor="b"), house.start(replace(LARGE, epochs=20), visitor="c")
    before = third.progress.waiting
    assert 0 < second.progress.waiting < before

    # Ten epochs in all, each of 2 seconds, and 4 of them are over.
    for epoch in range(1, 5):
        worker.report(events.EpochsEnded(first.run_id, epoch, (2.0,), {"loss": (0.5,)}))
    house.until(lambda: first.progress.epoch == 4, "four epochs")
    house.clock.now += 1
    house.until(lambda: second.progress.waiting == pytest.approx(12.0), "twelve seconds for the first in the queue")

    # The other waits for twenty seconds of the one before it, and for what starting takes.
    assert 32 < third.progress.waiting < 40


def test_a_full_queue_says_how_many_wait(open_house) -> None:
    house = open_house(queue=2)
    house.running("a", LARGE)
    house.start(LARGE, visitor="b")
    last = house.start(LARGE, visitor="c")
    with pytest.raises(LimitError, match="2 runs are waiting already"):
        house.start(LARGE, visitor="d")

    house.service.stop(last.run_id)
    assert places(house.start(LARGE, visitor="d")) == [("queued", 2)]


def test_a_run_paused_in_the_queue_leaves_it_and_comes_back_at_its_end(house) -> None:
    house.running("a", LARGE)
    second, third = house.start(LARGE, visitor="b"), house.start(LARGE, visitor="c")
    house.service.pause(second.run_id)
    assert places(second, third) == [("paused", 0), ("queued", 1)]

    house.service.resume(second.run_id)
    assert places(second, third) == [("queued", 2), ("queued", 1)]


def test_waiting_is_not_counted_as_training(house) -> None:
    first, worker = house.running("a", LARGE)
    second = house.start(LARGE, visitor="b")
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


def test_a_paused_large_run_makes_room_for_one_that_waits(house) -> None:
    paused, worker = house.running("a", LARGE)
    house.service.pause(paused.run_id)
    assert worker.taken(events.Park) == []
    waiting, again = house.running("b", LARGE)

    assert again is worker
    assert paused.status == "paused"
    assert paused.state.epoch == 3
    assert len(worker.taken(events.Park)) == 1


def test_two_watched_large_runs_take_turns(house) -> None:
    wide = replace(TOY, layers=(Layer(500),) * 16)
    first, worker = house.running("a", wide, watched=True)
    second = house.start(wide, visitor="b", watched=True)
    worker.use_up(first.run_id, 120)
    house.status(second, "running")
    assert first.status == "running"
    house.service.allow(first.run_id, 240, 4.0)
    worker.use_up(second.run_id, 120)

    house.until(lambda: len(worker.taken(events.Start)) == 3, "the first run is taken up again")
    assert worker.taken(events.Start)[2].run_id == first.run_id
    assert worker.taken(events.Allow)[-1].epoch == 240


def test_a_large_run_that_is_allowed_more_as_it_says_that_it_waits_keeps_its_worker(house) -> None:
    wide = replace(TOY, layers=(Layer(500),) * 16)
    first, worker = house.running("a", wide, watched=True)
    second = house.start(wide, visitor="b", watched=True)
    (allowance,) = house.until(lambda: worker.allowances(first.run_id), "it is allowed something")
    house.service.allow(first.run_id, 240, 4.0)
    # What it said before it heard of that arrives after.
    worker.report(events.Waiting(first.run_id, 120, allowance.number))
    worker.train(first.run_id, *range(1, 121))
    house.until(lambda: first.progress.epoch == 120, "its epochs")
    house.settle()

    assert not first.playback.waiting
    assert worker.taken(events.Park) == []
    assert second.status == "queued"


def test_a_run_that_keeps_others_waiting_goes_to_the_queue_and_on_from_its_state(house) -> None:
    large, busy = house.running("a", LARGE)
    slow, worker = house.running("b", TOY)
    neighbour, same = house.running("c", replace(TOY, seed=1))
    assert same is worker
    worker.report(events.Slow(slow.run_id, 0.6))
    house.status(slow, "queued")
    assert places(slow, neighbour) == [("queued", 1), ("running", 0)]
    busy.end(large.run_id)
    house.status(slow, "running")
    house.until(lambda: slow.run_id in [start.run_id for start in busy.taken(events.Start)], "it is taken up")

    assert busy.taken(events.Start)[-1].state.epoch == 3


def test_the_worker_for_large_runs_goes_when_nobody_has_wanted_it_for_a_minute(house) -> None:
    record, worker = house.running("a", LARGE)
    worker.end(record.run_id)
    house.status(record, "finished")
    house.clock.now += 59
    house.settle()
    assert worker.is_alive()

    house.clock.now += 2
    house.until(lambda: not worker.is_alive(), "the large worker ends")
    assert worker.exitcode == 0
    assert house.running("b", LARGE)[1] is not worker


def test_a_prediction_never_waits_for_a_large_run(house) -> None:
    record, worker = house.running("a", LARGE)
    worker.train(record.run_id, 1, weights={1: (np.zeros(1),)})
    house.until(lambda: record.weight_epochs == (1,), "weights")
    house.ready(2)
    house.until(lambda: len(house.service._dispatcher.pool.shared) == 1, "a worker for short tasks")
    house.service.predict(record.run_id, np.zeros((1, 2))).result(20)

    assert worker.taken(events.Predict) == []
