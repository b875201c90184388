"""Keras' callback protocol, as ``model.fit`` keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from nnlab.training.demands import overrides

TEST_HOOKS = ("on_test_begin", "on_test_end")


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
        self.call = keras.callbacks.CallbackList(list(callbacks), add_history=True, model=model, **params)
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
