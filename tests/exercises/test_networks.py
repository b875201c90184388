"""Networks in NumPy give what Keras gives."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from nnlab import datasets, models
from nnlab.exercises import networks
from nnlab.experiment import DatasetChoice, Experiment, Layer

TANH = (Layer(4, "tanh"), Layer(2, "tanh"))
EXPERIMENTS = {
    "playground": Experiment(layers=TANH, mode="playground"),
    "keras": Experiment(layers=(Layer(3, "relu"), Layer(2, "sigmoid"))),
    "spiral": Experiment(
        dataset=DatasetChoice("spiral"), layers=(Layer(4, "tanh"),), features=("x1", "x2", "x1_x2", "sin_x1")
    ),
}


def trained(experiment):
    """Two replicas with weights of their own, as models and stacked."""
    dataset = datasets.features.select(
        datasets.load(experiment.dataset.name, **experiment.dataset.options), experiment.features
    )
    found = [models.build(replace(experiment, seed=seed), dataset) for seed in (1, 2)]
    for model in found:
        model.set_weights([values + 0.1 * (number + 1) for number, values in enumerate(model.get_weights())])
    stacked = tuple(np.stack(arrays, axis=-1) for arrays in zip(*(model.get_weights() for model in found), strict=True))
    return found, stacked, dataset


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_outputs_are_keras_own(name):
    experiment = EXPERIMENTS[name]
    replicas, stacked, _ = trained(experiment)
    points = networks.plane(7)
    inputs = datasets.features.columns(experiment.dataset.name, points, experiment.features)

    outputs = networks.layers(experiment, stacked, points)[-1].outputs
    for number, model in enumerate(replicas):
        np.testing.assert_allclose(outputs[:, :, number], model.predict(inputs, verbose=0), atol=1e-5)


def test_batch_normalization_takes_its_moving_statistics():
    experiment = Experiment(layers=(Layer(4, "tanh", batch_norm=True), Layer(2, "relu")))
    replicas, stacked, _ = trained(experiment)
    points = networks.plane(5)

    outputs = networks.layers(experiment, stacked, points)[-1].outputs
    np.testing.assert_allclose(outputs[:, :, 1], replicas[1].predict(points, verbose=0), atol=1e-5)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_gradient_norms_are_those_of_automatic_differentiation(name):
    experiment = EXPERIMENTS[name]
    replicas, stacked, dataset = trained(experiment)
    targets = models.targets(experiment, dataset.y_train)

    norms = networks.gradient_norms(experiment, stacked)
    for number, model in enumerate(replicas):
        with tf.GradientTape() as tape:
            loss = model.compute_loss(y=targets[:, None], y_pred=model(dataset.x_train))
        dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
        gradients = tape.gradient(loss, [layer.trainable_variables for layer in dense])
        expected = [float(tf.linalg.global_norm(pair)) for pair in gradients]
        np.testing.assert_allclose(norms[:, number], expected, rtol=1e-3)


def test_one_replica_is_a_slice():
    experiment = EXPERIMENTS["keras"]
    _, stacked, _ = trained(experiment)
    points = networks.plane(5)

    alone = networks.output_sums(experiment, networks.one(stacked, 1), points)
    np.testing.assert_allclose(alone[:, 0], networks.output_sums(experiment, stacked, points)[:, 1], rtol=1e-5)


def test_the_plane_runs_upwards_row_by_row():
    assert networks.plane(3).tolist()[:4] == [[-6, -6], [0, -6], [6, -6], [-6, 0]]


def test_only_what_can_be_computed_is_drawn():
    assert networks.drawable(EXPERIMENTS["playground"])
    assert not networks.drawable(Experiment(layers=(Layer(4, "gelu"),)))
    assert not networks.drawable(Experiment(dataset=DatasetChoice("digits")))
