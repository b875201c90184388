"""How a run comes to its end: early stopping, and what a reader is told."""

from __future__ import annotations

import keras

from nnlab.events import EndReason
from nnlab.experiment import EarlyStopping, Experiment
from nnlab.messages import N_, Message


def early_stopping(experiment: Experiment) -> keras.callbacks.EarlyStopping | None:
    """Return the callback that an experiment asks for, None if it asks for none."""
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


def message(reason: EndReason, epoch: int, stopping: keras.callbacks.EarlyStopping | None) -> Message | None:
    """Return what happened and what to do; None when all went as planned."""
    if reason == "diverged":
        return Message(
            N_(
                "The loss became too large to be a number (NaN) in epoch {epoch}: the steps were too big. "
                "Try a learning rate ten times smaller."
            ),
            {"epoch": epoch},
        )
    if reason == "solved":
        return Message(
            N_("Solved in epoch {epoch}: the validation set has reached what you asked for."), {"epoch": epoch}
        )
    if reason == "early_stopped" and stopping is not None:
        return Message(
            N_("Early stopping: no improvement for {patience} epochs, best epoch {best}."),
            {"patience": stopping.patience, "best": stopping.best_epoch + 1},
        )
    return None
