"""Where a training stands, and how it is taken from and given back to a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from nnlab.events import Arrays, TrainerState

REMEMBERED = ("wait", "stopped_epoch", "best", "best_epoch", "best_weights", "cooldown_counter")
DECIDING = (keras.callbacks.EarlyStopping, keras.callbacks.ReduceLROnPlateau, keras.callbacks.ModelCheckpoint)


def remembered(callbacks: Sequence[keras.callbacks.Callback]) -> dict[str, dict[str, Any]]:
    """Return what callbacks that decide remember, by their class names."""
    return {
        type(callback).__name__: {name: getattr(callback, name) for name in REMEMBERED if hasattr(callback, name)}
        for callback in callbacks
        if isinstance(callback, DECIDING)
    }


def remind(callbacks: Sequence[keras.callbacks.Callback], memory: dict[str, dict[str, Any]]) -> None:
    """Give callbacks back what they remembered; ``on_train_begin`` has just wiped it."""
    for callback in callbacks:
        for name, value in memory.get(type(callback).__name__, {}).items():
            setattr(callback, name, value)


def restore(model: keras.Model, state: TrainerState) -> None:
    """Give a model and its optimizer the values that `state` holds."""
    model.optimizer.build(model.trainable_variables)
    for variable, value in zip(model.variables, state.variables, strict=True):
        variable.assign(value)
    for variable, value in zip(model.optimizer.variables, state.optimizer, strict=True):
        variable.assign(value)


def arrays(variables: Sequence[Any]) -> Arrays:
    """Return copies of the values of Keras' variables."""
    # Not np.array(variable): NumPy warns that Keras' variables lack the newer form of that conversion.
    return tuple(variable.numpy().copy() for variable in variables)
