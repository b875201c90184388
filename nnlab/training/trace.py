"""`Trace`: an epoch's steps, validation and results as operations of TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from nnlab.training.layout import Layout
from nnlab.training.probes import ProbeSet


@dataclass(frozen=True, slots=True)
class Wish:
    """What a program is to do beside training.

    Parameters
    ----------
    scaled : bool
        Divide inputs by a number.
    watch_nan : bool
        Stop when a batch's loss is not finite.
    weights : bool
        Hand out the weights of each epoch.
    probes : tuple of str
        Hand out these probes of each epoch.
    current : bool
        Hand out the metrics as they stand after each call.
    """

    scaled: bool = False
    watch_nan: bool = False
    weights: bool = False
    probes: tuple[str, ...] = ()
    current: bool = False


class Trace:
    """The parts of an epoch, as operations of the program that is being traced.

    Parameters
    ----------
    model : keras.Model
        The carrier's.
    layout : Layout
        The steps of an epoch.
    probes : ProbeSet
        Adds up in training steps.
    data : sequence
        Training inputs and targets, then validation inputs and targets: nested tensors.
    scale : tensor
        What inputs are divided by.
    wish : Wish
        What to do beside training.
    """

    def __init__(
        self, model: Any, layout: Layout, probes: ProbeSet, data: Sequence[Any], scale: tf.Tensor, wish: Wish
    ) -> None:
        self._model = model
        self._layout = layout
        self._probes = probes
        self._data = data
        self._scale = scale
        self._wish = wish

    def epoch(
        self, number: tf.Tensor, order: tf.Tensor, first: tf.Tensor, last: tf.Tensor, lost: tf.Tensor, tables: Any
    ) -> tuple[Any, ...]:
        """Train and validate from one step to before another, and write results into `tables`.

        Parameters
        ----------
        number : tensor
            The row of the tables.
        order : tensor of shape (samples,), int32
            Visits the samples.
        first, last : tensor
            The steps.
        lost : tensor
            The batch whose loss was not finite, -1 for none.
        tables : tuple of tensor
            Logs, probes, weights.
        """
        layout = self._layout
        self._reset(tf.logical_and(first == 0, last > 0), probes=True)
        _, lost = tf.while_loop(
            lambda batch, lost: tf.logical_and(batch < tf.minimum(last, layout.full), lost < 0),
            lambda batch, lost: (batch + 1, self._train(order, batch, layout.batch_size, lost)),
            (tf.minimum(first, layout.full), lost),
        )
        if layout.rest:
            here = tf.logical_and(first <= layout.full, layout.full < last)
            (lost,) = _once(
                tf.logical_and(here, lost < 0), lambda lost: (self._train(order, layout.full, layout.rest, lost),), lost
            )
        if getattr(self._model, "evaluated_after_training", False):
            self._evaluate(tf.logical_and(first <= layout.turn, layout.turn < last))
        logs, probes, weights = self._turn(number, *tables)
        if layout.valid_samples:
            self._reset(tf.logical_and(first <= layout.turn, layout.turn < last))
            self._validate(first, last)
            logs = tf.tensor_scatter_nd_update(logs, [[1, number]], [self.results()])
        return lost, logs, probes, weights

    def results(self) -> tf.Tensor:
        """Return all metrics in a row."""
        values = [tf.reshape(tf.cast(value, tf.float64), [-1]) for value in self._model.get_metrics_result().values()]
        return tf.concat(values, axis=0)

    def _reset(self, condition: tf.Tensor, *, probes: bool = False) -> None:
        # Done in any case and taken back if need be: a branch or a loop compiles to far more.
        variables = [variable.value for variable in self._model.metrics_variables]
        variables += self._probes.variables if probes else []
        before = [tf.identity(variable) for variable in variables]
        self._model.reset_metrics()
        if probes:
            self._probes.reset()
        for variable, value in zip(variables, before, strict=True):
            variable.assign(tf.where(condition, variable, value))

    def _train(self, order: tf.Tensor, batch: Any, size: int, lost: tf.Tensor) -> tf.Tensor:
        indices = tf.gather(order, batch * self._layout.batch_size + tf.range(size))
        with self._probes.traced(self._model):
            logs = self._model.train_step(self._batch(self._data[:2], indices))
        if not self._wish.watch_nan:
            return lost
        return tf.where(tf.math.is_finite(tf.cast(logs["loss"], tf.float32)), lost, tf.cast(batch, tf.int32))

    def _evaluate(self, condition: tf.Tensor) -> None:
        # Metrics of the batches as they were trained give way to those of the whole set now.
        self._reset(condition)
        everything = tf.range(self._layout.samples)
        _once(condition, lambda: (self._model.test_step(self._batch(self._data[:2], everything)), ())[1])

    # Rows are written in any case; whoever calls knows which of them count.
    def _turn(self, number: tf.Tensor, logs: tf.Tensor, probes: tf.Tensor, weights: tf.Tensor) -> tuple[Any, ...]:
        logs = tf.tensor_scatter_nd_update(logs, [[0, number]], [self.results()])
        if self._probes.names:
            probes = tf.tensor_scatter_nd_update(probes, [[number]], [self._probes.results()])
        if self._wish.weights:
            row = [tf.reshape(tf.cast(weight.value, weights.dtype), [-1]) for weight in self._model.weights]
            weights = tf.tensor_scatter_nd_update(weights, [[number]], [tf.concat(row, axis=0)])
        return logs, probes, weights

    def _validate(self, first: tf.Tensor, last: tf.Tensor) -> None:
        layout = self._layout
        begin = layout.turn + 1

        def bounded(step: tf.Tensor) -> tf.Tensor:
            return tf.clip_by_value(step - begin, 0, layout.valid_full)

        tf.while_loop(
            lambda batch: batch < bounded(last),
            lambda batch: (self._test(batch, layout.batch_size),),
            (bounded(first),),
        )
        if layout.valid_rest:
            step = begin + layout.valid_full
            here = tf.logical_and(first <= step, step < last)
            _once(here, lambda: (self._test(layout.valid_full, layout.valid_rest), ())[1])

    def _test(self, batch: Any, size: int) -> Any:
        indices = batch * self._layout.batch_size + tf.range(size)
        self._model.test_step(self._batch(self._data[2:], indices))
        return batch + 1

    def _batch(self, data: Sequence[Any], indices: tf.Tensor) -> tuple[Any, Any]:
        x, y = tf.nest.map_structure(lambda values: tf.gather(values, indices), tuple(data))
        if self._wish.scaled:
            dtype = keras.config.floatx()
            x = tf.nest.map_structure(lambda values: tf.cast(values, dtype) / tf.cast(self._scale, dtype), x)
        # Keras traces with a batch of unknown size, and computes other results for a known one
        # (the mean of a model's several losses over unequal batches).
        return tf.nest.map_structure(_of_unknown_size, x), tf.nest.map_structure(_of_unknown_size, y)


def _of_unknown_size(values: tf.Tensor) -> tf.Tensor:
    return tf.compat.v1.placeholder_with_default(values, (None, *values.shape[1:]))


def _once(condition: tf.Tensor, body: Callable[..., Any], *values: Any) -> tuple[Any, ...]:
    """Do something once or not at all: a loop of at most one trip compiles better than a branch."""

    def trip(count: tf.Tensor, *values: Any) -> tuple[Any, ...]:
        return count + 1, *body(*values)

    _, *results = tf.while_loop(lambda count, *_: count < tf.cast(condition, tf.int32), trip, (tf.constant(0), *values))
    return tuple(results)
