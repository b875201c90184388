"""`Results`: what a run has reported beside its epochs."""

from __future__ import annotations

from dataclasses import dataclass

from nnlab.events import Arrays, Tested, TrainerState
from nnlab.messages import Message


@dataclass(slots=True, eq=False)
class Results:
    """The newest of each kind; None for what there is not."""

    test: Tested | None = None
    state: TrainerState | None = None
    message: Message | None = None
    notice: Message | None = None

    @property
    def bytes(self) -> int:
        """Memory that they hold."""
        total = 0
        if self.test is not None:
            total += self.test.predictions.nbytes
        if self.state is not None:
            total += _size(self.state.variables) + _size(self.state.optimizer)
        return total


def _size(arrays: Arrays) -> int:
    return sum(array.nbytes for array in arrays)
