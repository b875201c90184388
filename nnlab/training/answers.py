"""`Answers`: what a model with given weights says of given inputs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from nnlab import models
from nnlab.events import Arrays
from nnlab.experiment import Experiment
from nnlab.training.outputs import predict


class Answers:
    """Compute outputs without loading data; the model of the last question is kept.

    Who draws asks after every stroke. Building a model takes longer than all the rest, and each
    one that Keras has built leaves half a megabyte behind.
    """

    def __init__(self) -> None:
        self._experiment: Experiment | None = None
        self._model: keras.Model | None = None

    def outputs(self, experiment: Experiment, weights: Arrays, x: NDArray[Any]) -> NDArray[np.float32]:
        """Return the outputs, shape (n, n_outputs), of the experiment's model with `weights` for raw inputs `x`."""
        if self._model is None or experiment != self._experiment:
            self._model, self._experiment = models.network(experiment), experiment
        models.give_weights(self._model, weights)
        return predict(self._model, x, experiment.input_scale)
