"""A model with given weights as the bytes of a ``.keras`` file."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import keras

from nnlab import models
from nnlab.events import Arrays, ModelSaved, SaveModel
from nnlab.experiment import Experiment
from nnlab.messages import Message
from nnlab.training.live import Emit
from nnlab.training.tasks import Task


def keras_file(experiment: Experiment, weights: Arrays) -> bytes:
    """Return a ``.keras`` file that loads wherever Keras is, without nnlab.

    The model in it is a plain ``Sequential``, not compiled: who goes on training chooses how. Like that of the run
    it takes inputs divided by ``experiment.input_scale``. No data are loaded.

    Parameters
    ----------
    experiment : Experiment
        What the run began with.
    weights : tuple of ndarray
        In the order of ``model.get_weights()``.
    """
    model = models.network(experiment)
    models.give_weights(model, weights)
    plain = keras.Sequential([keras.Input(experiment.input_shape, name="input"), *model.layers], name="nnlab")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Keras' variables lack NumPy's newer form of conversion, and NumPy says so.
        warnings.simplefilter("ignore", DeprecationWarning)
        # Keras writes to a path only.
        path = Path(folder, "model.keras")
        plain.save(path)
        return path.read_bytes()


class ModelFile(Task):
    """A model that somebody takes along."""

    def __init__(self, command: SaveModel, emit: Emit) -> None:
        super().__init__(command, emit)
        self._command = command

    def _do(self) -> None:
        content = keras_file(self._command.experiment, self._command.weights)
        self._emit(ModelSaved(self.run_id, self._command.request_id, content))

    def _fail(self, message: Message) -> None:
        self._emit(ModelSaved(self.run_id, self._command.request_id, None, message))
