"""Names, shapes and limits of weights, beside those of the model that Keras builds."""

import keras
import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import load
from nnlab.experiment import CHOICES, DatasetChoice, Experiment, Layer
from nnlab.experiment.weights import initializer_limit, weight_arrays

CASES = {
    "images": Experiment(dataset=DatasetChoice("digits"), layers=(Layer(5), Layer(3, dropout=0.1))),
    "batch normalization": Experiment(dataset=DatasetChoice("digits"), layers=(Layer(5, batch_norm=True), Layer(3))),
    "no hidden layer": Experiment(dataset=DatasetChoice("digits"), layers=()),
    "a table": Experiment(dataset=DatasetChoice("iris"), layers=(Layer(4),)),
}


@pytest.mark.parametrize("experiment", CASES.values(), ids=CASES)
def test_names_and_shapes_are_those_of_the_model(experiment):
    model = models.build(experiment, load(experiment.dataset.name))
    arrays = weight_arrays(experiment)

    assert [(array.layer, array.name) for array in arrays] == [
        tuple(weight.path.split("/")[-2:]) for weight in model.weights
    ]
    assert [array.shape for array in arrays] == [weight.shape for weight in model.get_weights()]


@pytest.mark.parametrize("initializer", CHOICES["initializer"])
def test_no_first_weight_is_larger_than_the_limit_and_some_come_near(initializer):
    kind = type(keras.initializers.get(initializer))
    draw = kind() if initializer in ("zeros", "ones") else kind(seed=1)
    largest = float(np.abs(draw((200, 100))).max())
    limit = initializer_limit(initializer, 200, 100)

    if initializer in ("random_normal", "orthogonal", "zeros", "ones"):
        assert limit is None
    else:
        assert 0.98 * limit < largest <= limit * (1 + 1e-6)


def test_the_limit_of_the_chapters_first_layer():
    chapter = Experiment(dataset=DatasetChoice("fashion_mnist"), layers=(Layer(300), Layer(100)))
    kernel, bias = weight_arrays(chapter)[:2]

    assert kernel.shape == (784, 300)
    assert kernel.limit == pytest.approx(0.0744, abs=5e-5)
    assert bias.limit is None
