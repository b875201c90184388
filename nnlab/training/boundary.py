"""A model's outputs over the plane of its two inputs: the decision boundary's picture."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset, features
from nnlab.experiment import Experiment

RESOLUTION = 50
PLANE = (-6.0, 6.0, -6.0, 6.0)


class Plane:
    """The grid of points on which a run's boundary is worked out.

    Parameters
    ----------
    experiment : Experiment
        A toy set, or a table of which two columns are used.
    dataset : Dataset
        Its data as loaded.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset) -> None:
        toy = experiment.dataset.info.kind == "toy"
        self.extent = PLANE if toy else features.extent(dataset, experiment.features)
        left, right, low, high = self.extent
        first, second = np.meshgrid(np.linspace(left, right, RESOLUTION), np.linspace(low, high, RESOLUTION))
        points = np.column_stack([first.ravel(), second.ravel()]).astype(np.float32)
        if toy:
            points = features.columns(experiment.dataset.name, points, experiment.features)
        self._inputs = points / np.float32(dataset.scale)

    @staticmethod
    def exists(experiment: Experiment) -> bool:
        """Whether the model's inputs come from two numbers."""
        kind = experiment.dataset.info.kind
        return kind == "toy" or (kind == "table" and len(experiment.features) == 2)

    def outputs(self, model: keras.Model) -> NDArray[np.float16]:
        """Return the model's outputs, shape (50, 50, n_outputs), lowest row first."""
        # Called, not predict(): predict builds an adapter and traces anew for each model.
        values = np.asarray(model(self._inputs, training=False))
        limit = np.finfo(np.float16).max
        return values.clip(-limit, limit).reshape(RESOLUTION, RESOLUTION, -1).astype(np.float16)
