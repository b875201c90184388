"""What cannot be stacked is named: then replicas are trained one by one."""

import keras
import pytest

from nnlab.replicas.exceptions import obstacle

OPTIMIZERS = keras.optimizers


def compiled(optimizer, *layers):
    model = keras.Sequential([keras.Input((2,)), *layers, keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer=optimizer)
    return model


@pytest.mark.parametrize(
    "optimizer",
    [OPTIMIZERS.SGD(momentum=0.9), OPTIMIZERS.Adam(clipvalue=1.0), OPTIMIZERS.Lion(), OPTIMIZERS.AdamW()],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_an_optimizer_that_looks_at_each_weight_alone_trains_all_replicas(optimizer):
    assert obstacle(compiled(optimizer)) is None


@pytest.mark.parametrize(
    ("optimizer", "reason"),
    [
        (OPTIMIZERS.SGD(clipnorm=1.0), "common length"),
        (OPTIMIZERS.Adam(global_clipnorm=1.0), "common length"),
        (OPTIMIZERS.Lamb(), "Lamb"),
        (OPTIMIZERS.Muon(), "Muon"),
        (OPTIMIZERS.Adafactor(), "Adafactor"),
    ],
    ids=["clipnorm", "global_clipnorm", "Lamb", "Muon", "Adafactor"],
)
def test_an_optimizer_that_looks_at_weights_together_does_not(optimizer, reason):
    assert reason in str(obstacle(compiled(optimizer)))


def test_layers_with_random_numbers_and_unknown_ones_are_named():
    assert "dropout" in str(obstacle(compiled("sgd", keras.layers.Dropout(0.5))))
    assert "LayerNormalization" in str(obstacle(compiled("sgd", keras.layers.LayerNormalization())))
