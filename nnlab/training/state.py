"""Where a training stands, and how it is taken from and given back to a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

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


def state_of(model: keras.Model, epoch: int) -> TrainerState:
    """Return the state that a model and its optimizer hold after so many epochs."""
    model.optimizer.build(model.trainable_variables)
    return TrainerState(epoch, arrays(model.variables), arrays(model.optimizer.variables))


def weights_of(state: TrainerState, model: keras.Model) -> Arrays:
    """Return what ``model.get_weights()`` returns once it has been given a state that fits it."""
    values = {id(variable): value for variable, value in zip(model.variables, state.variables, strict=True)}
    return tuple(values[id(weight)] for weight in model.weights)


def fitted(state: TrainerState, model: keras.Model) -> TrainerState:
    """Return a state as `model` takes it, which may drop out in other layers than the model that the state is of.

    A layer that has dropped out before goes on in its sequence of random numbers, another one begins its own.
    """
    kept = {int(value[0]): value for value in state.variables if _is_seed(value)}
    others = iter([value for value in state.variables if not _is_seed(value)])
    variables = []
    for value in arrays(model.variables):
        # The first number is the layer's seed and stays; the second counts.
        variables.append(kept.get(int(value[0]), value) if _is_seed(value) else next(others))
    return replace(state, variables=tuple(variables))


def _is_seed(value: NDArray[Any]) -> bool:
    return value.shape == (2,) and np.issubdtype(value.dtype, np.integer)


def arrays(variables: Sequence[Any]) -> Arrays:
    """Return copies of the values of Keras' variables."""
    # Not np.array(variable): NumPy warns that Keras' variables lack the newer form of that conversion.
    return tuple(variable.numpy().copy() for variable in variables)
