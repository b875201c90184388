"""Keras' callback protocol, as ``model.fit`` keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from nnlab.training.demands import overrides

TEST_HOOKS = ("on_test_begin", "on_test_end")


class _Calls(keras.callbacks.CallbackList):
    """Calls callbacks at an epoch's end with numbers that are Python's already.

    Keras asks of each value whether it is a tensor; TensorFlow answers by runtime protocols, which
    costs 0.1 ms a value (Python 3.11) and half the time of a small network's epoch.
    """

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if logs is None or self._async_train or not all(type(value) is float for value in logs.values()):
            super().on_epoch_end(epoch, logs)
            return
        plain = {name: logs[name] for name in sorted(logs)}
        for callback in self.callbacks:
            callback.on_epoch_end(epoch, plain)


class Hooks:
    """The callbacks of a training, with a `History` among them.

    Parameters
    ----------
    model : keras.Model
        The one that callbacks see.
    callbacks : sequence of keras.callbacks.Callback
        In the order in which they are called.
    **params : object
        What callbacks find in their ``params``.
    """

    def __init__(self, model: keras.Model, callbacks: Sequence[keras.callbacks.Callback], **params: Any) -> None:
        self.call = _Calls(list(callbacks), add_history=True, model=model, **params)
        # Whether validation has to be begun and ended where a callback can see it.
        self.at_tests = any(overrides(callback, hook) for callback in callbacks for hook in TEST_HOOKS)

    @property
    def history(self) -> keras.callbacks.History:
        """What ``fit`` returns."""
        return self.call._history

    def batch_lost(self, batch: int, logs: dict[str, Any]) -> None:
        """Tell those that look after each batch's loss that it is not finite."""
        for callback in self.call.callbacks:
            if isinstance(callback, keras.callbacks.TerminateOnNaN):
                callback.on_batch_end(batch, logs)


def validation_logs(logs: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that validation adds to an epoch's logs."""
    return {f"val_{name}": value for name, value in logs.items()}
