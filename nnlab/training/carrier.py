"""`Carrier`: the model that a compiled program is traced with, and how states get in and out of models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from nnlab.training import dials

Tensors = list[tf.Tensor]


class Carrier:
    """A built and compiled model whose variables are scratch space for a program.

    A program begins by writing a state into them and ends by reading it, so it belongs to no
    model in particular: states are plain tensors, kept by the trainers.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    batch : tuple
        One batch, inputs and targets, to build what is not built yet.
    own : bool
        Whether it is the user's model itself, which cannot be made again; its rates are then
        part of the program.
    """

    def __init__(self, model: keras.Model, batch: tuple[Any, Any], *, own: bool) -> None:
        self.model = model
        self.own = own
        build(model, batch)
        self._dials = [] if own else dials.places(model)
        self.variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
        self.trained = len(model.variables)
        self.optimized = self.trained + len(model.optimizer.variables)
        rate = inner(model.optimizer)._learning_rate
        rates = [place for place, variable in enumerate(self.variables) if variable is rate]
        self.learning_rate_at = rates[0] if rates else None
        self.start: Tensors = [tf.identity(variable.value) for variable in self.variables]

    def rates(self, model: keras.Model) -> list[float]:
        """Return a model's own rates, in the order in which the program takes them."""
        return [] if self.own else dials.values(dials.places(model))

    @contextmanager
    def traced(self, rates: Sequence[tf.Tensor]) -> Iterator[None]:
        """Let the model use tensors where it has numbers of its own, while a program is traced."""
        usual = dials.values(self._dials)
        normalizations = [layer for layer in self.model._flatten_layers() if type(layer) is keras.layers.Normalization]
        dials.put(self._dials, [dials.Dial(rate) for rate in rates] if self._dials else [])
        try:
            for layer in normalizations:
                # It computes with constants made from its variables: here they have to follow those.
                layer.finalize_state()
            yield
        finally:
            dials.put(self._dials, usual)
            with tf.init_scope():
                for layer in normalizations:
                    layer.finalize_state()

    def log_shapes(self, model: keras.Model) -> dict[str, tuple[int, ...]]:
        """Return the keys of the logs as `model` names them, with the shapes of their values."""
        own, theirs = _metric_objects(self.model), _metric_objects(model)
        usual = [metric.name for metric in own]
        try:
            for metric, other in zip(own, theirs, strict=True):
                metric.name = other.name
            return {name: tuple(np.shape(value)) for name, value in self.model.get_metrics_result().items()}
        finally:
            for metric, name in zip(own, usual, strict=True):
                metric.name = name

    def layer_names(self, model: keras.Model) -> dict[str, str]:
        """Return what `model` calls the layers of this one."""
        layers = zip(self.model._flatten_layers(), model._flatten_layers(), strict=True)
        return {own.name: other.name for own, other in layers}

    def state_of(self, model: keras.Model) -> Tensors:
        """Return a model's state in the order of `variables`; metrics are at their beginning."""
        return [*_values(model.variables), *_values(model.optimizer.variables), *self.start[self.optimized :]]

    def give(self, state: Tensors, model: keras.Model) -> None:
        """Write a state into a model and its optimizer."""
        for variable, value in zip([*model.variables, *model.optimizer.variables], state, strict=False):
            # The Keras variable's own assign checks and converts what fits already, at twice the time.
            variable.value.assign(value)
        for layer in model._flatten_layers():
            if type(layer) is keras.layers.Normalization:
                layer.finalize_state()


def build(model: keras.Model, batch: tuple[Any, Any]) -> None:
    """Build what is not built yet of a model, its metrics, losses and optimizer.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    batch : tuple
        Inputs and targets: nested tensors, of which only type and shape of a sample count.
    """
    symbols = tf.nest.map_structure(lambda value: keras.KerasTensor((None, *value.shape[1:]), value.dtype.name), batch)
    # Public names do not reach it: `fit` builds a model in this way.
    model._symbolic_build(data_batch=symbols)


def inner(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Return the optimizer that has the learning rate: one that scales losses is wrapped around another."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def _values(variables: Sequence[Any]) -> Tensors:
    return [variable.value.read_value() for variable in variables]


def _metric_objects(model: keras.Model) -> list[keras.metrics.Metric]:
    compiled = model._compile_metrics
    if compiled is None:
        return []
    given = keras.tree.flatten([compiled._user_metrics, compiled._user_weighted_metrics])
    return [metric for metric in given if isinstance(metric, keras.metrics.Metric)]
