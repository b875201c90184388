"""The gate between a trainer and Keras' own ``fit``: it runs only while it is let."""

from __future__ import annotations

import threading
import time
from typing import Any

import keras


class Abandoned(BaseException):
    """Raised inside ``fit`` to leave it at once; not an error, hence no Exception."""


class Gate(keras.callbacks.Callback):
    """A callback that holds ``fit`` at the next batch once its time is over.

    ``fit`` lives in a thread of its own, but never runs at the same time as the thread
    that owns the trainer: one of the two always waits here. The gate is *shut* when
    ``fit`` stands still; only then may the model be read or changed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._condition = threading.Condition()
        self._deadline = 0.0
        self._shut = True
        self._leave = False
        self.ended = False

    def open(self, seconds: float) -> None:
        """Let ``fit`` run for about `seconds`."""
        with self._condition:
            self._deadline = time.monotonic() + seconds
            if self._shut:
                self._shut = False
                self._condition.notify_all()

    def wait_until_shut(self, timeout: float) -> bool:
        """Wait until ``fit`` stands still or has ended; False if it does not within `timeout` seconds."""
        with self._condition:
            return self._condition.wait_for(lambda: self._shut or self.ended, timeout)

    def leave(self) -> None:
        """Make ``fit`` leave at the next batch."""
        with self._condition:
            self._leave = True
            self._shut = False
            self._condition.notify_all()

    def end(self) -> None:
        """Say that ``fit`` is over, from its own thread."""
        with self._condition:
            self.ended = True
            self._condition.notify_all()

    def pass_through(self) -> None:
        """Stand still here, in the thread of ``fit``, if the time is over."""
        with self._condition:
            if time.monotonic() >= self._deadline and not self._leave:
                self._shut = True
                self._condition.notify_all()
            self._condition.wait_for(lambda: not self._shut)
            if self._leave:
                raise Abandoned

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.pass_through()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.pass_through()

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.pass_through()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.pass_through()
