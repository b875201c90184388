"""`Program`: training steps, epochs and validation of one model structure, compiled by XLA as a whole."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from nnlab.training.carrier import Carrier, Tensors
from nnlab.training.layout import Layout
from nnlab.training.probes import ProbeSet
from nnlab.training.trace import Trace, Wish

INDICES = 1_000_000
WEIGHTS = 500_000
MOST_EPOCHS = 128


@dataclass(slots=True)
class Outcome:
    """What a call of a program has brought about; one row for each epoch it touched.

    Parameters
    ----------
    state : list of tensor
        Where training stands now.
    logs : ndarray of shape (2, n_epochs, n_values)
        Training results, taken at the turn, and validation results, taken at the close.
    current : ndarray of shape (n_values,)
        The metrics as they stand; empty unless wished for.
    probes : ndarray of shape (n_epochs, n_probes)
        Taken at the turn.
    weights : ndarray of shape (n_epochs, n_weights)
        Taken at the turn; no columns unless wished for.
    epochs : int
        How many epochs it touched: fewer than asked for when a loss was not finite.
    lost_at : int
        The batch whose loss was not finite, -1 if there was none.
    """

    state: Tensors
    logs: NDArray[np.float64]
    current: NDArray[np.float64]
    probes: NDArray[np.float32]
    weights: NDArray[Any]
    epochs: int
    lost_at: int


class Program:
    """Train any number of epochs, from any step to any step, in one call.

    The model's own ``train_step``, ``test_step`` and metrics are traced: whatever Keras
    computes is computed here. Batches come in the order of given indices. Every count is an
    input, so one compilation serves whole chunks of epochs and single batches alike.

    Parameters
    ----------
    carrier : Carrier
        The model to trace.
    layout : Layout
        The steps of an epoch.
    data : sequence
        Training inputs and targets, then validation inputs and targets: nested tensors.
    wish : Wish
        What else to do.
    """

    def __init__(self, carrier: Carrier, layout: Layout, data: Sequence[Any], wish: Wish) -> None:
        self.carrier = carrier
        self.layout = layout
        self.step_seconds: float | None = None
        self._wish = wish
        self._probes = ProbeSet(carrier.model, wish.probes)
        self._variables = [*(variable.value for variable in carrier.variables), *self._probes.variables]
        self.start = [*carrier.start, *(tf.identity(variable) for variable in self._probes.variables)]
        size = sum(int(np.prod(weight.shape)) for weight in carrier.model.weights)
        doubles = any(weight.dtype == "float64" for weight in carrier.model.weights)
        self.weights_dtype = tf.float64 if doubles else tf.float32
        most = min(MOST_EPOCHS, INDICES // layout.samples)
        self.capacity = max(1, min(most, WEIGHTS // max(size, 1)) if wish.weights else most)
        rates = carrier.rates(carrier.model)
        signature = [
            [tf.TensorSpec(value.shape, value.dtype) for value in self.start],
            tf.nest.map_structure(lambda value: tf.TensorSpec(value.shape, value.dtype), list(data)),
            tf.TensorSpec((self.capacity, layout.samples), tf.int32),
            tf.TensorSpec((3,), tf.int32),
            tf.TensorSpec((len(rates) + 1,), tf.float64),
        ]
        function = tf.function(self._run, jit_compile=True, autograph=False)
        self._function: Any = function.get_concrete_function(*signature)

    @property
    def probe_names(self) -> list[tuple[str, str]]:
        """Probe and layer of each column of `Outcome.probes`."""
        return self._probes.names

    def __call__(
        self, state: Tensors, data: Sequence[Any], orders: tf.Tensor, span: tuple[int, int, int], settings: tf.Tensor
    ) -> Outcome:
        """Train.

        Parameters
        ----------
        state : list of tensor
            Where training stands.
        data : sequence
            As given to the constructor.
        orders : tensor of shape (capacity, samples), int32
            The order of each epoch.
        span : tuple of int
            Number of epochs, first step of the first, step before which to end in the last.
        settings : tensor of shape (1 + n_rates,), float64
            What to divide inputs by, then the rates of the carrier.
        """
        epochs, begin, end = span
        begun = time.perf_counter()
        inputs = [*state, *tf.nest.flatten(list(data)), orders, tf.constant(span, tf.int32), settings]
        # Called like a function of Python, it would compare every tensor with the signature, at
        # half the time of a small network's epoch.
        results = self._function._call_flat(inputs, self._function.captured_inputs)
        *state, logs, current, probes, weights, counts = results
        done, lost_at = counts.numpy().tolist()
        numbers = logs.numpy()
        steps = (epochs - 1) * self.layout.steps + end - begin if epochs else 0
        if steps:
            self._measure((time.perf_counter() - begun) / steps)
        return Outcome(
            state,
            numbers[:, :done],
            current.numpy(),
            probes.numpy()[:done],
            weights.numpy()[:done],
            done,
            lost_at,
        )

    def _measure(self, seconds: float) -> None:
        # Calls of few steps cost more a step: a falling cost is believed at once, a rising one slowly.
        known = self.step_seconds
        self.step_seconds = seconds if known is None or seconds < known else 0.7 * known + 0.3 * seconds

    def _run(self, state: Tensors, data: Any, orders: tf.Tensor, span: tf.Tensor, settings: tf.Tensor) -> list[Any]:
        for variable, value in zip(self._variables, state, strict=True):
            variable.assign(value)
        model, wish = self.carrier.model, self._wish
        with self.carrier.traced(tf.unstack(settings[1:])):
            trace = Trace(model, self.layout, self._probes, data, settings[0], wish)
            width = trace.results().shape[0]
            size = sum(int(np.prod(weight.shape)) for weight in model.weights) if wish.weights else 0
            tables = (
                tf.zeros((2, self.capacity, width), tf.float64),
                tf.zeros((self.capacity, len(self._probes.names))),
                tf.zeros((self.capacity, size), self.weights_dtype),
            )

            def epoch(number: tf.Tensor, lost: tf.Tensor, *tables: tf.Tensor) -> tuple[Any, ...]:
                first = tf.where(number == 0, span[1], 0)
                last = tf.where(number == span[0] - 1, span[2], self.layout.steps)
                return number + 1, *trace.epoch(number, tf.gather(orders, number), first, last, lost, tables)

            done, lost, logs, probes, weights = tf.while_loop(
                lambda number, lost, *_: tf.logical_and(number < span[0], lost < 0),
                epoch,
                (tf.constant(0), tf.constant(-1), *tables),
            )
            current = trace.results() if wish.current else tf.zeros((0,), tf.float64)
        return [
            *(tf.identity(variable) for variable in self._variables),
            logs,
            current,
            probes,
            weights,
            tf.stack([done, lost]),
        ]
