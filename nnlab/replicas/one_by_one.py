"""`OneByOne`: replicas that have to be trained one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from nnlab import models
from nnlab.datasets import features, load
from nnlab.events.studies import epochs_evaluated
from nnlab.experiment import Experiment
from nnlab.replicas.points import with_own_data
from nnlab.training.trainer import Trainer


class OneByOne:
    """Train replicas as single runs are trained.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    seeds : sequence of int
        One for each replica.
    evaluate_every : int
        Epochs from one evaluation to the next; the last one is always evaluated.
    own_data : bool
        Whether each replica has points of its own.
    """

    def __init__(self, experiment: Experiment, seeds: Sequence[int], evaluate_every: int, own_data: bool) -> None:
        self._experiment = experiment
        self._seeds = list(seeds)
        self._own_data = own_data
        self._epochs = experiment.epochs or 0
        self._rows = np.array(epochs_evaluated(self._epochs, evaluate_every)) - 1
        self._trainer: Trainer | None = None
        self._logs: list[NDArray[np.float32]] = []
        self._weights: list[list[NDArray[np.float32]]] = []
        metric = experiment.head.metric
        self.names = ("loss", metric)

    @property
    def epoch(self) -> float:
        """Epochs done, the mean over all replicas."""
        begun = self._trainer.epoch if self._trainer is not None else 0
        return (len(self._logs) * self._epochs + begun) / len(self._seeds)

    @property
    def known(self) -> bool:
        """Whether nothing has to be compiled before training goes on."""
        return self._trainer is not None and self._trainer.known

    @property
    def finished(self) -> bool:
        """Whether the last replica is done."""
        return len(self._logs) == len(self._seeds)

    @property
    def logs(self) -> NDArray[np.float32]:
        """Results of shape (n_evaluated, 4, n_replicas); none before the last replica is done."""
        if not self.finished:
            return np.zeros((0, 4, len(self._seeds)), np.float32)
        return np.stack(self._logs, axis=-1)

    @property
    def weights(self) -> list[NDArray[np.float32]]:
        """Weights in the order of ``model.get_weights()``, each with the replica as the last axis."""
        return [np.stack(arrays, axis=-1) for arrays in zip(*self._weights, strict=True)]

    def prepare(self) -> None:
        """Compile what is not compiled yet."""
        self._next().prepare()

    def advance(self, seconds: float) -> None:
        """Train for about so long."""
        if self.finished:
            return
        trainer = self._next()
        if not trainer.advance(seconds):
            history = trainer.history.history
            columns = [history[prefix + name] for prefix in ("", "val_") for name in self.names]
            whole = np.full((len(columns), self._epochs), np.nan, np.float32)
            whole[:, : len(columns[0])] = columns
            self._logs.append(whole[:, self._rows].T)
            self._weights.append(trainer.model.get_weights())
            self._trainer = None

    def _next(self) -> Trainer:
        if self._trainer is None:
            seed = self._seeds[len(self._logs)]
            self._trainer = single(self._experiment.with_seed(seed), own_data=self._own_data)
        return self._trainer

    def close(self) -> None:
        """Let go of the one that is under way."""
        if self._trainer is not None:
            self._trainer.close()


def single(experiment: Experiment, *, own_data: bool = False) -> Trainer:
    """Return the trainer of a single run, as a run of its own would have it."""
    if own_data:
        experiment = with_own_data(experiment, experiment.seed)
    loaded = load(experiment.dataset.name, **experiment.dataset.options)
    data = features.select(loaded, experiment.features)
    callbacks: list[keras.callbacks.Callback] = []
    return Trainer(
        models.build(experiment, loaded),
        data.x_train,
        models.targets(experiment, data.y_train),
        epochs=experiment.epochs,
        batch_size=experiment.batch_size,
        validation_data=(data.x_valid, models.targets(experiment, data.y_valid)),
        callbacks=callbacks,
        shuffle=experiment.mode != "playground",
        seed=experiment.seed,
        input_scale=experiment.input_scale,
    )
