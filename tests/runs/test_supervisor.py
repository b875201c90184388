"""Who does not obey, dies, grows or takes too long, and who has gone away."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from nnlab import events
from nnlab.experiment import DatasetChoice, Experiment
from nnlab.runs import RunError

OTHER = Experiment(batch_size=8)
LARGE = Experiment(dataset=DatasetChoice("mnist"))


def test_a_stop_that_is_not_obeyed_within_two_seconds_kills_the_worker(house) -> None:
    house.obedient = False
    record, worker = house.running()
    house.service.stop(record.run_id)
    house.clock.now += 1.5
    house.settle()
    assert worker.is_alive()

    house.clock.now += 0.6
    house.killed(worker)
    assert (record.status, record.message) == ("stopped", None)
    assert house.running()[1] is not worker


def test_who_has_obeyed_has_time_to_work_out_the_results(house) -> None:
    house.obedient = False
    record, worker = house.running()
    house.service.stop(record.run_id)
    worker.report(events.PhaseBegun(record.run_id, "evaluating"))
    house.until(lambda: record.progress.phase == "evaluating", "the results are being worked out")
    house.clock.now += 25
    house.settle()
    assert worker.is_alive()

    house.clock.now += 10
    house.killed(worker)


def test_stopped_while_the_results_are_worked_out_it_may_finish_them(house) -> None:
    house.obedient = False
    record, worker = house.running()
    worker.report(events.PhaseBegun(record.run_id, "evaluating"))
    house.until(lambda: record.progress.phase == "evaluating", "the results are being worked out")
    house.service.stop(record.run_id)
    house.clock.now += 10
    house.settle()

    assert worker.is_alive()


def test_a_run_that_obeyed_gives_the_next_one_its_full_time(house) -> None:
    record, worker = house.running()
    house.service.stop(record.run_id)
    second, again = house.running()
    house.clock.now += 60
    house.settle()

    assert worker.is_alive()
    assert second.status == "running"


def test_a_run_that_is_not_set_aside_in_time_is_not_lost(house) -> None:
    house.obedient = False
    record, worker = house.running()
    worker.train(record.run_id, 1, 2)
    house.until(lambda: record.progress.epoch == 2, "two epochs")
    house.service.park(record.run_id)
    house.clock.now += 3
    house.killed(worker)
    assert (record.status, record.message) == ("paused", None)

    house.service.resume(record.run_id)
    other = house.worker_of(record)
    other.train(record.run_id, 1, 2, 3)
    house.until(lambda: record.progress.epoch == 3, "a third epoch")
    assert list(record.history().columns["loss"]) == [1, 1 / 2, 1 / 3]


def test_resumed_before_its_worker_had_to_be_killed_it_goes_on_elsewhere(house) -> None:
    house.obedient = False
    record, worker = house.running()
    house.service.park(record.run_id)
    house.service.resume(record.run_id)
    house.clock.now += 3
    house.killed(worker)

    assert house.worker_of(record) is not worker
    assert record.status == "running"


def test_a_worker_that_dies_after_stop_changes_nothing_on_the_page(house) -> None:
    house.obedient = False
    record, worker = house.running()
    house.service.stop(record.run_id)
    worker.crash(-11)
    house.until(lambda: house.service._dispatcher.pool.serving(record.run_id) is None, "the worker is forgotten")

    assert (record.status, record.message) == ("stopped", None)


def test_a_worker_that_stands_still_in_the_middle_of_a_message_keeps_nobody_else_waiting(house) -> None:
    house.obedient = False
    frozen, worker = house.running("a")
    other, at_work = house.running_apart("b", OTHER)
    worker.freeze()
    for epoch in range(1, 6):
        at_work.train(other.run_id, epoch)
    house.until(lambda: other.progress.epoch == 5, "the other run's epochs")

    house.service.stop(frozen.run_id)
    house.clock.now += 3
    house.killed(worker)
    assert house.running("a")[1] is not worker
    assert other.status == "running"


def test_a_worker_that_sends_nonsense_is_ended_and_its_run_goes_on(house) -> None:
    record, worker = house.running("a")
    other, at_work = house.running_apart("b", OTHER)
    worker.babble()
    house.until(lambda: not worker.is_alive(), "its end")
    assert house.worker_of(record) is not worker

    at_work.train(other.run_id, 1)
    house.until(lambda: other.progress.epoch == 1, "the other run's epoch")


def test_a_flood_of_events_loses_none(house) -> None:
    record, worker = house.running()
    with house.service._lock:
        # Nobody can take them now; the worker has to wait at the pipe.
        flood = threading.Thread(target=worker.train, args=(record.run_id, *range(1, 5001)))
        flood.start()
        time.sleep(0.3)
    flood.join(20)
    house.until(lambda: record.progress.epoch == 5000, "all epochs")

    assert list(record.history().columns["loss"]) == [1 / epoch for epoch in range(1, 5001)]


def test_a_run_beyond_its_time_is_stopped_with_the_limit(open_house) -> None:
    house = open_house(run_minutes=2.5)
    record, worker = house.running()
    house.clock.now += 149
    house.settle()
    assert record.status == "running"

    house.clock.now += 2
    house.status(record, "stopped")
    assert "after 2.5 minutes" in str(record.message)
    house.until(lambda: worker.taken(events.Stop), "the worker is told to stop")


def test_standing_still_does_not_use_up_a_runs_time(open_house) -> None:
    house = open_house(run_minutes=1)
    record, _ = house.running()
    house.clock.now += 50
    house.service.pause(record.run_id)
    house.clock.now += 3600
    house.settle()
    house.service.resume(record.run_id)

    assert record.progress.elapsed == 50
    assert record.status == "running"


def test_half_a_minute_after_its_visitor_has_left_a_run_is_parked(house) -> None:
    record, worker = house.running("a")
    other, _ = house.running("b")
    house.service.left("a")
    house.clock.now += 29
    house.settle()
    assert record.status == "running"

    house.clock.now += 2
    house.status(record, "paused")
    house.until(lambda: record.state is not None, "the run's state")
    house.until(lambda: record.notice is not None, "a notice")
    assert "You were away" in str(record.notice)
    assert other.status == "running"

    house.service.arrived("a")
    house.service.resume(record.run_id)
    house.until(lambda: len(worker.starts(record)) == 2, "the run is started again")
    assert worker.starts(record)[1].state.epoch == 3
    assert record.notice is None


def test_a_run_that_waits_is_parked_too(house) -> None:
    first, worker = house.running("a", LARGE)
    waiting = house.start(LARGE, visitor="b")
    house.service.left("b")
    house.clock.now += 31
    house.status(waiting, "paused")
    worker.end(first.run_id)
    house.status(first, "finished")
    time.sleep(0.2)

    assert waiting.status == "paused"
    house.service.arrived("b")
    house.service.resume(waiting.run_id)
    house.status(waiting, "running")


def test_a_visitor_who_comes_back_in_time_finds_the_run_training(house) -> None:
    record, worker = house.running("a")
    house.service.left("a")
    house.clock.now += 20
    house.service.left("a")
    house.service.arrived("a")
    house.clock.now += 60
    house.settle()

    assert record.status == "running"
    assert worker.taken(events.Park) == []


def test_the_first_departure_counts(house) -> None:
    record, _ = house.running("a")
    house.service.left("a")
    house.clock.now += 20
    house.service.left("a")
    house.clock.now += 11

    house.status(record, "paused")


def test_half_an_hour_later_the_records_of_who_has_left_are_forgotten(house) -> None:
    gone, _ = house.running("gone")
    here, worker = house.running("here")
    worker.end(here.run_id)
    house.status(here, "finished")
    house.service.left("gone")
    house.clock.now += 31
    house.status(gone, "paused")
    house.clock.now += 29 * 60
    house.settle()
    assert house.service.record(gone.run_id) is gone

    # Looked at just now, it is kept for another half hour.
    house.clock.now += 2 * 60
    house.settle()
    assert gone in house.service._shelf.all()
    house.clock.now += 30 * 60
    house.until(lambda: gone not in house.service._shelf.all(), "the run is forgotten")
    with pytest.raises(RunError, match="no longer kept"):
        house.service.record(gone.run_id)
    assert house.service.record(here.run_id) is here
    house.until(lambda: not house.service._house.visitors.gone(0), "the visitor is forgotten too")


def test_records_beyond_a_visitors_bytes_lose_their_oldest_weights(open_house) -> None:
    house = open_house(visitor_megabytes=1)
    record, worker = house.running()
    for epoch in range(1, 8):
        worker.train(record.run_id, epoch, weights={epoch: (np.zeros(50_000, np.float32),)})
    house.until(lambda: record.progress.epoch == 7, "seven epochs")

    # 200 kB each, and the curve, which takes half a kilobyte.
    house.until(lambda: record.weight_epochs == (4, 5, 6, 7), "only the newest weights are left")
    assert list(record.history().columns["loss"]) == [1 / epoch for epoch in range(1, 8)]
    house.until(lambda: record.notice is not None, "a notice")
    assert "no longer kept (limit 1 MB)" in str(record.notice)


def test_the_state_of_a_parked_run_counts_among_its_visitors_bytes(open_house) -> None:
    house = open_house(visitor_megabytes=1)
    house.obedient = False
    record, worker = house.running()
    for epoch in (1, 2, 3):
        worker.train(record.run_id, epoch, weights={epoch: (np.zeros(50_000, np.float32),)})
    house.until(lambda: record.weight_epochs == (1, 2, 3), "three epochs")
    house.service.park(record.run_id)
    worker.report(events.Parked(record.run_id, events.TrainerState(3, (np.zeros(150_000, np.float32),), ())))
    house.until(lambda: record.state is not None, "the run's state")

    house.until(lambda: record.weight_epochs == (3,), "older weights go")
    assert record.state is not None


def test_a_run_that_two_tabs_show_is_parked_when_both_are_gone(house) -> None:
    record, worker = house.running("one")
    house.service.adopt(record.run_id, "two")
    house.service.left("two")
    house.clock.now += 60
    house.settle()
    assert record.status == "running"

    house.service.left("one")
    house.clock.now += 31
    house.status(record, "paused")
