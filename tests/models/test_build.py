"""An experiment becomes the Keras model that its settings say, the same one every time."""

from __future__ import annotations

import dataclasses
from itertools import product
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from nnlab import models
from nnlab.datasets import Dataset, catalog, features, load
from nnlab.experiment import CHOICES, DatasetChoice, Experiment, ExperimentError, Layer, Optimizer
from nnlab.experiment.bounds import OPTIMIZERS

ACTIVATIONS = CHOICES["activation"]
LOSSES = [name for name in CHOICES["loss"] if name != "auto"]
HEADS = [name for name in CHOICES["output_activation"] if name != "auto"]


def data_of(experiment: Experiment) -> Dataset:
    return features.select(load(experiment.dataset.name, **experiment.dataset.options), experiment.features)


def build(**settings: Any) -> tuple[keras.Model, Dataset, Experiment]:
    experiment = Experiment(**settings)
    dataset = data_of(experiment)
    return models.build(experiment, dataset), dataset, experiment


def same(first: list[np.ndarray], second: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def one_step(model: keras.Model, dataset: Dataset, experiment: Experiment) -> float:
    # Without tracing: half a second less for each model.
    model.run_eagerly = True
    x = dataset.x_train[:16].astype(np.float32) / dataset.scale
    return float(model.train_on_batch(x, models.targets(experiment, dataset.y_train[:16]), return_dict=True)["loss"])


def test_a_seed_fixes_the_weights_whatever_else_the_process_has_drawn() -> None:
    layers = (Layer(5, dropout=0.2), Layer(4, "tanh", "he_normal", batch_norm=True))
    first, dataset, experiment = build(layers=layers, seed=3)
    keras.utils.set_random_seed(99)
    np.random.default_rng().normal(size=100)
    np.random.normal(size=100)
    tf.random.normal((10,))
    keras.random.normal((10,))
    second = models.build(experiment, dataset)

    assert same(first.get_weights(), second.get_weights())


def test_another_seed_gives_every_layer_other_weights() -> None:
    first, *_ = build(layers=(Layer(5), Layer(4)), seed=3)
    second, *_ = build(layers=(Layer(5), Layer(4)), seed=4)
    kernels = zip(first.get_weights()[::2], second.get_weights()[::2], strict=True)

    assert [np.array_equal(one, other) for one, other in kernels] == [False, False, False]


def test_layers_of_one_shape_start_differently() -> None:
    model, *_ = build(layers=(Layer(4), Layer(4), Layer(4)), features=("x1", "x2", "x1_x2", "sin_x1"))
    kernels = model.get_weights()[:6:2]

    assert not np.array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[1], kernels[2])


def test_switching_dropout_on_leaves_the_initial_weights_alone() -> None:
    without, *_ = build(layers=(Layer(5), Layer(4)))
    with_dropout, *_ = build(layers=(Layer(5, dropout=0.5), Layer(4)))

    assert same(without.get_weights(), with_dropout.get_weights())


def test_two_builds_drop_the_same_units() -> None:
    first, dataset, experiment = build(layers=(Layer(16, dropout=0.5),))
    second = models.build(experiment, dataset)
    other = models.build(experiment.with_seed(1), dataset)
    other.set_weights(first.get_weights())
    x = dataset.x_train[:8]

    outputs = [np.asarray(model(x, training=True)) for model in (first, second, other)]
    np.testing.assert_array_equal(outputs[0], outputs[1])
    assert not np.array_equal(outputs[0], outputs[2])


