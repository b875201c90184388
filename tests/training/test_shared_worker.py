"""One worker, many runs: each is what it would be alone, and none keeps the others waiting."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from typing import Any

import numpy as np
import pytest

from nnlab import events as reports
from nnlab.events import (
    Allow,
    Change,
    Changed,
    Command,
    EpochsEnded,
    Event,
    Park,
    Parked,
    Pause,
    PhaseBegun,
    Ping,
    Pong,
    Prepare,
    Prepared,
    Preview,
    Quit,
    Ready,
    RunEnded,
    Saved,
    Slow,
    Start,
    Stop,
    Waiting,
)
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.experiment.scikit_learn import as_scikit_learn
from nnlab.training import programs, session, turns, worker
from nnlab.training.worker import Worker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

TOY = Experiment(dataset=DatasetChoice("gauss", {"samples": 60}), layers=(Layer(3),), epochs=40)
ENDLESS = dataclasses.replace(TOY, epochs=None)
# An iteration is 7 batches of a network with half a million weights: much longer than a turn.
LARGE = as_scikit_learn(Experiment(dataset=DatasetChoice("messages"), layers=(Layer(512, "relu"),) * 3), "mlp")
PATIENCE = 300.0


class Desk:
    """The app's end of the pipe; a thread takes in all that is reported."""

    def __init__(self) -> None:
        self.pipe, theirs = Pipe()
        self.active: list[str] = []
        self.thread = threading.Thread(target=Worker(theirs, self.active.append).serve, daemon=True)
        self.events: list[Event] = []
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        self.thread.start()
        self.wait(Ready, "")

    def _listen(self) -> None:
        while True:
            try:
                event = self.pipe.recv()
            except (EOFError, OSError):
                return
            with self._news:
                self.events.append(event)
                self._news.notify_all()

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.pipe.send(command)

    def of(self, run_id: str, kind: type = Event) -> list[Any]:
        return [event for event in list(self.events) if event.run_id == run_id and isinstance(event, kind)]

    def until(self, holds: Callable[[], bool], what: str) -> None:
        with self._news:
            found = self._news.wait_for(holds, PATIENCE)
        assert found, f"no {what} in {self.events[-5:]}"

    def wait(self, kind: type, run_id: str = "run", count: int = 1) -> Any:
        self.until(lambda: len(self.of(run_id, kind)) >= count, f"{kind.__name__} of {run_id}")
        return self.of(run_id, kind)[count - 1]

    def wait_at(self, epoch: int, run_id: str = "run") -> None:
        """Wait until a watched run has come so far and stands there."""
        self.until(
            lambda: any(event.epoch >= epoch for event in self.of(run_id, Waiting)), f"Waiting of {run_id} at {epoch}"
        )

    def place(self, event: Event) -> int:
        """Where among all events this very one is; equal ones may have come before it."""
        return next(place for place, other in enumerate(list(self.events)) if other is event)

    def losses(self, run_id: str) -> list[float]:
        return [loss for event in self.of(run_id, EpochsEnded) for loss in event.logs.get("loss", ())]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.send(*(Stop(run_id) for run_id in {event.run_id for event in desk.events} if run_id), Quit(""))
    desk.thread.join(60)
    assert not desk.thread.is_alive(), "the worker does not quit"


def test_runs_at_the_same_time_are_each_what_they_are_alone(desk: Desk) -> None:
    experiments = {
        "toy": TOY,
        "other seed": TOY.with_seed(7),
        "other network": dataclasses.replace(TOY, layers=(Layer(4, "tanh", dropout=0.2),)),
        "other data": dataclasses.replace(TOY, dataset=DatasetChoice("moons", {"samples": 80})),
    }
    desk.send(*(Start(name, experiment) for name, experiment in experiments.items()))
    for name in experiments:
        assert desk.wait(RunEnded, name).reason == "finished"
    for name, experiment in experiments.items():
        desk.send(Start(f"{name} alone", experiment))
        desk.wait(RunEnded, f"{name} alone")
        assert desk.losses(name) == desk.losses(f"{name} alone")
        together, alone = desk.wait(reports.Tested, name), desk.wait(reports.Tested, f"{name} alone")
        assert together.metrics == alone.metrics
        np.testing.assert_array_equal(together.predictions, alone.predictions)


