"""Training, inside a worker: Keras' contract, compiled whole."""

from nnlab.training.recording import Record, Recorded
from nnlab.training.trainer import Trainer, fit

__all__ = ["Record", "Recorded", "Trainer", "fit"]
