"""`Standing`: how the service treats a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from nnlab.experiment import Experiment
from nnlab.experiment.scikit_learn import Estimator
from nnlab.runs.structure import is_large, structure

SCIKIT_LEARN = "scikit-learn"


@dataclass(slots=True, eq=False)
class Standing:
    """What decides where a run trains, and what has happened to it there.

    Parameters
    ----------
    structure : str
        What it shares with the runs that its worker's program serves.
    large : bool
        Whether it needs a worker of its own and waits in the queue for it.
    taken_up : int
        How often a worker has taken it up.
    restarts : int
        How often its worker ended and another one had to go on with it.
    strikes : int
        How often in a row its worker ended because of it.
    moving : bool
        Whether it leaves its worker only to go on in another one.
    """

    structure: str
    large: bool
    taken_up: int = 0
    restarts: int = 0
    strikes: int = 0
    moving: bool = False

    @classmethod
    def of(cls, experiment: Experiment, estimator: Estimator | None = None) -> Self:
        """Return that of a run which has yet to begin.

        One of scikit-learn compiles nothing and gives way after each batch: it is small, whatever it
        trains. A worker that has imported scikit-learn already is the best one for it.
        """
        if estimator is not None:
            return cls(SCIKIT_LEARN, large=False)
        return cls(structure(experiment), is_large(experiment))
