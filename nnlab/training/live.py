"""`LiveCallback`: a Keras callback that turns epochs into events."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Protocol

import keras

from nnlab.events import Arrays, EpochsEnded, Event
from nnlab.training.demands import Demand
from nnlab.training.recording import Recorded

Emit = Callable[[Event], None]
# A run whose weights of all epochs are no larger can be looked at epoch by epoch.
WHOLE_RUN_BYTES = 4_000_000


class Training(Protocol):
    """What the callback wants to know of a trainer that records the weights of every epoch."""

    @property
    def recorded(self) -> Recorded:
        """The weights kept."""
        ...

    @property
    def epoch_seconds(self) -> float:
        """What computing the last epoch took."""
        ...


class LiveCallback(keras.callbacks.Callback):
    """Report each epoch of a run, and weights at most half a second old, or all of them.

    Epochs that end in quick succession travel together. A loss that is not a number ends
    the training: `diverged` says so afterwards.

    Parameters
    ----------
    run_id : str
        Which run.
    emit : callable
        Takes each event.
    clock : callable
        Returns the time in seconds; for tests.
    """

    # It takes weights from the trainer's record, so epochs may come in whole chunks.
    demand = Demand.WATCH
    GATHER_SECONDS = 0.05
    WEIGHTS_SECONDS = 0.5

    def __init__(self, run_id: str, emit: Emit, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.diverged = False
        self._run_id = run_id
        self._emit = emit
        self._clock = clock
        self._waiting: list[tuple[int, float, dict[str, float]]] = []
        self._weights: dict[int, Arrays] = {}
        self._training: Training | None = None
        self._shortest = 0.0
        self._weights_seconds = self.WEIGHTS_SECONDS
        self._sent = self._weighed = -math.inf

    def follow(self, training: Training, epochs_per_second: float = math.inf, *, every_epoch: bool = False) -> None:
        """Take weights and times from this trainer, which has to record every epoch and is let go so fast."""
        self._training = training
        self._shortest = 1 / epochs_per_second
        self._weights_seconds = 0.0 if every_epoch else self.WEIGHTS_SECONDS

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        values = {name: float(value) for name, value in (logs or {}).items()}
        seconds = self._training.epoch_seconds if self._training else 0.0
        self._waiting.append((epoch + 1, max(seconds, self._shortest), values))
        if not all(math.isfinite(value) for value in values.values()):
            self.diverged = True
            self.model.stop_training = True
        values.update(self._training.recorded.last_probes() if self._training else {})
        weights = self._training.recorded.take_weights(epoch + 1) if self._training else None
        if weights is not None:
            self._weigh(epoch + 1, weights)
        if self._clock() - self._sent >= self.GATHER_SECONDS:
            self.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self.flush()

    def flush(self) -> None:
        """Send what is waiting."""
        self._send(self._weights)
        self._weights = {}

    def _send(self, weights: dict[int, Arrays]) -> None:
        if not self._waiting and not weights:
            return
        epochs = [epoch for epoch, _, _ in self._waiting]
        logs = [values for _, _, values in self._waiting]
        self._emit(
            EpochsEnded(
                self._run_id,
                first=epochs[0] if epochs else max(weights) + 1,
                seconds=tuple(seconds for _, seconds, _ in self._waiting),
                logs={name: tuple(row[name] for row in logs) for name in (logs[0] if logs else ())},
                weights=weights,
            )
        )
        self._waiting = []
        self._sent = self._clock()

    def _weigh(self, epoch: int, weights: Arrays) -> None:
        if self._clock() - self._weighed >= self._weights_seconds:
            self._weights[epoch] = weights
            self._weighed = self._clock()


def fits_whole(weights: Arrays, epochs: int | None) -> bool:
    """Return whether a record has room for such weights of every epoch; never where there is no last one.

    Examples
    --------
    >>> import numpy as np
    >>> fits_whole((np.zeros(100_000, np.float32),), 10), fits_whole((np.zeros(100_000, np.float32),), 11)
    (True, False)
    """
    return epochs is not None and epochs * sum(array.nbytes for array in weights) <= WHOLE_RUN_BYTES
