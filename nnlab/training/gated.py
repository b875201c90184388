"""`GatedTrainer`: Keras' own ``fit``, advanced in slices of time, for what cannot be compiled."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from nnlab.events import Arrays, TrainerState
from nnlab.training.batches import stream
from nnlab.training.gate import Abandoned, Gate
from nnlab.training.recording import Recorded
from nnlab.training.settings import Settings
from nnlab.training.state import arrays, remembered, remind, restore


class GatedTrainer:
    """Train a compiled model, a slice of time at a time.

    Whoever owns it calls `advance` again and again, and between two calls may look at the
    model, change its learning rate, take its `state` or walk away. What is computed is
    what ``model.fit`` computes on the same batches: Keras' own ``fit`` does it.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    data : sequence
        Training inputs and targets, then validation inputs and targets if there are any: nested
        tensors, or whatever else ``fit`` takes.
    settings : Settings
        How to train; of what is to be recorded, only weights are.
    """

    def __init__(self, model: keras.Model, data: Sequence[Any], settings: Settings) -> None:
        self.model = model
        self.epoch = 0
        self.epoch_seconds = 0.0
        self.recorded = Recorded()
        self._begun = 0.0
        self._weights_every = settings.record.weights_every
        self._epochs = settings.epochs
        self._callbacks = settings.callbacks
        self._resume = resume = settings.resume
        self._gate = Gate()
        self._error: BaseException | None = None
        self._last: TrainerState | None = resume
        if resume is not None:
            self.epoch = resume.epoch
            restore(model, resume)
        self._fit_arguments = self._arguments(data, settings)
        self._thread = threading.Thread(target=self._fit, name="fit", daemon=True)

    def _arguments(self, data: Sequence[Any], settings: Settings) -> dict[str, Any]:
        order, batch_size, scale = settings.order, settings.batch_size, settings.input_scale
        if order is None:
            x, y, *validation = data
            return {"x": x, "y": y, "validation_data": tuple(validation) or None, "shuffle": False}
        sizes = [len(tf.nest.flatten(part)[0]) for part in data]
        arguments: dict[str, Any] = {
            "x": stream(data[0], data[1], batch_size, scale, lambda: order(self.epoch)),
            "steps_per_epoch": -(-sizes[0] // batch_size),
            "shuffle": False,
        }
        if len(data) > 2:
            steps = -(-sizes[2] // batch_size)
            # Sample weights travel with the targets.
            x, y = data[2], data[3] if len(data) == 4 else tuple(data[3:])
            batches = stream(x, y, batch_size, scale)
            if len(data) > 4:
                batches = batches.map(lambda x, y: (x, *y))
            arguments |= {"validation_data": batches, "validation_steps": steps}
        return arguments

    def advance(self, seconds: float) -> bool:
        """Train for about `seconds` and return whether there is more to do.

        It comes back at the end of the batch in which the time runs out; while Keras
        traces its functions, which nothing can interrupt, it comes back in between.

        Raises
        ------
        Exception
            Whatever ended the training from inside.
        """
        if self._gate.ended:
            return self._finished()
        self._gate.open(seconds)
        if self._thread.ident is None:
            self._thread.start()
        self._gate.wait_until_shut(min(1.5 * seconds, threading.TIMEOUT_MAX))
        return self._finished()

    def hold(self) -> None:
        """Wait until nothing runs: then the model may be read or changed."""
        if self._thread.is_alive():
            self._gate.wait_until_shut(threading.TIMEOUT_MAX)

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to do."""
        return self._gate.ended

    @property
    def history(self) -> keras.callbacks.History:
        """What ``fit`` returns."""
        history: keras.callbacks.History = self.model.history
        return history

    def weights(self) -> Arrays:
        """Return the weights as they stand, in the order of ``model.get_weights()``."""
        self.hold()
        return tuple(self.model.get_weights())

    def state_of_last_epoch(self) -> TrainerState:
        """Return where training stood at the end of the last whole epoch."""
        self.hold()
        if self._last is None:
            self._last = self._snapshot()
        return self._last

    def close(self) -> None:
        """Leave the training where it is; the model keeps the weights it has."""
        if self._thread.is_alive():
            self._gate.leave()
            self._thread.join()

    def _finished(self) -> bool:
        if not self._gate.ended:
            return True
        self._thread.join()
        if self._error is not None:
            raise self._error
        return False

    def _fit(self) -> None:
        # Bookkeeping stands first and the gate last, so that at the gate every callback has
        # seen the epoch.
        first = _Bookkeeping(self._epoch_begun, self._epoch_computed)
        callbacks = [first, *self._callbacks, _Bookkeeping(on_end=self._epoch_ended)]
        try:
            self.model.fit(
                **self._fit_arguments,
                epochs=self._epochs if self._epochs is not None else sys.maxsize,
                initial_epoch=self.epoch,
                callbacks=[*callbacks, self._gate],
                verbose=0,
            )
        except Abandoned:
            pass
        except BaseException as error:
            # Handed to the owner of the trainer, who waits in advance().
            self._error = error
        finally:
            self._gate.end()

    def _epoch_begun(self, epoch: int) -> None:
        if self._last is None:
            self._last = self._snapshot()
        if self._resume is not None:
            # on_train_begin has just wiped what the callbacks remembered.
            remind(self._callbacks, self._resume.callbacks)
            self._resume = None
        self.epoch = epoch
        self._begun = time.perf_counter()

    def _epoch_computed(self, epoch: int) -> None:
        self.epoch_seconds = time.perf_counter() - self._begun
        if self._weights_every and (epoch + 1) % self._weights_every == 0:
            self.recorded.weights[epoch + 1] = self.model.get_weights()

    def _epoch_ended(self, epoch: int) -> None:
        self.epoch = epoch + 1
        self._last = self._snapshot()

    def _snapshot(self) -> TrainerState:
        self.model.optimizer.build(self.model.trainable_variables)
        own, optimizer = arrays(self.model.variables), arrays(self.model.optimizer.variables)
        return TrainerState(self.epoch, own, optimizer, remembered(self._callbacks))


class _Bookkeeping(keras.callbacks.Callback):
    def __init__(
        self, on_begin: Callable[[int], None] | None = None, on_end: Callable[[int], None] | None = None
    ) -> None:
        super().__init__()
        self._on_begin = on_begin
        self._on_end = on_end

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self._on_begin is not None:
            self._on_begin(epoch)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self._on_end is not None:
            self._on_end(epoch)
