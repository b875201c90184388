"""A session takes a run from its experiment to its last event, and reports what Keras would."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnlab import events as reports
from nnlab import models
from nnlab.datasets import DatasetError, features, load
from nnlab.events import EpochsEnded, Event, Parked, PhaseBegun, RunEnded, Start
from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer
from nnlab.training import programs
from nnlab.training.pace import EPOCHS_PER_SECOND, Pace
from nnlab.training.session import Session

pytestmark = pytest.mark.slow

PHASES = ["loading", "building", "training", "evaluating"]
TOY = Experiment(
    dataset=DatasetChoice("moons", {"samples": 100, "noise": 0.1}), layers=(Layer(4, "tanh"),), epochs=3, seed=5
)


class Recorded(list[Event]):
    def of(self, kind: type) -> list[Any]:
        return [event for event in self if isinstance(event, kind)]

    @property
    def phases(self) -> list[str]:
        return [event.phase for event in self.of(PhaseBegun)]

    @property
    def ended(self) -> RunEnded:
        assert isinstance(self[-1], RunEnded)
        return self[-1]

    @property
    def epochs(self) -> int:
        return sum(len(event.seconds) for event in self.of(EpochsEnded))

    @property
    def last_weights(self) -> tuple[int, Any]:
        (found,) = self.of(EpochsEnded)[-1].weights.items()
        return found


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def train(
    experiment: Experiment, until: Callable[[Session], bool] | None = None, state: Any = None, seconds: float = 0.02
):
    events = Recorded()
    session = Session(Start("run", experiment, state), events.append)
    deadline = time.monotonic() + 120
    while session.advance(seconds):
        assert time.monotonic() < deadline, f"still in epoch {session.trainer.epoch} after two minutes"
        if until is not None and until(session):
            break
    return session, events


def evaluate(experiment: Experiment, weights: Any) -> tuple[dict[str, float], np.ndarray]:
    """Test results of these weights, by Keras' own evaluate and predict on arrays."""
    loaded = load(experiment.dataset.name, **experiment.dataset.options)
    data = features.select(loaded, experiment.features)
    model = models.build(experiment, loaded)
    model.set_weights(list(weights))
    x = data.x_test.astype(np.float32) / data.scale
    results = model.evaluate(x, models.targets(experiment, data.y_test), verbose=0, return_dict=True)
    return results, model.predict(x, verbose=0)


@pytest.mark.parametrize(
    "experiment",
    [
        TOY,
        Experiment(dataset=DatasetChoice("iris"), layers=(Layer(5, batch_norm=True),), epochs=2),
        Experiment(dataset=DatasetChoice("digits"), layers=(Layer(6, dropout=0.5),), epochs=1),
        Experiment(dataset=DatasetChoice("plane", {"samples": 60}), loss="huber", epochs=2),
        Experiment(loss="categorical_crossentropy", output_units=2, epochs=1),
    ],
    ids=lambda experiment: experiment.dataset.name,
)
def test_a_run_ends_with_test_results_that_are_those_of_its_last_weights(experiment: Experiment) -> None:
    _, events = train(experiment)
    epoch, weights = events.last_weights
    (tested,) = events.of(reports.Tested)
    metrics, outputs = evaluate(experiment, weights)

    assert [phase for phase in events.phases if phase != "compiling"] == PHASES
    assert (events.ended.reason, events.ended.epoch, events.ended.message) == ("finished", experiment.epochs, None)
    assert events.epochs == epoch == experiment.epochs
    assert tested.metrics == pytest.approx(metrics, rel=1e-4, abs=1e-6)
    assert tested.predictions.dtype == np.float16
    np.testing.assert_allclose(tested.predictions, outputs, rtol=2e-3, atol=1e-3)
    assert {event.run_id for event in events} == {"run"}


def test_what_has_to_compile_says_so_once() -> None:
    programs.forget_all()
    told = [train(dataclasses.replace(TOY, seed=seed))[1].phases for seed in (1, 2)]

    assert told == [["loading", "building", "compiling", "training", "evaluating"], PHASES]


