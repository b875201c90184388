"""When two experiments are the same setting: the same in all but what chance decides."""

from __future__ import annotations

from dataclasses import replace

from nnlab.experiment import DatasetChoice, Experiment


def seedless(experiment: Experiment) -> Experiment:
    """Return the experiment without its seeds, for comparing.

    Other first weights or other points of the same kind: what there is to see stays the same.

    Examples
    --------
    >>> seedless(Experiment(seed=1)) == seedless(Experiment(seed=2))
    True
    """
    options = {name: value for name, value in experiment.dataset.options.items() if name != "seed"}
    return replace(experiment, dataset=DatasetChoice(experiment.dataset.name, options), seed=0)
