"""`Program`: whole epochs of many replicas, compiled by XLA as one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from nnlab.experiment import Experiment
from nnlab.replicas.network import StackedNetwork, assign
from nnlab.replicas.points import Points
from nnlab.replicas.scores import Scores
from nnlab.replicas.shape import Shape

State = list[tf.Tensor]


class Program:
    """Train and evaluate some epochs of all replicas in one call.

    The gradient of a sum of losses of which each depends on one replica is each replica's own, and the
    optimizers that come here treat every weight by itself: so one of them trains all replicas exactly.

    Parameters
    ----------
    model : keras.Model
        Compiled, of the structure to train; its layers, its loss and its kind of optimizer are used.
    experiment : Experiment
        What it was built from.
    shape : Shape
        How much there is of everything.

    Attributes
    ----------
    epoch_seconds : float or None
        What an epoch of all replicas takes; None before the first.
    """

    def __init__(self, model: Any, experiment: Experiment, shape: Shape) -> None:
        self.shape = shape
        self.epoch_seconds: float | None = None
        self._batch_size = min(experiment.batch_size, shape.samples)
        self._shuffled = experiment.mode != "playground"
        self._network = StackedNetwork(model, shape.replicas)
        self._scores = Scores(experiment)
        self._optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
        self._optimizer.build(self._network.trainable)
        self._variables = [*self._network.weights, *self._optimizer.variables]
        self._learning_rate_at = len(self._network.weights) + [
            variable is self._optimizer._learning_rate for variable in self._optimizer.variables
        ].index(True)
        self.names = self._scores.names
        self._start = [variable.value.read_value() for variable in self._optimizer.variables]
        self._function = tf.function(self._run, jit_compile=True, autograph=False)
        self._concrete: Any = None

    @property
    def capacity(self) -> int:
        """How many epochs one call can train."""
        return self.shape.capacity

    @property
    def weights(self) -> int:
        """How many tensors of a state are weights; they come first."""
        return len(self._network.weights)

    @property
    def weight_shapes(self) -> list[tuple[int, ...]]:
        """The shapes of one replica's weights."""
        return [tuple(variable.shape[:-1]) for variable in self._network.weights]

    def first_state(self, weights: list[NDArray[np.float32]]) -> State:
        """Return where a training stands that begins with these weights, each with the replica as the last axis."""
        return [*(tf.constant(values) for values in weights), *self._start]

    def with_learning_rate(self, state: State, rate: float) -> State:
        """Return the state that goes on at another learning rate."""
        state = list(state)
        state[self._learning_rate_at] = tf.constant(rate, state[self._learning_rate_at].dtype)
        return state

    def compile(self, points: Points) -> None:
        """Compile, in a second or two, unless it is done."""
        if self._concrete is not None:
            return
        state = [variable.value.read_value() for variable in self._variables]
        inputs = [state, points.tensors, self._no_orders(), self._no_epochs(), tf.constant([0, 0])]
        self._concrete = self._function.get_concrete_function(*inputs)
        # XLA compiles at the first call: one that trains nothing.
        self._call(state, points, self._no_orders(), self._no_epochs(), (0, 0))

    def run(
        self, state: State, points: Points, orders: tf.Tensor | None, first: int, evaluated: NDArray[np.bool_]
    ) -> tuple[State, NDArray[np.float32]]:
        """Train some epochs.

        Parameters
        ----------
        state : list of tensor
            Where training stands.
        points : Points
            The data.
        orders : tensor of shape (capacity, samples, replicas) or None
            Those in which each replica visits the samples in each epoch; None where that is their own order.
        first : int
            The row of the orders to begin with.
        evaluated : ndarray of shape (n_epochs,), bool
            Which epochs are evaluated.

        Returns
        -------
        list of tensor
            Where training stands now.
        ndarray of shape (n_evaluated, 4, n_replicas), float32
            Loss and metric in training, then in validation.
        """
        begun = time.perf_counter()
        rows = np.full(self.capacity, -1, np.int32)
        rows[: len(evaluated)][evaluated] = np.arange(evaluated.sum())
        span = first, len(evaluated)
        state, logs = self._call(state, points, self._no_orders() if orders is None else orders, rows, span)
        found: NDArray[np.float32] = logs.numpy()[: evaluated.sum()]
        self._measure((time.perf_counter() - begun) / len(evaluated))
        return state, found

    def _call(
        self, state: State, points: Points, orders: tf.Tensor, rows: NDArray[np.int32], span: tuple[int, int]
    ) -> tuple[State, tf.Tensor]:
        inputs = [*state, *points.tensors, orders, tf.constant(rows), tf.constant(span)]
        *state, logs = self._concrete._call_flat(inputs, self._concrete.captured_inputs)
        return state, logs

    def _measure(self, seconds: float) -> None:
        known = self.epoch_seconds
        self.epoch_seconds = seconds if known is None or seconds < known else 0.7 * known + 0.3 * seconds

    def _no_orders(self) -> tf.Tensor:
        samples, replicas = (self.shape.samples, self.shape.replicas) if self._shuffled else (0, 0)
        return tf.zeros((self.capacity, samples, replicas), self.shape.index_type)

    def _no_epochs(self) -> NDArray[np.int32]:
        return np.full(self.capacity, -1, np.int32)

    # What is traced ------------------------------------------------------------------------

    def _run(self, state: State, data: State, orders: tf.Tensor, rows: tf.Tensor, span: tf.Tensor) -> list[tf.Tensor]:
        assign(self._variables, state)
        points = Points(data, own=self.shape.own_data)

        def epoch(number: tf.Tensor, logs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            order = tf.cast(tf.gather(orders, span[0] + number), tf.int32) if self._shuffled else None
            sums = self._train(points, order)
            row = tf.gather(rows, number)

            def evaluate(done: tf.Tensor, logs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
                training = self._evaluate(points.training) if sums is None else self._scores.finished(sums)
                results = tf.concat([training, self._evaluate(points.validation)], axis=0)
                return done + 1, tf.tensor_scatter_nd_update(logs, [[row]], [results])

            # A loop of at most one trip compiles better than a branch.
            wanted = tf.cast(row >= 0, tf.int32)
            _, logs = tf.while_loop(lambda done, logs: done < wanted, evaluate, (tf.constant(0), logs))
            return number + 1, logs

        logs = tf.zeros((self.capacity, 2 * len(self.names), self.shape.replicas))
        _, logs = tf.while_loop(lambda number, logs: number < span[1], epoch, (tf.constant(0), logs))
        return [*(variable.value.read_value() for variable in self._variables), logs]

    def _train(self, points: Points, order: tf.Tensor | None) -> tf.Tensor | None:
        """Train an epoch; return means over its samples, shape (2, n_replicas), unless they are taken afterwards."""
        size, samples = self._batch_size, self.shape.samples
        sums = tf.zeros((len(self.names), self.shape.replicas))
        steps = samples // size

        def gathered(step: tf.Tensor, sums: tf.Tensor) -> tuple[tf.Tensor, ...]:
            return step + 1, sums + self._step(points.batch(step * size, size, order))

        # A batch that is cut out of the data in its own step would be cut out anew for each number that is computed
        # from it: XLA makes one of both. So it comes along from the step before.
        def cut_out(step: tf.Tensor, sums: tf.Tensor, *batch: tf.Tensor) -> tuple[tf.Tensor, ...]:
            following = points.batch(tf.minimum(step + 1, steps - 1) * size, size, None)
            return step + 1, sums + self._step(batch), *following

        first = tf.constant(0), sums
        if order is None:
            _, sums, *_ = tf.while_loop(lambda step, *_: step < steps, cut_out, (*first, *points.batch(0, size, None)))
        else:
            _, sums = tf.while_loop(lambda step, *_: step < steps, gathered, first)
        if samples % size:
            sums += self._step(points.batch(samples - samples % size, samples % size, order))
        return sums / samples if self._shuffled else None

    def _step(self, batch: Sequence[tf.Tensor]) -> tf.Tensor:
        x, y = batch
        trainable = self._network.trainable
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in trainable])
            outputs = self._network.outputs(x, training=True)
            losses = tf.reduce_mean(self._scores.loss(y, outputs), axis=0) + self._network.penalties()
            total = tf.reduce_sum(losses)
        gradients = tape.gradient(total, [variable.value for variable in trainable])
        with self._arriving(x.shape[0]):
            self._optimizer.apply(gradients, trainable)
        metric = tf.reduce_sum(self._scores.metric(y, outputs), axis=0)
        return tf.stack([losses * x.shape[0], metric])

    def _evaluate(self, data: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        x, y = data
        outputs = self._network.outputs(x, training=False)
        loss = tf.reduce_mean(self._scores.loss(y, outputs), axis=0) + self._network.penalties()
        return self._scores.finished(tf.stack([loss, tf.reduce_mean(self._scores.metric(y, outputs), axis=0)]))

    @property
    def _arriving(self) -> Callable[[int], Any]:
        # The optimizer of the mode "playground" has to know how many samples a batch has.
        return getattr(self._optimizer, "arriving", lambda samples: nullcontext())
