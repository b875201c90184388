"""A run of scikit-learn is its plain ``fit``, told iteration by iteration, and can be stopped."""

from __future__ import annotations

import threading
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnlab import events as reports
from nnlab.datasets import load
from nnlab.datasets.tabular import in_double
from nnlab.events import (
    Change,
    EpochsEnded,
    Event,
    Fitted,
    Park,
    Parked,
    Pause,
    Paused,
    PhaseBegun,
    Refused,
    Resume,
    RunEnded,
    Start,
    Stop,
)
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.experiment.scikit_learn import as_scikit_learn
from nnlab.training.answers import Answers
from nnlab.training.baseline import BaselineSession, is_new
from nnlab.training.estimators import MLP

pytestmark = pytest.mark.slow

IRIS = Experiment(dataset=DatasetChoice("iris"), layers=(Layer(5, "relu"),))
MESSAGES = Experiment(dataset=DatasetChoice("messages"), layers=(Layer(6, "tanh"), Layer(4, "tanh")))
HOUSING = Experiment(dataset=DatasetChoice("california_housing"), layers=(Layer(50, "relu"),) * 3)


class Told(list[Event]):
    """The events of a run."""

    def of(self, kind: type) -> list[Any]:
        return [event for event in self if isinstance(event, kind)]

    @property
    def logs(self) -> dict[str, list[float]]:
        events = [event for event in self.of(EpochsEnded) if event.seconds]
        return {name: [value for event in events for value in event.logs[name]] for name in events[0].logs}

    @property
    def weights(self) -> Any:
        ((_, weights),) = self.of(EpochsEnded)[-1].weights.items()
        return weights


def session_of(experiment: Experiment, estimator: Any = "mlp", iterations: int | None = None, **changes: Any):
    made = replace(as_scikit_learn(experiment, estimator), **changes)
    if iterations is not None:
        made = replace(made, epochs=iterations)
    told = Told()
    return BaselineSession(Start("run", made, estimator=estimator), told.append), told


def run(*arguments: Any, **changes: Any) -> Told:
    session, told = session_of(*arguments, **changes)
    while session.advance(0.02):
        continue
    assert [thread for thread in threading.enumerate() if thread.name == "fit"] == []
    return told


def plain(kind: type, experiment: Experiment, iterations: int) -> Any:
    """scikit-learn itself, as one would write it."""
    data = in_double(experiment.dataset.name)
    columns = [data.feature_names.index(name) for name in experiment.features]
    layers = experiment.layers
    estimator = kind(
        hidden_layer_sizes=[layer.units for layer in layers],
        activation=layers[0].activation,
        max_iter=iterations,
        random_state=42,
    )
    # In the memory order of scikit-learn's own loaders, on which the last bit of a product depends.
    x = np.ascontiguousarray(data.x_train[:, columns])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make_pipeline(StandardScaler(), estimator).fit(x, data.y_train)


@pytest.mark.parametrize(("experiment", "kind"), [(IRIS, MLPClassifier), (MESSAGES, MLPClassifier)])
def test_what_it_learns_is_what_a_plain_fit_learns(experiment: Experiment, kind: type) -> None:
    told, expected = run(experiment, iterations=30), plain(kind, experiment, 30)[-1]

    assert told.logs["loss"] == expected.loss_curve_
    assert told.of(Fitted)[0].fits[0].iterations == 30
    found = told.weights[3:]
    for kernel, bias, exact_kernel, exact_bias in zip(
        found[::2], found[1::2], expected.coefs_, expected.intercepts_, strict=True
    ):
        np.testing.assert_array_equal(kernel, exact_kernel.astype(np.float32))
        np.testing.assert_array_equal(bias, exact_bias.astype(np.float32))


