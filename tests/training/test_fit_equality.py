"""`fit` computes what Keras' own ``fit`` computes: the same weights, the same optimizer, the same history."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from nnlab.training import Trainer, compiled, fit

pytestmark = pytest.mark.slow

SAMPLES, FEATURES = 37, 3
GENERATOR = np.random.default_rng(7)
X = GENERATOR.normal(2, 3, (SAMPLES, FEATURES)).astype(np.float32)
SLOPES = GENERATOR.normal(size=(FEATURES, 3)).astype(np.float32)
SCORES = (X - 2) @ SLOPES / 3

Build = Callable[[], keras.Model]


def alike(ours: Any, theirs: Any, relative: float = 1e-4, absolute: float = 1e-5) -> None:
    """Two lists of arrays, or two histories, are the same but for rounding."""
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        ours, theirs = ours.values(), theirs.values()
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=relative, atol=absolute)


def optimizer_values(model: keras.Model) -> list[np.ndarray]:
    return [variable.numpy() for variable in model.optimizer.variables]


def alike_after_training(build: Build, x: Any, y: Any, **arguments: Any) -> tuple[keras.Model, keras.Model]:
    """Train by `fit`, and a model that begins the same by Keras; all that comes of it is the same."""
    keras.utils.set_random_seed(3)
    ours = build()
    history = fit(ours, x, y, shuffle=False, **arguments)
    keras.utils.set_random_seed(3)
    theirs = build()
    expected = theirs.fit(x, y, shuffle=False, verbose=0, **arguments)

    assert (history.params["compiled"], history.params["reason"]) == (True, None)
    assert history.epoch == expected.epoch
    alike(history.history, expected.history)
    alike(ours.get_weights(), theirs.get_weights())
    alike(optimizer_values(ours), optimizer_values(theirs))
    return ours, theirs


def dense(units: int, *layers: keras.layers.Layer, activation: str | None = None, **compilation: Any) -> keras.Model:
    """A model of the given layers and one more, ready to be trained."""
    model = keras.Sequential([keras.Input((FEATURES,)), *layers, keras.layers.Dense(units, activation)])
    model.compile(**({"loss": "mse", "optimizer": keras.optimizers.Adam(0.01)} | compilation))
    return model


# Whatever a model is made of -----------------------------------------------------------------

REGULARIZERS: dict[str, dict[str, Any]] = {
    "none": {},
    "l1": {"kernel_regularizer": keras.regularizers.L1(0.01)},
    "l2": {"kernel_regularizer": keras.regularizers.L2(0.02)},
    "activity": {"activity_regularizer": keras.regularizers.L2(0.003)},
}
RATES: dict[str, Callable[[], Any]] = {
    "number": lambda: 0.02,
    "schedule": lambda: keras.optimizers.schedules.ExponentialDecay(0.03, decay_steps=4, decay_rate=0.8),
}
# Where a gradient is 0, as that of a bias before a normalization, rounding is divided by epsilon.
ADAPTIVE = {"epsilon": 1e-3}
OPTIMIZERS = {
    "SGD": {},
    "momentum": {"momentum": 0.9},
    "nesterov": {"momentum": 0.8, "nesterov": True},
    "Adam": ADAPTIVE,
    "amsgrad": {"amsgrad": True} | ADAPTIVE,
    "RMSprop": {"rho": 0.8} | ADAPTIVE,
    "Adagrad": ADAPTIVE,
    "AdamW": {"weight_decay": 0.01} | ADAPTIVE,
    "Nadam": ADAPTIVE,
}
CLASSES = {"momentum": "SGD", "nesterov": "SGD", "amsgrad": "Adam"}
EXTRAS = {
    "none": {},
    "clipnorm": {"clipnorm": 0.1},
    "clipvalue": {"clipvalue": 0.05},
    "global_clipnorm": {"global_clipnorm": 0.2},
    "weight_decay": {"weight_decay": 0.02},
    "use_ema": {"use_ema": True, "ema_momentum": 0.9},
    "ema_written": {"use_ema": True, "ema_overwrite_frequency": 5},
}
# Activation of the output, targets, metrics by name.
PLAIN: dict[str, Any] = {"mae": lambda: "mae", "accuracy": lambda: "accuracy"}
LOSSES: dict[str, tuple[str | None, np.ndarray, dict[str, Callable[[], Any]]]] = {
    "mse": (None, SCORES[:, :2], PLAIN),
    "mae": (None, SCORES[:, :1], PLAIN),
    "huber": ("tanh", SCORES[:, :1], PLAIN),
    "binary_crossentropy": (
        "sigmoid",
        (SCORES[:, :1] > 0).astype(np.float32),
        PLAIN | {"auc": lambda: keras.metrics.AUC(name="auc"), "f1": lambda: keras.metrics.F1Score(threshold=0.5)},
    ),
    "categorical_crossentropy": (
        "softmax",
        np.eye(3, dtype=np.float32)[SCORES.argmax(axis=1)],
        PLAIN | {"auc": lambda: keras.metrics.AUC(name="auc"), "f1": keras.metrics.F1Score},
    ),
}


@dataclass(frozen=True)
class Layer:
    units: int = 4
    activation: str = "tanh"
    normalized: bool = False
    regularizer: str = "none"


@dataclass(frozen=True)
class Case:
    """What is to be trained, and how."""

    layers: tuple[Layer, ...] = (Layer(),)
    adapted: bool = False
    optimizer: str = "Adam"
    rate: str = "number"
    extra: str = "none"
    loss: str = "mse"
    metrics: frozenset[str] = field(default_factory=frozenset)
    batch_size: int = 10
    valid_samples: int = 0

    def build(self) -> keras.Model:
        layers: list[keras.layers.Layer] = []
        if self.adapted:
            layers.append(keras.layers.Normalization())
            layers[0].adapt(X)
        for layer in self.layers:
            layers.append(keras.layers.Dense(layer.units, layer.activation, **REGULARIZERS[layer.regularizer]))
            if layer.normalized:
                layers.append(keras.layers.BatchNormalization(momentum=0.9))
        activation, targets, metrics = LOSSES[self.loss]
        optimizer = getattr(keras.optimizers, CLASSES.get(self.optimizer, self.optimizer))
        options = OPTIMIZERS[self.optimizer] | EXTRAS[self.extra]
        return dense(
            targets.shape[1],
            *layers,
            activation=activation,
            loss=self.loss,
            optimizer=optimizer(RATES[self.rate](), **options),
            metrics=[metrics[name]() for name in sorted(self.metrics & set(metrics))],
        )


LAYERS = st.builds(
    Layer,
    units=st.integers(1, 8),
    activation=st.sampled_from(["relu", "tanh", "sigmoid", "linear", "softplus", "gelu"]),
    normalized=st.booleans(),
    regularizer=st.sampled_from(sorted(REGULARIZERS)),
)
CASES = st.builds(
    Case,
    layers=st.lists(LAYERS, min_size=0, max_size=2).map(tuple),
    adapted=st.booleans(),
    optimizer=st.sampled_from(sorted(OPTIMIZERS)),
    rate=st.sampled_from(sorted(RATES)),
    extra=st.sampled_from(sorted(EXTRAS)),
    loss=st.sampled_from(sorted(LOSSES)),
    metrics=st.frozensets(st.sampled_from(["mae", "accuracy", "auc", "f1"]), max_size=4),
    # 37 samples: whole batches of 1 and 37, and a smaller last one of all sizes. What is normalized
    # over a single sample is 0 but for rounding, which is blown up from there.
    batch_size=st.sampled_from([1, 5, 10, 12, 36, 37, 64]),
    valid_samples=st.sampled_from([0, 10, 13]),
).filter(lambda case: case.batch_size not in (1, 36) or not any(layer.normalized for layer in case.layers))


# Every example compiles two functions of Keras and one of ours: shrinking one would take minutes.
@settings(max_examples=5, derandomize=True, phases=(Phase.explicit, Phase.generate))
@example(Case(layers=(Layer(8, "relu", True, "l2"),), adapted=True, loss="categorical_crossentropy", valid_samples=13))
@given(CASES)
def test_whatever_the_model_it_is_trained_as_by_keras(case: Case) -> None:
    y = LOSSES[case.loss][1]
    kept = case.valid_samples
    validation = (X[:kept], y[:kept]) if kept else None
    alike_after_training(case.build, X, y, epochs=3, batch_size=case.batch_size, validation_data=validation)


def test_in_double_precision_the_difference_is_that_of_doubles() -> None:
    usual = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        ends = []
        for train in (fit, lambda model, *data, **arguments: model.fit(*data, verbose=0, **arguments)):
            keras.utils.set_random_seed(3)
            model = dense(2, keras.layers.Dense(6, "tanh"), keras.layers.BatchNormalization(), metrics=["mae"])
            x, y = X.astype(np.float64), SCORES[:, :2].astype(np.float64)
            history = train(model, x, y, epochs=3, batch_size=10, shuffle=False, validation_data=(x[:12], y[:12]))
            ends.append((model.get_weights(), history.history))
    finally:
        keras.config.set_floatx(usual[0])
        keras.config.set_dtype_policy(usual[1])

    (ours, our_history), (theirs, their_history) = ends
    assert ours[0].dtype == np.float64
    alike(ours, theirs, 1e-9, 1e-9)
    alike(our_history, their_history, 1e-9, 1e-9)


# Data of other forms ---------------------------------------------------------------------------


def two_of_each(outputs_by_name: bool) -> keras.Model:
    inputs = [keras.Input((FEATURES,), name="left"), keras.Input((2,), name="right")]
    hidden = [keras.layers.Dense(4, "tanh")(values) for values in inputs]
    both = keras.layers.Concatenate()(hidden)
    amount = keras.layers.Dense(1, name="amount")(both)
    kind = keras.layers.Dense(3, "softmax", name="kind")(both)
    outputs = {"amount": amount, "kind": kind} if outputs_by_name else [amount, kind]
    model = keras.Model(inputs, outputs)
    model.compile(
        optimizer=keras.optimizers.Adam(0.02),
        loss={"amount": "mse", "kind": "sparse_categorical_crossentropy"},
        loss_weights={"amount": 0.3, "kind": 2.0},
        metrics={"amount": ["mae"], "kind": ["accuracy"]},
    )
    return model


AMOUNT, KIND = SCORES[:, :1], SCORES.argmax(axis=1)


@pytest.mark.parametrize(
    ("by_name", "x", "y"),
    [
        (False, [X, X[:, :2]], [AMOUNT, KIND]),
        (True, {"right": X[:, :2], "left": X}, {"kind": KIND, "amount": AMOUNT}),
    ],
    ids=["lists", "dicts in another order"],
)
def test_several_inputs_and_outputs_have_their_losses_and_metrics(by_name: bool, x: Any, y: Any) -> None:
    part = tf.nest.map_structure(lambda values: values[:13], (x, y))
    alike_after_training(lambda: two_of_each(by_name), x, y, epochs=3, batch_size=10, validation_data=part)


def test_targets_of_one_dimension_mean_one_output() -> None:
    flat = SCORES[:, 0]
    alike_after_training(
        lambda: dense(1, metrics=["mae"]), X, flat, epochs=3, batch_size=10, validation_data=(X[:7], flat[:7])
    )


def test_labels_may_be_numbers_of_classes() -> None:
    alike_after_training(
        lambda: dense(3, activation="softmax", loss="sparse_categorical_crossentropy", metrics=["accuracy"]),
        X,
        KIND.astype(np.int32),
        epochs=3,
        batch_size=10,
    )


def test_bytes_are_scaled_on_the_way_and_stay_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    usual = compiled.Wanted

    def spied(model, layout, data, *others):
        given.extend(data)
        return usual(model, layout, data, *others)

    monkeypatch.setattr(compiled, "Wanted", spied)
    images = GENERATOR.integers(0, 256, (SAMPLES, FEATURES), np.uint8)
    keras.utils.set_random_seed(3)
    ours = dense(1, keras.layers.Dense(4, "relu"))
    parts = {"epochs": 3, "batch_size": 10, "shuffle": False}
    history = fit(ours, images, AMOUNT, input_scale=255, validation_data=(images[:9], AMOUNT[:9]), **parts)
    keras.utils.set_random_seed(3)
    theirs = dense(1, keras.layers.Dense(4, "relu"))
    scaled = images.astype(np.float32) / 255
    expected = theirs.fit(scaled, AMOUNT, validation_data=(scaled[:9], AMOUNT[:9]), verbose=0, **parts)

    assert [part.dtype.name for part in given] == ["uint8", "float32", "uint8", "float32"]
    alike(ours.get_weights(), theirs.get_weights())
    alike(history.history, expected.history)


# Models of other kinds -------------------------------------------------------------------------


class OwnModel(keras.Model):
    """A model by subclassing, with a loss of its own beside the compiled one."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = keras.layers.Dense(5, "tanh")
        self.out = keras.layers.Dense(1)

    def call(self, inputs, training=False):
        hidden = self.hidden(inputs)
        self.add_loss(0.01 * keras.ops.mean(hidden**2))
        return self.out(hidden + (0.1 if training else 0.0))


