"""What the browser is told of a network."""

import json

import pytest

from nnlab.experiment import DatasetChoice, Experiment, ExperimentError, Layer
from nnlab.ui.components.network_description import describe


def test_a_network_is_told_layer_by_layer():
    layers = (Layer(5, "relu", batch_norm=True, l1=0.01), Layer(3, "tanh", dropout=0.2, l2=0.02))
    described = describe(Experiment(features=("x1", "x1_x2"), layers=layers, output_l2=0.03))

    assert described == {
        "inputs": ["x1", "x1_x2"],
        "normalization": False,
        "layers": [
            {"units": 5, "activation": "relu", "batch_norm": True, "l1": 0.01, "l2": 0.0},
            {"units": 3, "activation": "tanh", "batch_norm": False, "l1": 0.0, "l2": 0.02},
        ],
        "output": {"units": 1, "activation": "sigmoid", "l1": 0.0, "l2": 0.03},
        "loss": "binary_crossentropy",
        "metric": "accuracy",
    }


def test_it_can_be_sent_as_it_is():
    described = describe(Experiment(layers=(Layer(4, l1=0.1),)))

    assert json.loads(json.dumps(described)) == described


def test_a_table_is_normalized_and_has_an_output_for_each_class():
    described = describe(Experiment(dataset=DatasetChoice("iris")))

    assert described["normalization"] is True
    assert described["inputs"] == ["petal_length", "petal_width"]
    assert described["output"]["units"] == 3
    assert described["loss"] == "sparse_categorical_crossentropy"


def test_a_number_is_measured_by_its_error():
    described = describe(Experiment(dataset=DatasetChoice("plane"), loss="huber", output_activation="tanh"))

    assert (described["output"]["activation"], described["loss"]) == ("tanh", "huber")
    assert described["metric"] == "root_mean_squared_error"


def test_tensorflow_playgrounds_loss_is_without_the_penalties():
    described = describe(
        Experiment(mode="playground", layers=(Layer(4, l1=0.1, l2=0.1),), output_l1=0.1, output_l2=0.1)
    )

    assert all(part["l1"] == part["l2"] == 0 for part in [*described["layers"], described["output"]])
    assert (described["output"]["activation"], described["loss"]) == ("tanh", "half_squared_error")


def test_what_does_not_go_together_cannot_be_described():
    with pytest.raises(ExperimentError, match="probability"):
        describe(Experiment(output_activation="linear"))
