"""`Shape`: how much of everything a program is compiled for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

# Orders of samples that one call holds.
INDICES = 4_000_000
MOST_EPOCHS = 64


@dataclass(frozen=True, slots=True)
class Shape:
    """What is compiled into a program beside the network.

    Parameters
    ----------
    replicas : int
        How many are trained.
    samples, valid_samples : int
        Of the training and the validation set.
    own_data : bool
        Whether each replica has points of its own.
    thread : int
        In which of the threads it is used that train at the same time: a program has one state to work on.
    """

    replicas: int
    samples: int
    valid_samples: int
    own_data: bool
    thread: int = 0

    @property
    def capacity(self) -> int:
        """How many epochs one call can train."""
        return max(1, min(MOST_EPOCHS, INDICES // (self.samples * self.replicas)))

    @property
    def index_type(self) -> type[np.unsignedinteger[Any]]:
        """The smallest type that numbers the training samples."""
        return np.uint8 if self.samples <= 256 else np.uint16