def own_model() -> keras.Model:
    model = OwnModel()
    model.compile(loss="mse", optimizer=keras.optimizers.RMSprop(0.01), metrics=["mae"])
    return model


def pinball(actual, predicted):
    error = actual - predicted
    return keras.ops.mean(keras.ops.maximum(0.8 * error, -0.2 * error), axis=-1)


def nested() -> keras.Model:
    inner = keras.Sequential([keras.layers.Dense(4, "relu"), keras.layers.BatchNormalization()])
    twice = keras.layers.Dense(FEATURES, "tanh")
    inputs = keras.Input((FEATURES,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inner(twice(twice(inputs)))))
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01))
    return model


def partly_frozen() -> keras.Model:
    frozen = keras.layers.Dense(4, "tanh")
    frozen.trainable = False
    return dense(1, frozen, keras.layers.Dense(3, "relu"))


@pytest.mark.parametrize(
    "build",
    [
        own_model,
        lambda: dense(1, loss=pinball, metrics=[pinball]),
        lambda: dense(1, loss=lambda actual, predicted: keras.ops.mean((actual - predicted) ** 4, axis=-1)),
        nested,
        partly_frozen,
    ],
    ids=["subclassed", "own loss and metric", "a lambda as loss", "nested and shared", "partly frozen"],
)
def test_models_of_ones_own_are_trained_as_by_keras(build: Build) -> None:
    validation = (X[:7], AMOUNT[:7])
    alike_after_training(build, X, AMOUNT, epochs=3, batch_size=10, validation_data=validation)


