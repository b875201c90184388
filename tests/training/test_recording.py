"""What a training keeps of its epochs is what one would have measured oneself."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from nnlab.training import Record, Recorded, Trainer, fit
from nnlab.training.demands import Demand

SAMPLES, FEATURES = 37, 3
GENERATOR = np.random.default_rng(7)
X = GENERATOR.normal(size=(SAMPLES, FEATURES)).astype(np.float32)
Y = np.sin(X.sum(axis=1, keepdims=True))
IN_ORDER: dict[str, Any] = {"shuffle": False, "batch_size": 10}

slow = pytest.mark.slow


def stack(*layers: keras.layers.Layer, optimizer: keras.optimizers.Optimizer | None = None) -> keras.Model:
    model = keras.Sequential([keras.Input((FEATURES,)), *layers])
    model.compile(loss="mse", optimizer=optimizer or keras.optimizers.SGD(0.0))
    return model


def learning(*names: str, optimizer: str = "adam") -> keras.Model:
    """A model in which the measured differ from layer to layer, from batch to batch and by a penalty."""
    keras.utils.set_random_seed(3)
    one, two, three = names or ("hidden", "middle", "out")
    optimizers: dict[str, Any] = {
        "adam": lambda: keras.optimizers.Adam(0.05),
        "clipped": lambda: keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=0.01),
        "decaying": lambda: keras.optimizers.AdamW(0.05, weight_decay=0.1),
    }
    return stack(
        keras.layers.Dense(4, "tanh", name=one, kernel_regularizer=keras.regularizers.L2(0.05)),
        keras.layers.BatchNormalization(name=two),
        keras.layers.Dense(1, name=three),
        optimizer=optimizers[optimizer](),
    )


def norm(tensors: Any) -> float:
    return math.sqrt(sum(float((np.asarray(tensor) ** 2).sum()) for tensor in tensors))


def measured(model: keras.Model, epochs: int, batch_size: int) -> dict[str, dict[str, list[float]]]:
    """Train by hand, with Keras' layers and optimizer, and measure."""
    layers = [layer for layer in model._flatten_layers(include_self=False) if layer.trainable_variables and layer.built]
    layers = [layer for layer in layers if not layer._layers]
    found: dict[str, dict[str, list[float]]] = {
        probe: {layer.name: [] for layer in layers} for probe in ("gradient_norm", "update_ratio")
    }
    for _ in range(epochs):
        rows: dict[tuple[str, str], list[float]] = {}
        for begin in range(0, SAMPLES, batch_size):
            x, y = X[begin : begin + batch_size], Y[begin : begin + batch_size]
            with tf.GradientTape() as tape:
                outputs = model(x, training=True)
                loss = tf.reduce_mean((outputs - y) ** 2) + sum(model.losses)
            weights = model.trainable_variables
            gradients = tape.gradient(loss, [weight.value for weight in weights])
            by_weight = {id(weight): gradient.numpy() for weight, gradient in zip(weights, gradients, strict=True)}
            before = {id(weight): weight.numpy() for weight in weights}
            model.optimizer.apply(gradients, weights)
            for layer in layers:
                own = layer.trainable_variables
                rows.setdefault(("gradient_norm", layer.name), []).append(norm(by_weight[id(one)] for one in own))
                change = norm(one.numpy() - before[id(one)] for one in own)
                length = norm(before[id(one)] for one in own)
                rows.setdefault(("update_ratio", layer.name), []).append(change / length)
        for (probe, name), values in rows.items():
            found[probe][name].append(float(np.mean(values)))
    return found


def probes_of(model: keras.Model, *probes: Any, epochs: int = 1, x: Any = X, y: Any = Y, **arguments: Any) -> Any:
    history = fit(model, x, y, epochs=epochs, record=Record(0, probes), **(IN_ORDER | arguments))
    assert history.params["compiled"]
    return history.record.probes


def same(ours: dict[str, dict[str, list[float]]], expected: dict[str, dict[str, list[float]]]) -> None:
    assert {probe: list(layers) for probe, layers in ours.items()} == {
        probe: list(layers) for probe, layers in expected.items()
    }
    for probe, layers in expected.items():
        for name, values in layers.items():
            np.testing.assert_allclose(ours[probe][name], values, rtol=1e-4, atol=1e-6, err_msg=f"{probe} of {name}")


