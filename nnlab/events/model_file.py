"""A trained model as a file of Keras' own, for who wants to go on with it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from nnlab.events.base import Arrays, Command, Event
from nnlab.experiment import Experiment
from nnlab.messages import Message


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
