"""One run inside a worker: from the experiment to its last event."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from nnlab import models
from nnlab.datasets import Dataset, features, load
from nnlab.events import (
    Arrays,
    Changed,
    EndReason,
    EpochsEnded,
    PhaseBegun,
    RunEnded,
    Start,
    Tested,
    TrainerState,
)
from nnlab.experiment import EarlyStopping, Experiment
from nnlab.messages import N_, Message
from nnlab.training.batches import stream, tensors
from nnlab.training.live import Emit, LiveCallback
from nnlab.training.pace import Pace
from nnlab.training.recording import Record
from nnlab.training.state import fitted, restore
from nnlab.training.trainer import Trainer

# More at once is no faster.
LARGE_BATCH = 1000


class Session:
    """A run between its start and its end; `advance` moves it on.

    Parameters
    ----------
    start : Start
        What to train and from where.
    emit : callable
        Takes each event.
    """

    def __init__(self, start: Start, emit: Emit) -> None:
        self.run_id = start.run_id
        self.experiment = start.experiment
        self._emit = emit
        emit(PhaseBegun(self.run_id, "loading"))
        loaded = load(self.experiment.dataset.name, **self.experiment.dataset.options)
        emit(PhaseBegun(self.run_id, "building"))
        self._live = self._make_live()
        self._pace = Pace() if self.experiment.epochs is None else None
        self._begun = False
        self._train(self.experiment, start.state, loaded=loaded)

    def advance(self, seconds: float) -> bool:
        """Train for about `seconds`; False when training is over and all is reported."""
        if not self._begun:
            self._begun = True
            more = self._prepare()
            self._emit(PhaseBegun(self.run_id, "training"))
        elif self._pace is None:
            more = self.trainer.advance(seconds)
        else:
            more = self._advance_in_step(self._pace, seconds)
        if not more:
            self._finish(self._reason())
        return more

    @property
    def seconds_to_wait(self) -> float | None:
        """How long there is nothing to do; None until something is asked."""
        return self._pace.seconds_to_wait() if self._pace and self._begun else 0.0

    def change(self, experiment: Experiment, epoch: int | None = None) -> None:
        """Follow `experiment`, which differs in what can change while training, from the last whole epoch on."""
        before, state = self.trainer, self.trainer.state_of_last_epoch()
        self._train(experiment, state)
        before.close()
        self._prepare()
        self._emit(Changed(self.run_id, state.epoch, experiment))

    def _make_live(self) -> LiveCallback:
        return LiveCallback(self.run_id, self._emit)

    def _train(
        self,
        experiment: Experiment,
        state: TrainerState | None,
        weights: Arrays | None = None,
        loaded: Dataset | None = None,
    ) -> None:
        """Have a trainer for `experiment` that goes on from `state`, or begins with `weights`."""
        loaded = loaded or load(experiment.dataset.name, **experiment.dataset.options)
        data, targets = features.select(loaded, experiment.features), models.targets
        self.model = models.build(experiment, loaded)
        if weights is not None:
            self.model.set_weights(list(weights))
        self.experiment = experiment
        # The trainer keeps its own copy of the rest.
        self._test_data = data.x_test, targets(experiment, data.y_test), data.scale
        self._early_stopping = _early_stopping(experiment)
        # Live first: Keras' EarlyStopping restores the best weights when training ends.
        callbacks = [self._live, *([self._early_stopping] if self._early_stopping else [])]
        self.trainer = Trainer(
            self.model,
            data.x_train,
            targets(experiment, data.y_train),
            epochs=experiment.epochs,
            batch_size=experiment.batch_size,
            validation_data=(data.x_valid, targets(experiment, data.y_valid)),
            callbacks=callbacks,
            shuffle=experiment.mode != "playground",
            seed=experiment.seed,
            input_scale=data.scale,
            record=Record(weights_every=1),
            resume=fitted(state, self.model) if state is not None else None,
            announce=lambda: self._emit(PhaseBegun(self.run_id, "compiling")),
        )
        self._live.follow(self.trainer, self._pace.epochs_per_second if self._pace else math.inf)

    def _prepare(self) -> bool:
        """Find the program or have it compiled; return whether there is more to do."""
        more = self.trainer.prepare()
        # A state brings the rate of its time along; the experiment may have another by now.
        self.trainer.change_learning_rate(self.experiment.optimizer.learning_rate)
        return more

    def pause(self) -> None:
        """Stand still, with every epoch reported."""
        self.trainer.hold()
        self._report_all()

    def _advance_in_step(self, pace: Pace, seconds: float) -> bool:
        due = pace.epochs()
        if due == 0:
            return True
        before = self.trainer.epoch
        more = self.trainer.advance(seconds, due)
        pace.used(self.trainer.epoch - before)
        return more

    def stop(self) -> None:
        """End the training here and report the results."""
        state = self.trainer.state_of_last_epoch()
        self.trainer.close()
        self._report_all()
        # The part of an epoch since then is dropped: what is tested is what is on screen.
        restore(self.model, state)
        self._finish("stopped")

    def park(self) -> TrainerState | None:
        """Leave the training and return where it stood at the end of the last whole epoch."""
        # Amid an epoch nothing could be changed before it goes on: a new batch size has other steps.
        state = self.trainer.state_of_last_epoch()
        self.trainer.close()
        self._report_all()
        return state

    def _report_all(self) -> None:
        self._live.flush()

    def _reason(self) -> EndReason:
        if self._live.diverged:
            return "diverged"
        epochs = self.experiment.epochs
        if self._early_stopping is not None and (epochs is None or self.trainer.epoch < epochs):
            return "early_stopped"
        return "finished"

    def _finish(self, reason: EndReason) -> None:
        epoch = self.trainer.epoch
        self._report_last_weights(self._epoch_of_weights(reason))
        if reason != "diverged" and epoch > 0:
            self._emit(PhaseBegun(self.run_id, "evaluating"))
            self._emit(self._test())
        self._emit(RunEnded(self.run_id, reason, epoch, _message(reason, epoch, self._early_stopping)))

    def _epoch_of_weights(self, reason: EndReason) -> int:
        stopping = self._early_stopping
        if stopping is None or reason == "stopped" or stopping.best_weights is None:
            return self.trainer.epoch
        return int(stopping.best_epoch) + 1

    def _report_last_weights(self, epoch: int) -> None:
        weights = tuple(np.array(values) for values in self.model.get_weights())
        self._emit(EpochsEnded(self.run_id, first=epoch + 1, seconds=(), logs={}, weights={epoch: weights}))

    def _test(self) -> Tested:
        x, y, scale = self._test_data
        metrics = self.model.evaluate(
            stream(tensors(x), tensors(y), LARGE_BATCH, scale),
            steps=-(-len(x) // LARGE_BATCH),
            return_dict=True,
            verbose=0,
        )
        outputs = predict(self.model, x, scale)
        limit = np.finfo(np.float16).max
        return Tested(
            self.run_id,
            {name: float(value) for name, value in metrics.items()},
            outputs.clip(-limit, limit).astype(np.float16),
        )


def predict(model: keras.Model, x: NDArray[Any], scale: float) -> NDArray[np.float32]:
    """Return the model's outputs for raw inputs, shape (n, n_outputs).

    It calls the model instead of ``predict``, which traces a function for every new model.
    """
    parts = [
        np.asarray(model(x[start : start + LARGE_BATCH].astype(np.float32) / np.float32(scale), training=False))
        for start in range(0, len(x), LARGE_BATCH)
    ]
    return np.concatenate(parts)


def rebuild(experiment: Experiment, weights: tuple[NDArray[Any], ...]) -> tuple[keras.Model, Dataset]:
    """Build a model, give it `weights`, and return it with its data set as loaded."""
    dataset = load(experiment.dataset.name, **experiment.dataset.options)
    model = models.build(experiment, dataset)
    model.set_weights(list(weights))
    return model, dataset


def first_weights(experiment: Experiment) -> Arrays:
    """Return the weights of an untrained model, in the order of ``model.get_weights()``; nothing is compiled."""
    dataset = load(experiment.dataset.name, **experiment.dataset.options)
    return tuple(np.array(values) for values in models.build(experiment, dataset).get_weights())


def _early_stopping(experiment: Experiment) -> keras.callbacks.EarlyStopping | None:
    setting: EarlyStopping | None = experiment.early_stopping
    if setting is None:
        return None
    metric = experiment.head.metric
    return keras.callbacks.EarlyStopping(
        monitor=f"val_{metric}" if setting.monitor == "val_metric" else setting.monitor,
        mode="max" if setting.monitor == "val_metric" and metric == "accuracy" else "min",
        patience=setting.patience,
        min_delta=setting.min_delta,
        restore_best_weights=setting.restore_best_weights,
    )


def _message(reason: EndReason, epoch: int, early_stopping: keras.callbacks.EarlyStopping | None) -> Message | None:
    if reason == "diverged":
        return Message(
            N_(
                "The loss became too large to be a number (NaN) in epoch {epoch}: the steps were too big. "
                "Try a learning rate ten times smaller."
            ),
            {"epoch": epoch},
        )
    if reason == "early_stopped" and early_stopping is not None:
        return Message(
            N_("Early stopping: no improvement for {patience} epochs, best epoch {best}."),
            {"patience": early_stopping.patience, "best": early_stopping.best_epoch + 1},
        )
    return None
