"""Studies: the same training from many seeds, for one or several experiments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnlab.events.base import Arrays, Command, Event
from nnlab.experiment import Experiment
from nnlab.experiment.summary import parameter_count, training_samples
from nnlab.messages import ExplainedError, Message

PARTS = 16
SEEDS = 200
PARAMETERS = 2000
# Samples times parameters: others in the same worker wait for an epoch of all replicas.
WORK = 2_000_000
# Parts times seeds times epochs evaluated: four numbers of four bytes each.
EVALUATIONS = 2_000_000
LARGEST_SEED = 2**32 - 1
SOLVED = 0.99


class StudyError(ExplainedError):
    """A study cannot be done as it was asked for."""


@dataclass(frozen=True, slots=True)
class StudyPart:
    """An experiment that is trained from every seed of a study.

    Parameters
    ----------
    name : str
        The caller's word for it, unlike that of every other part.
    experiment : Experiment
        What to train, on points in the plane and for a number of epochs; its own seed, early stopping and
        `solved_at` play no part.
    changes : tuple of (int, Experiment)
        What is followed from the end of an epoch on, in order of the epochs, as a run can be changed while it trains.
    """

    name: str
    experiment: Experiment
    changes: tuple[tuple[int, Experiment], ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """Experiments and the seeds that each is trained from.

    Parameters
    ----------
    parts : tuple of StudyPart
        Done in this order.
    seeds : tuple of int
        Of first weights and batch orders; the same for every part, so that results can be compared in pairs.
    evaluate_every : int
        Epochs from one evaluation to the next; the last epoch is always evaluated.
    until : "solved" or None
        ``"solved"`` ends a part as soon as every replica is solved or has diverged.
    own_data : bool
        Whether each seed draws its own points, too; else all have the points of the experiment.

    Raises
    ------
    StudyError
        It is larger than a server does for one visitor, or names are not unique.
    """

    parts: tuple[StudyPart, ...]
    seeds: tuple[int, ...]
    evaluate_every: int = 5
    until: Literal["solved"] | None = None
    own_data: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(self.parts))
        object.__setattr__(self, "seeds", tuple(self.seeds))
        _check_parts(self.parts)
        _check_seeds(self.seeds)
        if not isinstance(self.evaluate_every, int) or self.evaluate_every < 1:
            raise StudyError(
                "Results can be taken every 1, 2, 3 … epochs, not every {value!r}.", value=self.evaluate_every
            )
        if self.until not in (None, "solved"):
            raise StudyError("A study ends with its last epoch, or once every network is solved.")
        evaluations = sum(len(self.epochs_evaluated(part)) for part in self.parts) * len(self.seeds)
        if evaluations > EVALUATIONS:
            raise StudyError(
                "This study would report {evaluations:,} results; at most {maximum:,} are kept. "
                "Take fewer seeds or epochs, or evaluate less often.",
                evaluations=evaluations,
                maximum=EVALUATIONS,
            )

    def epochs_evaluated(self, part: StudyPart) -> tuple[int, ...]:
        """Return the epochs of a part, counted from 1, whose results are reported.

        Examples
        --------
        >>> part = StudyPart("circle", Experiment(epochs=12))
        >>> Study((part,), (0, 1)).epochs_evaluated(part)
        (5, 10, 12)
        """
        return epochs_evaluated(part.experiment.epochs or 0, self.evaluate_every)


def epochs_evaluated(epochs: int, every: int) -> tuple[int, ...]:
    """Return every so-manieth epoch, counted from 1, and the last."""
    found = range(every, epochs + 1, every)
    return tuple(found) if found and found[-1] == epochs else (*found, epochs)


def _check_parts(parts: tuple[StudyPart, ...]) -> None:
    if not 1 <= len(parts) <= PARTS:
        raise StudyError("A study has 1 to {maximum} parts, not {count}.", maximum=PARTS, count=len(parts))
    if len({part.name for part in parts}) < len(parts):
        raise StudyError("Two parts of this study have the same name.")
    for part in parts:
        check_experiment(part.experiment)
        epochs = [epoch for epoch, _ in part.changes]
        if epochs != sorted(epochs) or not all(0 <= epoch < (part.experiment.epochs or 0) for epoch in epochs):
            raise StudyError("The changes of a part have to come in order, each before its last epoch.")
        for _, experiment in part.changes:
            check_experiment(replace(experiment, epochs=part.experiment.epochs))


def check_experiment(experiment: Experiment) -> None:
    """Check that an experiment can be trained from many seeds here.

    Raises
    ------
    StudyError
        It has no last epoch, other data than points in the plane, or too large a network.
    ExperimentError
        Output layer and loss do not go together.
    """
    _ = experiment.head
    if experiment.epochs is None:
        raise StudyError("Many seeds need a last epoch: choose for how many epochs each trains.")
    if experiment.dataset.info.kind != "toy":
        raise StudyError("Many seeds are trained on points in the plane only. Choose one of those data sets.")
    parameters = parameter_count(experiment)
    if parameters > PARAMETERS:
        raise StudyError(
            "This network has {parameters:,} parameters; from many seeds, networks of at most {maximum:,} are "
            "trained. Use fewer or smaller layers.",
            parameters=parameters,
            maximum=PARAMETERS,
        )
    samples = training_samples(experiment)
    if samples * parameters > WORK:
        raise StudyError(
            "{samples:,} points for a network with {parameters:,} parameters are too much to train from many seeds. "
            "Take fewer points, or fewer or smaller layers.",
            samples=samples,
            parameters=parameters,
        )


def _check_seeds(seeds: tuple[int, ...]) -> None:
    if not 1 <= len(seeds) <= SEEDS:
        raise StudyError("A study has 1 to {maximum} seeds, not {count}.", maximum=SEEDS, count=len(seeds))
    whole = all(isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed <= LARGEST_SEED for seed in seeds)
    if not whole or len(set(seeds)) < len(seeds):
        raise StudyError(
            "The seeds of a study have to be different whole numbers from 0 to {maximum}.", maximum=LARGEST_SEED
        )


@dataclass(frozen=True, slots=True, eq=False)
class ReplicaResult:
    """What training one experiment from many seeds has come to, or come to so far.

    Parameters
    ----------
    seeds : tuple of int
        One for each replica.
    history : mapping of str to ndarray
        Keras' keys to values of shape (n_replicas, n_evaluated), ``float32``; ``"epoch"`` to the epochs
        evaluated, counted from 1, of shape (n_evaluated,).
    weights : tuple of ndarray
        Of each replica after the last epoch: the arrays of ``model.get_weights()``, the replica as the last
        axis. Empty while training goes on.
    one_by_one : Message or None
        Why the replicas were trained one after the other, where they were.
    """

    seeds: tuple[int, ...]
    history: Mapping[str, NDArray[Any]]
    weights: Arrays = ()
    one_by_one: Message | None = None

    @property
    def epochs(self) -> NDArray[np.int64]:
        """The epochs evaluated, counted from 1."""
        return np.asarray(self.history["epoch"], np.int64)

    @property
    def epochs_to_solve(self) -> NDArray[np.int64]:
        """First evaluated epoch with validation accuracy of at least 0.99, of each replica; -1: never."""
        solved = self._solved
        if not solved.shape[1]:
            return np.full(len(self.seeds), -1)
        return np.where(solved.any(axis=1), self.epochs[solved.argmax(axis=1)], -1)

    @property
    def solved_at_end(self) -> NDArray[np.bool_]:
        """Whether each replica's validation accuracy is at least 0.99 at the last epoch evaluated."""
        solved = self._solved
        return solved[:, -1] if solved.shape[1] else np.zeros(len(self.seeds), bool)

    @property
    def diverged(self) -> NDArray[np.bool_]:
        """Whether a replica's loss is no finite number any more at the last epoch evaluated."""
        losses = [self.history[name][:, -1:] for name in ("loss", "val_loss") if name in self.history]
        return ~np.isfinite(np.hstack(losses)).all(axis=1) if losses else np.zeros(len(self.seeds), bool)

    @property
    def bytes(self) -> int:
        """Memory that it holds."""
        return sum(values.nbytes for values in (*self.history.values(), *self.weights))

    @property
    def _solved(self) -> NDArray[np.bool_]:
        accuracy = self.history.get("val_accuracy")
        if accuracy is None:
            return np.zeros((len(self.seeds), len(self.epochs)), bool)
        return np.asarray(accuracy >= np.float32(SOLVED))


@dataclass(frozen=True, slots=True, eq=False)
class StartStudy(Command):
    """Train the parts of `study` one after the other, those left out whose names are in `done`."""

    study: Study
    done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PartAdvanced(Event):
    """A part is under way, at least twice a second.

    Parameters
    ----------
    part : str
        Its name.
    epoch : int
        Epochs done by all its replicas; if they are trained one by one, the mean.
    epochs : int
        How many each trains.
    seconds : float
        What the part has taken so far, compiling included.
    first : int
        How many evaluated epochs have been reported before.
    history : dict of str to ndarray
        Those evaluated since, as in `ReplicaResult`; empty while replicas are trained one by one.
    """

    part: str
    epoch: float
    epochs: int
    seconds: float
    first: int
    history: dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class PartEnded(Event):
    """A part is done: all its results."""

    part: str
    result: ReplicaResult
