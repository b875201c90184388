"""What a stage asks of its run holds, whether a worker has the run, is yet to get it, or is just leaving it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab import events
from nnlab.experiment import Experiment, Optimizer
from nnlab.runs import RunError, RunRecord

FASTER = replace(Experiment(), optimizer=Optimizer(learning_rate=0.5))
WIDER = replace(FASTER, batch_size=64)
WEIGHTS = (np.full(2, 7, np.float32),)


def kinds(commands: list[events.Command]) -> list[tuple[type, int | None]]:
    return [(type(command), getattr(command, "epoch", None)) for command in commands]


def changes(worker, record: RunRecord) -> list[events.Change]:
    return [change for change in worker.taken(events.Change) if change.run_id == record.run_id]


@given(st.lists(st.integers(0, 12), max_size=12), st.integers(0, 12))
def test_whoever_asks_learns_the_least_epoch_gone_back_to_since(epochs: list[int], since: int) -> None:
    record = RunRecord("run", Experiment(), "somebody")
    for epoch in epochs:
        record.rewind(epoch)

    assert record.rewinds.revision == len(epochs)
    assert record.rewinds.least_since(since) == min(epochs[since:], default=None)


def test_a_shown_network_that_is_changed_and_edited_is_trained_so(house) -> None:
    record = house.start(watched=True, allowed=0)
    house.service.edit(record.run_id, 0, WEIGHTS)
    house.service.change(record.run_id, FASTER, 0)
    assert record.weights(0)[0].tolist() == [7, 7]
    assert record.current == FASTER
    house.service.resume(record.run_id)
    worker = house.worker_of(record)
    house.until(lambda: worker.taken(events.Allow), "an allowance")
    told = [command for command in worker.commands if not isinstance(command, events.Preview)]

    assert kinds(told) == [(events.Start, None), (events.Edit, 0), (events.Change, 0), (events.Allow, 120)]
    assert (told[0].experiment, told[0].state, told[0].watched) == (record.experiment, None, True)
    assert told[2].experiment == FASTER


def test_a_shown_network_is_in_nobodys_way_until_it_is_resumed(open_house) -> None:
    house = open_house(workers=1, runs_per_visitor=1)
    shown = [house.start(watched=True, allowed=0) for _ in range(3)]
    assert house.service.running("somebody") == ()
    house.service.resume(shown[1].run_id)
    house.status(shown[1], "running")
    with pytest.raises(RunError, match="Another run of yours"):
        house.service.resume(shown[2].run_id)

    assert [record.status for record in shown] == ["paused", "running", "paused"]


def parked_after_three_epochs(house) -> tuple:
    record, worker = house.running(watched=True)
    worker.train(record.run_id, 1, 2, 3)
    house.until(lambda: record.progress.epoch == 3, "three epochs")
    house.service.park(record.run_id)
    return record, worker


def test_a_change_of_a_run_that_is_leaving_its_worker_is_not_lost(house) -> None:
    house.obedient = False
    record, worker = parked_after_three_epochs(house)
    house.service.change(record.run_id, FASTER, 3)
    house.service.resume(record.run_id)
    worker.report(events.Parked(record.run_id, events.TrainerState(3, (), ())))
    house.until(lambda: len(worker.taken(events.Start)) == 2, "the run is started again")
    house.until(lambda: worker.taken(events.Change), "the change")

    assert worker.taken(events.Start)[1].state.epoch == 3
    assert kinds(worker.taken(events.Change)) == [(events.Change, 3)]


def test_what_a_run_reports_on_its_way_out_does_not_follow_weights_set_by_hand_meanwhile(house) -> None:
    house.obedient = False
    record, worker = parked_after_three_epochs(house)
    house.service.edit(record.run_id, 1, WEIGHTS)
    worker.train(record.run_id, 4, 5, weights={5: (np.full(2, 5, np.float32),)})
    worker.report(events.Parked(record.run_id, events.TrainerState(5, (), ())))
    house.until(lambda: not house.service.serves(record.run_id), "the run has left")

    assert (record.progress.epoch, record.weights(5)) == (1, None)
    assert record.weights(1)[0].tolist() == [7, 7]


def test_what_was_asked_for_beyond_the_last_epoch_gone_back_to_is_forgotten(house) -> None:
    record, worker = parked_after_three_epochs(house)
    house.until(lambda: record.state is not None, "where it stands")
    house.service.change(record.run_id, FASTER, 3)
    house.service.edit(record.run_id, 1, WEIGHTS)
    house.service.resume(record.run_id)
    house.until(lambda: worker.taken(events.Edit), "the edit")
    house.until(lambda: worker.taken(events.Change), "the change")

    # The weights were set at an earlier epoch; what was asked for last is followed from there.
    start = worker.taken(events.Start)[1]
    assert (start.experiment, start.state) == (record.experiment, None)
    assert kinds([*worker.taken(events.Edit), *worker.taken(events.Change)]) == [(events.Edit, 1), (events.Change, 1)]
    assert record.progress.epoch == 1


def test_a_change_counts_no_later_than_the_last_epoch_there_is(house) -> None:
    record, worker = house.running(watched=True)
    worker.train(record.run_id, 1, 2)
    house.until(lambda: record.progress.epoch == 2, "two epochs")
    house.service.change(record.run_id, FASTER, 10**9)
    house.service.edit(record.run_id, 10**9, WEIGHTS)
    house.until(lambda: worker.taken(events.Edit), "the edit")

    assert kinds([*worker.taken(events.Change), *worker.taken(events.Edit)]) == [(events.Change, 2), (events.Edit, 2)]


def test_what_has_to_be_compiled_first_counts_from_the_end_of_what_is_played_meanwhile(house) -> None:
    endless = replace(Experiment(), epochs=None)
    record, worker = house.running(experiment=endless, watched=True)
    worker.train(record.run_id, *range(1, 31))
    house.until(lambda: record.progress.epoch == 30, "thirty epochs")
    faster, wider = replace(FASTER, epochs=None), replace(WIDER, epochs=None)
    for experiment, shown in ((faster, 10), (wider, 11), (faster, 12), (endless, 13)):
        house.service.change(record.run_id, experiment, shown)
    house.service.pause(record.run_id, 14)
    house.service.change(record.run_id, replace(wider, batch_size=17), 14)
    house.until(lambda: len(worker.taken(events.Change)) == 5, "five changes")

    # The screen may be at 120 as the run begins: twice as far there is time to compile. The program of the first
    # size is there, and whoever looks at a standing picture sees no standstill.
    assert [command.epoch for command in worker.taken(events.Change)] == [10, 2 * 120 - 11, 12, 13, 14]


def test_near_its_end_or_at_full_speed_a_run_has_no_more_epochs_to_play_while_something_compiles(house) -> None:
    short = replace(Experiment(), epochs=40)
    for experiment, allowed, size, expected in ((short, 120, 17, 39), (replace(short, epochs=None), None, 18, 30)):
        record, worker = house.running(experiment=experiment, watched=True)
        worker.train(record.run_id, *range(1, 31))
        house.until(lambda record=record: record.progress.epoch == 30, "thirty epochs")
        house.service.allow(record.run_id, allowed, 60.0)
        house.service.change(record.run_id, replace(experiment, batch_size=size), 12)
        house.until(lambda record=record, worker=worker: changes(worker, record), "the change")
        assert [change.epoch for change in changes(worker, record)] == [expected]
        house.service.stop(record.run_id)
        house.status(record, "stopped")


def test_what_is_followed_already_is_no_change(house) -> None:
    record, worker = house.running(watched=True)
    house.service.change(record.run_id, record.experiment, 0)
    house.service.change(record.run_id, FASTER, 0)
    house.service.change(record.run_id, FASTER, 0)
    house.until(lambda: worker.taken(events.Change), "the change")
    house.service.allow(record.run_id, 5, 1.0)
    house.until(lambda: len(worker.taken(events.Allow)) == 2, "what came after it")

    assert len(worker.taken(events.Change)) == 1


def test_two_changes_before_an_answer_are_both_made_and_told_apart(house) -> None:
    record, worker = house.running(watched=True)
    house.service.change(record.run_id, FASTER, 0)
    house.service.change(record.run_id, WIDER, 0)
    worker.report(events.Refused(record.run_id, FASTER, events.Message("no")))
    house.until(lambda: record.notice is not None, "the refusal")
    assert record.current == WIDER
    worker.report(events.Changed(record.run_id, 0, WIDER))
    house.until(lambda: record.changes, "the change")

    assert record.changes[0].values == {"optimizer.learning_rate": 0.5, "batch_size": 64}


def test_where_it_stood_is_forgotten_it_takes_the_same_course_again(house) -> None:
    record, worker = house.running(watched=True)
    worker.train(record.run_id, 1, 2, 3)
    worker.report(events.Changed(record.run_id, 2, FASTER, WEIGHTS))
    house.until(lambda: record.changes, "the change")
    house.service.park(record.run_id)
    house.until(lambda: record.state is not None, "where it stands")
    record.drop_state()
    house.service.resume(record.run_id)
    house.until(lambda: worker.taken(events.Edit), "the edit")

    start = worker.taken(events.Start)[1]
    assert (start.experiment, start.state) == (Experiment(), None)
    assert kinds([*worker.taken(events.Change), *worker.taken(events.Edit)]) == [(events.Change, 2), (events.Edit, 2)]


@pytest.mark.parametrize("watched", [True, False])
def test_only_a_watched_run_is_allowed_anything(house, watched: bool) -> None:
    record, worker = house.running(watched=watched)
    house.service.allow(record.run_id, 7, 1.0)
    house.service.pause(record.run_id)
    house.until(lambda: worker.taken(events.Pause), "the pause")

    assert [allow.epoch for allow in worker.taken(events.Allow)] == ([120, 7] if watched else [])
