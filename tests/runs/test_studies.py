"""Many seeds in the workers that runs share: where they go, what becomes of them, who may stop them."""

import numpy as np
import pytest

from nnlab import events
from nnlab.events.studies import PartAdvanced, PartEnded, ReplicaResult, StartStudy, Study, StudyPart
from nnlab.experiment import Experiment
from nnlab.runs import RunError

SEEDS = (1, 2, 3)
STUDY = Study((StudyPart("one", Experiment(epochs=10)), StudyPart("two", Experiment(epochs=10))), SEEDS)
HISTORY = {"epoch": np.array([5]), "val_accuracy": np.ones((3, 1), np.float32)}


def begun(house, visitor="somebody"):
    record = house.service.study_record(house.service.study(visitor, STUDY))
    return record, worker_of(house, record)


def worker_of(house, record, count=1):
    def found():
        told = [
            worker
            for worker in house.workers
            for start in worker.taken(StartStudy)
            if start.run_id == record.study_id and worker.is_alive()
        ]
        return told[-1] if len(told) >= count else None

    return house.until(found, "a worker for the study")


def advance(worker, record, part="one", epoch=5, first=0, history=HISTORY):
    worker.report(PartAdvanced(record.study_id, part, epoch, 10, 1.0, first, history))


def end_part(worker, record, part):
    worker.report(PartEnded(record.study_id, part, ReplicaResult(SEEDS, HISTORY, (np.zeros((2, 3)),))))


def test_progress_and_results_arrive_part_by_part(house):
    record, worker = begun(house)
    house.until(lambda: record.state == "running", "a study that runs")

    advance(worker, record)
    house.until(lambda: record.running, "a part under way")
    assert record.progress.part == "one"
    assert (record.progress.seeds_done, record.progress.seeds) == (1, 6)
    name, so_far = record.running
    assert name == "one" and so_far.epochs_to_solve.tolist() == [5, 5, 5]

    end_part(worker, record, "one")
    house.until(lambda: "one" in record.parts, "the first part's results")
    assert record.progress.share == 0.5
    assert record.running is None

    end_part(worker, record, "two")
    worker.end(record.study_id)
    house.until(lambda: record.state == "finished", "the end")
    assert record.progress.seconds_left == 0
    assert list(record.parts) == ["one", "two"]
    house.until(lambda: not house.handle_of(worker).places, "a place that is free again")


def test_it_goes_to_a_worker_in_which_nobody_trains(house):
    _, busy = house.running()
    house.ready(2)

    _, worker = begun(house)

    assert worker is not busy


def test_when_its_worker_is_killed_the_unfinished_part_begins_again_elsewhere(house):
    record, worker = begun(house)
    end_part(worker, record, "one")
    advance(worker, record, "two")
    house.until(lambda: record.running, "the second part under way")

    worker.kill()
    other = worker_of(house, record)

    house.until(lambda: record.running is None, "the second part from its beginning")
    assert other.taken(StartStudy)[-1].done == ("one",)
    assert record.state == "running"
    assert "one" in record.parts


def test_a_study_that_ends_its_worker_twice_fails_with_the_reason(house):
    record, worker = begun(house)
    for _ in range(2):
        worker = worker_of(house, record)
        worker.at_work = record.study_id
        worker.crash(-11)
        house.until(lambda ended=worker: house.handle_of(ended) not in house.service._dispatcher.pool.everyone, "gone")
    house.until(lambda: record.state == "failed", "a study that failed")
    assert "11" in str(record.message)


def test_pause_resume_and_stop_act_at_once(house):
    record, worker = begun(house)

    house.service.studies.pause(record.study_id)
    assert record.state == "paused"
    house.service.studies.resume(record.study_id)
    assert record.state == "running"
    house.service.studies.stop(record.study_id)
    assert record.state == "stopped"

    house.until(lambda: worker.taken(events.Stop), "a worker that is told")
    house.until(lambda: not house.handle_of(worker).places, "a place that is free again")
    assert [type(command) for command in worker.commands[-3:]] == [events.Pause, events.Resume, events.Stop]


def test_a_visitor_has_one_study_at_a_time(house):
    first, _ = begun(house)
    others, _ = begun(house, "somebody else")

    second, _ = begun(house)

    assert first.state == "stopped"
    assert "Another study" in str(first.message)
    assert second.state == others.state == "running"


def test_the_study_of_a_visitor_who_has_left_stands_still(house):
    house.service.arrived("somebody")
    record, worker = begun(house)
    house.service.left("somebody")
    house.clock.now += 40

    house.until(lambda: (house.settle(0.05), record.state == "paused")[1], "a study that is set aside")
    house.service.studies.resume(record.study_id)
    assert record.message is None


def test_a_worker_that_has_grown_gives_its_study_to_another_one(open_house):
    house = open_house(workers=2)
    record, worker = begun(house)
    house.ready(2)
    # What it holds then counts as what it began with.
    house.until(lambda: house.handle_of(worker).memory_at_first > 0, "the worker has been measured")
    worker.megabytes += 1000

    def moved():
        house.clock.now += 0.5
        house.settle(0.05)
        others = [other for other in house.workers if other is not worker]
        return any(start.run_id == record.study_id for other in others for start in other.taken(StartStudy))

    house.until(moved, "the study in another worker")
    assert record.state == "running"


def test_a_study_that_is_not_kept_is_said_to_be_gone(house):
    with pytest.raises(RunError, match="no longer kept"):
        house.service.study_record("nothing")


def test_a_teacher_pauses_and_ends_studies_too(house):
    record, _ = begun(house)

    house.service.oversight.pause_all()
    assert record.state == "paused"
    house.service.oversight.reset_all()
    assert record.state == "stopped"


def test_records_of_a_visitor_are_bounded(house):
    ids = [house.service.study("somebody", STUDY) for _ in range(10)]

    kept = [study_id for study_id in ids if house.service.studies.has(study_id)]
    assert kept == ids[2:]
