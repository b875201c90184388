"""The mode of TensorFlow Playground trains by its formulas, worked out here sample by sample."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import Dataset, features, load
from nnlab.events import EpochsEnded, Event, Start, TrainerState
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.training import Record, Trainer, fit
from nnlab.training.session import Session

pytestmark = pytest.mark.slow

EPOCHS = 50


@pytest.fixture
def doubles() -> Iterator[None]:
    """Train in float64, where rounding stays out of sight for 50 epochs."""
    # The policy follows floatx only until somebody has asked for it.
    for change in (keras.config.set_floatx, keras.config.set_dtype_policy):
        change("float64")
    yield
    for change in (keras.config.set_floatx, keras.config.set_dtype_policy):
        change("float32")


# The original, in NumPy --------------------------------------------------------------------

FUNCTIONS = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "linear": (lambda z: z, lambda z: np.ones_like(z)),
}


@dataclass
class Original:
    """A network as the original has it: one sample after the other, one sum of slopes for each weight."""

    weights: list[np.ndarray]
    biases: list[np.ndarray]
    activations: Sequence[str]
    batch_size: int
    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        self.dead = [np.zeros(weights.shape, bool) for weights in self.weights]
        self.forget()

    def forget(self) -> None:
        self.weight_slopes = [np.zeros_like(weights) for weights in self.weights]
        self.bias_slopes = [np.zeros_like(biases) for biases in self.biases]
        self.samples = 0

    def outputs(self, x: np.ndarray) -> np.ndarray:
        for weights, biases, name in zip(self.weights, self.biases, self.activations, strict=True):
            x = FUNCTIONS[name][0](x @ weights + biases)
        return x[..., 0]

    def loss(self, x: np.ndarray, labels: np.ndarray) -> float:
        return float(np.mean(0.5 * (self.outputs(x) - labels) ** 2))

    def train_epoch(self, x: np.ndarray, labels: np.ndarray, rate: float) -> None:
        for number, (sample, label) in enumerate(zip(x, labels, strict=True), start=1):
            self.learn(sample, label)
            if number % self.batch_size == 0:
                self.update(rate)

    def learn(self, sample: np.ndarray, label: float) -> None:
        inputs, sums = [sample], []
        for weights, biases, name in zip(self.weights, self.biases, self.activations, strict=True):
            sums.append(inputs[-1] @ weights + biases)
            inputs.append(FUNCTIONS[name][0](sums[-1]))
        slope = inputs[-1] - label
        for place in reversed(range(len(self.weights))):
            slope = slope * FUNCTIONS[self.activations[place]][1](sums[place])
            self.weight_slopes[place] += np.where(self.dead[place], 0, np.outer(inputs[place], slope))
            self.bias_slopes[place] += slope
            slope = self.weights[place] @ slope
        self.samples += 1

    def update(self, rate: float) -> None:
        for place, old in enumerate(self.weights):
            self.biases[place] = self.biases[place] - rate * self.bias_slopes[place] / self.samples
            stepped = old - rate * self.weight_slopes[place] / self.samples
            pulled = stepped - rate * (self.l1 * np.sign(old) + self.l2 * old)
            crossed = (np.sign(stepped) * np.sign(pulled) < 0) & (self.l1 > 0)
            alive = ~self.dead[place]
            self.weights[place] = np.where(alive, np.where(crossed, 0, pulled), old)
            self.dead[place] |= alive & crossed
        self.forget()

    def all_weights(self) -> list[np.ndarray]:
        return [part.copy() for pair in zip(self.weights, self.biases, strict=True) for part in pair]


def original(experiment: Experiment, start: Sequence[np.ndarray]) -> Original:
    activations = [*(layer.activation for layer in experiment.layers)]
    activations.append("tanh" if experiment.dataset.task == "binary" else "linear")
    doubles = [part.astype(np.float64) for part in start]
    return Original(
        doubles[::2], doubles[1::2], activations, experiment.batch_size, experiment.output_l1, experiment.output_l2
    )


# What is trained ---------------------------------------------------------------------------


def setting(name: str, *layers: Layer, l1: float = 0.0, l2: float = 0.0, rate: float = 0.03, **other: Any) -> Any:
    samples = other.pop("samples", 500)
    return Experiment(
        dataset=DatasetChoice(name, {"samples": samples}),
        layers=tuple(dataclasses.replace(layer, l1=l1, l2=l2) for layer in layers),
        output_l1=l1,
        output_l2=l2,
        optimizer=Optimizer("sgd", rate),
        mode="playground",
        **{"batch_size": 10, "epochs": EPOCHS, **other},
    )


TANH = (Layer(4, "tanh"), Layer(2, "tanh"))
DEFAULT = setting("circle", *TANH)
CARRIED = setting("circle", *TANH, batch_size=30, samples=200)
DYING = setting("xor", *TANH, l1=0.03, batch_size=30, samples=200, features=("x1", "x2", "x1_x2", "sin_x1", "sin_x2"))
SHRUNK = setting("gauss", *TANH, l2=0.1, samples=200)
REGRESSION = setting("plane", Layer(4, "relu"), Layer(3, "sigmoid"), batch_size=7, samples=200)


def data_of(experiment: Experiment) -> Dataset:
    return features.select(load(experiment.dataset.name, **experiment.dataset.options), experiment.features)


def arguments(experiment: Experiment) -> tuple[keras.Model, np.ndarray, np.ndarray, dict[str, Any]]:
    data = data_of(experiment)
    model = models.build(experiment, load(experiment.dataset.name, **experiment.dataset.options))
    valid = data.x_valid, models.targets(experiment, data.y_valid)
    # The same record everywhere: another one would be another program to compile.
    settings = {
        "batch_size": experiment.batch_size,
        "validation_data": valid,
        "shuffle": False,
        "record": Record(weights_every=1),
    }
    return model, data.x_train, models.targets(experiment, data.y_train), settings


def labels_of(data: Dataset, part: str) -> np.ndarray:
    labels = getattr(data, f"y_{part}").astype(np.float64).ravel()
    return labels if data.task == "regression" else 2 * labels - 1


def optimizer_values(model: keras.Model, state: TrainerState, name: str) -> list[np.ndarray]:
    variables = zip(model.optimizer.variables, state.optimizer, strict=True)
    return [value for variable, value in variables if name in variable.path.rpartition("/")[2]]


def compare(experiment: Experiment) -> tuple[list[Original], list[list[np.ndarray]]]:
    """Train both for 50 epochs; after each, weights and losses are the same. Return both, epoch by epoch."""
    model, x, y, settings = arguments(experiment)
    copy = original(experiment, model.get_weights())
    history = fit(model, x, y, epochs=EPOCHS, **settings)
    data, ours, course = data_of(experiment), history.record.weights, []
    assert history.params["compiled"], history.params["reason"]
    for epoch in range(EPOCHS):
        copy.train_epoch(data.x_train.astype(np.float64), labels_of(data, "train"), experiment.optimizer.learning_rate)
        course.append(deepcopy(copy))
        for mine, theirs in zip(ours[epoch + 1], copy.all_weights(), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-9, err_msg=f"epoch {epoch + 1}")
        for part, name in (("train", "loss"), ("valid", "val_loss")):
            expected = copy.loss(getattr(data, f"x_{part}").astype(np.float64), labels_of(data, part))
            assert history.history[name][epoch] == pytest.approx(expected, rel=1e-7), (name, epoch)
    return course, [list(ours[epoch + 1]) for epoch in range(EPOCHS)]


@pytest.mark.usefixtures("doubles")
@pytest.mark.parametrize(
    "experiment", [DEFAULT, CARRIED, SHRUNK, REGRESSION], ids=["default", "carried", "l2", "plane"]
)
def test_weights_and_losses_are_the_originals_for_50_epochs(experiment: Experiment) -> None:
    course, _ = compare(experiment)

    data = data_of(experiment)
    before, after = (course[epoch].loss(data.x_train, labels_of(data, "train")) for epoch in (0, -1))
    assert after < before


@pytest.mark.usefixtures("doubles")
def test_under_l1_weights_die_and_stay_dead() -> None:
    course, ours = compare(DYING)
    counts = [sum(int(dead.sum()) for dead in copy.dead) for copy in course]

    assert counts[0] < counts[19] < counts[-1] < sum(dead.size for dead in course[0].dead)
    for copy, weights in zip(course, ours, strict=True):
        for dead, kernel in zip(copy.dead, weights[::2], strict=True):
            np.testing.assert_array_equal(kernel == 0, dead)


@pytest.mark.usefixtures("doubles")
def test_what_is_resumed_keeps_left_over_gradients_and_dead_weights() -> None:
    model, x, y, settings = arguments(DYING)
    expected = fit(model, x, y, epochs=EPOCHS, **settings).model.get_weights()
    model, x, y, settings = arguments(DYING)
    first = Trainer(model, x, y, epochs=EPOCHS, **settings)
    first.advance(math.inf, 20)
    state = first.state()
    first.close()
    # Three batches of 30 in 100 samples, in every epoch: ten are left over, those before them are used up.
    assert (state.epoch, optimizer_values(model, state, "carried_samples")) == (20, [10])
    assert any(values.any() for values in optimizer_values(model, state, "carried")[:-1])
    assert any(marks.any() for marks in optimizer_values(model, state, "dead"))
    other, x, y, settings = arguments(DYING.with_seed(99))
    second = Trainer(other, x, y, epochs=EPOCHS, resume=state, **settings)
    while second.advance(math.inf):
        continue

    for resumed, whole in zip(other.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(resumed, whole)


@pytest.mark.usefixtures("doubles")
def test_rates_and_starts_are_changed_without_compiling() -> None:
    compiled: list[str] = []
    model, x, y, settings = arguments(DYING)
    fit(model, x, y, epochs=1, **settings)
    stronger = dataclasses.replace(
        DYING,
        layers=tuple(dataclasses.replace(layer, l1=0.1) for layer in DYING.layers),
        output_l1=0.1,
        optimizer=Optimizer("sgd", 0.01),
        seed=7,
    )
    model, x, y, settings = arguments(stronger)
    copy = original(stronger, model.get_weights())
    trainer = Trainer(model, x, y, epochs=10, announce=lambda: compiled.append("once more"), **settings)
    trainer.advance(math.inf, 5)
    trainer.change_learning_rate(0.05)
    while trainer.advance(math.inf):
        continue

    data = data_of(stronger)
    for rate in [0.01] * 5 + [0.05] * 5:
        copy.train_epoch(data.x_train.astype(np.float64), labels_of(data, "train"), rate)
    for mine, theirs in zip(model.get_weights(), copy.all_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-9)
    assert compiled == []


@pytest.mark.usefixtures("doubles")
def test_another_batch_size_and_a_first_penalty_go_on_with_the_left_over_gradients() -> None:
    model, x, y, settings = arguments(CARRIED)
    copy = original(CARRIED, model.get_weights())
    first = Trainer(model, x, y, epochs=None, **settings)
    first.advance(math.inf, 3)
    state = first.state()
    first.close()
    model, x, y, settings = arguments(setting("circle", *TANH, batch_size=20, l1=0.03, samples=200))
    fit(model, x, y, epochs=8, resume=state, **settings)

    data = data_of(CARRIED)
    samples, labels = data.x_train.astype(np.float64), labels_of(data, "train")
    for epoch in range(8):
        copy.batch_size, copy.l1 = (30, 0.0) if epoch < 3 else (20, 0.03)
        copy.train_epoch(samples, labels, 0.03)
    for mine, theirs in zip(model.get_weights(), copy.all_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-9)


def test_keras_own_fit_updates_the_weights_in_the_same_way() -> None:
    model, x, y, settings = arguments(DYING)
    copy = original(DYING, model.get_weights())
    del settings["record"]
    model.fit(x, y, epochs=3, verbose=0, **settings)

    data = data_of(DYING)
    for _ in range(3):
        copy.train_epoch(data.x_train.astype(np.float64), labels_of(data, "train"), 0.03)
    for mine, theirs in zip(model.get_weights(), copy.all_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)


def test_a_run_visits_the_samples_in_their_own_order() -> None:
    events: list[Event] = []
    experiment = dataclasses.replace(CARRIED, epochs=3)
    session = Session(Start("run", experiment), events.append)
    copy = original(experiment, session.model.get_weights())
    while session.advance(0.05):
        continue

    data = data_of(experiment)
    for _ in range(3):
        copy.train_epoch(data.x_train.astype(np.float64), labels_of(data, "train"), 0.03)
    reports = [event for event in events if isinstance(event, EpochsEnded)]
    ((epoch, weights),) = reports[-1].weights.items()
    assert epoch == 3
    for mine, theirs in zip(weights, copy.all_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)
    logs = {name: value for event in reports for name, values in event.logs.items() for value in values[-1:]}
    assert logs["val_loss"] == pytest.approx(copy.loss(data.x_valid, labels_of(data, "valid")), rel=1e-4)
    share = np.mean((copy.outputs(data.x_train) >= 0) == (labels_of(data, "train") > 0))
    assert logs["accuracy"] == pytest.approx(share)
