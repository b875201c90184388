"""What TensorFlow Playground does not have is refused in its mode with a sentence, and left out on the way to it."""

from __future__ import annotations

from typing import Any

import pytest

from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, ExperimentError, Head, Layer, Optimizer
from nnlab.experiment.bounds import ACTIVATIONS
from nnlab.experiment.playground import as_keras, as_playground

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"dataset": DatasetChoice("digits")}, "dataset.name", "points in the plane only"),
    ({"dataset": DatasetChoice("california_housing")}, "dataset.name", "Choose points in the plane"),
    ({"dataset": DatasetChoice("blobs", {"classes": 4})}, "dataset.options.classes", "not 4. Set the number"),
    ({"dataset": DatasetChoice("rings")}, "dataset.options.classes", "Set the number of classes to 2"),
    ({"layers": (Layer(), Layer(batch_norm=True))}, "layers[1].batch_norm", "Switch it off in layer 2"),
    ({"layers": (Layer(dropout=0.1),)}, "layers[0].dropout", "Set it to 0 in layer 1"),
    ({"output_activation": "sigmoid"}, "output_activation", "output is tanh, not sigmoid"),
    ({"output_activation": "softmax"}, "output_activation", "output is tanh, not softmax"),
    ({"dataset": DatasetChoice("plane"), "output_activation": "tanh"}, "output_activation", "is linear, not tanh"),
    ({"output_units": 2}, "output_units", "has 1 output, not 2"),
    ({"loss": "binary_crossentropy"}, "loss", "half the squared error"),
    ({"dataset": DatasetChoice("plane"), "loss": "mean_squared_error"}, "loss", "Leave it to “automatic”"),
    ({"optimizer": Optimizer("adam")}, "optimizer.name", "Choose SGD"),
    ({"optimizer": Optimizer("sgd", momentum=0.9)}, "optimizer.momentum", "Set momentum to 0"),
]


@pytest.mark.parametrize(("settings", "field", "sentence"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_it_does_not_have_is_refused_with_a_way_out(settings: dict[str, Any], field: str, sentence: str) -> None:
    accepted = Experiment(**settings)

    with pytest.raises(ExperimentError) as caught:
        Experiment(**settings, mode="playground")
    assert caught.value.field == field
    assert sentence in caught.value.reason
    assert Experiment.from_json(accepted.to_json()) == accepted


@pytest.mark.parametrize(
    "settings",
    [
        {"layers": ()},
        {"layers": tuple(Layer(2, name, l1=0.1, l2=0.2) for name in ACTIVATIONS[:16])},
        {"output_activation": "tanh", "output_units": 1, "loss": "half_squared_error"},
        {"dataset": DatasetChoice("multi_gauss"), "output_activation": "linear"},
        {"dataset": DatasetChoice("blobs", {"classes": 2}), "features": ("x1", "sin_x1")},
        {"batch_size": 1, "epochs": None, "early_stopping": EarlyStopping()},
    ],
    ids=lambda value: ", ".join(value),
)
def test_what_it_has_is_accepted_and_travels_as_json(settings: dict[str, Any]) -> None:
    experiment = Experiment(**settings, mode="playground")

    assert Experiment.from_json(experiment.to_json()) == experiment


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("circle", Head(1, "tanh", "half_squared_error", "accuracy")),
        ("plane", Head(1, "linear", "half_squared_error", "root_mean_squared_error")),
    ],
)
def test_the_head_is_its_own(name: str, head: Head) -> None:
    assert Experiment(dataset=DatasetChoice(name), mode="playground").head == head


@pytest.mark.parametrize(
    "settings",
    [settings for settings, field, _ in REFUSED if field != "dataset.name"],
    ids=lambda value: str(value)[:40],
)
def test_the_nearest_experiment_leaves_out_what_it_does_not_have(settings: dict[str, Any]) -> None:
    assert as_playground(Experiment(**settings)).mode == "playground"


def test_everything_else_stays_on_the_way_there_and_back() -> None:
    chosen = Experiment(
        dataset=DatasetChoice("blobs", {"classes": 5, "noise": 0.2, "seed": 3}),
        features=("x1", "x1_x2"),
        layers=(Layer(8, "relu", "zeros", batch_norm=True, l1=0.1), Layer(3, "tanh", dropout=0.5, l2=0.2)),
        loss="categorical_crossentropy",
        output_activation="softmax",
        output_l1=0.3,
        optimizer=Optimizer("adam", 0.07),
        batch_size=7,
        epochs=None,
        early_stopping=EarlyStopping(patience=3),
        seed=11,
    )
    expected = Experiment(
        dataset=DatasetChoice("blobs", {"classes": 2, "noise": 0.2, "seed": 3}),
        features=("x1", "x1_x2"),
        layers=(Layer(8, "relu", "zeros", l1=0.1), Layer(3, "tanh", l2=0.2)),
        output_l1=0.3,
        optimizer=Optimizer("sgd", 0.07),
        batch_size=7,
        epochs=None,
        early_stopping=EarlyStopping(patience=3),
        seed=11,
        mode="playground",
    )

    assert as_playground(chosen) == expected
    assert as_playground(expected) == expected
    assert as_playground(as_keras(expected)) == expected
    assert as_keras(expected).head == Head(1, "sigmoid", "binary_crossentropy", "accuracy")


def test_pictures_have_no_nearest_experiment() -> None:
    with pytest.raises(ExperimentError) as caught:
        as_playground(Experiment(dataset=DatasetChoice("digits")))
    assert caught.value.field == "dataset.name"
