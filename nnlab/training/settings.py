"""`Settings`: what both kinds of training are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from nnlab.events import TrainerState
from nnlab.training.demands import Demand, greatest
from nnlab.training.recording import Record
from nnlab.training.trace import Wish

Order = Callable[[int], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Settings:
    """All of `nnlab.training.Trainer`'s parameters but model and data.

    Parameters
    ----------
    epochs : int or None
        Number of the last epoch; None trains until stopped.
    batch_size : int
        Samples in one update.
    callbacks : list of keras.callbacks.Callback
        Called by Keras' own contract.
    order : callable or None
        Epoch, from 0, to the order in which it visits the samples; None where the data are no arrays.
    input_scale : float
        What inputs are divided by.
    record : Record
        What to keep.
    resume : TrainerState or None
        Where another trainer stood.
    """

    epochs: int | None
    batch_size: int
    callbacks: list[keras.callbacks.Callback]
    order: Order | None
    input_scale: float
    record: Record
    resume: TrainerState | None

    @property
    def wish(self) -> Wish:
        """What a program for it has to do beside training."""
        ends_at_nan = any(isinstance(callback, keras.callbacks.TerminateOnNaN) for callback in self.callbacks)
        return Wish(
            scaled=self.input_scale != 1,
            watch_nan=ends_at_nan,
            weights=self.record.weights_every > 0,
            probes=tuple(self.record.probes),
            current=greatest(self.callbacks) == Demand.BATCH or ends_at_nan,
        )