def test_two_models_that_differ_in_a_loss_of_ones_own_are_trained_each_by_its_own() -> None:
    def weighted(weight: float) -> Callable[[Any, Any], Any]:
        def loss(actual, predicted):
            return weight * keras.ops.mean((actual - predicted) ** 2, axis=-1)

        return loss

    for weight in (0.5, 2.0):
        alike_after_training(lambda weight=weight: dense(1, loss=weighted(weight)), X, AMOUNT, epochs=2, batch_size=10)


def test_a_model_is_built_if_it_is_not_yet_with_weights_of_its_own() -> None:
    for seed in (1, 2):
        ends = []
        for train in (fit, lambda model, *data, **arguments: model.fit(*data, verbose=0, **arguments)):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential([keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)])
            model.compile(loss="mse", optimizer="sgd")
            train(model, X, AMOUNT, epochs=2, batch_size=10, shuffle=False)
            ends.append(model)

        alike(ends[0].get_weights(), ends[1].get_weights())
        assert ends[0].input_shape == ends[1].input_shape == (None, FEATURES)


def test_an_optimizer_may_wrap_another() -> None:
    def build() -> keras.Model:
        return dense(1, optimizer=keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.02)))

    alike_after_training(build, X, AMOUNT, epochs=2, batch_size=10)


