"""`Group`: replicas that one program trains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.events.studies import epochs_evaluated
from nnlab.experiment import Experiment
from nnlab.experiment.summary import parameter_count, training_samples
from nnlab.replicas.orders import Orders
from nnlab.replicas.points import Points, points_for
from nnlab.replicas.program import State
from nnlab.replicas.programs import is_compiled, program_for
from nnlab.replicas.shape import Shape
from nnlab.replicas.starts import first_weights
from nnlab.replicas.widths import Widths, cut, padded, widened

# What a processor's nearest memory holds of them; more at once take longer each.
MANY, FEW, FEW_PARAMETERS = 128, 64, 100
# With fewer, calling the processor's instructions takes longer than what they compute.
WORTH_A_THREAD = 24
# Whole vectors of numbers: a remainder would take as long.
LANES = 8


@dataclass(frozen=True, slots=True)
class Leg:
    """An experiment that is followed from the end of an epoch on, and its model, built."""

    epoch: int
    experiment: Experiment
    model: Any


class Group:
    """Train replicas from their first weights to their last epoch.

    Parameters
    ----------
    legs : sequence of Leg
        What is followed, the first from epoch 0 on; all last as long as the first.
    seeds : sequence of int
        One for each replica.
    evaluate_every : int
        Epochs from one evaluation to the next; the last one is always evaluated.
    own_data : bool
        Whether each replica has points of its own.
    widths : tuple of int
        How wide the layers are made, by `nnlab.replicas.widths`.
    thread : int
        In which of the threads it is trained that train at the same time.

    Attributes
    ----------
    epoch : int
        Epochs done.
    """

    def __init__(
        self,
        legs: Sequence[Leg],
        seeds: Sequence[int],
        evaluate_every: int,
        own_data: bool,
        widths: Widths,
        thread: int,
    ) -> None:
        self.epoch = 0
        self._legs = list(legs)
        self._widths = widths
        self._count = len(seeds)
        self._seeds = [*seeds, *([seeds[-1]] * (-len(seeds) % LANES))]
        self._epochs = legs[0].experiment.epochs or 0
        self._due = set(epochs_evaluated(self._epochs, evaluate_every))
        first = legs[0].experiment
        samples = training_samples(first)
        everything = int(first.dataset.options["samples"])
        self._shape = Shape(len(self._seeds), samples, everything - samples, own_data, thread)
        self._points: Points | None = None
        self._begun = -1
        self._logs: list[NDArray[np.float32]] = []
        self.names: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether nothing has to be compiled before training goes on."""
        leg = self._leg()
        return leg == self._begun or is_compiled(self._wide(self._legs[leg].experiment), self._shape)

    @property
    def finished(self) -> bool:
        """Whether the last epoch is done."""
        return self.epoch >= self._epochs

    @property
    def logs(self) -> NDArray[np.float32]:
        """Results of shape (n_evaluated, 4, n_replicas): loss and metric in training, then in validation."""
        if not self._logs:
            return np.zeros((0, 4, self._count), np.float32)
        self._logs = [np.concatenate(self._logs)]
        return self._logs[0][:, :, : self._count]

    @property
    def weights(self) -> list[NDArray[np.float32]]:
        """Weights in the order of ``model.get_weights()``, each with the replica as the last axis."""
        stacked = [tensor.numpy()[..., : self._count] for tensor in self._state[: self._program.weights]]
        return cut(stacked, [tuple(weight.shape) for weight in self._legs[0].model.weights])

    def prepare(self) -> None:
        """Load the data and draw the first weights, or follow the next leg; compile what is not compiled yet."""
        leg = self._leg()
        if leg == self._begun:
            return
        experiment, model = self._legs[leg].experiment, self._legs[leg].model
        if self._points is None:
            self._points = points_for(experiment, self._seeds, own=self._shape.own_data)
        wide = self._wide(experiment)
        self._program = program_for(wide, self._shape, self._points, model if wide == experiment else None)
        if leg == 0:
            shuffled = experiment.mode != "playground"
            self._orders = Orders(self._seeds, self._shape, self._epochs) if shuffled else None
            weights = padded(first_weights(model, experiment, self._seeds), self._program.weight_shapes)
            self._state: State = self._program.first_state(weights)
            self.names = self._program.names
        self._state = self._program.with_learning_rate(self._state, experiment.optimizer.learning_rate)
        self._begun = leg

    def advance(self, seconds: float) -> None:
        """Train for about so long, to the next leg at most, and at least an epoch."""
        if self.finished or self._leg() != self._begun or self._points is None:
            return
        orders, row, left = self._orders.at(self.epoch) if self._orders else (None, 0, self._program.capacity)
        known = self._program.epoch_seconds
        affordable = max(1.0, seconds / known) if known else 1.0
        epochs = int(min(affordable, left, self._end() - self.epoch))
        evaluated = np.array([epoch in self._due for epoch in range(self.epoch + 1, self.epoch + epochs + 1)])
        self._state, logs = self._program.run(self._state, self._points, orders, row, evaluated)
        if len(logs):
            self._logs.append(logs)
        self.epoch += epochs

    def _wide(self, experiment: Experiment) -> Experiment:
        return widened(experiment, self._widths) or experiment

    def _leg(self) -> int:
        return max(index for index, leg in enumerate(self._legs) if leg.epoch <= self.epoch)

    def _end(self) -> int:
        return min((leg.epoch for leg in self._legs if leg.epoch > self.epoch), default=self._epochs)


def split(experiment: Experiment, seeds: Sequence[int], threads: int) -> list[list[int]]:
    """Return the seeds in groups of about the same size, so many that each thread has as much to do."""
    most = MANY if parameter_count(experiment) <= FEW_PARAMETERS else FEW
    threads = min(threads, max(1, len(seeds) // WORTH_A_THREAD))
    groups = threads * -(-len(seeds) // (most * threads))
    size = -(-len(seeds) // groups)
    return [list(seeds[begin : begin + size]) for begin in range(0, len(seeds), size)]