def test_runs_of_one_structure_compile_once(desk: Desk) -> None:
    programs.forget_all()
    before = programs.compilations()
    desk.send(*(Start(f"run {seed}", TOY.with_seed(seed)) for seed in range(12)))
    for seed in range(12):
        desk.wait(RunEnded, f"run {seed}")

    assert programs.compilations() == before + 1
    compiling = [event.run_id for event in desk.events if event in (PhaseBegun(event.run_id, "compiling"),)]
    assert len(compiling) == 1


def test_many_endless_runs_all_move_and_stop_and_pause_meet_only_those_they_name(desk: Desk) -> None:
    names = [f"run {number}" for number in range(5)]
    desk.send(*(Start(name, ENDLESS.with_seed(number)) for number, name in enumerate(names)))
    for name in names:
        desk.wait(EpochsEnded, name, 2)
    desk.send(Pause("run 1"), Stop("run 2"), Park("run 3"))
    assert desk.wait(RunEnded, "run 2").reason == "stopped"
    assert desk.wait(Parked, "run 3").state.epoch >= 1
    known = {name: len(desk.of(name, EpochsEnded)) for name in names}
    for name in ("run 0", "run 4"):
        desk.wait(EpochsEnded, name, known[name] + 3)

    assert [len(desk.of(name, EpochsEnded)) for name in ("run 1", "run 2", "run 3")] == [
        known[name] for name in ("run 1", "run 2", "run 3")
    ]


def test_while_one_compiles_screens_have_their_epochs_already(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # On a busy machine 120 epochs take longer than anybody would be kept from compiling.
    monkeypatch.setattr(turns, "HEAVY_PATIENCE", PATIENCE)
    programs.forget_all()
    desk.send(Start("screen", ENDLESS, watched=True), Allow("screen", 60, 100.0))
    desk.wait_at(60, "screen")
    new = dataclasses.replace(ENDLESS, layers=(Layer(7),))
    desk.send(Allow("screen", 180, 100.0), Start("new", new, watched=True), Allow("new", 60, 100.0))
    desk.wait(EpochsEnded, "new", 2)

    # All that the screen was allowed was there before the other run began to compile.
    begun = desk.events.index(PhaseBegun("new", "compiling"))
    reported = [
        e.first + len(e.seconds) - 1 for e in desk.events[:begun] if isinstance(e, EpochsEnded) and e.run_id == "screen"
    ]
    assert max(reported) == 180


def test_a_run_that_fails_leaves_its_neighbours_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(Start("good", ENDLESS))
    # The first ones report its first weights, before it is prepared.
    desk.wait(EpochsEnded, "good", 4)
    monkeypatch.setattr("nnlab.training.session.Session._prepare", lambda session: 1 / 0)
    desk.send(Start("bad", dataclasses.replace(TOY, dataset=DatasetChoice("gauss", {"samples": 20}), batch_size=1)))
    assert desk.wait(RunEnded, "bad").reason == "failed"
    monkeypatch.undo()

    known = len(desk.of("good", EpochsEnded))
    desk.wait(EpochsEnded, "good", known + 3)


def test_about_once_a_second_a_run_says_where_it_stands_and_can_be_taken_up_from_there(desk: Desk) -> None:
    desk.send(Start("run", ENDLESS))
    saved = desk.wait(Saved, "run", 2)
    before = desk.events[: desk.place(saved)]
    told = sum(len(event.seconds) for event in before if isinstance(event, EpochsEnded))
    assert 1 <= saved.state.epoch <= told
    longer = dataclasses.replace(ENDLESS, epochs=saved.state.epoch + 20)
    desk.send(Stop("run"), Start("again", longer, saved.state))
    desk.wait(RunEnded, "again")
    desk.send(Start("whole", longer))
    desk.wait(RunEnded, "whole")

    assert desk.of("again", EpochsEnded)[0].first == saved.state.epoch + 1
    assert desk.losses("again") == desk.losses("whole")[saved.state.epoch :]


def test_a_watched_run_that_has_been_changed_says_where_it_stands_at_once(desk: Desk) -> None:
    desk.send(Start("run", ENDLESS, watched=True), Allow("run", 30, 100.0))
    desk.wait_at(30)
    changed = dataclasses.replace(ENDLESS, optimizer=Optimizer(learning_rate=0.5))
    desk.send(Change("run", changed, 12))
    told = desk.wait(Changed, "run")
    count = len([event for event in desk.events[: desk.events.index(told)] if isinstance(event, Saved)])

    assert desk.wait(Saved, "run", count + 1).state.epoch == 12


def test_clearing_up_after_others_disturbs_no_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "CLEAR_EVERY", 1)
    # Without an end of its own it is there whenever it is cleared up.
    desk.send(Start("run", ENDLESS))
    for number in range(6):
        desk.wait(EpochsEnded, "run", len(desk.of("run", EpochsEnded)) + 2)
        desk.send(Preview(f"shown {number}", TOY.with_seed(number)))
        desk.wait(EpochsEnded, f"shown {number}")
    desk.wait(EpochsEnded, "run", len(desk.of("run", EpochsEnded)) + 2)
    desk.send(Stop("run"))
    last = desk.wait(RunEnded, "run").epoch
    desk.send(Start("alone", dataclasses.replace(TOY, epochs=last)))
    desk.wait(RunEnded, "alone")

    assert desk.losses("run") == desk.losses("alone")
    assert len(desk.of("run", PhaseBegun)) - len(desk.of("alone", PhaseBegun)) in (0, 1)


