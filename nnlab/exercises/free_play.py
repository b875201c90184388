"""Part g: free play, its log, and three open challenges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from nnlab.events.studies import ReplicaResult, Study, StudyPart
from nnlab.exercises.parts import EVALUATE_EVERY, seeds
from nnlab.exercises.verdicts import Clause, Verdict
from nnlab.experiment import Experiment
from nnlab.experiment.summary import parameter_count
from nnlab.messages import N_, Message

ENOUGH = 0.5
"""A setting solves a problem if it does so for at least this share of the seeds."""
LEAST_SEEDS = 10
SMALLEST, FEWEST = 150, 1000
"""What the first and the third challenge ask for: parameters, and updates in the median."""


@dataclass(frozen=True, slots=True)
class Try:
    """One setting that was tried, and what came of it.

    Parameters
    ----------
    experiment : Experiment
        What was trained.
    expected : float
        The share of seeds that was expected to solve it.
    seeds, solved : int
        How many were trained, and how many of them solved it.
    epochs : float or None
        After which epoch they had, in the median; None if none had.
    """

    experiment: Experiment
    expected: float
    seeds: int
    solved: int
    epochs: float | None

    @property
    def share(self) -> float:
        """The share that solved it."""
        return self.solved / self.seeds

    @property
    def solves(self) -> bool:
        """Whether so many seeds solved it that the setting does."""
        return self.seeds >= LEAST_SEEDS and self.share >= ENOUGH

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return parameter_count(self.experiment)

    @property
    def updates(self) -> float | None:
        """After how many updates of the weights it was solved, in the median; None if it was not."""
        return None if self.epochs is None else self.epochs * updates_an_epoch(self.experiment)


def updates_an_epoch(experiment: Experiment) -> float:
    """Return how often the weights are updated in an epoch: once a batch; the original only once a full batch.

    Examples
    --------
    >>> updates_an_epoch(Experiment(batch_size=30)), updates_an_epoch(Experiment(batch_size=30, mode="playground"))
    (9, 8.333333333333334)
    """
    options = experiment.dataset.options
    samples = int(round(options["samples"] * options["train_share"], 6))
    if experiment.mode == "playground":
        return samples / experiment.batch_size
    return ceil(samples / experiment.batch_size)


def free_study(experiment: Experiment, count: int) -> Study:
    """Return the study of one try."""
    return Study((StudyPart("try", experiment),), seeds(count), EVALUATE_EVERY)


def tried(experiment: Experiment, expected: float, result: ReplicaResult) -> Try:
    """Return the log's line for a try."""
    times = result.epochs_to_solve
    solved = times[times >= 0]
    return Try(experiment, expected, len(times), len(solved), float(np.median(solved)) if len(solved) else None)


def challenges(log: Sequence[Try]) -> tuple[Verdict, ...]:
    """Judge the three open challenges by all that was tried."""
    solving = [entry for entry in log if entry.solves and _is_spiral(entry.experiment)]
    smallest = min((entry.parameters for entry in solving), default=None)
    fewest = min((entry.updates for entry in solving if entry.updates is not None), default=None)
    alone = [entry for entry in solving if set(entry.experiment.features) <= {"x1", "x2"}]
    return (
        Verdict(
            Message(N_("A small network solves the spiral: at most {most} parameters."), {"most": SMALLEST}),
            (_record(smallest, SMALLEST, N_("The smallest so far has {value} parameters.")),),
        ),
        Verdict(
            Message(N_("The spiral is solved with x₁ and x₂ alone.")),
            (Clause(bool(alone), Message(ALONE if alone else NOT_ALONE, {"count": len(alone)})),),
        ),
        Verdict(
            Message(N_("Few updates solve the spiral: at most {most} in the median."), {"most": f"{FEWEST:,}"}),
            (_record(fewest, FEWEST, N_("The fewest so far are {value} updates.")),),
        ),
    )


ALONE = N_("{count} of your settings did.")
NOT_ALONE = N_("None of your settings did so far, for at least half of 10 seeds or more.")


def _record(value: float | None, most: float, says: str) -> Clause:
    if value is None:
        return Clause(False, Message(NOT_ALONE))
    facts: dict[str, object] = {"value": f"{value:,.0f}", "more": f"{value - most:,.0f}"}
    if value <= most:
        return Clause(True, Message(says, facts))
    return Clause(False, Message(N_("{record} That is {more} too many."), {**facts, "record": Message(says, facts)}))


def _is_spiral(experiment: Experiment) -> bool:
    options = experiment.dataset.options
    # Fewer points to be right about would make it another problem.
    return (
        experiment.dataset.name == "spiral"
        and options["noise"] == 0
        and options["samples"] == experiment.dataset.info.options["samples"].default
        and options["train_share"] == experiment.dataset.info.options["train_share"].default
    )