STANDARD_DEVIATIONS = {
    # Of 256 inputs and 64 units, from the formulas in Keras' documentation.
    "glorot_uniform": np.sqrt(2 / (256 + 64)),
    "glorot_normal": np.sqrt(2 / (256 + 64)),
    "he_uniform": np.sqrt(2 / 256),
    "he_normal": np.sqrt(2 / 256),
    "lecun_uniform": np.sqrt(1 / 256),
    "lecun_normal": np.sqrt(1 / 256),
    "random_uniform": 0.1 / np.sqrt(12),
    "random_normal": 0.05,
    # Cut at two standard deviations, which leaves 0.88 of the spread.
    "truncated_normal": 0.05 * 0.8796,
    # Columns of length 1 in 256 dimensions.
    "orthogonal": 1 / 16,
    "zeros": 0.0,
    "ones": 0.0,
}


@pytest.mark.parametrize("name", CHOICES["initializer"])
def test_an_initializer_has_its_spread(name: str) -> None:
    model, *_ = build(layers=(Layer(256), Layer(64, initializer=name)))
    kernel, bias = model.get_layer("hidden_2").get_weights()

    assert kernel.shape == (256, 64)
    assert kernel.std() == pytest.approx(STANDARD_DEVIATIONS[name], rel=0.05)
    assert kernel.mean() == pytest.approx(float(name == "ones"), abs=0.005)
    assert not bias.any()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_keras_own_and_trains(name: str) -> None:
    model, dataset, experiment = build(layers=(Layer(3, name),))

    assert model.get_layer("hidden_1").activation is keras.activations.get(name)
    assert np.isfinite(one_step(model, dataset, experiment))


def test_with_batch_norm_the_activation_comes_after_it_and_dropout_last() -> None:
    model, dataset, experiment = build(layers=(Layer(3, "tanh", batch_norm=True, dropout=0.25),))
    kinds = [type(layer).__name__ for layer in model.layers]

    assert kinds == ["Dense", "BatchNormalization", "Activation", "Dropout", "Dense"]
    assert model.get_layer("hidden_1").activation is keras.activations.linear
    assert model.get_layer("hidden_1_activation").activation is keras.activations.tanh
    assert model.get_layer("hidden_1_dropout").rate == 0.25
    assert np.isfinite(one_step(model, dataset, experiment))


def test_penalties_are_added_to_the_loss_as_keras_counts_them() -> None:
    model, *_ = build(layers=(Layer(3, l1=0.01, l2=0.1), Layer(2)))
    kernel = model.get_layer("hidden_1").kernel.numpy().astype(np.float64)

    assert len(model.losses) == 1
    assert float(model.losses[0]) == pytest.approx(0.01 * np.abs(kernel).sum() + 0.1 * (kernel**2).sum(), rel=1e-5)


def test_the_output_layer_has_penalties_of_its_own() -> None:
    model, *_ = build(layers=(Layer(3),), output_l1=0.02, output_l2=0.3)
    kernel = model.get_layer("output").kernel.numpy().astype(np.float64)

    assert model.get_layer("hidden_1").kernel_regularizer is None
    assert float(sum(model.losses)) == pytest.approx(0.02 * np.abs(kernel).sum() + 0.3 * (kernel**2).sum(), rel=1e-5)


UNUSUAL = {
    "learning_rate": 0.0123,
    "momentum": 0.45,
    "nesterov": True,
    "rho": 0.77,
    "beta_1": 0.81,
    "beta_2": 0.93,
    "weight_decay": 0.0456,
}
CLASSES = {
    "sgd": keras.optimizers.SGD,
    "adagrad": keras.optimizers.Adagrad,
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "nadam": keras.optimizers.Nadam,
}


@pytest.mark.parametrize("name", CHOICES["optimizer"])
def test_an_optimizers_settings_arrive_in_keras(name: str) -> None:
    model, dataset, experiment = build(optimizer=Optimizer(name, **UNUSUAL))
    config = model.optimizer.get_config()

    assert type(model.optimizer) is CLASSES[name]
    for hyperparameter in ("learning_rate", *OPTIMIZERS[name]):
        assert config[hyperparameter] == pytest.approx(UNUSUAL[hyperparameter]), hyperparameter
    assert np.isfinite(one_step(model, dataset, experiment))


