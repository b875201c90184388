"""The mode "As in TensorFlow Playground": what it leaves to choose, and a sentence for what it does not.

In this mode a layer's ``l1`` and ``l2`` are TensorFlow Playground's regularization rates: the penalties
are the rate times ``|w|`` and ``w² / 2``, weights only, and the loss is shown without them. First weights
are uniform between -0.5 and 0.5 and biases 0.1 whatever the initializer, but for ``"zeros"``: then both
are 0, in the output layer too if every hidden layer says so. Batches come in the data's own order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nnlab.experiment.bounds import ExperimentError
from nnlab.experiment.head import METRIC, Head
from nnlab.experiment.parts import Optimizer

if TYPE_CHECKING:
    from nnlab.experiment import Experiment

LARGEST_WEIGHT, FIRST_BIAS = 0.5, 0.1
LOSS = "half_squared_error"
OUTPUT_ACTIVATION = {"binary": "tanh", "regression": "linear"}


def head(experiment: Experiment) -> Head:
    """Return the output layer, loss and metric, which are always the same for a task."""
    task = experiment.dataset.task
    return Head(1, OUTPUT_ACTIVATION[task], LOSS, METRIC[task])


def as_playground(experiment: Experiment) -> Experiment:
    """Return the experiment in this mode that is nearest to a given one.

    What TensorFlow Playground lacks is left out: batch normalization, dropout, other optimizers than
    plain gradient descent, other losses and output layers, more classes than two. Numbers that stay,
    rates among them, stay as they are.

    Raises
    ------
    ExperimentError
        The data are not points in the plane.

    Examples
    --------
    >>> from nnlab.experiment import Experiment, Layer, Optimizer
    >>> chosen = as_playground(Experiment(layers=(Layer(8, dropout=0.2),), optimizer=Optimizer("adam", 0.03)))
    >>> chosen.head.activation, chosen.layers[0].dropout, chosen.optimizer.name
    ('tanh', 0.0, 'sgd')
    """
    dataset = experiment.dataset
    if dataset.task not in OUTPUT_ACTIVATION and "classes" in dataset.options:
        dataset = replace(dataset, options={**dataset.options, "classes": 2})
    return replace(
        experiment,
        dataset=dataset,
        layers=tuple(replace(layer, batch_norm=False, dropout=0.0) for layer in experiment.layers),
        loss="auto",
        output_activation="auto",
        output_units=None,
        optimizer=Optimizer("sgd", experiment.optimizer.learning_rate),
        mode="playground",
    )


def as_keras(experiment: Experiment) -> Experiment:
    """Return an experiment with the same data, network and rates that trains as Keras does.

    Output layer and loss become what Keras wants for the data: cross-entropy for classes. The
    learning rate stays the same number, but half the squared error has half the slope of Keras'
    mean squared error.

    Examples
    --------
    >>> from nnlab.experiment import Experiment
    >>> as_keras(Experiment(mode="playground")) == Experiment()
    True
    """
    return replace(experiment, loss="auto", output_activation="auto", output_units=None, mode="keras")


def check(experiment: Experiment) -> None:
    """Raise ExperimentError for the first thing that TensorFlow Playground does not have."""
    _check_data(experiment)
    _check_layers(experiment)
    _check_output(experiment)
    _check_optimizer(experiment)


def _check_data(experiment: Experiment) -> None:
    dataset = experiment.dataset
    if dataset.info.kind != "toy":
        raise ExperimentError(
            "dataset.name",
            "TensorFlow Playground knows points in the plane only, and “{dataset}” is something else. "
            "Choose points in the plane, or train as Keras does.",
            dataset=dataset.name,
        )
    if dataset.task not in OUTPUT_ACTIVATION:
        raise ExperimentError(
            "dataset.options.classes",
            "TensorFlow Playground tells two classes apart, not {classes}. "
            "Set the number of classes to 2, or train as Keras does.",
            classes=dataset.outputs,
        )


def _check_layers(experiment: Experiment) -> None:
    for index, layer in enumerate(experiment.layers):
        if layer.batch_norm:
            raise ExperimentError(
                f"layers[{index}].batch_norm",
                "TensorFlow Playground has no batch normalization. Switch it off in layer {number}, "
                "or train as Keras does.",
                number=index + 1,
            )
        if layer.dropout:
            raise ExperimentError(
                f"layers[{index}].dropout",
                "TensorFlow Playground has no dropout. Set it to 0 in layer {number}, or train as Keras does.",
                number=index + 1,
            )


def _check_output(experiment: Experiment) -> None:
    needed = OUTPUT_ACTIVATION[experiment.dataset.task]
    if experiment.output_activation not in ("auto", needed):
        raise ExperimentError(
            "output_activation",
            "With these data TensorFlow Playground's output is {needed}, not {activation}. "
            "Leave it to “automatic”, or train as Keras does.",
            needed=needed,
            activation=experiment.output_activation,
        )
    if experiment.output_units not in (None, 1):
        raise ExperimentError(
            "output_units",
            "TensorFlow Playground's network has 1 output, not {units}. Set it to 1, or train as Keras does.",
            units=experiment.output_units,
        )
    if experiment.loss not in ("auto", LOSS):
        raise ExperimentError(
            "loss",
            "TensorFlow Playground has one loss, half the squared error. "
            "Leave it to “automatic”, or train as Keras does.",
        )


def _check_optimizer(experiment: Experiment) -> None:
    optimizer = experiment.optimizer
    if optimizer.name != "sgd":
        raise ExperimentError(
            "optimizer.name",
            "TensorFlow Playground has plain gradient descent only. Choose SGD, or train as Keras does.",
        )
    if optimizer.momentum:
        raise ExperimentError(
            "optimizer.momentum",
            "TensorFlow Playground's gradient descent has no momentum. Set momentum to 0, or train as Keras does.",
        )
