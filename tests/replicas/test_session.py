"""A study inside a worker: parts in order, reports in between, stopped between two turns."""

import numpy as np
import pytest

from nnlab.events import Pause, Paused, PhaseBegun, Resume, RunEnded, Stop
from nnlab.events.studies import PartAdvanced, PartEnded, StartStudy, Study, StudyPart
from nnlab.experiment import Experiment, Layer, Optimizer
from nnlab.replicas import train
from nnlab.replicas.session import StudySession

pytestmark = pytest.mark.slow

SEEDS = (0, 1, 2)


def network(units):
    return Experiment(layers=(Layer(units),), epochs=40, optimizer=Optimizer("sgd", 0.03), mode="playground")


STUDY = Study((StudyPart("one", network(1)), StudyPart("three", network(3))), SEEDS, evaluate_every=10)


class Ticks:
    """A clock that goes on by itself."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 0.2
        return self.now


def begun(done=()):
    events = []
    return StudySession(StartStudy("id", STUDY, done), events.append, Ticks()), events


def finished(session):
    while session.advance(0.001):
        pass


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_parts_are_done_one_after_the_other_and_reported_on_the_way():
    session, events = begun()
    finished(session)

    assert [event.part for event in of(PartEnded, events)] == ["one", "three"]
    assert of(RunEnded, events)[-1].reason == "finished"
    # Both are trained by the program of the wider one.
    assert [event.phase for event in of(PhaseBegun, events)].count("compiling") <= 1
    reports = [event for event in of(PartAdvanced, events) if event.part == "three"]
    rows = [epoch for event in reports for epoch in event.history.get("epoch", ())]
    assert rows == [10, 20, 30, 40][: len(rows)]
    assert reports[-1].epochs == 40


def test_a_part_is_what_training_it_by_itself_gives():
    session, events = begun(done=("one",))
    finished(session)

    (ended,) = of(PartEnded, events)
    alone = train(network(3), SEEDS, evaluate_every=10)
    np.testing.assert_allclose(ended.result.history["loss"], alone.history["loss"], atol=1e-5)
    assert ended.result.seeds == SEEDS


def test_it_pauses_goes_on_and_stops_between_two_turns():
    session, events = begun()
    session.advance(0.001)

    assert session.obey(Pause("id"))
    assert session.seconds_to_wait is None
    assert of(Paused, events)
    assert session.obey(Resume("id"))
    assert session.seconds_to_wait == 0
    assert not session.obey(Stop("id"))
    assert of(RunEnded, events)[-1].reason == "stopped"
    session.close()
