"""What each part of the exercise claims of the networks that were trained for it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nnlab.events.studies import ReplicaResult
from nnlab.exercises.claims import Verdict, faster, more_linear, never_solved, solved, some_but_not_all
from nnlab.exercises.networks import layers, plane
from nnlab.exercises.shapes import linearity
from nnlab.experiment import Experiment
from nnlab.messages import N_, Message

FOCUS = {"c": 3, "d": 2, "e": 8}
"""The number of neurons that a part asks about."""
SIDE = 41

Results = Mapping[str, ReplicaResult]


def neurons_verdicts(part: str, results: Results) -> tuple[Verdict, ...]:
    """Judge the claims of part c, d or e.

    Parameters
    ----------
    part : {"c", "d", "e"}
        Which.
    results : mapping of str to ReplicaResult
        Number of neurons to what came of it.
    """
    times = results[str(FOCUS[part])].epochs_to_solve
    if part == "c":
        return (some_but_not_all(times),)
    if part == "d":
        return (never_solved(times),)
    few = results[str(FOCUS["c"])]
    names = (_neurons(FOCUS["e"]), _neurons(FOCUS["c"]))
    return solved(times, 0.9), faster(times, few.epochs_to_solve, int(few.epochs[-1]), names)


def activations_verdicts(results: Results) -> tuple[Verdict, ...]:
    """Judge the claim of part b: ReLU is faster than tanh."""
    relu, tanh = results["relu"], results["tanh"]
    names = (Message("ReLU"), Message("tanh"))
    return (faster(relu.epochs_to_solve, tanh.epochs_to_solve, int(relu.epochs[-1]), names),)


def layers_verdicts(experiment: Experiment, results: Results) -> tuple[Verdict, ...]:
    """Judge the claim of part a: the pictures of layer 1 are closer to tilted planes than those of layer 2."""
    first, second = mean_linearity(experiment, results["network"])
    names = (Message(N_("layer {number}"), {"number": 1}), Message(N_("layer {number}"), {"number": 2}))
    return (more_linear(first, second, names),)


def mean_linearity(experiment: Experiment, result: ReplicaResult) -> np.ndarray:
    """Return the mean R² of the neurons of each hidden layer, shape (n_layers, n_seeds)."""
    points = plane(SIDE)
    values = layers(experiment, result.weights, points)[:-1]
    return np.array(
        [
            [linearity(points, value.outputs[:, :, seed]).mean() for seed in range(value.outputs.shape[2])]
            for value in values
        ]
    )


def _neurons(count: int) -> Message:
    return Message(N_("{count} neurons"), {"count": count})
