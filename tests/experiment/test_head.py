"""Tables 10-1 and 10-2 of the chapter, and a sentence for every way to miss them."""

from __future__ import annotations

from itertools import product

import pytest

from nnlab.experiment import CHOICES, DatasetChoice, Experiment, ExperimentError, Head
from nnlab.experiment.head import resolve

OUTPUTS = {"binary": 1, "multiclass": 10, "multilabel": 3, "regression": 1}
ACTIVATIONS = [name for name in CHOICES["output_activation"] if name != "auto"]
LOSSES = [name for name in CHOICES["loss"] if name != "auto"]


@pytest.mark.parametrize(
    ("task", "head"),
    [
        ("binary", Head(1, "sigmoid", "binary_crossentropy", "accuracy")),
        ("multiclass", Head(10, "softmax", "sparse_categorical_crossentropy", "accuracy")),
        ("multilabel", Head(3, "sigmoid", "binary_crossentropy", "accuracy")),
        ("regression", Head(1, "linear", "mean_squared_error", "root_mean_squared_error")),
    ],
)
def test_left_to_the_data_the_head_is_the_tables(task, head: Head) -> None:
    assert resolve(task, OUTPUTS[task], None, "auto", "auto") == head


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("circle", Head(1, "sigmoid", "binary_crossentropy", "accuracy")),
        ("iris", Head(3, "softmax", "sparse_categorical_crossentropy", "accuracy")),
        ("fashion_mnist", Head(10, "softmax", "sparse_categorical_crossentropy", "accuracy")),
        ("california_housing", Head(1, "linear", "mean_squared_error", "root_mean_squared_error")),
    ],
)
def test_the_data_decide_the_head(name: str, head: Head) -> None:
    assert Experiment(dataset=DatasetChoice(name)).head == head


def test_blobs_of_two_classes_are_a_yes_or_no() -> None:
    assert Experiment(dataset=DatasetChoice("blobs", {"classes": 2})).head.activation == "sigmoid"
    assert Experiment(dataset=DatasetChoice("blobs", {"classes": 5})).head == Head(
        5, "softmax", "sparse_categorical_crossentropy", "accuracy"
    )


def test_two_units_for_a_yes_or_no_take_softmax() -> None:
    assert Experiment(output_units=2).head == Head(2, "softmax", "sparse_categorical_crossentropy", "accuracy")


@pytest.mark.parametrize("activation", ["linear", "relu", "softplus", "sigmoid", "tanh"])
@pytest.mark.parametrize("loss", ["mean_squared_error", "mean_absolute_error", "huber"])
def test_regression_takes_every_head_of_table_10_1(activation: str, loss: str) -> None:
    assert resolve("regression", 1, None, activation, loss) == Head(1, activation, loss, "root_mean_squared_error")


# What is accepted, written down anew from the tables: (task, units, activation) -> losses.
BY_DISTANCE = {"mean_squared_error", "mean_absolute_error", "huber", "half_squared_error"}
CATEGORICAL = {"sparse_categorical_crossentropy", "categorical_crossentropy"}
ACCEPTED = {
    ("binary", 1, "sigmoid"): {"binary_crossentropy", *BY_DISTANCE},
    ("binary", 2, "softmax"): CATEGORICAL,
    ("multiclass", 10, "softmax"): CATEGORICAL,
    ("multilabel", 3, "sigmoid"): {"binary_crossentropy"},
    **{("regression", 1, name): BY_DISTANCE for name in ("linear", "relu", "softplus", "sigmoid", "tanh")},
}


@pytest.mark.parametrize("task", OUTPUTS)
def test_every_other_combination_is_refused_in_one_place_with_a_reason(task) -> None:
    for units, activation, loss in product((1, 2, 3, 7, 10), ACTIVATIONS, LOSSES):
        if loss in ACCEPTED.get((task, units, activation), ()):
            assert resolve(task, OUTPUTS[task], units, activation, loss).loss == loss
            continue
        with pytest.raises(ExperimentError) as caught:
            resolve(task, OUTPUTS[task], units, activation, loss)
        assert caught.value.field in ("output_units", "output_activation", "loss")
        assert caught.value.reason.endswith(".")


@pytest.mark.parametrize(
    ("settings", "field", "sentence"),
    [
        ({"dataset": "circle", "output_activation": "softmax"}, "output_activation", "one unit always gives 1"),
        ({"dataset": "circle", "output_activation": "tanh"}, "output_activation", "use sigmoid, not tanh"),
        ({"dataset": "circle", "output_units": 3}, "output_units", "has 3 units, but these data need 1"),
        (
            {"dataset": "circle", "output_units": 2, "output_activation": "sigmoid"},
            "loss",
            "there is one sigmoid output",
        ),
        ({"dataset": "circle", "loss": "categorical_crossentropy"}, "loss", "or two softmax units"),
        (
            {"dataset": "circle", "output_units": 2, "loss": "binary_crossentropy"},
            "loss",
            "one probability for each class",
        ),
        ({"dataset": "digits", "output_activation": "sigmoid"}, "output_activation", "use softmax, not sigmoid"),
        ({"dataset": "digits", "output_activation": "softmax", "output_units": 1}, "output_activation", "one unit"),
        ({"dataset": "digits", "loss": "mean_squared_error"}, "loss", "as if class 9 were nine times class 1"),
        ({"dataset": "digits", "loss": "binary_crossentropy"}, "loss", "one class out of many is right"),
        ({"dataset": "digits", "output_units": 12}, "output_units", "has 12 units, but these data need 10"),
        ({"dataset": "plane", "output_activation": "softmax", "output_units": 2}, "output_activation", "add up to 1"),
        ({"dataset": "plane", "loss": "binary_crossentropy"}, "loss", "predicts a number"),
        ({"dataset": "plane", "output_units": 2}, "output_units", "need 1"),
    ],
)
def test_a_mismatch_is_explained_before_training(settings: dict, field: str, sentence: str) -> None:
    experiment = Experiment(**{**settings, "dataset": DatasetChoice(settings["dataset"])})

    with pytest.raises(ExperimentError) as caught:
        _ = experiment.head
    assert caught.value.field == field
    assert sentence in caught.value.reason


def test_labels_that_are_each_a_yes_or_no_refuse_what_makes_them_compete() -> None:
    with pytest.raises(ExperimentError, match="each output needs sigmoid, not softmax"):
        resolve("multilabel", 3, None, "softmax", "auto")
    with pytest.raises(ExperimentError, match="use binary cross-entropy"):
        resolve("multilabel", 3, None, "auto", "categorical_crossentropy")