def test_prices_are_learned_as_by_a_plain_fit_in_double_precision(real_data: dict[str, Path]) -> None:
    told, expected = run(HOUSING, iterations=3), plain(MLPRegressor, HOUSING, 3)
    data = in_double("california_housing")
    error = np.sqrt(np.mean((expected.predict(data.x_valid) - data.y_valid) ** 2))

    assert told.logs["loss"] == expected[-1].loss_curve_
    assert told.logs["val_root_mean_squared_error"][-1] == error
    scores = told.of(Fitted)[0].fits[0].scores
    assert scores["validation"] == error
    assert told.of(reports.Tested)[0].metrics == {"root_mean_squared_error": scores["test"]}
    prices = expected.predict(data.x_test)
    np.testing.assert_allclose(told.of(reports.Tested)[0].predictions[:, 0], prices, rtol=1e-3)


@pytest.mark.parametrize("experiment", [IRIS, MESSAGES], ids=lambda experiment: experiment.dataset.name)
def test_its_weights_make_a_keras_model_with_the_same_outputs(experiment: Experiment) -> None:
    told = run(experiment, iterations=40)
    made = replace(as_scikit_learn(experiment, "mlp"), epochs=40)
    data = load(experiment.dataset.name)
    columns = [data.feature_names.index(name) for name in experiment.features]

    outputs = Answers().outputs(made, told.weights, data.x_test[:, columns])
    np.testing.assert_allclose(outputs, told.of(reports.Tested)[0].predictions, atol=2e-3)


def test_the_chapters_classifier_is_right_on_all_of_its_14_flowers() -> None:
    x, y = load_iris(return_X_y=True)
    rest_x, test_x, rest_y, test_y = train_test_split(x, y, test_size=0.1, random_state=42)
    train_x, valid_x, train_y, valid_y = train_test_split(rest_x, rest_y, test_size=0.1, random_state=42)
    parts = {"x_train": train_x, "y_train": train_y, "x_valid": valid_x, "y_valid": valid_y}
    split = replace(in_double("iris"), **parts, x_test=test_x, y_test=test_y)
    every = replace(IRIS, features=split.feature_names)
    mlp = MLP(as_scikit_learn(every, "mlp"), split)
    mlp.fit(lambda: None, lambda: None)

    assert len(valid_y) == 14
    assert mlp.results[0].scores["validation"] == 1.0
    assert mlp.results[0].iterations < 10_000


def test_the_chapters_perceptron_draws_the_line_of_the_chapter() -> None:
    told = run(IRIS, "perceptron")
    own, setosa = told.of(Fitted)[0].fits

    np.testing.assert_allclose(setosa.coefficients, [[-1.4, -2.2, 4.0]])
    assert (setosa.iterations, setosa.scores) == (7, {"training": 1.0})
    assert [setosa.coefficients[0] @ (*flower, 1) >= 0 for flower in ((2, 0.5), (3, 1))] == [True, False]
    assert own.coefficients.shape == (3, 3)
    data = load("iris")
    sums = data.x_test[:, 2:] @ own.coefficients[:, :2].T + own.coefficients[:, 2]
    assert own.scores["test"] == pytest.approx((sums.argmax(axis=1) == data.y_test).mean())
    assert told[-1] == RunEnded("run", "finished", 0)


def test_each_iteration_is_told_once_and_in_order() -> None:
    told = run(IRIS, iterations=300)
    events = [event for event in told.of(EpochsEnded) if event.seconds]
    expected = 1
    for event in events:
        assert event.first == expected
        expected += len(event.seconds)
    assert expected == 301
    assert [event.phase for event in told.of(PhaseBegun)] == ["loading", "building", "training", "evaluating"]
    assert told[-1].reason == "finished"
    assert "limit of 300 iterations" in str(told[-1].message)