def test_dropout_draws_the_masks_that_keras_draws_under_xla() -> None:
    def build() -> keras.Model:
        return dense(1, keras.layers.Dense(8, "relu"), keras.layers.Dropout(0.4), jit_compile=True)

    alike_after_training(build, X, AMOUNT, epochs=3, batch_size=10, validation_data=(X[:7], AMOUNT[:7]))


def test_dropout_draws_new_masks_in_every_step() -> None:
    ones = np.ones((8, FEATURES), np.float32)

    def losses(batch_size: int) -> list[float]:
        keras.utils.set_random_seed(5)
        model = dense(1, keras.layers.Dropout(0.5), optimizer=keras.optimizers.SGD(0.0))
        model.set_weights([np.array([[1], [2], [4]], np.float32), np.zeros(1, np.float32)])
        return fit(model, ones, np.zeros((8, 1)), epochs=4, batch_size=batch_size, shuffle=False).history["loss"]

    # Nothing is learnt and all samples are the same: only masks can make a difference.
    assert len(set(losses(8))) == 4
    # The same mask in every step would make the mean over steps of one sample one of eight squares.
    assert not set(losses(1)) & {(2.0 * mask) ** 2 for mask in range(8)}


# Together with Keras ---------------------------------------------------------------------------


def test_keras_goes_on_where_fit_has_ended() -> None:
    def build() -> keras.Model:
        keras.utils.set_random_seed(3)
        return dense(1, keras.layers.Dense(4, "tanh"), keras.layers.BatchNormalization(), metrics=["mae"])

    both, theirs = build(), build()
    parts = {"batch_size": 10, "shuffle": False}
    fit(both, X, AMOUNT, epochs=2, **parts)
    rest = both.fit(X, AMOUNT, epochs=4, initial_epoch=2, verbose=0, **parts)
    expected = theirs.fit(X, AMOUNT, epochs=4, verbose=0, **parts)

    alike(both.get_weights(), theirs.get_weights())
    alike(optimizer_values(both), optimizer_values(theirs))
    alike(rest.history["loss"], expected.history["loss"][2:])


