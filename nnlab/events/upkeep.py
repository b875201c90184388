"""How the app keeps workers in order: signs of life, states to go on from, programs compiled ahead of time."""

from __future__ import annotations

from dataclasses import dataclass

from nnlab.events.base import Command, Event, TrainerState
from nnlab.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Ping(Command):
    """Give a sign of life; `run_id` is empty. It is answered between two turns."""


@dataclass(frozen=True, slots=True)
class Pong(Event):
    """The answer to `Ping`.

    Parameters
    ----------
    busy : float
        The share of the time since the last answer in which it trained, 0 to 1.
    programs : int
        How many programs it has compiled so far.
    """

    busy: float
    programs: int


@dataclass(frozen=True, slots=True, eq=False)
class Prepare(Command):
    """Compile the program of `experiment`, when nobody waits for anything else."""

    experiment: Experiment


@dataclass(frozen=True, slots=True)
class Prepared(Event):
    """The answer to `Prepare`: the program is there, or cannot be had."""


@dataclass(frozen=True, slots=True, eq=False)
class Saved(Event):
    """Where the run stands, about once a second: another worker can take it up from there.

    Everything up to the state's epoch has been reported before it.
    """

    state: TrainerState


@dataclass(frozen=True, slots=True)
class Slow(Event):
    """The run keeps its worker's other runs waiting.

    Parameters
    ----------
    seconds : float
        What one of its turns takes; infinite if it cannot be interrupted safely.
    """

    seconds: float
