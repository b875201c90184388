"""The worker's loop, in a thread over a real pipe: commands in, events out, nothing breaks it."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from typing import Any

import numpy as np
import pytest

from nnlab import events as reports
from nnlab.events import (
    Allow,
    Change,
    Command,
    EpochsEnded,
    Event,
    Park,
    Parked,
    Pause,
    Paused,
    PhaseBegun,
    Predict,
    Predicted,
    Preview,
    Quit,
    Ready,
    Resume,
    RunEnded,
    Start,
    Stop,
    Waiting,
)
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.training import session
from nnlab.training.worker import Worker

pytestmark = pytest.mark.slow

TOY = Experiment(dataset=DatasetChoice("gauss", {"samples": 60}), layers=(Layer(3),), epochs=2)
ENDLESS = dataclasses.replace(TOY, epochs=None)


class Desk:
    """The app's end of the pipe."""

    def __init__(self) -> None:
        self.pipe, theirs = Pipe()
        self.thread = threading.Thread(target=Worker(theirs).serve, daemon=True)
        self.thread.start()
        assert isinstance(self.wait(Ready), Ready)

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.pipe.send(command)

    def next(self, timeout: float = 60) -> Event:
        assert self.pipe.poll(timeout), f"the worker was silent for {timeout} s"
        return self.pipe.recv()

    def wait(self, kind: type, timeout: float = 60) -> Any:
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            event = self.next(timeout)
            if isinstance(event, kind):
                return event
        raise AssertionError(f"no {kind.__name__} within {timeout} s")

    def all_until(self, kind: type) -> list[Event]:
        events = [self.next()]
        while not isinstance(events[-1], kind):
            events.append(self.next())
        return events

    def quiet(self, seconds: float) -> bool:
        return not self.pipe.poll(seconds)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    if desk.thread.is_alive():
        desk.send(Stop("run"), Quit(""))
    desk.thread.join(60)
    assert not desk.thread.is_alive(), "the worker does not quit"


def test_run_after_run_each_reported_to_its_end(desk: Desk) -> None:
    for run_id in ("first", "second"):
        desk.send(Start(run_id, TOY))
        events = desk.all_until(RunEnded)
        assert {event.run_id for event in events} == {run_id}
        assert events[-1].reason == "finished"
        assert sum(len(event.seconds) for event in events if isinstance(event, EpochsEnded)) == 2
        assert sum(isinstance(event, reports.Tested) for event in events) == 1


def test_a_used_worker_trains_as_a_fresh_one_does(desk: Desk) -> None:
    histories = []
    for run_id in ("fresh", "used", "used again"):
        if run_id == "used again":
            desk.send(Start("between", TOY.with_seed(77)))
            desk.wait(RunEnded)
        desk.send(Start(run_id, TOY))
        events = desk.all_until(RunEnded)
        histories.append([v for e in events if isinstance(e, EpochsEnded) for v in e.logs.get("loss", ())])

    assert histories[0] == histories[1] == histories[2]
    assert len(histories[0]) == 2


def test_paused_it_is_silent_until_it_goes_on(desk: Desk) -> None:
    desk.send(Start("run", ENDLESS))
    desk.wait(EpochsEnded)
    desk.send(Pause("run"))
    events = desk.all_until(Paused)
    paused = events[-1]
    assert desk.quiet(0.5)
    told = [e.first + len(e.seconds) - 1 for e in events if isinstance(e, EpochsEnded)]
    assert paused.epoch >= max(told, default=0)

    desk.send(Pause("run"))
    assert desk.quiet(0.3)
    desk.send(Resume("run"))
    assert desk.next() == PhaseBegun("run", "training")
    assert desk.wait(EpochsEnded).first == paused.epoch + 1
    desk.send(Resume("run"), Stop("run"))
    assert desk.wait(RunEnded).reason == "stopped"