def test_fit_goes_on_where_keras_has_ended() -> None:
    def build() -> keras.Model:
        keras.utils.set_random_seed(3)
        return dense(1, keras.layers.Dense(4, "tanh"), metrics=["mae"])

    both, theirs = build(), build()
    parts = {"batch_size": 10, "shuffle": False}
    both.fit(X, AMOUNT, epochs=2, verbose=0, **parts)
    rest = fit(both, X, AMOUNT, epochs=2, **parts)
    expected = theirs.fit(X, AMOUNT, epochs=4, verbose=0, **parts)

    alike(both.get_weights(), theirs.get_weights())
    alike(optimizer_values(both), optimizer_values(theirs))
    alike(rest.history["loss"], expected.history["loss"][2:])


def test_what_a_trained_model_evaluates_to_is_what_the_history_says() -> None:
    model = dense(1, keras.layers.Normalization(), keras.layers.Dense(4, "tanh"), metrics=["mae"])
    history = fit(model, X, AMOUNT, epochs=2, validation_data=(X[:9], AMOUNT[:9])).history
    loss, error = model.evaluate(X[:9], AMOUNT[:9], verbose=0)

    alike([loss, error], [history["val_loss"][-1], history["val_mae"][-1]])


# What cannot be compiled -----------------------------------------------------------------------


