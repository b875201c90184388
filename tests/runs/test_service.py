"""What a visitor asks of a run, and what is answered at once."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from nnlab import events
from nnlab.experiment import DatasetChoice, Experiment, ExperimentError, Optimizer
from nnlab.messages import Message
from nnlab.runs import LimitError, RunError, changes_live


def test_a_run_goes_from_the_queue_through_a_worker_to_its_end(house) -> None:
    record, worker = house.running()
    (start,) = worker.taken(events.Start)
    assert (start.run_id, start.experiment, start.state) == (record.run_id, record.experiment, None)
    assert record.status == "running"

    worker.train(record.run_id, 1, 2)
    worker.report(events.PhaseBegun(record.run_id, "evaluating"))
    worker.report(events.Tested(record.run_id, {"loss": 0.5}, np.zeros((3, 1), np.float16)))
    worker.end(record.run_id)
    house.status(record, "finished")

    assert record.progress.epoch == 2
    assert record.test.metrics == {"loss": 0.5}
    assert record.message is None


def test_a_runs_name_cannot_be_guessed(house) -> None:
    names = set()
    for _ in range(5):
        record, worker = house.running()
        names.add(record.run_id)
        worker.end(record.run_id)
        house.status(record, "finished")

    assert len(names) == 5
    assert min(map(len, names)) >= 22


def test_an_experiment_that_cannot_learn_is_refused_before_it_waits(house) -> None:
    with pytest.raises(ExperimentError, match="class 9"):
        house.start(Experiment(dataset=DatasetChoice("digits"), loss="mean_squared_error"))

    assert house.service.running("somebody") == ()


def test_a_worker_is_kept_for_the_next_run(house) -> None:
    first, worker = house.running()
    worker.end(first.run_id)
    house.status(first, "finished")
    second, again = house.running()

    assert again is worker
    assert [start.run_id for start in worker.taken(events.Start)] == [first.run_id, second.run_id]


def test_pause_and_resume_are_answered_at_once_and_reach_the_worker(house) -> None:
    record, worker = house.running()
    house.service.pause(record.run_id)
    assert record.status == "paused"
    house.service.resume(record.run_id)
    assert record.status == "running"

    house.until(lambda: worker.taken(events.Resume), "the worker is told to go on")
    kinds = [type(command) for command in worker.commands]
    assert kinds == [events.Start, events.Pause, events.Resume]


def test_stop_is_answered_at_once_whatever_the_worker_does(house) -> None:
    house.obedient = False
    record, worker = house.running()
    begun = time.monotonic()
    house.service.stop(record.run_id)

    assert record.status == "stopped"
    assert time.monotonic() - begun < 0.5
    house.until(lambda: worker.taken(events.Stop), "the worker is told to stop")


def test_what_arrives_after_stop_is_kept_and_the_status_stays(house) -> None:
    house.obedient = False
    record, worker = house.running()
    house.service.stop(record.run_id)
    worker.train(record.run_id, 1)
    worker.report(events.Tested(record.run_id, {"loss": 0.25}, np.zeros((1, 1), np.float16)))
    worker.end(record.run_id, "finished")
    house.until(lambda: record.test is not None, "the test results")

    assert record.progress.epoch == 1
    assert record.status == "stopped"


def test_parked_its_worker_is_free_and_resume_goes_on_from_its_state(house) -> None:
    record, worker = house.running()
    house.service.park(record.run_id)
    assert record.status == "paused"
    house.until(lambda: record.state is not None, "the run's state")
    house.service.resume(record.run_id)
    house.status(record, "running")
    house.until(lambda: len(worker.taken(events.Start)) == 2, "the run is started again")

    assert worker.taken(events.Start)[1].state.epoch == 3
    worker.end(record.run_id)
    house.status(record, "finished")
    # Memory is for what may be asked for again.
    assert record.state is None


def test_resumed_while_it_is_being_parked_it_goes_on_from_its_state(house) -> None:
    house.obedient = False
    record, worker = house.running()
    house.service.park(record.run_id)
    house.service.resume(record.run_id)
    assert record.status == "running"
    worker.report(events.Parked(record.run_id, events.TrainerState(7, (), ())))
    house.until(lambda: len(worker.taken(events.Start)) == 2, "the run is started again")

    assert worker.taken(events.Start)[1].state.epoch == 7


def test_stopped_while_it_is_parked_it_stays_stopped(house) -> None:
    record, _ = house.running()
    house.service.park(record.run_id)
    house.until(lambda: record.state is not None, "the run's state")
    house.service.stop(record.run_id)
    house.service.resume(record.run_id)

    assert record.status == "stopped"
    assert record.state is None


@pytest.mark.parametrize("ask", ["pause", "resume", "stop", "park"])
def test_a_run_that_is_over_stays_as_it_ended(house, ask: str) -> None:
    record, worker = house.running()
    worker.end(record.run_id)
    house.status(record, "finished")
    getattr(house.service, ask)(record.run_id)
    house.service.change(record.run_id, rate(0.5))

    assert record.status == "finished"
    assert record.changes == ()


@pytest.mark.parametrize("ask", ["pause", "resume", "stop", "park", "record"])
def test_a_run_that_is_not_kept_is_explained(house, ask: str) -> None:
    with pytest.raises(RunError, match="no longer kept"):
        getattr(house.service, ask)("nobody's")


def rate(learning_rate: float) -> Experiment:
    return Experiment(optimizer=Optimizer(learning_rate=learning_rate))


def test_a_change_reaches_the_worker_and_counts_when_it_says_so(house) -> None:
    record, worker = house.running()
    worker.train(record.run_id, 1, 2, 3)
    house.until(lambda: record.progress.epoch == 3, "three epochs")
    house.service.change(record.run_id, rate(0.5), 2)
    house.until(lambda: worker.taken(events.Change), "the worker is told")
    (told,) = worker.taken(events.Change)
    assert (told.experiment, told.epoch, record.current, record.changes) == (rate(0.5), 2, rate(0.5), ())

    worker.report(events.Rewound(record.run_id, 2), events.Changed(record.run_id, 2, rate(0.5)))
    house.until(lambda: record.changes, "the change")
    assert [(change.epoch, change.values) for change in record.changes] == [(2, {"optimizer.learning_rate": 0.5})]
    assert (record.progress.epoch, record.rewinds.revision) == (2, 1)


def test_a_refused_change_is_explained_and_forgotten(house) -> None:
    record, worker = house.running()
    house.service.change(record.run_id, rate(0.5))
    worker.report(events.Refused(record.run_id, rate(0.5), Message("too far")))
    house.until(lambda: record.notice, "the reason")

    assert (str(record.notice), record.current) == ("too far", record.experiment)


def test_what_needs_a_new_run_is_refused(house) -> None:
    record, worker = house.running()
    with pytest.raises(RunError, match="needs a new run"):
        house.service.change(record.run_id, Experiment(seed=77))

    assert not changes_live(record.current, Experiment(seed=77))
    assert changes_live(record.current, rate(0.5))


def test_a_change_without_a_worker_is_made_when_one_comes(house) -> None:
    record, worker = house.running()
    worker.train(record.run_id, 1, 2, 3)
    house.until(lambda: record.progress.epoch == 3, "three epochs")
    house.service.park(record.run_id)
    house.until(lambda: record.state is not None, "the run's state")
    house.service.change(record.run_id, rate(0.5))
    house.service.change(record.run_id, rate(0.25), 3)
    house.service.resume(record.run_id)
    house.until(lambda: len(worker.commands) == 5, "the worker is told")

    start, *changes = worker.commands[2:]
    assert (start.experiment, start.state.epoch) == (record.experiment, 3)
    assert [(change.experiment, change.epoch) for change in changes] == [(rate(0.5), 3), (rate(0.25), 3)]


def test_gone_back_without_a_worker_it_takes_its_whole_course_again(house) -> None:
    record, worker = house.running(watched=True)
    worker.train(record.run_id, 1, 2, 3)
    worker.report(events.Changed(record.run_id, 1, rate(0.5)))
    house.until(lambda: record.changes, "a change")
    house.service.park(record.run_id)
    house.until(lambda: record.state is not None, "the run's state")
    house.service.edit(record.run_id, 2, (np.ones(2, np.float32),))
    assert record.progress.epoch == 2
    assert record.weights(2)[0].tolist() == [1, 1]
    house.service.resume(record.run_id)
    house.until(lambda: worker.taken(events.Edit), "the worker is told")

    start, change = worker.taken(events.Start)[1], worker.taken(events.Change)[0]
    assert (start.experiment, start.state) == (record.experiment, None)
    assert (change.experiment, change.epoch, worker.taken(events.Edit)[0].epoch) == (rate(0.5), 1, 2)


def test_a_watched_run_begins_with_an_allowance_and_gets_others(house) -> None:
    record, worker = house.running(watched=True)
    house.service.allow(record.run_id, None, 3.0)
    house.until(lambda: len(worker.taken(events.Allow)) == 2, "two allowances")

    assert worker.taken(events.Start)[0].watched
    assert [(allow.epoch, allow.seconds) for allow in worker.taken(events.Allow)] == [(120, 4.0), (None, 3.0)]


def test_resumed_it_goes_on_from_the_epoch_on_screen(house) -> None:
    record, worker = house.running(watched=True)
    house.service.pause(record.run_id, 40)
    house.service.allow(record.run_id, 999, 3.0)
    house.service.resume(record.run_id)
    house.until(lambda: worker.taken(events.Resume), "the worker is told")

    assert [allow.epoch for allow in worker.taken(events.Allow)] == [120, 160]


def test_a_step_pauses_at_its_end(house) -> None:
    record, worker = house.running(watched=True)
    house.service.pause(record.run_id, 0)
    house.service.step(record.run_id, 1)
    assert record.status == "running"
    house.until(lambda: worker.taken(events.Resume), "the worker is told")
    worker.use_up(record.run_id, 0)
    worker.use_up(record.run_id, 1)

    house.status(record, "paused")
    assert worker.taken(events.Allow)[-1].epoch == 1


def test_an_untrained_network_is_shown_without_a_place(open_house) -> None:
    house = open_house(workers=1, runs_per_visitor=1)
    trained, worker = house.running()
    record = house.start(watched=True, allowed=0)
    assert record.status == "paused"
    house.until(lambda: any(one.taken(events.Preview) for one in house.workers), "somebody is asked")
    shown = next(one for one in house.workers if one.taken(events.Preview))
    shown.report(events.EpochsEnded(record.run_id, 1, (), {}, {0: (np.ones(2, np.float32),)}))
    house.until(lambda: record.weight_epochs == (0,), "its weights")

    assert (trained.status, record.progress.epoch, len(worker.taken(events.Start))) == ("running", 0, 1)
    worker.end(trained.run_id)
    house.status(trained, "finished")
    house.service.resume(record.run_id)
    house.status(record, "running")


def test_a_watched_run_that_waits_keeps_its_place(open_house) -> None:
    house = open_house(workers=1)
    first, worker = house.running("a", watched=True)
    worker.use_up(first.run_id, 120)
    house.until(lambda: first.playback.waiting, "it waits")
    second, same = house.running("b", watched=True)
    house.service.allow(first.run_id, 240, 4.0)
    house.until(lambda: worker.taken(events.Allow)[-1].epoch == 240, "it may go on")

    assert same is worker
    assert [start.run_id for start in worker.taken(events.Start)] == [first.run_id, second.run_id]


def test_a_visitor_trains_one_run_at_a_time(house) -> None:
    record, _ = house.running("one")
    with pytest.raises(LimitError, match="Another run of yours"):
        house.start(visitor="one")
    other, _ = house.running("two")
    assert other.status == "running"

    house.service.pause(record.run_id)
    second = house.start(visitor="one")
    with pytest.raises(LimitError, match="Another run of yours"):
        house.service.resume(record.run_id)
    house.service.stop(second.run_id)
    house.service.resume(record.run_id)
    assert record.status in ("queued", "running")


def test_more_runs_a_visitor_where_the_server_allows_them(open_house) -> None:
    house = open_house(runs_per_visitor=2)
    house.running()
    house.running()

    with pytest.raises(LimitError):
        house.start()


def test_a_prediction_is_made_with_the_weights_of_the_epoch_asked_for(house) -> None:
    record, worker = house.running()
    weights = {epoch: (np.full(2, epoch, np.float32),) for epoch in (1, 2)}
    worker.train(record.run_id, 1, 2, weights=weights)
    house.until(lambda: record.weight_epochs == (1, 2), "weights of two epochs")
    x = np.arange(4.0).reshape(2, 2)
    for epoch, expected in ((1, 1), (2, 2), (None, 2)):
        answer = house.service.predict(record.run_id, x, epoch)
        np.testing.assert_array_equal(answer.result(20), 2 * x)
        asked = [command for player in house.workers for command in player.taken(events.Predict)]
        assert any(command.weights[0][0] == expected and command.run_id == record.run_id for command in asked)


def test_a_prediction_prefers_a_worker_that_has_nothing_to_do(house) -> None:
    record, worker = house.running()
    worker.train(record.run_id, 1, weights={1: (np.zeros(1),)})
    house.until(lambda: record.weight_epochs == (1,), "weights")
    spare = next(player for player in house.ready(2) if player is not worker)
    house.service.predict(record.run_id, np.zeros((1, 2))).result(20)

    assert len(spare.taken(events.Predict)) == 1
    assert worker.taken(events.Predict) == []


def test_a_prediction_for_weights_that_are_gone_is_refused(house) -> None:
    record, worker = house.running()
    with pytest.raises(RunError, match="not kept"):
        house.service.predict(record.run_id, np.zeros((1, 2)))
    worker.train(record.run_id, 1, weights={1: (np.zeros(1),)})
    house.until(lambda: record.weight_epochs == (1,), "weights")

    with pytest.raises(RunError, match="choose another epoch"):
        house.service.predict(record.run_id, np.zeros((1, 2)), epoch=5)


def test_without_any_worker_a_prediction_asks_for_patience(open_house) -> None:
    house = open_house()
    record, worker = house.running()
    worker.train(record.run_id, 1, weights={1: (np.zeros(1),)})
    house.until(lambda: record.weight_epochs == (1,), "weights")
    house.ready(2)
    house.open.clear()
    for player in house.workers:
        player.crash(1)
    house.until(lambda: not house.service._dispatcher.pool.workers, "no worker is left")

    with pytest.raises(RunError, match="still starting"):
        house.service.predict(record.run_id, np.zeros((1, 2)))


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [(events.Message("No {thing}.", {"thing": "luck"}), "No luck"), (None, "Try again")],
    ids=["known", "unknown"],
)
def test_a_prediction_that_fails_says_why(house, problem, sentence: str) -> None:
    house.obedient = False
    record, worker = house.running()
    worker.train(record.run_id, 1, weights={1: (np.zeros(1),)})
    house.until(lambda: record.weight_epochs == (1,), "weights")
    answer = house.service.predict(record.run_id, np.zeros((1, 2)))
    player = house.until(lambda: next((p for p in house.workers if p.taken(events.Predict)), None), "the question")
    request = player.taken(events.Predict)[0].request_id
    player.report(events.Predicted(record.run_id, request, None, problem))

    with pytest.raises(RunError, match=sentence):
        answer.result(20)


def test_a_prediction_whose_worker_dies_is_asked_of_another_and_then_given_up(house) -> None:
    house.obedient = False
    record, worker = house.running()
    worker.train(record.run_id, 1, weights={1: (np.zeros(1),)})
    house.until(lambda: record.weight_epochs == (1,), "weights")
    # Without another one it would be given up at once.
    house.ready(2)
    answer = house.service.predict(record.run_id, np.zeros((1, 2)))

    def asked() -> list:
        return [player for player in house.workers if player.is_alive() and player.taken(events.Predict)]

    house.until(asked, "the question")[0].crash(1)
    second = house.until(asked, "the question once more")[0]
    assert not answer.done()
    second.crash(1)

    with pytest.raises(RunError, match="ended before it had an answer"):
        answer.result(20)


def test_nobody_can_break_the_service_by_cancelling_a_prediction(house) -> None:
    record, worker = house.running()
    worker.train(record.run_id, 1, weights={1: (np.zeros(1),)})
    house.until(lambda: record.weight_epochs == (1,), "weights")
    answer = house.service.predict(record.run_id, np.zeros((1, 2)))
    answer.cancel()
    answer.result(20)
    worker.train(record.run_id, 2)

    house.until(lambda: record.progress.epoch == 2, "the service still reads")


def test_closing_answers_what_is_open_and_ends_every_worker(open_house) -> None:
    house = open_house()
    house.obedient = False
    record, worker = house.running()
    worker.train(record.run_id, 1, weights={1: (np.zeros(1),)})
    house.until(lambda: record.weight_epochs == (1,), "weights")
    house.ready(2)
    answer = house.service.predict(record.run_id, np.zeros((1, 2)))
    house.service.close()

    with pytest.raises(RunError):
        answer.result(0)
    assert {player.exitcode for player in house.workers} == {-9}
    threads = [thread for handle in house.handles for thread in (handle._sender, handle._reader)]
    assert [thread.name for thread in (*threads, house.service._supervisor._thread) if thread.is_alive()] == []


def test_a_worker_that_comes_after_closing_is_ended(open_house) -> None:
    house = open_house()
    house.ready(1)
    house.open.clear()
    house.start(Experiment())
    house.until(lambda: house.launches == 2, "a second worker is on its way")
    house.service.close()
    house.open.set()

    house.until(lambda: len(house.workers) == 2 and not house.workers[1].is_alive(), "the late worker is ended")


def test_whoever_holds_a_runs_name_may_have_it(house) -> None:
    record, _ = house.running("one")

    assert house.service.adopt(record.run_id, "two") is record
    assert house.service.running("one") == ()
    assert house.service.running("two") == (record,)
    with pytest.raises(RunError, match="no longer kept"):
        house.service.adopt("made up", "two")


def test_readers_and_a_worker_at_the_same_time_see_every_epoch_once(house) -> None:
    record, worker = house.running()
    seen: dict[int, list[float]] = {}
    over = threading.Event()

    def follow(reader: int) -> None:
        losses = seen.setdefault(reader, [])
        while True:
            last = over.is_set()
            part = record.history(len(losses))
            assert part.first == len(losses)
            losses.extend(part.columns.get("loss", ()))
            if last:
                return
            # Four that never rest leave nothing of the processor to who writes.
            time.sleep(0.001)

    readers = [threading.Thread(target=follow, args=(number,)) for number in range(4)]
    for reader in readers:
        reader.start()
    worker.train(record.run_id, *range(1, 1001))
    house.until(lambda: record.progress.epoch == 1000, "a thousand epochs")
    over.set()
    for reader in readers:
        reader.join(20)

    assert [len(losses) for losses in seen.values()] == [1000] * 4
    assert all(losses == [1 / epoch for epoch in range(1, 1001)] for losses in seen.values())
