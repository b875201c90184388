"""What makes two runs share a compiled program, and what they cost, told from their experiments alone.

`nnlab.training.structure` tells the same from a model; here nothing is built.
"""

from __future__ import annotations

import json
import math
from typing import Any

from nnlab.experiment import Experiment
from nnlab.experiment.summary import parameter_count, training_samples

# A run is large if an epoch takes longer on one core, if compiling would keep others waiting for too long,
# or if its data would fill a worker that others have to live in.
SMALL_EPOCH_SECONDS = 0.1
SMALL_COMPILE_SECONDS = 6.0
SMALL_VALUES = 10_000_000

# Measured on an AMD EPYC; what counts is which runs are large, and the order of magnitude.
STEP_SECONDS = 2e-6
LAYER_SECONDS = 1.2e-6
OPERATIONS_PER_SECOND = 8e10
PARAMETER_SECONDS = 2.5e-9
BASE_COMPILE_SECONDS = 0.7
LAYER_COMPILE_SECONDS = {"sgd": 0.1, "adagrad": 0.15, "rmsprop": 0.15}
SLOWEST_LAYER_COMPILE_SECONDS = 0.2
PART_COMPILE_SECONDS = {"batch_norm": 0.35, "dropout": 0.1, "l1": 0.05, "l2": 0.05}


def structure(experiment: Experiment) -> str:
    """Return a text that is the same for runs that can share a compiled program.

    Seeds, first weights, the learning rate and the values of dropout, L1 and L2 play no part;
    whether these are 0 does.

    Examples
    --------
    >>> one = Experiment(seed=1)
    >>> structure(one) == structure(one.with_seed(2)), structure(one) == structure(Experiment(batch_size=8))
    (True, False)
    """
    head = experiment.head
    layers = [
        (layer.units, layer.activation, layer.batch_norm, bool(layer.dropout), bool(layer.l1), bool(layer.l2))
        for layer in experiment.layers
    ]
    hyperparameters = {
        name: value for name, value in experiment.optimizer.hyperparameters.items() if name != "learning_rate"
    }
    parts: list[Any] = [
        _shape(experiment),
        experiment.input_shape,
        experiment.mode,
        experiment.batch_size,
        layers,
        (head.units, head.activation, head.loss, head.metric),
        (bool(experiment.output_l1), bool(experiment.output_l2)),
        (experiment.optimizer.name, hyperparameters),
    ]
    return json.dumps(parts, sort_keys=True)


def epoch_seconds(experiment: Experiment) -> float:
    """Return about how long an epoch takes on one core."""
    samples, parameters = training_samples(experiment), parameter_count(experiment)
    steps = -(-samples // experiment.batch_size)
    step = STEP_SECONDS + LAYER_SECONDS * (len(experiment.layers) + 1) + PARAMETER_SECONDS * parameters
    # Forward two operations a parameter and sample, backward twice as many.
    return steps * step + 6 * parameters * samples / OPERATIONS_PER_SECOND


def compile_seconds(experiment: Experiment) -> float:
    """Return about how long compiling the program takes."""
    layer_seconds = LAYER_COMPILE_SECONDS.get(experiment.optimizer.name, SLOWEST_LAYER_COMPILE_SECONDS)
    parts = sum(
        seconds for layer in experiment.layers for name, seconds in PART_COMPILE_SECONDS.items() if getattr(layer, name)
    )
    return BASE_COMPILE_SECONDS + layer_seconds * len(experiment.layers) + parts


def is_large(experiment: Experiment) -> bool:
    """Return whether a run needs a worker of its own.

    Examples
    --------
    >>> from nnlab.experiment import DatasetChoice, Layer
    >>> chapter = Experiment(dataset=DatasetChoice("fashion_mnist"), layers=(Layer(300), Layer(100)))
    >>> is_large(chapter), is_large(Experiment(dataset=DatasetChoice("california_housing"), layers=(Layer(50),) * 3))
    (True, False)
    """
    values = training_samples(experiment) * math.prod(experiment.input_shape)
    return (
        epoch_seconds(experiment) > SMALL_EPOCH_SECONDS
        or compile_seconds(experiment) > SMALL_COMPILE_SECONDS
        or values > SMALL_VALUES
    )


def _shape(experiment: Experiment) -> list[Any]:
    options = dict(experiment.dataset.options)
    if "samples" in options:
        return [options["samples"], training_samples(experiment)]
    options.pop("seed", None)
    return [experiment.dataset.name, options]
