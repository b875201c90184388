"""The same training from many seeds at once, in a worker."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

from nnlab.events.studies import ReplicaResult
from nnlab.experiment import Experiment
from nnlab.replicas.trainer import ReplicaTrainer

__all__ = ["ReplicaResult", "ReplicaTrainer", "train"]


def train(
    experiment: Experiment,
    seeds: Sequence[int],
    *,
    evaluate_every: int = 1,
    until: Literal["solved"] | None = None,
    own_data: bool = False,
) -> ReplicaResult:
    """Train an experiment from many seeds.

    Replica k is what the experiment's single run with the k-th seed is, to rounding.

    Parameters
    ----------
    experiment : Experiment
        What to train, on points in the plane; its own seed, early stopping and `solved_at` play no part.
    seeds : sequence of int
        One for each replica.
    evaluate_every : int
        Epochs from one evaluation to the next; the last epoch is always evaluated.
    until : "solved" or None
        ``"solved"`` ends it as soon as every replica is solved or has diverged.
    own_data : bool
        Whether each seed draws its own points, too.

    Raises
    ------
    StudyError, ExperimentError
        The experiment cannot be trained from many seeds.

    Examples
    --------
    >>> result = train(Experiment(epochs=3), seeds=range(10))
    >>> result.history["val_accuracy"].shape
    (10, 3)
    """
    trainer = ReplicaTrainer(
        experiment,
        seeds,
        evaluate_every=evaluate_every,
        until=until,
        own_data=own_data,
        threads=os.cpu_count() or 1,
    )
    trainer.advance_all()
    return trainer.result()