# What may be asked for -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"probes": ("dead", "alive")}, "alive"),
        ({"probes": ("Dead",)}, "Dead.*gradient_norm"),
        ({"weights_every": -1}, "0 or more"),
    ],
)
def test_what_cannot_be_recorded_is_refused_by_name(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Record(**arguments)


def test_recorded_weights_are_taken_once() -> None:
    kept = Recorded({epoch: [np.full(2, epoch)] for epoch in (2, 4, 6)})

    assert kept.take_weights(3) is None
    assert list(kept.weights) == [4, 6]
    assert [array.tolist() for array in kept.take_weights(4)] == [[4, 4]]
    assert list(kept.weights) == [6]


def test_probes_are_added_epoch_by_epoch() -> None:
    kept = Recorded()
    kept.add_probes({("dead", "one"): 0.5, ("dead", "two"): 0.25})
    kept.add_probes({("dead", "one"): 0.75, ("dead", "two"): 0.0})

    assert kept.probes == {"dead": {"one": [0.5, 0.75], "two": [0.25, 0.0]}}


# Weights ---------------------------------------------------------------------------------------


@slow
@pytest.mark.parametrize("every", [1, 3])
def test_the_weights_of_an_epoch_are_those_of_a_training_that_ends_there(every: int) -> None:
    history = fit(learning(), X, Y, epochs=5, record=Record(every), **IN_ORDER)
    assert list(history.record.weights) == list(range(every, 6, every))

    theirs = learning()
    for epoch in range(1, 6):
        theirs.fit(X, Y, epochs=epoch, initial_epoch=epoch - 1, verbose=0, **IN_ORDER)
        kept = history.record.weights.get(epoch, theirs.get_weights())
        for one, other in zip(kept, theirs.get_weights(), strict=True):
            assert one.dtype == other.dtype
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@slow
def test_what_is_recorded_does_not_depend_on_slices_and_callbacks() -> None:
    def recorded(seconds: float, demand: Demand) -> Any:
        watching = keras.callbacks.Callback()
        watching.demand = demand
        record = Record(2, ("gradient_norm", "update_ratio", "saturated"))
        trainer = Trainer(learning(), X, Y, epochs=4, record=record, callbacks=[watching], **IN_ORDER)
        while trainer.advance(seconds):
            continue
        kept = trainer.recorded
        return kept.probes, {epoch: [array.tobytes() for array in arrays] for epoch, arrays in kept.weights.items()}

    whole = recorded(math.inf, Demand.WATCH)
    assert len(whole[0]["update_ratio"]["out"]) == 4
    assert recorded(0, Demand.WATCH) == whole
    assert recorded(math.inf, Demand.WRITE) == whole
    assert recorded(math.inf, Demand.BATCH) == whole


@slow
def test_after_a_stop_amid_a_chunk_no_later_epoch_is_recorded() -> None:
    def stop(epoch: int, logs: Any) -> None:
        if epoch == 2:
            model.stop_training = True

    model = learning()
    stopping = keras.callbacks.LambdaCallback(on_epoch_end=stop)
    stopping.demand = Demand.WATCH
    kept = fit(model, X, Y, epochs=9, record=Record(1, ("update_ratio",)), callbacks=[stopping], **IN_ORDER).record

    assert list(kept.weights) == [1, 2, 3]
    assert len(kept.probes["update_ratio"]["out"]) == 3
    for one, other in zip(kept.weights[3], model.get_weights(), strict=True):
        assert one.tobytes() == other.tobytes()


@slow
def test_recording_changes_nothing_of_the_training() -> None:
    ends = []
    for record in (None, Record(1, ("gradient_norm", "update_ratio", "dead", "saturated"))):
        model = learning()
        history = fit(model, X, Y, epochs=3, record=record, validation_data=(X[:7], Y[:7]), **IN_ORDER)
        ends.append((model.get_weights(), history.history))

    (one, one_history), (other, other_history) = ends
    for ours, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    for name, values in one_history.items():
        np.testing.assert_allclose(values, other_history[name], rtol=1e-5)


@slow
def test_without_being_asked_nothing_is_kept() -> None:
    assert fit(learning(), X, Y, epochs=2, **IN_ORDER).record == Recorded()


@slow
def test_what_keras_itself_trains_has_its_weights_recorded_too() -> None:
    model = learning()
    model.run_eagerly = True
    history = fit(model, X, Y, epochs=2, record=Record(1, ("update_ratio",)), **IN_ORDER)
    compiled = fit(learning(), X, Y, epochs=2, record=Record(1), **IN_ORDER)

    assert not history.params["compiled"]
    for epoch in (1, 2):
        for one, other in zip(history.record.weights[epoch], compiled.record.weights[epoch], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


# Gradients and steps ---------------------------------------------------------------------------


@slow
@pytest.mark.parametrize(("optimizer", "batch_size"), [("adam", SAMPLES), ("clipped", 10), ("decaying", 10)])
def test_gradients_and_steps_are_those_computed_by_hand(optimizer: str, batch_size: int) -> None:
    probes = ("gradient_norm", "update_ratio")
    ours = probes_of(learning(optimizer=optimizer), *probes, epochs=3, batch_size=batch_size)

    same(ours, measured(learning(optimizer=optimizer), 3, batch_size))


def branching() -> keras.Model:
    """Layers within layers, one used twice, one frozen: their order is not that of the model's weights."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((FEATURES,))
    inner = keras.Sequential([keras.layers.Dense(3, "tanh", name="inner_one"), keras.layers.Dense(3, name="inner_two")])
    twice = keras.layers.Dense(3, "tanh", name="twice")
    frozen = keras.layers.Dense(3, "tanh", name="frozen")
    late = keras.layers.Dense(3, "tanh", name="late")(inputs)
    joined = keras.layers.Add()([inner(twice(frozen(twice(inputs)))), late])
    model = keras.Model(inputs, keras.layers.Dense(1, name="out")(joined))
    frozen.trainable = False
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.1))
    return model


@slow
def test_each_layer_has_its_own_however_the_model_is_put_together() -> None:
    ours = probes_of(branching(), "gradient_norm", "update_ratio", epochs=2)

    assert set(ours["gradient_norm"]) == {"twice", "inner_one", "inner_two", "late", "out"}
    same(ours, measured(branching(), 2, 10))


@slow
def test_a_layer_that_starts_at_0_has_no_ratio_in_its_first_step() -> None:
    zeros = keras.layers.Dense(1, kernel_initializer="zeros", name="zeros")
    model = stack(zeros, optimizer=keras.optimizers.SGD(0.1))

    assert probes_of(model, "update_ratio", batch_size=SAMPLES) == {"update_ratio": {"zeros": [0.0]}}


@slow
def test_probes_are_named_after_the_layers_of_the_model_itself() -> None:
    """Though models of the same structure share a program, whatever their layers are called."""
    probes = ("gradient_norm", "update_ratio", "saturated")
    one = probes_of(learning("a", "b", "c"), *probes)
    other = probes_of(learning("x", "y", "z"), *probes)

    assert list(one["gradient_norm"]) == ["a", "b", "c"]
    assert list(other["gradient_norm"]) == ["x", "y", "z"]
    assert list(other["saturated"]) == ["x"]


# Units -----------------------------------------------------------------------------------------


def dense_of(biases: list[float], activation: Any, name: str) -> keras.layers.Layer:
    """Units whose outputs are their biases' activations, whatever comes in."""
    bias = keras.initializers.Constant(biases)
    return keras.layers.Dense(len(biases), activation, kernel_initializer="zeros", bias_initializer=bias, name=name)


@slow
def test_units_that_are_0_for_every_sample_are_dead() -> None:
    model = stack(
        dense_of([-100.0] * 5, "relu", "all_dead"),
        dense_of([-100.0, 1.0, 0.0, 2.0], "relu", "half_dead"),
        dense_of([1.0, 2.0], keras.activations.relu, "alive"),
        dense_of([-100.0, -100.0], "tanh", "no_relu"),
    )

    assert probes_of(model, "dead", epochs=2, y=np.zeros((SAMPLES, 2))) == {
        "dead": {"all_dead": [1.0, 1.0], "half_dead": [0.5, 0.5], "alive": [0.0, 0.0]}
    }


@slow
@pytest.mark.parametrize("place", [0, 25, SAMPLES - 1])
def test_one_sample_of_the_epoch_brings_a_unit_to_life(place: int) -> None:
    """In whichever batch it is, the smaller last one too."""
    x = np.zeros((SAMPLES, FEATURES), np.float32)
    x[place, 0] = 1
    kernel = np.zeros((FEATURES, 2), np.float32)
    kernel[0, 0] = 1
    model = stack(keras.layers.Dense(2, "relu", name="units"))
    model.set_weights([kernel, np.full(2, -0.5, np.float32)])

    assert probes_of(model, "dead", x=x, y=np.zeros((SAMPLES, 2))) == {"dead": {"units": [0.5]}}


@slow
def test_activations_that_are_layers_of_their_own_have_their_share() -> None:
    model = stack(
        dense_of([-1.0, 1.0], None, "linear"),
        keras.layers.ReLU(name="relu"),
        dense_of([-1.0, -1.0, 5.0, 5.0], "linear", "linear_too"),
        keras.layers.Activation("relu", name="activation"),
        dense_of([9.0], None, "last"),
        keras.layers.Activation("tanh", name="squashed"),
    )

    assert probes_of(model, "dead", "saturated", y=np.zeros((SAMPLES, 1))) == {
        "dead": {"relu": [0.5], "activation": [0.5]},
        "saturated": {"squashed": [1.0]},
    }


@slow
def test_outputs_at_the_ends_of_their_range_are_saturated() -> None:
    model = stack(
        # tanh passes 0.99 at 2.6467, a sigmoid 0.99 at 4.5951.
        dense_of([2.64, 2.65, -2.64, -2.65], "tanh", "tanh"),
        dense_of([4.59, 4.6, -4.59, -4.6, 0.0], "sigmoid", "sigmoid"),
        dense_of([100.0, -100.0], "relu", "relu"),
        dense_of([100.0], "linear", "linear"),
    )

    found = probes_of(model, "saturated", epochs=2, y=np.zeros((SAMPLES, 1)))
    assert list(found) == ["saturated"]
    assert {name: pytest.approx(values) for name, values in found["saturated"].items()} == {
        "tanh": [0.5, 0.5],
        "sigmoid": [0.4, 0.4],
    }


@slow
def test_with_huge_weights_tanh_is_saturated_wherever_it_is_not_0() -> None:
    model = stack(keras.layers.Dense(3, "tanh", use_bias=False, name="units"))
    model.set_weights([1e6 * np.eye(3, dtype=np.float32)])
    x = np.where(np.arange(SAMPLES)[:, None] % 4 == [0, 1, 2], X, 0).astype(np.float32)
    shares = [float((x[begin : begin + 10] != 0).mean()) for begin in range(0, SAMPLES, 10)]

    found = probes_of(model, "saturated", x=x, y=np.zeros((SAMPLES, 3)))
    assert found["saturated"]["units"] == pytest.approx([np.mean(shares)])


@slow
def test_validation_and_what_is_not_trained_add_nothing_to_the_probes() -> None:
    """Units that only validation could bring to life stay dead."""
    model = stack(keras.layers.Dense(2, "relu", name="units"))
    model.set_weights([np.ones((FEATURES, 2), np.float32), np.full(2, -100, np.float32)])
    lively = np.full((5, FEATURES), 1000, np.float32)

    found = probes_of(
        model, "dead", epochs=2, y=np.zeros((SAMPLES, 2)), validation_data=(lively, np.zeros((5, 2), np.float32))
    )
    assert found == {"dead": {"units": [1.0, 1.0]}}


@slow
def test_where_no_layer_has_such_units_there_is_no_probe() -> None:
    assert probes_of(stack(keras.layers.Dense(1)), "dead", "saturated") == {}
