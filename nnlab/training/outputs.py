"""What a model says without being trained: its outputs, its first weights, its results on the test set."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from nnlab import models
from nnlab.datasets import load
from nnlab.events import Arrays, Tested
from nnlab.experiment import Experiment
from nnlab.training.batches import tensors

# More at once is no faster.
LARGE_BATCH = 1000


def predict(model: keras.Model, x: NDArray[Any], scale: float) -> NDArray[np.float32]:
    """Return the model's outputs for raw inputs, shape (n, n_outputs).

    It calls the model instead of ``predict``, which traces a function for every new model.
    """
    parts = [
        np.asarray(model(x[start : start + LARGE_BATCH].astype(np.float32) / np.float32(scale), training=False))
        for start in range(0, len(x), LARGE_BATCH)
    ]
    return np.concatenate(parts)


def first_weights(experiment: Experiment) -> Arrays:
    """Return the weights of an untrained model, in the order of ``model.get_weights()``; nothing is compiled."""
    dataset = load(experiment.dataset.name, **experiment.dataset.options)
    return tuple(np.array(values) for values in models.build(experiment, dataset).get_weights())


def tested(run_id: str, model: keras.Model, x: NDArray[Any], y: NDArray[Any], scale: float) -> Tested:
    """Return a model's results for raw inputs and targets, by Keras' own test step.

    Its ``evaluate`` traces a function for each new model, which takes a third of a second and
    leaves two megabytes behind.
    """
    inputs, targets = tensors(x), tensors(y)
    model.reset_metrics()
    for start in range(0, len(x), LARGE_BATCH):
        rows = slice(start, start + LARGE_BATCH)
        scaled = tf.cast(inputs[rows], keras.config.floatx()) / scale if scale != 1 else inputs[rows]
        model.test_step((scaled, targets[rows]))
    metrics = {name: float(value) for name, value in model.get_metrics_result().items()}
    outputs = predict(model, x, scale)
    limit = np.finfo(np.float16).max
    return Tested(run_id, metrics, outputs.clip(-limit, limit).astype(np.float16))
