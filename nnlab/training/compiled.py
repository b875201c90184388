"""`CompiledTrainer`: Keras' ``fit`` with whole epochs as one program, advanced in slices of time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import keras
import tensorflow as tf

from nnlab.events import Arrays, TrainerState
from nnlab.training.carrier import Tensors
from nnlab.training.computation import Computation
from nnlab.training.demands import Demand, greatest
from nnlab.training.hooks import Hooks, validation_logs
from nnlab.training.layout import Layout
from nnlab.training.program import Outcome
from nnlab.training.programs import Wanted
from nnlab.training.recording import Recorded
from nnlab.training.settings import Settings
from nnlab.training.state import remembered, remind

FIRST_STEPS = 8
MANY = 2**31


class CompiledTrainer:
    """Train a compiled model on arrays in memory by a program of its structure.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    data : sequence
        Training inputs and targets, then validation inputs and targets if there are any: nested tensors.
    settings : Settings
        How to train.

    Raises
    ------
    NotCompilableError
        From `compile`: the model cannot be trained in this way.
    """

    def __init__(self, model: keras.Model, data: Sequence[Any], settings: Settings) -> None:
        self.model = model
        self.epoch = settings.resume.epoch if settings.resume else 0
        self.epoch_seconds = 0.0
        self.recorded = Recorded()
        self.finished = False
        self._data = data
        self._settings = settings
        self._demand = greatest(settings.callbacks)
        sizes = [len(tf.nest.flatten(part)[0]) for part in data]
        self._layout = Layout(sizes[0], settings.batch_size, sizes[2] if len(data) > 2 else 0)
        self._step = 0
        self._elapsed = 0.0
        self._training: dict[str, Any] = {}
        self._validation: dict[str, Any] = {}
        self._current: dict[str, Any] = {}
        self._logs: dict[str, Any] | None = None

    @cached_property
    def wanted(self) -> Wanted:
        """The program of the model's structure."""
        return Wanted(self.model, self._layout, self._data, self._settings.wish)

    def compile(self, announce: Callable[[], None] = lambda: None) -> None:
        """Find the program, or call `announce` and have it compiled, in about a second."""
        settings, program = self._settings, self.wanted.get(announce)
        self._work = Computation(program, self.model, self._data, settings)
        if settings.resume is not None:
            self._work.take_up(settings.resume)
            self._step = settings.resume.step
            self._training = dict(settings.resume.results)

    def begin(self) -> None:
        """Call the callbacks' ``on_train_begin``."""
        self.model.stop_training = False
        params = {"verbose": 0, "epochs": self._settings.epochs, "steps": self._layout.turn}
        self._hooks = Hooks(self.model, self._settings.callbacks, **params)
        if self._demand >= Demand.READ:
            self._work.push()
        self._hooks.call.on_train_begin()
        # Any callback may change the model here; BackupAndRestore leaves the epoch to go on from, too.
        self._work.pull()
        self.epoch = getattr(self.model, "_initial_epoch", None) or self.epoch
        if self._step > self._layout.turn:
            self._hooks.call.on_test_begin()
        if self._settings.resume is not None:
            remind(self._settings.callbacks, self._settings.resume.callbacks)
        self._epoch_state = (self.epoch, self._work.state)
        if self._left() <= 0:
            self._end()

    @property
    def history(self) -> keras.callbacks.History:
        """What Keras' ``fit`` returns."""
        return self._hooks.history

    def advance(self, seconds: float, epochs: int | None = None) -> bool:
        """Train for about `seconds`, or that many epochs, and return whether there is more to do."""
        end = time.perf_counter() + seconds
        last = self.epoch + epochs if epochs else sys.maxsize
        while not self.finished:
            self._go(end - time.perf_counter(), last - self.epoch)
            if time.perf_counter() >= end or self.epoch >= last:
                break
        return not self.finished

    def state(self) -> TrainerState:
        """Return where training stands, amid an epoch too."""
        return self._as_arrays(self.epoch, self._step, self._work.state)

    def state_of_last_epoch(self) -> TrainerState:
        """Return where training stood at the end of the last whole epoch."""
        return self._as_arrays(self._epoch_state[0], 0, self._epoch_state[1])

    def weights(self) -> Arrays:
        """Return the weights as they stand, in the order of ``model.get_weights()``."""
        return self._work.weights()

    def close(self) -> None:
        """Leave the training where it is and give the model its weights."""
        if not self.finished:
            self._work.push()
            self.finished = True

    # How far to go -------------------------------------------------------------------------

    def _go(self, seconds: float, epochs: int) -> None:
        steps = self._affordable(seconds)
        stopped = bool(self.model.stop_training)
        if self._step == 0 and self._demand == Demand.WATCH and steps >= self._layout.steps and not stopped:
            self._chunk(min(epochs, steps // self._layout.steps))
            return
        if self._step == 0:
            self._begin_epoch()
        if self._step == 0 and self.model.stop_training and self._demand < Demand.BATCH:
            # Stopped before it began: as under `fit`, one batch is trained all the same.
            self._slice(1)
            self._step = self._layout.turn
        elif self._demand == Demand.BATCH:
            self._batch()
        else:
            self._slice(min(self._step + steps, self._barrier()))

    def _affordable(self, seconds: float) -> int:
        step_seconds = self._work.program.step_seconds
        return max(1, int(min(seconds / step_seconds, MANY))) if step_seconds else FIRST_STEPS

    def _barrier(self) -> int:
        """Return the step before which callbacks have to be called next."""
        layout = self._layout
        if self._hooks.at_tests and layout.valid_samples and self._step <= layout.turn:
            return layout.turn + 1
        return layout.steps

    # Whole epochs at a time ----------------------------------------------------------------

    def _chunk(self, epochs: int) -> None:
        first, before = self.epoch, self._work.state
        begun = time.perf_counter()
        epochs = min(epochs, self._left(), self._work.program.capacity)
        outcome = self._work.run(range(first, first + epochs), 0, self._layout.steps)
        self.epoch_seconds = (time.perf_counter() - begun) / outcome.epochs
        for row in range(outcome.epochs):
            last = row == outcome.epochs - 1
            self._begin_epoch()
            self._note(outcome, row, turned=True, closed=self._layout.valid_samples > 0)
            if last and outcome.lost_at >= 0:
                self._hooks.batch_lost(outcome.lost_at, self._training)
            if self._layout.valid_samples and self._hooks.at_tests:
                self._hooks.call.on_test_begin()
                self._hooks.call.on_test_end(self._validation)
            if last:
                self._epoch_state = (self.epoch + 1, self._work.state)
            self._end_epoch()
            if self.model.stop_training and not last:
                # A callback has had enough before the end of what is computed: back to where it stopped.
                self._work.state = before
                self._work.run(range(first, self.epoch), 0, self._layout.steps)
                self._epoch_state = (self.epoch, self._work.state)
            if self.finished or self._is_over():
                return

    # A part of an epoch at a time ----------------------------------------------------------

    def _slice(self, stop: int) -> None:
        begin = self._step
        begun = time.perf_counter()
        outcome = self._work.run(range(self.epoch, self.epoch + 1), begin, stop)
        self._elapsed += time.perf_counter() - begun
        layout = self._layout
        turned, closed = begin <= layout.turn < stop, bool(layout.valid_samples) and begin <= layout.close < stop
        self._step = stop
        self._note(outcome, 0, turned=turned, closed=closed)
        if outcome.lost_at >= 0 and self._demand < Demand.BATCH:
            # As under `fit`, the epoch's other batches are left out, its validation is not.
            self._step = max(stop, layout.turn)
            self._hooks.batch_lost(outcome.lost_at, self._training if turned else self._work.named(outcome.current))
        if turned and layout.valid_samples:
            self._at_test(self._hooks.call.on_test_begin)
        if closed:
            self._at_test(lambda: self._hooks.call.on_test_end(self._validation))
        if self._step == layout.steps:
            self._step, self.epoch_seconds, self._elapsed = 0, self._elapsed, 0.0
            self._epoch_state = (self.epoch + 1, self._work.state)
            self._end_epoch()
            self._is_over()

    def _batch(self) -> None:
        layout, call = self._layout, self._hooks.call
        if self._step < layout.turn:
            self._hooked(call.on_train_batch_begin, call.on_train_batch_end, self._step)
            if self.model.stop_training:
                self._step = layout.turn
        elif layout.turn < self._step < layout.close and layout.valid_samples:
            self._hooked(call.on_test_batch_begin, call.on_test_batch_end, self._step - layout.turn - 1)
        else:
            self._slice(self._step + 1)

    def _hooked(self, begin: Callable[..., None], end: Callable[..., None], batch: int) -> None:
        begin(batch)
        self._work.pull()
        self._slice(self._step + 1)
        self._work.push()
        end(batch, self._current)
        self._work.pull()

    def _at_test(self, hook: Callable[[], None]) -> None:
        if self._demand >= Demand.READ:
            self._work.push()
        hook()
        self._take_changes()

    # Epochs begin and end ------------------------------------------------------------------

    def _begin_epoch(self) -> None:
        self._hooks.call.on_epoch_begin(self.epoch)
        self._take_changes()

    def _take_changes(self) -> None:
        if self._demand >= Demand.WRITE:
            self._work.pull()

    def _end_epoch(self) -> None:
        if self._demand >= Demand.READ:
            self._work.push()
        self._logs = {**self._training, **validation_logs(self._validation)}
        self.epoch += 1
        self._hooks.call.on_epoch_end(self.epoch - 1, self._logs)
        if self._demand >= Demand.WRITE:
            self._work.pull()
            self._epoch_state = (self.epoch, self._work.state)

    def _is_over(self) -> bool:
        if self.model.stop_training or self._left() <= 0:
            self._end()
        return self.finished

    def _left(self) -> int:
        return sys.maxsize if self._settings.epochs is None else self._settings.epochs - self.epoch

    def _end(self) -> None:
        # Where callbacks read the model it has the weights already, or others that one of them has set.
        if self._demand < Demand.READ:
            self._work.push()
        self._work.push_metrics()
        self.finished = True
        self.model.optimizer.finalize_variable_values(self.model.trainable_weights)
        self._hooks.call.on_train_end(self._logs)

    def _note(self, outcome: Outcome, row: int, *, turned: bool, closed: bool) -> None:
        self._current = self._work.named(outcome.current) if len(outcome.current) else {}
        if turned:
            self._training = self._work.named(outcome.logs[0, row])
            self._validation = {}
            every = self._settings.record.weights_every
            if every and (self.epoch + 1) % every == 0:
                self.recorded.weights[self.epoch + 1] = self._work.split(outcome.weights[row])
            self.recorded.add_probes(dict(zip(self._work.probe_names, outcome.probes[row].tolist(), strict=True)))
        if closed:
            self._validation = self._work.named(outcome.logs[1, row])

    def _as_arrays(self, epoch: int, step: int, state: Tensors) -> TrainerState:
        variables, optimizer, sums = self._work.parts(state)
        memory = remembered(self._settings.callbacks)
        return TrainerState(epoch, variables, optimizer, memory, step, sums, dict(self._training) if step else {})
