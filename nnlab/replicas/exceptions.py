"""What cannot be trained in one program for many replicas, and why."""

from __future__ import annotations

from typing import Any

import keras

from nnlab.messages import N_, Message
from nnlab.models.playground import CarryingSGD

LAYERS = (keras.layers.InputLayer, keras.layers.Dense, keras.layers.BatchNormalization, keras.layers.Activation)
# Each weight is updated by its own gradient alone, so weights of different networks can stand in one array.
ELEMENTWISE = (
    keras.optimizers.SGD,
    keras.optimizers.Adam,
    keras.optimizers.Adamax,
    keras.optimizers.Adadelta,
    keras.optimizers.Adagrad,
    keras.optimizers.AdamW,
    keras.optimizers.Lion,
    keras.optimizers.Nadam,
    keras.optimizers.RMSprop,
    CarryingSGD,
)


def obstacle(model: Any) -> Message | None:
    """Return why a compiled model's replicas have to be trained one by one; None if they need not.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    """
    optimizer = model.optimizer
    if optimizer.clipnorm is not None or optimizer.global_clipnorm is not None:
        return Message(
            N_(
                "The networks were trained one by one: the optimizer cuts gradients down to a common length, and one "
                "network must not change another's."
            )
        )
    if type(optimizer) not in ELEMENTWISE:
        return Message(
            N_(
                "The networks were trained one by one: {optimizer} looks at a layer's weights together, and those of "
                "different networks must not be mixed."
            ),
            {"optimizer": type(optimizer).__name__},
        )
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            return Message(
                N_(
                    "The networks were trained one by one: with dropout, each has random numbers of its own in every "
                    "step."
                )
            )
        if type(layer) not in LAYERS:
            return Message(
                N_(
                    "The networks were trained one by one: layers of the kind {layer} are not known to the program "
                    "that trains many at once."
                ),
                {"layer": type(layer).__name__},
            )
    return None
