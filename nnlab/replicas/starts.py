"""First weights of many replicas, the very numbers that `nnlab.models.build` gives each seed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from nnlab.experiment import Experiment
from nnlab.experiment.seeds import initializer_seeds


def first_weights(model: Any, experiment: Experiment, seeds: Sequence[int]) -> list[NDArray[np.float32]]:
    """Return first weights in the order of ``model.get_weights()``, each with the replica as the last axis.

    Building a model takes 50 ms; here the initializers alone are called.

    Parameters
    ----------
    model : keras.Sequential
        Built from `experiment`, whose own seed plays no part.
    experiment : Experiment
        What is trained.
    seeds : sequence of int
        One for each replica.
    """
    own = np.array([initializer_seeds(experiment.with_seed(seed)) for seed in seeds], np.int64)
    kernels = {id(layer.kernel): layer for layer in model.layers if isinstance(layer, keras.layers.Dense)}
    places = iter(range(own.shape[1]))
    found = []
    for weight in model.weights:
        layer = kernels.get(id(weight))
        place = next(places) if layer is not None else 0
        if layer is None or not hasattr(layer.kernel_initializer, "seed"):
            found.append(np.repeat(weight.numpy()[..., None], len(seeds), axis=-1))
            continue
        initializer = layer.kernel_initializer
        config = json.dumps({**initializer.get_config(), "seed": None})
        drawn = _drawing(type(initializer).__name__, config, tuple(weight.shape))(own[:, place]).numpy()
        found.append(np.ascontiguousarray(np.moveaxis(drawn, 0, -1)))
    return found


class _Given(keras.random.SeedGenerator):
    """Gives the seed that it was told, as a whole number would."""

    def __init__(self, seed: tf.Tensor) -> None:
        # Keras' own would have a variable, and this is none.
        self._given = seed

    def next(self, ordered: bool = True) -> tf.Tensor:
        """Return what `keras.random` makes of a whole number."""
        return tf.stack([self._given, tf.zeros_like(self._given)])


@lru_cache(maxsize=64)
def _drawing(kind: str, config: str, shape: tuple[int, ...]) -> Any:
    """Return a function that draws weights of a shape for each of many seeds, the seed as the first axis."""
    initializer = getattr(keras.initializers, kind).from_config(json.loads(config))

    def draw(seed: tf.Tensor) -> tf.Tensor:
        initializer.seed = _Given(seed)
        return initializer(shape)

    def each(seeds: tf.Tensor) -> tf.Tensor:
        return tf.map_fn(draw, seeds, fn_output_signature=tf.float32)

    return tf.function(each, input_signature=[tf.TensorSpec((None,), tf.int64)], autograph=False)
