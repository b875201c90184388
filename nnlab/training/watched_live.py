"""`WatchedLiveCallback`: reports a run that is played epoch by epoch, with the weights of as many epochs as it can."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from nnlab.events import Arrays
from nnlab.training.live import Emit, LiveCallback


class WatchedLiveCallback(LiveCallback):
    """Report each epoch, and weights evenly over the epochs, up to 120 a second; the newest 200 whole when it halts.

    Parameters
    ----------
    run_id : str
        Which run.
    emit : callable
        Takes each event.
    clock : callable
        Returns the time in seconds; for tests.

    Attributes
    ----------
    silent_until : int
        Epochs up to this one are computed again and reported already.
    """

    WEIGHTS_A_SECOND = 120
    # What may be sent at once after a while in which less was.
    MOST_CREDIT = 240.0
    WHOLE_EPOCHS = 200

    def __init__(self, run_id: str, emit: Emit, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(run_id, emit, clock)
        self.silent_until = 0
        self._held: dict[int, Arrays] = {}
        self._newest: dict[int, Arrays] = {}
        self._credit = self.MOST_CREDIT
        self._credited = clock()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if epoch < self.silent_until and self._training is not None:
            self._training.recorded.take_weights(epoch + 1)
        else:
            super().on_epoch_end(epoch, logs)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self.flush_whole()

    def flush(self) -> None:
        """Send what is waiting, with the weights of some of its epochs, its last among them."""
        now = self._clock()
        self._credit = min(self.MOST_CREDIT, self._credit + (now - self._credited) * self.WEIGHTS_A_SECOND)
        self._credited = now
        epochs = list(self._weights)
        chosen = evenly(epochs, int(self._credit))
        self._credit -= len(chosen)
        self._send({epoch: self._weights.pop(epoch) for epoch in chosen})
        self._hold()

    def flush_whole(self) -> None:
        """Send what is waiting, and of the newest epochs the weights that were passed over."""
        self._hold()
        # A record takes what comes last for the weights as they stand.
        self._send(self._held | self._newest if self._held else {})
        self._held = {}

    def forget(self) -> None:
        """Drop what is waiting: it is no longer true."""
        self._waiting, self._weights, self._held, self._newest = [], {}, {}, {}

    def _weigh(self, epoch: int, weights: Arrays) -> None:
        self._weights[epoch] = weights
        self._newest = {epoch: weights}

    def _hold(self) -> None:
        self._held |= self._weights
        self._weights = {}
        newest = max(self._held, default=0)
        self._held = {epoch: held for epoch, held in self._held.items() if epoch > newest - self.WHOLE_EPOCHS}


def evenly(epochs: list[int], count: int) -> list[int]:
    """Return at most `count` of the epochs, evenly apart, the last among them.

    Examples
    --------
    >>> evenly([1, 2, 3, 4, 5, 6], 3)
    [2, 4, 6]
    >>> evenly([1, 2], 5)
    [1, 2]
    """
    count = min(count, len(epochs))
    return [epochs[(place + 1) * len(epochs) // count - 1] for place in range(count)]