@pytest.mark.parametrize("name", CHOICES["optimizer"])
def test_an_optimizers_other_settings_are_keras_defaults(name: str) -> None:
    model, *_ = build(optimizer=Optimizer(name))
    ours, default = model.optimizer.get_config(), CLASSES[name]().get_config()
    settings = default.keys() - {"name", "learning_rate"}

    assert {key: ours[key] for key in settings} == {key: pytest.approx(default[key]) for key in settings}


# Each as (data set, output units): binary with one and with two, many classes, a number.
TASKS = [("circle", None), ("circle", 2), ("digits", None), ("plane", None)]


def accepted() -> list[Experiment]:
    found = []
    for (name, units), activation, loss in product(TASKS, HEADS, LOSSES):
        experiment = Experiment(
            dataset=DatasetChoice(name), output_units=units, output_activation=activation, loss=loss, layers=(Layer(4),)
        )
        try:
            _ = experiment.head
        except ExperimentError:
            continue
        found.append(experiment)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "experiment",
    accepted(),
    ids=lambda found: f"{found.dataset.name}-{found.output_units}-{found.output_activation}-{found.loss}",
)
def test_every_head_that_is_accepted_learns(experiment: Experiment) -> None:
    experiment = dataclasses.replace(experiment, optimizer=Optimizer("adam", 0.01))
    dataset = data_of(experiment)
    model = models.build(experiment, dataset)
    x, y = dataset.x_train[:64].astype(np.float32) / dataset.scale, models.targets(experiment, dataset.y_train[:64])
    losses = model.fit(x, y, epochs=12, batch_size=16, verbose=0).history["loss"]

    assert model.output_shape == (None, experiment.head.units)
    assert np.isfinite(losses).all()
    # A ReLU that starts at 0 for all inputs may stay there, so no more than this is claimed.
    assert losses[-1] <= losses[0]


@pytest.mark.parametrize(
    ("activation", "low", "high"), [("softplus", 0, np.inf), ("sigmoid", 0, 1), ("tanh", -1, 1), ("relu", 0, np.inf)]
)
def test_a_bounded_head_keeps_its_bounds(activation: str, low: float, high: float) -> None:
    model, dataset, _ = build(dataset=DatasetChoice("plane"), output_activation=activation)
    outputs = np.asarray(model(100 * dataset.x_train))

    assert outputs.min() >= low
    assert outputs.max() <= high
    assert model.loss == "mean_squared_error"


def test_a_mismatch_is_refused_before_anything_is_built() -> None:
    with pytest.raises(ExperimentError, match="as if class 9"):
        build(dataset=DatasetChoice("digits"), loss="mean_squared_error")


def test_categorical_cross_entropy_gets_a_row_with_one_1_for_each_sample() -> None:
    experiment = Experiment(dataset=DatasetChoice("digits"), loss="categorical_crossentropy")
    labels = np.array([3, 0, 9], np.uint8)
    rows = models.targets(experiment, labels)

    assert rows.shape == (3, 10)
    np.testing.assert_array_equal(rows.sum(axis=1), 1)
    np.testing.assert_array_equal(rows.argmax(axis=1), labels)


def test_sparse_and_categorical_cross_entropy_are_the_same_loss() -> None:
    choice = DatasetChoice("digits")
    losses = [
        one_step(*build(dataset=choice, loss=loss))
        for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy")
    ]

    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_other_targets_are_a_column_with_nothing_changed() -> None:
    y = np.array([0, 1, 1], np.uint8)
    column = models.targets(Experiment(), y)

    assert column.shape == (3, 1)
    np.testing.assert_array_equal(column[:, 0], y)


def make_labels(seed: int = 0) -> Dataset:
    x = np.random.default_rng(seed).normal(size=(60, 2)).astype(np.float32)
    y = (np.stack([x[:, 0] > 0, x[:, 1] > 0, x.sum(axis=1) > 0], axis=1)).astype(np.uint8)
    parts = [array[cut] for cut in (slice(40), slice(40, 50), slice(50, 60)) for array in (x, y)]
    return Dataset("labels", *parts, 1.0, "multilabel", ("right", "above", "beyond"), ("x1", "x2"))