def test_a_program_prepared_ahead_is_there_when_the_run_starts(desk: Desk) -> None:
    programs.forget_all()
    desk.send(Prepare("run", TOY))
    desk.wait(Prepared)
    desk.send(Start("run", TOY.with_seed(4)))
    desk.wait(RunEnded)

    assert PhaseBegun("run", "compiling") not in desk.events


def test_what_cannot_be_prepared_is_answered_all_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnlab.training.session.load", lambda *name, **options: 1 / 0)
    desk.send(Prepare("run", TOY))
    desk.wait(Prepared)
    assert desk.of("run", RunEnded) == []


def test_a_sign_of_life_tells_how_busy_it_is_and_what_it_has_compiled(desk: Desk) -> None:
    desk.send(Ping(""))
    first = desk.wait(Pong, "")
    programs.forget_all()
    desk.send(Start("run", ENDLESS), Ping(""))
    desk.wait(Saved, "run", 2)
    desk.send(Ping(""))
    last = desk.wait(Pong, "", 3)

    assert last.programs == first.programs + 1
    assert 0 <= first.busy <= 1
    desk.send(Stop("run"))
    desk.wait(RunEnded, "run")
    desk.send(Ping(""))
    desk.wait(Pong, "", 4)
    time.sleep(0.5)
    desk.send(Ping(""))
    assert desk.wait(Pong, "", 5).busy == 0


