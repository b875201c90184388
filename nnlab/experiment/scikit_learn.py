"""What scikit-learn trains on the data of an experiment, to compare the Keras model with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnlab.experiment import Experiment, Layer, Optimizer
from nnlab.experiment.bounds import ExperimentError

Estimator = Literal["mlp", "perceptron"]

MLP_ACTIVATIONS = {"linear": "identity", "relu": "relu", "tanh": "tanh", "sigmoid": "logistic"}
"""Keras' names of those that scikit-learn's MLP has -> its own names."""
BATCH_SIZE = 200
REGRESSION_ITERATIONS = 200
# scikit-learn's own 200 are not enough for a small classifier to settle; the chapter allows so many.
CLASSIFICATION_ITERATIONS = 10_000
PERCEPTRON_ITERATIONS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What an estimator has come to.

    Parameters
    ----------
    name : str
        Its class, or ``"setosa"`` for the chapter's own perceptron.
    iterations : int
        Passes over the training set.
    scores : dict of str to float
        Accuracy, or RMSE for regression, on ``"training"``, ``"validation"`` and ``"test"``, as far as it was judged.
    coefficients : ndarray of shape (n_units, n_features + 1) or None
        Of a linear model: a row for each unit, weights first, the intercept last.
    """

    name: str
    iterations: int
    scores: dict[str, float]
    coefficients: NDArray[np.float64] | None = None


def as_scikit_learn(experiment: Experiment, estimator: Estimator) -> Experiment:
    """Return the experiment that scikit-learn carries out on the data of another one.

    An MLP (``MLPRegressor`` or ``MLPClassifier``) has the same inputs, hidden layers and seed, and
    scikit-learn's own defaults for the rest: Adam with a rate of 0.001, batches of 200, at most 200
    iterations for regression. A ``Perceptron`` has the same inputs and seed and no hidden layer.

    Parameters
    ----------
    experiment : Experiment
        What Keras trains.
    estimator : {"mlp", "perceptron"}
        What scikit-learn is to train.

    Raises
    ------
    ExperimentError
        scikit-learn has no such network; the reason says what to change.

    Examples
    --------
    >>> from nnlab.experiment import DatasetChoice
    >>> chapter = Experiment(dataset=DatasetChoice("iris"), layers=(Layer(5, "relu"),))
    >>> as_scikit_learn(chapter, "mlp").epochs
    10000
    """
    if estimator == "perceptron":
        _check_for_perceptron(experiment)
        layers: tuple[Layer, ...] = ()
        iterations = PERCEPTRON_ITERATIONS
    else:
        _check_for_mlp(experiment)
        layers = tuple(Layer(layer.units, layer.activation) for layer in experiment.layers)
        regression = experiment.dataset.task == "regression"
        iterations = REGRESSION_ITERATIONS if regression else CLASSIFICATION_ITERATIONS
    return replace(
        experiment,
        layers=layers,
        loss="auto",
        output_activation="auto",
        output_units=None,
        output_l1=0.0,
        output_l2=0.0,
        optimizer=Optimizer("adam", learning_rate=0.001),
        batch_size=BATCH_SIZE,
        epochs=iterations,
        early_stopping=None,
        mode="keras",
    )


def _check_for_mlp(experiment: Experiment) -> None:
    _check_columns(experiment)
    for number, layer in enumerate(experiment.layers, start=1):
        if layer.batch_norm or layer.dropout:
            raise ExperimentError(
                f"layers[{number - 1}]",
                "scikit-learn's MLP has neither batch normalization nor dropout. "
                "Switch them off in layer {number} to compare.",
                number=number,
            )
    activations = {layer.activation for layer in experiment.layers}
    if len(activations) > 1 or activations - set(MLP_ACTIVATIONS):
        raise ExperimentError(
            "layers",
            "scikit-learn's MLP has one activation for all hidden layers: {known}. "
            "Give every layer the same of these to compare.",
            known=", ".join(MLP_ACTIVATIONS),
        )


def _check_for_perceptron(experiment: Experiment) -> None:
    _check_columns(experiment)
    if experiment.dataset.task not in ("binary", "multiclass"):
        raise ExperimentError(
            "dataset",
            "A perceptron tells classes apart; “{dataset}” is not for that.",
            dataset=experiment.dataset.name,
        )


def _check_columns(experiment: Experiment) -> None:
    if experiment.dataset.info.kind != "table":
        raise ExperimentError(
            "dataset",
            "scikit-learn's estimators are compared on tables, and “{dataset}” is none.",
            dataset=experiment.dataset.name,
        )
