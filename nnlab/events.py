"""What crosses the border between the app and a worker, in both directions.

Commands go to a worker, events come from it; each names its run. Everything is frozen
and made of plain values and arrays, so that it survives any start method.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnlab.experiment import Experiment
from nnlab.messages import Message

Arrays = tuple[NDArray[Any], ...]
Phase = Literal["loading", "building", "compiling", "training", "evaluating"]
EndReason = Literal["finished", "stopped", "early_stopped", "diverged", "failed"]


@dataclass(frozen=True, slots=True, eq=False)
class TrainerState:
    """All that a run needs to go on as if it had never stopped.

    Parameters
    ----------
    epoch : int
        Epochs done; batch order and masks follow from it and the seed.
    variables : tuple of ndarray
        The model's variables, seeds of random layers among them, in Keras' order.
    optimizer : tuple of ndarray
        The optimizer's variables, in Keras' order.
    callbacks : dict
        What decision-making callbacks remember, by their class names.
    step : int
        Steps done of the epoch in progress.
    sums : tuple of ndarray
        What metrics and probes have added up in it.
    results : dict
        Its training results, once it has them.
    """

    epoch: int
    variables: Arrays
    optimizer: Arrays
    callbacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    step: int = 0
    sums: Arrays = ()
    results: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """The base of what the app asks a worker."""

    run_id: str


@dataclass(frozen=True, slots=True, eq=False)
class Start(Command):
    """Train `experiment`, from `state` on if there is one."""

    experiment: Experiment
    state: TrainerState | None = None


@dataclass(frozen=True, slots=True)
class Pause(Command):
    """Stand still at the end of the batch in progress."""


@dataclass(frozen=True, slots=True)
class Resume(Command):
    """Go on after a pause."""


@dataclass(frozen=True, slots=True)
class Stop(Command):
    """End the run here; test results are still worked out."""


@dataclass(frozen=True, slots=True)
class Park(Command):
    """Give the state back and forget the run."""


@dataclass(frozen=True, slots=True)
class Change(Command):
    """Change a setting while training."""

    learning_rate: float


@dataclass(frozen=True, slots=True, eq=False)
class Predict(Command):
    """Compute the outputs of `experiment` with `weights` for raw inputs `x`."""

    request_id: str
    experiment: Experiment
    weights: Arrays
    x: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Quit(Command):
    """End the worker; `run_id` is empty."""


@dataclass(frozen=True, slots=True)
class Event:
    """The base of what a worker reports."""

    run_id: str


@dataclass(frozen=True, slots=True)
class Ready(Event):
    """The worker has warmed up and waits for a run; `run_id` is empty."""


@dataclass(frozen=True, slots=True)
class PhaseBegun(Event):
    """The run has come to its next phase."""

    phase: Phase


@dataclass(frozen=True, slots=True, eq=False)
class EpochsEnded(Event):
    """One or more epochs in a row, and the weights of some.

    Parameters
    ----------
    first : int
        Number of the first of these epochs, counted from 1.
    seconds : tuple of float
        Time of each epoch, in seconds; where the speed is limited, with the wait.
    logs : dict of str to tuple of float
        Keras' history keys, a value for each epoch.
    weights : dict of int to Arrays
        Epoch number to the model's weights after it, ``float32``.
    """

    first: int
    seconds: tuple[float, ...]
    logs: dict[str, tuple[float, ...]]
    weights: dict[int, Arrays] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryDrawn(Event):
    """The model's outputs over the plane after an epoch.

    Parameters
    ----------
    epoch : int
        Epochs done.
    outputs : ndarray of shape (rows, columns, n_outputs), float16
        Row 0 is the lowest value of the second feature, column 0 that of the first.
    extent : tuple of float
        Least and greatest value of the first feature, then of the second.
    """

    epoch: int
    outputs: NDArray[np.float16]
    extent: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Paused(Event):
    """The run stands still; so many epochs are done."""

    epoch: int


@dataclass(frozen=True, slots=True, eq=False)
class Parked(Event):
    """The run has left its worker; None if it had not begun."""

    state: TrainerState | None


@dataclass(frozen=True, slots=True, eq=False)
class Tested(Event):
    """Results on the test set.

    Parameters
    ----------
    metrics : dict of str to float
        Loss and metric, by Keras' names.
    predictions : ndarray of shape (n_test, n_outputs), float16
        Outputs in the order of the test set.
    """

    metrics: dict[str, float]
    predictions: NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Predicted(Event):
    """The answer to `Predict`: outputs of shape (n, n_outputs), or what went wrong."""

    request_id: str
    outputs: NDArray[np.float32] | None
    problem: Message | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RunEnded(Event):
    """The run is over.

    Parameters
    ----------
    reason : {"finished", "stopped", "early_stopped", "diverged", "failed"}
        Why.
    epoch : int
        Epochs done.
    message : Message or None
        For a reader: what happened and what to do; None when all went as planned.
    """

    reason: EndReason
    epoch: int
    message: Message | None = None