def test_stopped_amid_an_iteration_it_is_what_it_was_after_the_last_whole_one() -> None:
    session, told = session_of(MESSAGES)
    batches = 0
    # A turn of no time is one batch: 1,280 messages are 7 of them.
    while session.advance(0.0) and batches < 7 * 3 + 4:
        batches += 1
    begun = time.monotonic()
    assert session.obey(Stop("run")) is False

    # The rest of its 10,000 iterations would take much longer.
    assert time.monotonic() - begun < 10
    assert told[-1] == RunEnded("run", "stopped", 3)
    assert len(told.logs["loss"]) == 3
    expected = plain(MLPClassifier, MESSAGES, 3)[-1]
    assert told.logs["loss"] == expected.loss_curve_
    np.testing.assert_array_equal(told.weights[-1], expected.intercepts_[-1].astype(np.float32))
    assert told.of(Fitted)[0].fits[0].iterations == 3


def test_stopped_before_it_has_begun_there_is_nothing_to_report() -> None:
    session, told = session_of(IRIS)
    session.obey(Stop("run"))

    assert told[-1] == RunEnded("run", "stopped", 0)
    assert told.of(reports.Tested) == []


def test_between_two_turns_nothing_is_at_work() -> None:
    session, _ = session_of(MESSAGES)
    for _ in range(3):
        session.advance(0.005)
        before = [kernel.copy() for kernel in session._baseline._estimator.coefs_]
        time.sleep(0.05)
        for kernel, copy in zip(session._baseline._estimator.coefs_, before, strict=True):
            np.testing.assert_array_equal(kernel, copy)
    session.close()


def test_a_turn_is_no_longer_than_a_batch_even_where_an_iteration_lasts_long(real_data: dict[str, Path]) -> None:
    session, _ = session_of(Experiment(dataset=DatasetChoice("california_housing"), layers=(Layer(300, "relu"),) * 3))
    turns = 0
    while session.trainer.epoch < 1:
        session.advance(0.0)
        turns += 1
    session.close()

    # 11,610 districts are 59 batches; the last turn ends with the iteration.
    assert turns == 60


def test_paused_it_stands_still_and_then_goes_on() -> None:
    session, told = session_of(IRIS)
    while session.trainer.epoch < 3:
        session.advance(0.0)
    assert session.obey(Pause("run"))
    assert session.seconds_to_wait is None
    assert told[-1] == Paused("run", len(told.logs["loss"]))
    assert session.obey(Resume("run"))
    assert session.seconds_to_wait == 0
    while session.trainer.epoch == told.of(Paused)[0].epoch:
        assert session.advance(0.05)
    assert len(told.logs["loss"]) > told.of(Paused)[0].epoch
    session.close()


def test_parked_it_leaves_nothing_behind_and_will_begin_anew() -> None:
    session, told = session_of(IRIS)
    session.advance(0.01)
    assert session.obey(Park("run")) is False
    session.close()

    assert told[-1] == Parked("run", None)
    assert [thread for thread in threading.enumerate() if thread.name == "fit"] == []


def test_two_at_once_keep_their_warnings_to_themselves() -> None:
    (first, _), (second, _) = session_of(IRIS, iterations=20), session_of(IRIS, iterations=40)
    ways = [first, second]
    while ways:
        ways = [session for session in ways if session.advance(0.0)]

    with pytest.warns(UserWarning, match="still heard"):
        warnings.warn("still heard", UserWarning, stacklevel=1)


def test_an_error_inside_the_fit_reaches_whoever_advances_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise MemoryError("no room")

    session, _ = session_of(IRIS)
    monkeypatch.setattr(MLP, "_score", broken)
    with pytest.raises(MemoryError, match="no room"):
        while session.advance(0.02):
            continue


def test_it_cannot_be_changed_on_its_way() -> None:
    session, told = session_of(IRIS)
    assert session.obey(Change("run", IRIS))

    assert told[-1] == Refused("run", IRIS, told[-1].message)
    assert "cannot be changed" in str(told[-1].message)


def test_only_the_first_one_of_a_process_takes_its_time_to_open() -> None:
    # This module has imported it.
    assert is_new() is False
