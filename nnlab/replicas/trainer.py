"""`ReplicaTrainer`: one experiment from many seeds, advanced in slices of time."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnlab import models
from nnlab.datasets import load
from nnlab.events.studies import ReplicaResult, StudyError, check_experiment, epochs_evaluated
from nnlab.experiment import Experiment
from nnlab.replicas.exceptions import obstacle
from nnlab.replicas.group import Group, Leg, split
from nnlab.replicas.one_by_one import OneByOne
from nnlab.replicas.widths import Widths, widths_of

SLICE_SECONDS = 0.25


class ReplicaTrainer:
    """Train an experiment from many seeds, all in one compiled program where that is exact.

    Parameters
    ----------
    experiment : Experiment
        What to train; its own seed, early stopping and `solved_at` play no part.
    seeds : sequence of int
        One for each replica.
    evaluate_every : int
        Epochs from one evaluation to the next; the last epoch is always evaluated.
    until : "solved" or None
        ``"solved"`` ends it as soon as every replica is solved or has diverged.
    own_data : bool
        Whether each seed draws its own points, too.
    changes : sequence of (int, Experiment)
        What is followed from the end of an epoch on, in order of the epochs.
    widths : tuple of int, optional
        How wide the layers are made, by `nnlab.replicas.widths`.
    threads : int
        How many may train at the same time in `advance_all`; `advance` uses one.

    Raises
    ------
    StudyError, ExperimentError
        The experiment cannot be trained from many seeds.
    """

    def __init__(
        self,
        experiment: Experiment,
        seeds: Sequence[int],
        *,
        evaluate_every: int = 1,
        until: Literal["solved"] | None = None,
        own_data: bool = False,
        changes: Sequence[tuple[int, Experiment]] = (),
        widths: Widths | None = None,
        threads: int = 1,
    ) -> None:
        check_experiment(experiment)
        self._seeds = tuple(seeds)
        self._threads = threads
        self._until = until
        self._epochs = np.array(epochs_evaluated(experiment.epochs or 0, evaluate_every))
        self.epochs = int(self._epochs[-1])
        legs = [Leg(epoch, followed, _built(followed)) for epoch, followed in ((0, experiment), *changes)]
        self.one_by_one = next((found for leg in legs if (found := obstacle(leg.model)) is not None), None)
        self._groups: list[Any]
        if self.one_by_one is None:
            wide = widths or widths_of(experiment)
            self._groups = [
                Group(legs, group, evaluate_every, own_data, wide, number % threads)
                for number, group in enumerate(split(experiment, seeds, threads))
            ]
        else:
            if changes:
                raise StudyError(
                    "These networks are trained one by one, and none of them can be changed while it trains. "
                    "Press Reset to train them with the new setting from the start."
                )
            self._groups = [OneByOne(experiment, self._seeds, evaluate_every, own_data)]
        self._solved = False

    @property
    def epoch(self) -> float:
        """Epochs done, the mean over the replicas."""
        return float(np.mean([group.epoch for group in self._groups]))

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do."""
        return self._solved or all(group.finished for group in self._groups)

    @property
    def known(self) -> bool:
        """Whether nothing has to be compiled before training goes on."""
        return bool(self._behind().known)

    def advance(self, seconds: float) -> bool:
        """Train for about so long and return whether there is more to do.

        What has to be compiled first takes a second or two.
        """
        end = time.perf_counter() + seconds
        while not self.finished:
            group = self._behind()
            group.prepare()
            group.advance(end - time.perf_counter())
            self._solved = self._until == "solved" and self._all_solved()
            if time.perf_counter() >= end:
                break
        return not self.finished

    def history(self, since: int = 0) -> dict[str, NDArray[Any]]:
        """Return results, by Keras' keys, of the epochs that all replicas have reached, from the `since`-th on.

        Each has the shape (n_replicas, n_evaluated); ``"epoch"`` is theirs, counted from 1.
        """
        logs = [group.logs for group in self._groups]
        reached = min(len(rows) for rows in logs)
        if reached <= since:
            return {}
        whole = np.concatenate([rows[since:reached] for rows in logs], axis=-1)
        names = self._groups[0].names
        found: dict[str, NDArray[Any]] = {"epoch": self._epochs[since:reached]}
        for column, name in enumerate([*names, *(f"val_{name}" for name in names)]):
            found[name] = np.ascontiguousarray(whole[:, column].T)
        return found

    def result(self) -> ReplicaResult:
        """Return what it has come to; the weights are those of the last epoch."""
        weights = [np.concatenate(parts, axis=-1) for parts in zip(*(g.weights for g in self._groups), strict=True)]
        return ReplicaResult(self._seeds, self.history(), tuple(weights), self.one_by_one)

    def advance_all(self) -> None:
        """Train to the end, in as many threads as there may be."""
        if len(self._groups) == 1 or self._until is not None:
            self.advance(math.inf)
            return

        def finish(groups: Sequence[Any]) -> None:
            for group in groups:
                while not group.finished:
                    group.prepare()
                    group.advance(SLICE_SECONDS)

        # Keras may be used by one thread at a time: what is built and compiled comes first.
        for group in self._groups:
            group.prepare()
        with ThreadPoolExecutor(self._threads) as threads:
            list(threads.map(finish, [self._groups[first :: self._threads] for first in range(self._threads)]))

    def close(self) -> None:
        """Let go of what is under way."""
        for group in self._groups:
            if isinstance(group, OneByOne):
                group.close()

    def _behind(self) -> Any:
        return min(self._groups, key=lambda group: (group.finished, group.epoch))

    def _all_solved(self) -> bool:
        so_far = ReplicaResult(self._seeds, self.history() or {"epoch": self._epochs[:0]})
        return bool(((so_far.epochs_to_solve > 0) | so_far.diverged).all())


def _built(experiment: Experiment) -> Any:
    return models.build(experiment, load(experiment.dataset.name, **experiment.dataset.options))
