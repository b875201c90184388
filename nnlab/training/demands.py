"""What callbacks ask of a training loop: how often they have to be called, and what they have to find then."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import keras
from keras import callbacks as keras_callbacks


class Demand(IntEnum):
    """What a callback needs; the greater includes the smaller."""

    WATCH = 0
    """It reads logs. Many epochs may be computed before it hears of them."""
    DECIDE = 1
    """What it does counts from the next epoch on: it has to be called in time."""
    READ = 2
    """It reads the model: the model has to be that of the epoch."""
    WRITE = 3
    """It may change the model."""
    BATCH = 4
    """It is called for each batch."""


BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_batch_begin",
    "on_test_batch_end",
)
WHILE_TRAINING = ("on_epoch_begin", "on_epoch_end", "on_test_begin", "on_test_end")

# Keras' own, whose needs are known; a subclass may need anything.
KNOWN: dict[type[keras_callbacks.Callback], Demand] = {
    keras_callbacks.History: Demand.WATCH,
    keras_callbacks.CSVLogger: Demand.WATCH,
    keras_callbacks.ProgbarLogger: Demand.BATCH,
    # The program looks at each batch's loss itself.
    keras_callbacks.TerminateOnNaN: Demand.WATCH,
    keras_callbacks.LearningRateScheduler: Demand.DECIDE,
    keras_callbacks.ReduceLROnPlateau: Demand.DECIDE,
    keras_callbacks.RemoteMonitor: Demand.DECIDE,
}


def demand(callback: keras_callbacks.Callback) -> Demand:
    """Return what a callback needs.

    A callback of one's own that only watches says so with an attribute ``demand = Demand.WATCH``;
    otherwise it is taken to read and change the model whenever it is called.
    """
    declared = getattr(callback, "demand", None)
    if isinstance(declared, Demand):
        return declared
    kind = type(callback)
    if kind in KNOWN:
        return KNOWN[kind]
    if kind is keras_callbacks.EarlyStopping:
        return Demand.READ if callback.restore_best_weights else Demand.DECIDE
    if kind in (keras_callbacks.ModelCheckpoint, keras_callbacks.BackupAndRestore):
        # They override batch hooks, which at epoch frequency do nothing.
        return Demand.READ if callback.save_freq == "epoch" else Demand.BATCH
    if kind is keras_callbacks.TensorBoard:
        by_epoch = callback.update_freq == "epoch" and not callback._should_trace
        return Demand.READ if by_epoch else Demand.BATCH
    if any(overrides(callback, hook) for hook in BATCH_HOOKS):
        return Demand.BATCH
    if any(overrides(callback, hook) for hook in WHILE_TRAINING):
        return Demand.WRITE
    return Demand.WATCH


def greatest(callbacks: Iterable[keras.callbacks.Callback]) -> Demand:
    """Return the greatest demand of all, `Demand.WATCH` without callbacks."""
    return max(map(demand, callbacks), default=Demand.WATCH)


def overrides(callback: keras_callbacks.Callback, hook: str) -> bool:
    """Whether a callback has something to do at a hook."""
    # LambdaCallback sets its hooks on the instance.
    return not keras.src.utils.is_default(getattr(callback, hook))
