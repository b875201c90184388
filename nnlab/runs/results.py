"""`Results`: what a run has reported beside its epochs."""

from __future__ import annotations

from dataclasses import dataclass

from nnlab.events import Arrays, Fitted, Tested, TrainerState
from nnlab.experiment.scikit_learn import Fit
from nnlab.messages import Message


@dataclass(slots=True, eq=False)
class Results:
    """The newest of each kind; None for what there is not."""

    test: Tested | None = None
    state: TrainerState | None = None
    fits: tuple[Fit, ...] = ()
    message: Message | None = None
    notice: Message | None = None

    @property
    def bytes(self) -> int:
        """Memory that they hold."""
        total = 0
        if self.test is not None:
            total += self.test.predictions.nbytes
        if self.state is not None:
            total += _size(self.state.variables) + _size(self.state.optimizer) + _size(self.state.sums)
        return total

    def keep(self, result: Tested | Fitted | TrainerState, *, goes_on: bool) -> None:
        """Keep the newest of a kind; where the run stood only if somebody may go on from there."""
        if isinstance(result, Tested):
            self.test = result
        elif isinstance(result, Fitted):
            self.fits = result.fits
        else:
            self.state = result if goes_on else None

    def forget_state_after(self, epoch: int) -> None:
        """Forget a state of a later epoch: what led there is no longer true."""
        if self.state is not None and self.state.epoch > epoch:
            self.state = None


def _size(arrays: Arrays) -> int:
    return sum(array.nbytes for array in arrays)