def test_a_run_without_an_end_goes_at_a_speed_to_watch() -> None:
    session, _ = train(dataclasses.replace(TOY, epochs=None), lambda session: session.trainer.epoch >= 2)
    # What a busy machine does not use of real time is forfeited.
    clock = Clock()
    session._pace = Pace(session._pace.epochs_per_second, clock)
    first = session.trainer.epoch
    for _ in range(200):
        clock.now += 0.01
        while session.seconds_to_wait == 0:
            session.advance(0.05)
    trained = session.trainer.epoch - first
    session.stop()

    assert abs(trained - 2 * EPOCHS_PER_SECOND) <= 1


def test_the_same_experiment_gives_the_same_curve_again() -> None:
    curves = [[event.logs for event in train(TOY)[1].of(EpochsEnded) if event.logs] for _ in range(2)]
    joined = [{name: [value for logs in curve for value in logs[name]] for name in curve[0]} for curve in curves]

    assert joined[0] == joined[1]


def test_stopped_in_the_middle_of_an_epoch_the_results_are_those_of_the_last_whole_one() -> None:
    experiment = dataclasses.replace(TOY, epochs=None, batch_size=1)
    # A turn of no time is one step, however fast the machine is.
    session, events = train(
        experiment, lambda session: session.trainer.epoch >= 2 and session.trainer.state().step > 0, seconds=0.0
    )
    session.stop()
    epoch, weights = events.last_weights
    metrics, _ = evaluate(experiment, weights)

    assert events.ended.reason == "stopped"
    assert events.ended.epoch == epoch == events.epochs
    assert events.of(reports.Tested)[0].metrics == pytest.approx(metrics, rel=1e-4)


def test_stopped_before_the_first_epoch_there_is_nothing_to_test() -> None:
    events = Recorded()
    session = Session(Start("run", TOY), events.append)
    session.stop()

    assert events.of(reports.Tested) == []
    assert (events.ended.reason, events.ended.epoch) == ("stopped", 0)


def test_parked_and_taken_up_again_the_curve_is_the_one_it_would_have_been() -> None:
    experiment = dataclasses.replace(TOY, epochs=8)
    _, whole = train(experiment)
    # In longer turns it could be over before anybody parks it.
    session, first = train(experiment, lambda session: session.trainer.epoch >= 3, seconds=0.0)
    state = session.park()
    assert state.epoch == 3
    _, second = train(experiment, state=state)

    assert first.of(Parked) == []
    assert first.epochs == state.epoch
    assert second.of(EpochsEnded)[0].first == state.epoch + 1
    losses = [
        [value for event in events.of(EpochsEnded) for value in event.logs.get("val_loss", ())]
        for events in (whole, first, second)
    ]
    np.testing.assert_allclose(losses[1] + losses[2], losses[0], rtol=1e-5)
    np.testing.assert_allclose(second.last_weights[1][0], whole.last_weights[1][0], rtol=1e-4, atol=1e-6)


def test_paused_every_epoch_is_told_and_the_pause_is_not_training() -> None:
    session, events = train(dataclasses.replace(TOY, epochs=None), lambda session: session.trainer.epoch >= 3)
    session.pause()
    epoch = session.trainer.epoch
    assert events.epochs == epoch
    time.sleep(1.5)
    assert session.trainer.epoch == epoch
    while session.trainer.epoch < epoch + 2:
        assert session.advance(0.02)
    session.stop()

    seconds = [value for event in events.of(EpochsEnded) for value in event.seconds]
    assert max(seconds[epoch:]) < 1.5


@pytest.mark.parametrize("monitor", ["val_loss", "loss", "val_metric"])
@pytest.mark.parametrize("name", ["moons", "plane"])
def test_early_stopping_goes_back_to_the_best_epoch_and_tests_that(name: str, monitor: str) -> None:
    experiment = Experiment(
        dataset=DatasetChoice(name, {"samples": 40}),
        layers=(Layer(3),),
        # After a first leap nothing moves: no later epoch is better by ten.
        early_stopping=EarlyStopping(monitor, patience=2, min_delta=10.0),
        epochs=40,
    )
    session, events = train(experiment)
    stopper = session._early_stopping
    epoch, weights = events.last_weights
    metrics, _ = evaluate(experiment, weights)

    assert (events.ended.reason, events.ended.epoch, epoch) == ("early_stopped", 3, 1)
    assert "best epoch 1" in str(events.ended.message)
    assert events.of(reports.Tested)[0].metrics == pytest.approx(metrics, rel=1e-4)
    # Accuracy is better when larger; all else when smaller.
    assert stopper.mode == ("max" if (name, monitor) == ("moons", "val_metric") else "min")