def test_it_is_known_whose_turn_it_is(desk: Desk) -> None:
    desk.send(Start("one", TOY), Start("two", TOY))
    for name in ("one", "two"):
        desk.wait(RunEnded, name)

    assert set(desk.active) == {"one", "two", ""}
    assert desk.active[1::2] == [""] * (len(desk.active) // 2)


def test_what_only_keras_own_fit_trains_is_told_to_be_no_neighbour(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnlab.training.trainer._obstacle", lambda *arguments: "a test says so")
    desk.send(Start("run", ENDLESS))
    told = desk.wait(Slow)
    assert told.seconds == float("inf")
    desk.wait(EpochsEnded, "run", 3)

    assert len(desk.of("run", Slow)) == 1
    desk.send(Park("run"))
    assert desk.wait(Parked).state is not None


def test_a_run_whose_turns_take_too_long_says_so_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from nnlab.training.trainer import Trainer

    usual = Trainer.advance

    def slowly(trainer: Trainer, seconds: float, epochs: int | None = None) -> bool:
        time.sleep(0.3)
        return usual(trainer, seconds, epochs)

    desk.send(Start("run", dataclasses.replace(TOY, epochs=100_000)))
    desk.wait(EpochsEnded)
    monkeypatch.setattr(Trainer, "advance", slowly)
    assert desk.wait(Slow).seconds >= 0.3
    known = len(desk.of("run", EpochsEnded))
    desk.wait(EpochsEnded, "run", known + 6)

    assert len(desk.of("run", Slow)) == 1


def test_commands_for_a_run_that_is_being_opened_are_done_when_it_is_open(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = dataclasses.replace(ENDLESS, optimizer=Optimizer(learning_rate=0.5))
    sent, usual = threading.Event(), session.load

    def patient(name: str, **options: Any) -> Any:
        assert sent.wait(PATIENCE)
        return usual(name, **options)

    # The first one is still being opened when the commands for the others arrive.
    monkeypatch.setattr(session, "load", patient)
    desk.send(Start("first", TOY))
    desk.send(Start("run", ENDLESS, watched=True), Change("run", changed, 0), Allow("run", 3, 100.0))
    desk.send(Start("stopped", ENDLESS), Stop("stopped"))
    sent.set()
    desk.wait(Changed)

    assert (desk.wait(RunEnded, "stopped").reason, desk.wait(RunEnded, "stopped").epoch) == ("stopped", 0)
    assert PhaseBegun("stopped", "compiling") not in desk.events


def test_a_large_network_of_scikit_learn_gives_way_after_each_batch(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where others want the processors too, a batch may take longer than a turn may anywhere else.
    monkeypatch.setattr(turns, "SLOW_SECONDS", 10 * turns.SLOW_SECONDS)
    desk.send(Start("run", ENDLESS))
    desk.wait(EpochsEnded, count=2)
    desk.send(Start("scikit-learn", LARGE, estimator="mlp"))
    told = desk.wait(EpochsEnded, "scikit-learn", count=3)
    later = desk.wait(EpochsEnded, "scikit-learn", count=5)
    meanwhile = desk.events[desk.place(told) : desk.place(later)]

    assert told.seconds[0] > 0
    assert any(event.seconds for event in meanwhile if isinstance(event, EpochsEnded) and event.run_id == "run")
    assert desk.of("scikit-learn", Slow) == []
    desk.send(Stop("scikit-learn"))
    assert desk.wait(RunEnded, "scikit-learn").reason == "stopped"
    assert [event for event in desk.of("run", RunEnded)] == []


def test_a_run_of_scikit_learn_parked_and_taken_up_begins_anew_and_says_the_same(desk: Desk) -> None:
    # One that ends within a few turns may be over before it is told to leave.
    desk.send(Start("parked", LARGE, estimator="mlp"))
    desk.wait(EpochsEnded, "parked")
    desk.send(Park("parked"))
    assert desk.wait(Parked, "parked").state is None
    first = desk.losses("parked")
    desk.send(Start("parked", LARGE, estimator="mlp"))
    desk.until(lambda: len(desk.losses("parked")) >= 2 * len(first), f"{len(first)} iterations once more")
    desk.send(Stop("parked"))
    desk.wait(RunEnded, "parked")

    assert len(first) >= 1
    assert desk.losses("parked")[len(first) :][: len(first)] == first
