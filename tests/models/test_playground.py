"""The mode of TensorFlow Playground begins with its weights and its targets, in pieces that Keras can save."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import load
from nnlab.experiment import DatasetChoice, Experiment, ExperimentError, Layer, Optimizer
from nnlab.models.playground import CarryingSGD, PlaygroundModel, SignAccuracy


def build(**settings: Any) -> keras.Model:
    experiment = Experiment(mode="playground", **settings)
    return models.build(experiment, load(experiment.dataset.name, **experiment.dataset.options))


def test_weights_are_uniform_up_to_a_half_and_every_bias_is_a_tenth() -> None:
    model = build(layers=(Layer(64), Layer(64, initializer="he_normal")))
    kernel = model.get_layer("hidden_2").kernel.numpy()

    assert np.abs(kernel).max() == pytest.approx(0.5, abs=0.001)
    assert kernel.mean() == pytest.approx(0, abs=0.02)
    assert kernel.std() == pytest.approx(1 / np.sqrt(12), rel=0.02)
    for bias in model.get_weights()[1::2]:
        np.testing.assert_array_equal(bias, np.full_like(bias, 0.1))


def test_a_seed_fixes_them_and_layers_differ() -> None:
    layers = (Layer(4), Layer(4), Layer(4))
    first, again, other = (build(layers=layers, seed=seed).get_weights() for seed in (1, 1, 2))

    assert all(np.array_equal(*pair) for pair in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])
    assert not np.array_equal(first[2], first[4])


def test_zeros_make_every_weight_and_bias_0() -> None:
    model = build(layers=(Layer(4, initializer="zeros"), Layer(2, initializer="zeros")))

    assert not any(values.any() for values in model.get_weights())


@pytest.mark.parametrize(("name", "activation"), [("circle", "tanh"), ("plane", "linear")])
def test_there_is_one_output(name: str, activation: str) -> None:
    model = build(dataset=DatasetChoice(name), layers=(Layer(3, "sigmoid"), Layer(2, "tanh")))

    assert model.output_shape == (None, 1)
    assert [layer.activation.__name__ for layer in model.layers] == ["sigmoid", "tanh", activation]


def test_classes_are_minus_1_and_1_and_amounts_are_themselves() -> None:
    two = Experiment(mode="playground")
    plane = Experiment(mode="playground", dataset=DatasetChoice("plane"))

    np.testing.assert_array_equal(models.targets(two, np.array([0, 1, 1], np.uint8)), [[-1], [1], [1]])
    np.testing.assert_array_equal(models.targets(plane, np.array([0.25, -1.5])), [[0.25], [-1.5]])


def test_the_loss_is_half_the_squared_error_without_the_penalties() -> None:
    data = load("circle")
    experiment = Experiment(mode="playground", layers=(Layer(4, "tanh", l1=3.0, l2=5.0),), output_l2=2.0)
    model = models.build(experiment, data)
    labels = models.targets(experiment, data.y_train)
    outputs = np.asarray(model(data.x_train))
    found = model.evaluate(data.x_train, labels, batch_size=250, verbose=0, return_dict=True)

    assert found["loss"] == pytest.approx(np.mean(0.5 * (outputs - labels) ** 2), rel=1e-5)
    assert found["accuracy"] == pytest.approx(np.mean((outputs >= 0) == (labels > 0)))


def test_accuracy_asks_for_the_sign() -> None:
    accuracy = SignAccuracy()
    accuracy.update_state([[-1.0], [-1.0], [1.0], [1.0]], [[-0.01], [0.4], [0.01], [-3.0]])

    assert float(accuracy.result()) == 0.5


def test_a_batch_that_is_never_full_is_refused() -> None:
    with pytest.raises(ExperimentError, match="10 training samples never fill a batch of 11") as caught:
        build(dataset=DatasetChoice("circle", {"samples": 20}), batch_size=11)
    assert caught.value.field == "batch_size"


def test_keras_makes_all_of_it_again_from_its_description() -> None:
    model = build(batch_size=20, optimizer=Optimizer("sgd", 0.3))
    again = PlaygroundModel.from_config(model.get_config())
    again.compile_from_config(model.get_compile_config())

    assert type(again.optimizer) is CarryingSGD
    assert again.optimizer.batch_size == 20
    assert float(again.optimizer.learning_rate) == pytest.approx(0.3)
    assert again.get_config() == model.get_config()


def test_in_keras_mode_half_the_squared_error_is_half_of_keras_own() -> None:
    data = load("plane")
    losses = []
    for loss in ("mean_squared_error", "half_squared_error"):
        experiment = Experiment(dataset=DatasetChoice("plane"), loss=loss)
        model = models.build(experiment, data)
        losses.append(model.evaluate(data.x_train, data.y_train, verbose=0, return_dict=True)["loss"])

    assert losses[1] == pytest.approx(losses[0] / 2, rel=1e-6)