def test_several_labels_at_once_have_a_sigmoid_each(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = catalog.DatasetInfo(
        "Labels", "nnlab.datasets.toy:labels", "table", "multilabel", outputs=3, features=("x1", "x2")
    )
    monkeypatch.setitem(catalog.CATALOG, "labels", entry)
    monkeypatch.setattr("nnlab.datasets.toy.labels", make_labels, raising=False)
    model, dataset, experiment = build(dataset=DatasetChoice("labels"), layers=(Layer(8),), optimizer=Optimizer("adam"))
    y = models.targets(experiment, dataset.y_train)
    untrained = model.evaluate(dataset.x_train, y, verbose=0, return_dict=True)["loss"]

    assert experiment.head.loss == "binary_crossentropy"
    np.testing.assert_array_equal(y, dataset.y_train)
    assert model.get_layer("output").activation is keras.activations.sigmoid
    trained = model.fit(dataset.x_train, y, epochs=20, batch_size=8, verbose=0).history["loss"][-1]
    assert trained < untrained


def test_the_accuracy_of_several_labels_counts_each_label() -> None:
    model, dataset, experiment = build(dataset=DatasetChoice("messages"))
    y = models.targets(experiment, dataset.y_test)
    result = model.evaluate(dataset.x_test, y, verbose=0, return_dict=True)
    right = (model.predict(dataset.x_test, verbose=0) > 0.5) == dataset.y_test.astype(bool)

    assert set(result) == {"loss", "accuracy"}
    assert result["accuracy"] == pytest.approx(right.mean(), abs=1e-6)
    # What Keras takes "accuracy" for with two outputs and the same loss.
    largest = model.predict(dataset.x_test, verbose=0).argmax(axis=1) == dataset.y_test.argmax(axis=1)
    assert result["accuracy"] != pytest.approx(largest.mean(), abs=1e-3)


def with_other_rows(dataset: Dataset, part: str) -> Dataset:
    return dataclasses.replace(dataset, **{part: 1000 + 50 * getattr(dataset, part)})


def test_normalization_has_seen_the_training_set_and_nothing_else() -> None:
    experiment = Experiment(dataset=DatasetChoice("iris"), features=("sepal_length", "petal_length", "petal_width"))
    dataset = load("iris")
    model = models.build(experiment, dataset)
    columns = features.select(dataset, experiment.features).x_train.astype(np.float64)
    normalized = np.asarray(model.get_layer("normalization")(columns.astype(np.float32)))

    np.testing.assert_allclose(model.get_layer("normalization").mean.numpy()[0], columns.mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(model.get_layer("normalization").variance.numpy()[0], columns.var(axis=0), rtol=1e-3)
    np.testing.assert_allclose(normalized.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(normalized.std(axis=0), 1, rtol=1e-3)
    for part, moved in (("x_valid", False), ("x_test", False), ("x_train", True)):
        other = models.build(experiment, with_other_rows(dataset, part))
        assert same(model.get_weights()[:2], other.get_weights()[:2]) is not moved


def test_images_are_flattened_and_not_normalized() -> None:
    model, *_ = build(dataset=DatasetChoice("digits"), layers=(Layer(3),))

    assert [layer.name for layer in model.layers] == ["flatten", "hidden_1", "output"]
    assert model.input_shape == (None, 8, 8)


def test_nothing_hidden_is_linear_regression() -> None:
    model, dataset, _ = build(dataset=DatasetChoice("plane"), layers=())
    kernel, bias = model.get_weights()

    np.testing.assert_allclose(
        np.asarray(model(dataset.x_train)), dataset.x_train @ kernel + bias, rtol=1e-4, atol=1e-5
    )