def test_without_going_back_the_last_epoch_is_tested() -> None:
    stopping = EarlyStopping("val_loss", patience=2, min_delta=10.0, restore_best_weights=False)
    experiment = dataclasses.replace(TOY, early_stopping=stopping, epochs=40)
    _, events = train(experiment)
    epoch, weights = events.last_weights

    assert (events.ended.reason, events.ended.epoch, epoch) == ("early_stopped", 3, 3)
    metrics, _ = evaluate(experiment, weights)
    assert events.of(reports.Tested)[0].metrics == pytest.approx(metrics, rel=1e-4)


@pytest.mark.parametrize("name", ["moons", "plane"])
def test_a_run_that_is_solved_ends_with_the_epoch_that_solved_it(name: str) -> None:
    experiment = Experiment(
        dataset=DatasetChoice(name, {"samples": 60}),
        layers=(Layer(4, "tanh"),),
        optimizer=Optimizer("sgd", 0.1),
        epochs=30,
    )
    _, whole = train(experiment)
    metric = f"val_{experiment.head.metric}"
    values = [value for event in whole.of(EpochsEnded) for value in event.logs.get(metric, ())]
    sign = 1 if name == "moons" else -1
    goal = sign * max(sign * value for value in values[:12])
    first = next(epoch for epoch, value in enumerate(values, 1) if sign * value >= sign * goal)
    _, events = train(dataclasses.replace(experiment, solved_at=goal))
    epoch, weights = events.last_weights

    assert (events.ended.reason, events.ended.epoch, epoch, events.epochs) == ("solved", first, first, first)
    assert f"epoch {first}:" in str(events.ended.message)
    metrics, _ = evaluate(experiment, weights)
    assert events.of(reports.Tested)[0].metrics == pytest.approx(metrics, rel=1e-4)


def test_an_experiment_that_early_stopping_did_not_need_is_finished() -> None:
    _, events = train(dataclasses.replace(TOY, early_stopping=EarlyStopping(patience=50)))

    assert events.ended.reason == "finished"


def test_a_loss_that_is_no_number_ends_the_run_with_what_to_do() -> None:
    experiment = Experiment(
        dataset=DatasetChoice("plane", {"samples": 100}),
        layers=(Layer(20, "relu"), Layer(20, "relu")),
        optimizer=Optimizer("sgd", 10.0),
        epochs=100,
    )
    _, events = train(experiment)

    assert events.ended.reason == "diverged"
    assert "learning rate ten times smaller" in str(events.ended.message)
    assert f"epoch {events.ended.epoch}:" in str(events.ended.message)
    assert events.of(reports.Tested) == []
    assert events.epochs == events.ended.epoch < 100


def test_data_that_cannot_be_had_end_the_session_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, **options: float) -> None:
        raise DatasetError("There is no data set “{name}”.", name=name)

    monkeypatch.setattr("nnlab.training.session.load", missing)
    with pytest.raises(DatasetError, match="moons"):
        Session(Start("run", TOY), lambda event: None)


@pytest.mark.parametrize(("limit", "every"), [(40 * 17 * 4, True), (40 * 17 * 4 - 1, False)])
def test_a_small_run_keeps_the_weights_of_every_epoch(limit: int, every: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # 17 weights of four bytes, 40 epochs.
    monkeypatch.setattr("nnlab.training.live.WHOLE_RUN_BYTES", limit)
    _, events = train(dataclasses.replace(TOY, epochs=40))
    epochs = {epoch for event in events.of(EpochsEnded) for epoch in event.weights}

    assert 40 in epochs
    assert (epochs == set(range(41))) is every


def test_probes_are_columns_of_the_history():
    events = []
    session = Session(Start("run", TOY, probes=("gradient_norm", "update_ratio")), events.append)
    while session.advance(1.0):
        pass

    logs = next(event for event in events if isinstance(event, EpochsEnded) and event.logs).logs
    layers = [*(f"hidden_{number}" for number in range(1, len(TOY.layers) + 1)), "output"]
    assert [name for name in logs if "/" in name] == [
        f"{probe}/{layer}" for probe in ("gradient_norm", "update_ratio") for layer in layers
    ]
    assert all(value > 0 for name, values in logs.items() if "/" in name for value in values)
