"""Experiment -> keras.Model: the only place that builds one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset, features
from nnlab.experiment import Experiment, Layer, Optimizer
from nnlab.experiment.seeds import layer_seeds
from nnlab.models import playground

OPTIMIZER_CLASSES: dict[str, type[keras.optimizers.Optimizer]] = {
    "sgd": keras.optimizers.SGD,
    "adagrad": keras.optimizers.Adagrad,
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "nadam": keras.optimizers.Nadam,
}
METRIC_CLASSES = {"root_mean_squared_error": keras.metrics.RootMeanSquaredError}
HALF_SQUARED_ERROR = {"loss": "mean_squared_error", "loss_weights": 0.5}


def build(experiment: Experiment, dataset: Dataset) -> keras.Model:
    """Build and compile the model of an experiment.

    Every initializer and random layer has a seed of its own, a child of the experiment's:
    two builds have the same weights, whatever else the process has drawn.

    Parameters
    ----------
    experiment : Experiment
        What to build.
    dataset : Dataset
        The data it is for, as their loader gives them; a Normalization layer, where the data want one, is adapted on
        the training set. The model takes inputs divided by ``experiment.input_scale``.

    Returns
    -------
    keras.Model
        Compiled, with initial weights.

    Raises
    ------
    ExperimentError
        Output layer and loss do not go together, or the mode and the size of a batch.

    Examples
    --------
    >>> from nnlab.datasets import load
    >>> build(Experiment(), load("circle")).count_params()
    25
    """
    head = experiment.head
    if experiment.mode == "playground":
        optimizer = playground.optimizer(experiment, dataset)
    else:
        optimizer = _optimizer(experiment.optimizer)
    model = network(experiment, dataset)
    loss = HALF_SQUARED_ERROR if head.loss == "half_squared_error" else {"loss": head.loss}
    model.compile(**loss, optimizer=optimizer, metrics=[_metric(experiment)], jit_compile=False)
    return model


def network(experiment: Experiment, dataset: Dataset | None = None) -> keras.Sequential:
    """Build the layers of an experiment and do not compile them.

    Parameters
    ----------
    experiment : Experiment
        What to build.
    dataset : Dataset, optional
        As for `build`. Without it no data are needed: a Normalization layer then waits for the weights of
        one that was adapted, see `give_weights`.
    """
    if experiment.mode == "playground":
        return playground.network(experiment, layer_seeds(experiment))
    return keras.Sequential(_layers(experiment, dataset))


def give_weights(model: keras.Model, weights: Sequence[NDArray[Any]]) -> None:
    """Set all weights of a model, the statistics of its Normalization layers among them."""
    model.set_weights(list(weights))
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            # It computes with constants made from its variables.
            layer.finalize_state()


def targets(experiment: Experiment, y: NDArray[Any]) -> NDArray[Any]:
    """Return `y` in the form that the experiment's loss compares outputs with.

    Categorical cross-entropy wants one-hot rows, the mode ``"playground"`` -1 and +1 for two classes;
    else it is the data's own form. Single outputs become a column, as Keras would make them.
    """
    head = experiment.head
    if experiment.mode == "playground" and head.metric == "accuracy":
        return np.where(y.reshape(-1, 1) > 0, np.float32(1), np.float32(-1))
    if head.loss == "categorical_crossentropy":
        return np.asarray(keras.utils.to_categorical(y, head.units), dtype=np.float32)
    return y.reshape(-1, 1) if y.ndim == 1 else y


def _layers(experiment: Experiment, dataset: Dataset | None) -> list[keras.Layer]:
    head = experiment.head
    seeds = iter(layer_seeds(experiment))
    layers: list[keras.Layer] = [keras.Input(shape=experiment.input_shape, name="input")]
    if len(experiment.input_shape) > 1:
        layers.append(keras.layers.Flatten(name="flatten"))
    if experiment.dataset.info.normalize:
        layers.append(_normalization(experiment, dataset))
    for number, layer in enumerate(experiment.layers, start=1):
        layers.extend(_hidden(layer, f"hidden_{number}", next(seeds), next(seeds)))
    output = keras.layers.Dense(
        head.units,
        activation=head.activation,
        kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
        kernel_regularizer=_penalty(experiment.output_l1, experiment.output_l2),
        name="output",
    )
    layers.append(output)
    return layers


def _normalization(experiment: Experiment, dataset: Dataset | None) -> keras.layers.Normalization:
    normalization = keras.layers.Normalization(name="normalization")
    if dataset is not None:
        chosen = features.select(dataset, experiment.features)
        normalization.adapt(chosen.x_train / np.float32(experiment.input_scale))
    return normalization


def _hidden(layer: Layer, name: str, weight_seed: int, dropout_seed: int) -> list[keras.Layer]:
    dense = keras.layers.Dense(
        layer.units,
        activation=None if layer.batch_norm else layer.activation,
        kernel_initializer=_initializer(layer.initializer, weight_seed),
        kernel_regularizer=_penalty(layer.l1, layer.l2),
        name=name,
    )
    layers: list[keras.Layer] = [dense]
    if layer.batch_norm:
        layers.append(keras.layers.BatchNormalization(name=f"{name}_batch_norm"))
        layers.append(keras.layers.Activation(layer.activation, name=f"{name}_activation"))
    if layer.dropout:
        layers.append(keras.layers.Dropout(layer.dropout, seed=dropout_seed, name=f"{name}_dropout"))
    return layers


def _penalty(l1: float, l2: float) -> keras.regularizers.Regularizer | None:
    return keras.regularizers.L1L2(l1=l1, l2=l2) if l1 or l2 else None


def _initializer(name: str, seed: int) -> keras.initializers.Initializer:
    kind = type(keras.initializers.get(name))
    return kind() if name in ("zeros", "ones") else kind(seed=seed)


def _metric(experiment: Experiment) -> keras.metrics.Metric | str:
    name = experiment.head.metric
    if experiment.mode == "playground" and name == "accuracy":
        return playground.SignAccuracy(name=name)
    if experiment.dataset.task == "multilabel" and name == "accuracy":
        # By the name alone Keras takes several outputs for one class out of many.
        return keras.metrics.BinaryAccuracy(name=name)
    return METRIC_CLASSES[name]() if name in METRIC_CLASSES else name


def _optimizer(optimizer: Optimizer) -> keras.optimizers.Optimizer:
    return OPTIMIZER_CLASSES[optimizer.name](**optimizer.hyperparameters)
