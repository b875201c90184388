"""Rates that a compiled program takes as inputs: dropout, L1 and L2."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

PENALTIES = {keras.regularizers.L1: ("l1",), keras.regularizers.L2: ("l2",), keras.regularizers.L1L2: ("l1", "l2")}


class Dial:
    """Stands where a layer expects a number other than 0, and computes with a tensor.

    When a program is traced, Keras and TensorFlow ask of such a number, in Python, whether it is
    one, and whether it is 0 or beyond its bounds. A tensor cannot answer that. A dial can: its
    value will be one that the layer has accepted.
    """

    def __init__(self, value: tf.Tensor) -> None:
        self.value = tf.cast(value, keras.config.floatx())

    def __gt__(self, bound: float) -> bool:
        return True

    def __ge__(self, bound: float) -> bool:
        return False

    def __lt__(self, bound: float) -> bool:
        return False

    def __rsub__(self, number: float) -> tf.Tensor:
        return number - self.value


numbers.Real.register(Dial)


def _as_tensor(dial: Dial, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> tf.Tensor:
    return dial.value if dtype is None else tf.cast(dial.value, dtype)


tf.register_tensor_conversion_function(Dial, _as_tensor)

Place = tuple[Any, str]


def places(model: keras.Model) -> list[Place]:
    """Return where the model holds such rates: an object and the name of its attribute, in a fixed order.

    Rates of 0 are left out: with them a program is another one.
    """
    found: list[Place] = []
    for layer in model._flatten_layers():
        if type(layer) is keras.layers.Dropout and layer.rate > 0:
            found.append((layer, "rate"))
        own = [*layer._trainable_variables, *layer._non_trainable_variables]
        penalties = [getattr(variable, "regularizer", None) for variable in own]
        for penalty in [*penalties, getattr(layer, "activity_regularizer", None)]:
            found.extend((penalty, name) for name in PENALTIES.get(type(penalty), ()) if getattr(penalty, name))
    return found


def values(found: Sequence[Place]) -> list[float]:
    """Return the rates that stand in these places."""
    return [float(getattr(owner, name)) for owner, name in found]


def put(found: Sequence[Place], rates: Sequence[Any]) -> None:
    """Put other rates, numbers or dials, into these places."""
    for (owner, name), rate in zip(found, rates, strict=True):
        setattr(owner, name, rate)
