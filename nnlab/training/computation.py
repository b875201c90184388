"""`Computation`: a program at work on one model's training, and what goes in and comes out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from nnlab.events import Arrays, TrainerState
from nnlab.training.carrier import Tensors, inner
from nnlab.training.program import Outcome, Program
from nnlab.training.settings import Settings


class Computation:
    """The state of a training as tensors, moved on by a program.

    Parameters
    ----------
    program : Program
        Of the model's structure.
    model : keras.Model
        Whose training it is; the state begins as the model's.
    data : sequence
        Training inputs and targets, then validation inputs and targets: nested tensors.
    settings : Settings
        Of the training: the order of samples and the scale of inputs.
    """

    def __init__(self, program: Program, model: keras.Model, data: Sequence[Any], settings: Settings) -> None:
        self.program = program
        self._model = model
        self._data = data
        self._order = settings.order or (lambda epoch: np.arange(program.layout.samples))
        self._carrier = carrier = program.carrier
        self._shapes = carrier.log_shapes(model)
        self._scalars = not any(self._shapes.values())
        names = carrier.layer_names(model)
        self.probe_names = [(probe, names[layer]) for probe, layer in program.probe_names]
        self._settings = tf.constant([settings.input_scale, *carrier.rates(model)], tf.float64)
        self._orders: tuple[range, tf.Tensor] = (range(0), None)
        self._parts = _parts(carrier.model)
        self.state: Tensors = [*carrier.state_of(model), *program.start[len(carrier.variables) :]]

    def run(self, epochs: range, begin: int, stop: int) -> Outcome:
        """Train from a step of the first of these epochs to before a step of the last."""
        self._follow_learning_rate()
        outcome = self.program(
            self.state, self._data, self._orders_of(epochs), (len(epochs), begin, stop), self._settings
        )
        self.state = outcome.state
        return outcome

    def push(self) -> None:
        """Give the model the state."""
        self._carrier.give(self.state, self._model)

    def push_metrics(self) -> None:
        """Give the model's metrics what they have added up."""
        trained = self.state[self._carrier.optimized :]
        for variable, value in zip(self._model.metrics_variables, trained, strict=False):
            variable.value.assign(value)

    def pull(self) -> None:
        """Take over what the model holds; metrics stay as they are."""
        optimized = self._carrier.optimized
        self.state = [*self._carrier.state_of(self._model)[:optimized], *self.state[optimized:]]

    def named(self, row: NDArray[np.float64]) -> dict[str, Any]:
        """Return metrics by the model's own names, as Keras' logs have them."""
        if self._scalars:
            return dict(zip(self._shapes, row.tolist(), strict=True))
        logs: dict[str, Any] = {}
        begin = 0
        for name, shape in self._shapes.items():
            end = begin + math.prod(shape)
            values = row[begin:end].reshape(shape)
            logs[name] = values.astype(keras.config.floatx()) if shape else float(values)
            begin = end
        return logs

    def split(self, row: NDArray[Any]) -> list[NDArray[Any]]:
        """Return a row of weights in the form of ``model.get_weights()``."""
        return [row[part].reshape(shape).astype(dtype) for part, shape, dtype in self._parts]

    def weights(self) -> Arrays:
        """Return the weights as they stand, in the order of ``model.get_weights()``."""
        places = {id(variable): place for place, variable in enumerate(self._carrier.variables)}
        return tuple(self.state[places[id(weight)]].numpy() for weight in self._carrier.model.weights)

    def parts(self, state: Tensors) -> tuple[Arrays, Arrays, Arrays]:
        """Return a state as arrays: the model's, the optimizer's, and what metrics and probes have added up."""
        values = tuple(tensor.numpy() for tensor in state)
        trained, optimized = self._carrier.trained, self._carrier.optimized
        return values[:trained], values[trained:optimized], values[optimized:]

    def take_up(self, state: TrainerState) -> None:
        """Go on from a state that another trainer has given."""
        sums = state.sums or [tensor.numpy() for tensor in self.program.start[self._carrier.optimized :]]
        values = [*state.variables, *state.optimizer, *sums]
        self.state = [tf.constant(value, like.dtype) for value, like in zip(values, self.state, strict=True)]
        # The learning rate is followed from there.
        self.push()

    def _follow_learning_rate(self) -> None:
        place = self._carrier.learning_rate_at
        if place is not None:
            state = list(self.state)
            state[place] = inner(self._model.optimizer)._learning_rate.value.read_value()
            self.state = state

    def _orders_of(self, epochs: range) -> tf.Tensor:
        kept, orders = self._orders
        if kept != epochs:
            table = np.zeros((self.program.capacity, self.program.layout.samples), np.int32)
            for row, epoch in enumerate(epochs):
                table[row] = self._order(epoch)
            orders = tf.constant(table)
            self._orders = (epochs, orders)
        return orders


def _parts(model: keras.Model) -> list[tuple[slice, tuple[int, ...], str]]:
    """Return where each weight stands in a row of all, its shape and its type: asking Keras takes long."""
    found, begin = [], 0
    for weight in model.weights:
        end = begin + math.prod(weight.shape)
        found.append((slice(begin, end), tuple(weight.shape), str(weight.dtype)))
        begin = end
    return found
