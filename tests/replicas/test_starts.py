"""First weights and batch orders are those of the single runs."""

import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import load
from nnlab.experiment import Experiment, Layer
from nnlab.replicas.orders import Orders, block
from nnlab.replicas.shape import Shape
from nnlab.replicas.starts import first_weights
from nnlab.training.batches import permutation

SEEDS = (0, 7, 2**32 - 1)
EXPERIMENTS = {
    "Keras": Experiment(
        layers=(
            Layer(4, initializer="he_normal"),
            Layer(3, initializer="orthogonal", batch_norm=True),
            Layer(2, initializer="zeros"),
            Layer(2, initializer="truncated_normal"),
        )
    ),
    "TensorFlow Playground": Experiment(layers=(Layer(4), Layer(2)), mode="playground"),
}


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_first_weights_are_those_that_a_build_gives_each_seed(name):
    experiment, dataset = EXPERIMENTS[name], load("circle")

    stacked = first_weights(models.build(experiment, dataset), experiment, SEEDS)

    for place, seed in enumerate(SEEDS):
        own = models.build(experiment.with_seed(seed), dataset).get_weights()
        for one, of_all in zip(own, stacked, strict=True):
            np.testing.assert_array_equal(of_all[..., place], one)


def test_orders_are_those_of_the_single_runs():
    shape = Shape(replicas=3, samples=25, valid_samples=25, own_data=False)

    made = block(SEEDS, 64, shape)

    assert made.dtype == np.uint8
    for place, seed in enumerate(SEEDS):
        for row in (0, 5):
            np.testing.assert_array_equal(made[row, :, place], permutation(seed, 64 + row, 25))


def test_orders_are_found_at_any_epoch():
    shape = Shape(replicas=3, samples=25, valid_samples=25, own_data=False)
    orders = Orders(SEEDS, shape, epochs=3 * shape.capacity)

    for epoch in (0, 1, shape.capacity, shape.capacity + 3, 2 * shape.capacity):
        made, row, left = orders.at(epoch)
        np.testing.assert_array_equal(made.numpy()[row, :, 1], permutation(SEEDS[1], epoch, 25))
        assert row + left == shape.capacity
