"""`StopWhenSolved`: a Keras callback that ends the training once the validation metric is good enough."""

from __future__ import annotations

from typing import Any

import keras

from nnlab.experiment import Experiment
from nnlab.training.demands import Demand


class StopWhenSolved(keras.callbacks.Callback):
    """End the training after the first epoch whose validation metric has reached a value.

    Parameters
    ----------
    metric : str
        Keras' name, such as ``"accuracy"``, without ``val_``.
    value : float
        What it has to reach: at least that for an accuracy, at most that for an error.

    Attributes
    ----------
    epoch : int or None
        The epoch in which it did, counted from 1.
    """

    # Only logs are read: epochs may be computed in whole chunks, and the trainer goes back to the one that solved it.
    demand = Demand.WATCH

    def __init__(self, metric: str, value: float) -> None:
        super().__init__()
        self.epoch: int | None = None
        self._key = f"val_{metric}"
        self._value = value
        self._sign = 1.0 if metric == "accuracy" else -1.0

    @classmethod
    def of(cls, experiment: Experiment) -> StopWhenSolved | None:
        """Return what an experiment asks for, None if it does not."""
        if experiment.solved_at is None:
            return None
        return cls(experiment.head.metric, experiment.solved_at)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.epoch = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        value = (logs or {}).get(self._key)
        if self.epoch is None and value is not None and self._sign * (float(value) - self._value) >= 0:
            self.epoch = epoch + 1
            self.model.stop_training = True