class ThroughPython(keras.layers.Layer):
    """Adds what only Python knows."""

    def call(self, inputs):
        added = tf.numpy_function(lambda values: np.sin(values), [inputs], tf.float32)
        added.set_shape(inputs.shape)
        return inputs + tf.stop_gradient(added)


def batches() -> Any:
    for begin in range(0, SAMPLES, 10):
        yield X[begin : begin + 10], AMOUNT[begin : begin + 10]


def dataset() -> tf.data.Dataset:
    return tf.data.Dataset.from_tensor_slices((X, AMOUNT)).batch(10)


@pytest.mark.parametrize(
    ("build", "data", "epochs", "reason"),
    [
        (lambda: dense(1, run_eagerly=True), lambda: (X, AMOUNT), 2, "eagerly"),
        (lambda: dense(1, ThroughPython()), lambda: (X, AMOUNT), 2, "unsupported operations"),
        # A generator is used up after an epoch.
        (lambda: dense(1), lambda: (batches(),), 1, "generator"),
        (lambda: dense(1), lambda: (dataset(),), 2, "Dataset"),
    ],
    ids=["run eagerly", "a function of Python", "generator", "tf.data"],
)
@pytest.mark.filterwarnings("ignore:Your input ran out of data:UserWarning")
def test_what_cannot_be_compiled_keras_trains_and_says_so(
    build: Build, data: Callable[[], tuple[Any, ...]], epochs: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    keras.utils.set_random_seed(3)
    ours = build()
    with caplog.at_level(logging.INFO, logger="nnlab"):
        history = fit(ours, *data(), epochs=epochs, batch_size=10, shuffle=False, validation_data=(X[:10], AMOUNT[:10]))
    keras.utils.set_random_seed(3)
    theirs = build()
    size = {"batch_size": 10} if len(data()) == 2 else {}
    validation = (X[:10], AMOUNT[:10])
    expected = theirs.fit(*data(), epochs=epochs, shuffle=False, verbose=0, validation_data=validation, **size)

    assert history.params["compiled"] is False
    assert reason in history.params["reason"]
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("nnlab")]
    assert [history.params["reason"] in line for line in lines] == [True]
    assert history.epoch == expected.epoch
    alike(history.history, expected.history)
    alike(ours.get_weights(), theirs.get_weights())


def test_a_reason_says_what_stood_in_the_way() -> None:
    class OwnFit(keras.Sequential):
        def fit(self, *arguments, **keywords):
            return super().fit(*arguments, **keywords)

    model = OwnFit([keras.Input((FEATURES,)), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    weighted = dense(1)
    weights = np.ones(7, np.float32)

    assert "OwnFit" in Trainer(model, X, AMOUNT, epochs=1).reason
    assert "weights" in Trainer(weighted, X, AMOUNT, epochs=1, validation_data=(X[:7], AMOUNT[:7], weights)).reason
    assert Trainer(weighted, X, AMOUNT, epochs=1).reason is None


def test_only_arrays_can_be_scaled() -> None:
    with pytest.raises(ValueError, match="arrays"):
        fit(dense(1), dataset(), epochs=1, input_scale=255)


def test_training_goes_on_from_no_epochs() -> None:
    model = dense(1)
    before = model.get_weights()
    history = fit(model, X, AMOUNT, epochs=0)

    assert history.history == {}
    alike(model.get_weights(), before, 0, 0)


def test_a_loss_that_is_not_a_number_stays_one_as_under_keras() -> None:
    def build() -> keras.Model:
        return dense(1, optimizer=keras.optimizers.SGD(1e9))

    ours, _ = alike_after_training(build, X, AMOUNT, epochs=6, batch_size=10)

    assert math.isnan(ours.get_weights()[0][0, 0])
