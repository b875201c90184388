"""`Work`: what a worker does in turns; a run is one kind of it."""

from __future__ import annotations

from typing import Protocol

from nnlab.events import Command


class Work(Protocol):
    """Something that is done a slice of time at a time, beside others in the same worker.

    A new kind of work is a class like this and an entry in `nnlab.training.kinds`.
    """

    @property
    def run_id(self) -> str:
        """Whose it is."""
        ...

    @property
    def seconds_to_wait(self) -> float | None:
        """How long there is nothing to do; None until something is asked."""
        ...

    @property
    def heavy(self) -> bool:
        """Whether its next turn takes about a second however little it is given: something is compiled."""
        ...

    @property
    def pressing(self) -> bool:
        """Whether somebody watches who would see it stand still if its turn came late."""
        ...

    @property
    def exclusive(self) -> bool:
        """Whether nothing may run beside it: it leaves a thread of Keras at work between its turns."""
        ...

    def advance(self, seconds: float) -> bool:
        """Work for about `seconds`; False when it is done and all is reported."""
        ...

    def obey(self, command: Command) -> bool:
        """Do what a command says; False when nothing is left to do here."""
        ...

    def close(self) -> None:
        """Let go of whatever it holds, after an error too."""
        ...
