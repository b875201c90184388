"""What all commands and events are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from numpy.typing import NDArray

Arrays = tuple[NDArray[Any], ...]
Phase = Literal["loading", "building", "compiling", "training", "evaluating"]
Probe = Literal["gradient_norm", "update_ratio", "dead", "saturated"]
EndReason = Literal["finished", "stopped", "early_stopped", "solved", "diverged", "failed"]


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


@dataclass(frozen=True, slots=True)
class Event:
    """The base of what a worker reports."""

    run_id: str
