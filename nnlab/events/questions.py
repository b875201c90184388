"""What a worker is asked of a model whose weights are known: its outputs, and its file to take along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.events.base import Arrays, Command, Event
from nnlab.experiment import Experiment
from nnlab.messages import Message


@dataclass(frozen=True, slots=True, eq=False)
class Predict(Command):
    """Compute the outputs of `experiment` with `weights` for raw inputs `x`."""

    request_id: str
    experiment: Experiment
    weights: Arrays
    x: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Predicted(Event):
    """The answer to `Predict`: outputs of shape (n, n_outputs), or what went wrong."""

    request_id: str
    outputs: NDArray[np.float32] | None
    problem: Message | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SaveModel(Command):
    """Save the model of `experiment` with `weights`; any worker can, whatever run it has."""

    request_id: str
    experiment: Experiment
    weights: Arrays


@dataclass(frozen=True, slots=True, eq=False)
class ModelSaved(Event):
    """The answer to `SaveModel`: the bytes of a ``.keras`` file, or what went wrong."""

    request_id: str
    content: bytes | None
    problem: Message | None = None
