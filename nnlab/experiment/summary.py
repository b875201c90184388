"""Layers and parameters of a model by arithmetic, before anything is built."""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnlab.experiment import Experiment


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """One row of the summary table, as Keras would count it after building.

    Parameters
    ----------
    name, kind : str
        The layer's name in the model and its Keras class.
    output_shape : tuple of int
        Shape of one sample's output.
    trainable, non_trainable : int
        Numbers of parameters.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    trainable: int = 0
    non_trainable: int = 0

    @property
    def parameters(self) -> int:
        """All parameters, trainable or not."""
        return self.trainable + self.non_trainable


def summary(experiment: Experiment) -> tuple[LayerSummary, ...]:
    """Return a row for each layer of the model that `nnlab.models.build` would make.

    Examples
    --------
    >>> from nnlab.experiment import DatasetChoice, Experiment, Layer
    >>> chapter = Experiment(dataset=DatasetChoice("fashion_mnist"), layers=(Layer(300), Layer(100)))
    >>> [row.parameters for row in summary(chapter)]
    [0, 235500, 30100, 1010]
    """
    rows: list[LayerSummary] = []
    shape = experiment.input_shape
    if len(shape) > 1:
        shape = (prod(shape),)
        rows.append(LayerSummary("flatten", "Flatten", shape))
    if experiment.dataset.info.normalize:
        # Mean and variance of each column, and a counter.
        rows.append(LayerSummary("normalization", "Normalization", shape, non_trainable=2 * shape[0] + 1))
    inputs = shape[0]
    for number, layer in enumerate(experiment.layers, start=1):
        name = f"hidden_{number}"
        shape = (layer.units,)
        rows.append(LayerSummary(name, "Dense", shape, trainable=inputs * layer.units + layer.units))
        if layer.batch_norm:
            kind = "BatchNormalization"
            rows.append(LayerSummary(f"{name}_batch_norm", kind, shape, 2 * layer.units, 2 * layer.units))
            rows.append(LayerSummary(f"{name}_activation", "Activation", shape))
        if layer.dropout:
            rows.append(LayerSummary(f"{name}_dropout", "Dropout", shape))
        inputs = layer.units
    units = experiment.output_units or experiment.dataset.outputs
    rows.append(LayerSummary("output", "Dense", (units,), trainable=inputs * units + units))
    return tuple(rows)


def parameter_count(experiment: Experiment) -> int:
    """Return the number of parameters of the whole model."""
    return sum(row.parameters for row in summary(experiment))


def training_samples(experiment: Experiment) -> int:
    """Return how many samples the training set has.

    Examples
    --------
    >>> from nnlab.experiment import Experiment
    >>> training_samples(Experiment())
    250
    """
    options = experiment.dataset.options
    if "samples" in options:
        # As the toy problems' loaders count them.
        return math.floor(round(options["samples"] * options.get("train_share", 1), 6))
    return experiment.dataset.info.training_samples