def test_paused_while_it_loads_it_stands_before_the_first_epoch(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, load = threading.Event(), session.load

    def patient(name: str, **options: float) -> Any:
        assert sent.wait(60)
        return load(name, **options)

    # Loading takes so little that it may be over before the second command is on its way.
    monkeypatch.setattr(session, "load", patient)
    desk.send(Start("run", ENDLESS), Pause("run"))
    sent.set()

    assert desk.wait(Paused).epoch == 0
    assert desk.quiet(0.3)
    desk.send(Stop("run"))
    assert desk.wait(RunEnded).epoch == 0


def test_parked_it_gives_its_state_and_forgets_the_run(desk: Desk) -> None:
    desk.send(Start("run", ENDLESS))
    # The first one reports its first weights: there is no whole epoch yet.
    while not desk.wait(EpochsEnded).seconds:
        continue
    desk.send(Park("run"))
    events = desk.all_until(Parked)
    state = events[-1].state
    assert desk.quiet(0.3)

    desk.send(Start("run", dataclasses.replace(TOY, epochs=state.epoch + 1), state))
    events = desk.all_until(RunEnded)
    first = next(event for event in events if isinstance(event, EpochsEnded))
    assert (first.first, events[-1].epoch) == (state.epoch + 1, state.epoch + 1)


def test_a_run_that_cannot_begin_fails_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from nnlab.datasets import DatasetError

    load = session.load

    def broken(name: str, **options: float) -> Any:
        if name == "xor":
            raise DatasetError("The file of “{name}” is damaged.", name=name)
        if name == "spiral":
            raise MemoryError("no room")
        return load(name, **options)

    monkeypatch.setattr(session, "load", broken)
    desk.send(Start("run", Experiment(dataset=DatasetChoice("xor"))))
    ended = desk.wait(RunEnded)
    assert (ended.reason, ended.epoch, str(ended.message)) == ("failed", 0, "The file of “xor” is damaged.")

    desk.send(Start("run", Experiment(dataset=DatasetChoice("spiral"))))
    ended = desk.wait(RunEnded)
    assert ended.reason == "failed"
    assert "MemoryError: no room" in str(ended.message)

    desk.send(Start("run", TOY))
    assert desk.wait(RunEnded).reason == "finished"


def test_a_run_that_fails_on_the_way_leaves_no_thread(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from nnlab.training.trainer import Trainer

    def refuse(trainer: Trainer) -> None:
        raise RuntimeError("cannot be set")

    desk.send(Start("run", ENDLESS))
    while not desk.wait(EpochsEnded).seconds:
        continue
    monkeypatch.setattr(Trainer, "prepare", refuse)
    desk.send(Change("run", dataclasses.replace(ENDLESS, batch_size=8)))
    ended = desk.wait(RunEnded)

    assert ended.reason == "failed"
    assert ended.epoch >= 1
    assert "cannot be set" in str(ended.message)
    monkeypatch.undo()
    desk.send(Start("run", TOY))
    assert desk.wait(RunEnded).reason == "finished"
    assert [thread for thread in threading.enumerate() if thread.name == "fit"] == []


def test_commands_for_a_run_that_is_not_here_change_nothing(desk: Desk) -> None:
    desk.send(Pause("x"), Resume("x"), Stop("x"), Park("x"), Change("x", TOY))
    assert desk.quiet(0.3)
    desk.send(Start("run", ENDLESS))
    desk.wait(EpochsEnded)
    desk.send(Pause("x"), Stop("x"), Park("x"))
    for _ in range(3):
        assert desk.wait(EpochsEnded).run_id == "run"


def test_questions_are_answered_between_two_slices_of_a_run(desk: Desk) -> None:
    desk.send(Start("run", TOY))
    events = desk.all_until(RunEnded)
    weights = [event for event in events if isinstance(event, EpochsEnded)][-1].weights[2]
    points = np.array([[1, 2], [-3, 0.5]], np.float32)
    desk.send(Start("other", ENDLESS), Predict("run", "question", TOY, weights, points))
    answer = desk.wait(Predicted)

    hidden = np.maximum(points @ weights[0] + weights[1], 0)
    expected = 1 / (1 + np.exp(-(hidden @ weights[2] + weights[3])))
    assert (answer.run_id, answer.request_id, answer.problem) == ("run", "question", None)
    np.testing.assert_allclose(answer.outputs, expected, rtol=1e-4)
    assert desk.wait(EpochsEnded).run_id == "other"
    desk.send(Stop("other"))
    desk.wait(RunEnded)


def test_a_question_that_cannot_be_answered_ends_nothing(desk: Desk) -> None:
    desk.send(Predict("run", "question", TOY, (np.zeros(3),), np.zeros((1, 2), np.float32)))
    answer = desk.wait(Predicted)

    assert answer.outputs is None
    assert str(answer.problem)
    desk.send(Start("run", TOY))
    assert desk.wait(RunEnded).reason == "finished"


def test_first_weights_are_told_beside_a_run_and_leave_it_alone(desk: Desk) -> None:
    desk.send(Start("run", ENDLESS))
    desk.wait(EpochsEnded)
    desk.send(Preview("shown", TOY))
    told = next(event for event in iter(lambda: desk.wait(EpochsEnded), None) if event.run_id == "shown")
    assert (list(told.weights), told.seconds) == ([0], ())
    assert desk.wait(EpochsEnded).run_id == "run"
    desk.send(Stop("run"))
    desk.wait(RunEnded)

    desk.send(Start("watched", TOY, watched=True))
    first = desk.wait(EpochsEnded).weights[0]
    for shown, begun in zip(told.weights[0], first, strict=True):
        np.testing.assert_array_equal(shown, begun)
    assert desk.wait(Waiting).epoch == 0
    desk.send(Stop("watched"))
    desk.wait(RunEnded)


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="needs a clock for each thread")
def test_a_watched_run_that_waits_costs_no_time_of_the_processor(desk: Desk) -> None:
    desk.send(Start("run", ENDLESS, watched=True), Allow("run", 5, 60.0))
    while desk.wait(Waiting).epoch < 5:
        continue
    # Other threads of this process, TensorFlow's or another test's, may have something left to do.
    clock = time.pthread_getcpuclockid(desk.thread.ident)
    begun = time.clock_gettime(clock)
    assert desk.quiet(0.5)
    assert time.clock_gettime(clock) - begun < 0.1
    desk.send(Stop("run"))
    desk.wait(RunEnded)


def test_it_ends_when_the_app_is_gone() -> None:
    pipe, theirs = Pipe()
    ended = threading.Event()

    def serve() -> None:
        with pytest.raises((EOFError, OSError)):
            Worker(theirs).serve()
        ended.set()

    threading.Thread(target=serve, daemon=True).start()
    assert isinstance(pipe.recv(), Ready)
    pipe.close()

    assert ended.wait(30)
