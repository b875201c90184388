"""Output layer, loss and metric by task: tables 10-1 and 10-2 of the chapter, and why some pairs fail."""

from __future__ import annotations

from dataclasses import dataclass

from nnlab.datasets.catalog import Task
from nnlab.experiment.bounds import ExperimentError

DEFAULT_ACTIVATION: dict[Task, str] = {
    "binary": "sigmoid",
    "multiclass": "softmax",
    "multilabel": "sigmoid",
    "regression": "linear",
}
DEFAULT_LOSS: dict[Task, str] = {
    "binary": "binary_crossentropy",
    "multiclass": "sparse_categorical_crossentropy",
    "multilabel": "binary_crossentropy",
    "regression": "mean_squared_error",
}
METRIC: dict[Task, str] = {
    "binary": "accuracy",
    "multiclass": "accuracy",
    "multilabel": "accuracy",
    "regression": "root_mean_squared_error",
}
CLASSIFICATION_LOSSES = ("binary_crossentropy", "sparse_categorical_crossentropy", "categorical_crossentropy")
CATEGORICAL_LOSSES = ("sparse_categorical_crossentropy", "categorical_crossentropy")


@dataclass(frozen=True, slots=True)
class Head:
    """The output layer with its loss and metric, nothing left to choose."""

    units: int
    activation: str
    loss: str
    metric: str


def resolve(task: Task, outputs: int, units: int | None, activation: str, loss: str) -> Head:
    """Fill in what is left to the data and refuse what cannot learn.

    Parameters
    ----------
    task : {"binary", "multiclass", "multilabel", "regression"}
        What is learned.
    outputs : int
        Classes, labels or targets of the data; 1 for a binary task.
    units : int or None
        Units of the output layer; None takes what the data need.
    activation, loss : str
        Keras' names, or ``"auto"`` for the row of table 10-1 or 10-2.

    Raises
    ------
    ExperimentError
        The parts do not go together; the reason says why and what does.
    """
    two_units = task == "binary" and units == 2
    if activation == "auto":
        activation = "softmax" if two_units else DEFAULT_ACTIVATION[task]
    if loss == "auto":
        loss = "sparse_categorical_crossentropy" if two_units else DEFAULT_LOSS[task]
    head = Head(units if units is not None else outputs, activation, loss, METRIC[task])
    _check_activation(task, head)
    _check_loss(task, head)
    _check_units(task, outputs, head)
    return head


def _check_activation(task: Task, head: Head) -> None:
    if head.activation == "softmax" and head.units == 1:
        raise ExperimentError(
            "output_activation",
            "Softmax over one unit always gives 1, so nothing can be learned. "
            "Use sigmoid with one unit, or softmax with a unit for each class.",
        )
    if task == "regression" and head.activation == "softmax":
        raise ExperimentError(
            "output_activation",
            "Softmax makes outputs that add up to 1, but this task predicts a number. "
            "Use linear, or softplus, sigmoid or tanh where the target is bounded.",
        )
    if task == "multilabel" and head.activation != "sigmoid":
        raise ExperimentError(
            "output_activation",
            "Each label is a yes or no of its own here, so each output needs sigmoid, not {activation}.",
            activation=head.activation,
        )
    if task == "multiclass" and head.activation != "softmax":
        raise ExperimentError(
            "output_activation",
            "One class out of many needs probabilities that add up to 1: use softmax, not {activation}.",
            activation=head.activation,
        )
    if task == "binary" and head.activation not in ("sigmoid", "softmax"):
        raise ExperimentError(
            "output_activation",
            "A yes-or-no answer needs a probability: use sigmoid, not {activation}.",
            activation=head.activation,
        )


def _check_loss(task: Task, head: Head) -> None:
    if task == "regression" and head.loss in CLASSIFICATION_LOSSES:
        raise ExperimentError(
            "loss",
            "Cross-entropy compares probabilities with classes, but this task predicts a number. "
            "Use mean squared error, mean absolute error or Huber.",
        )
    if task == "multiclass" and head.loss == "binary_crossentropy":
        raise ExperimentError(
            "loss",
            "Binary cross-entropy expects yes-or-no labels, but here one class out of many is right. "
            "Use sparse categorical cross-entropy.",
        )
    if task == "multiclass" and head.loss not in CATEGORICAL_LOSSES:
        raise ExperimentError(
            "loss",
            "This loss would measure how far class numbers are apart, as if class 9 were nine times class 1. "
            "The labels are names, not amounts: use sparse categorical cross-entropy.",
        )
    if task == "multilabel" and head.loss != "binary_crossentropy":
        raise ExperimentError("loss", "Each label is a yes or no of its own here: use binary cross-entropy.")
    if task != "binary":
        return
    if head.activation == "softmax" and head.loss not in CATEGORICAL_LOSSES:
        raise ExperimentError(
            "loss",
            "Two softmax units give one probability for each class: use sparse categorical cross-entropy with them.",
        )
    if head.activation == "sigmoid" and head.loss in CATEGORICAL_LOSSES:
        raise ExperimentError(
            "loss",
            "Categorical cross-entropy needs an output for each class, but there is one sigmoid output. "
            "Use binary cross-entropy, or two softmax units.",
        )


def _check_units(task: Task, outputs: int, head: Head) -> None:
    needed = 2 if task == "binary" and head.activation == "softmax" else outputs
    if head.units != needed:
        raise ExperimentError(
            "output_units",
            "The output layer has {units} units, but these data need {needed}.",
            units=head.units,
            needed=needed,
        )
