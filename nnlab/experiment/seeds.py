"""The random numbers of a run, each kind from a seed of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nnlab.experiment import Experiment


def layer_seeds(experiment: Experiment) -> list[int]:
    """Return a seed for the initializer and one for the dropout of each hidden layer in turn, then the output's.

    They are children of the experiment's seed, there whether they are used or not: switching dropout on
    must not change the initial weights of the layers after it.

    Examples
    --------
    >>> from nnlab.experiment import Experiment
    >>> len(layer_seeds(Experiment()))
    5
    """
    children = np.random.SeedSequence(experiment.seed).spawn(2 * len(experiment.layers) + 1)
    return [int(child.generate_state(1)[0] >> 1) for child in children]


def initializer_seeds(experiment: Experiment) -> list[int]:
    """Return the seed of each hidden layer's kernel initializer and of the output layer's, first to last.

    Examples
    --------
    >>> from nnlab.experiment import Experiment
    >>> initializer_seeds(Experiment()) == layer_seeds(Experiment())[::2]
    True
    """
    return layer_seeds(experiment)[::2]
