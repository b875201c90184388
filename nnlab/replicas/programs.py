"""The programs of this process: found again by what they compute, bounded in number."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Any

from nnlab import models
from nnlab.datasets import load
from nnlab.datasets.catalog import CATALOG
from nnlab.experiment import DatasetChoice, Experiment
from nnlab.replicas.points import Points
from nnlab.replicas.program import Program
from nnlab.replicas.shape import Shape
from nnlab.training.memory import give_back

MOST = 12

_programs: OrderedDict[tuple[str, Shape], Program] = OrderedDict()


def key(experiment: Experiment, shape: Shape) -> tuple[str, Shape]:
    """Return what is equal for experiments that share a program.

    Seeds, first weights, the learning rate and the number of epochs play no part, nor does where points come from.
    """
    options = experiment.dataset.options
    classes = {"classes": options["classes"]} if "classes" in CATALOG[experiment.dataset.name].options else {}
    alike = replace(
        experiment,
        dataset=DatasetChoice(experiment.dataset.name, classes),
        layers=tuple(replace(layer, initializer="zeros") for layer in experiment.layers),
        optimizer=replace(experiment.optimizer, learning_rate=0.1),
        epochs=1,
        early_stopping=None,
        solved_at=None,
        seed=0,
    )
    # Data sets of points are alike but for what is learned from them.
    text = alike.to_json().replace(f'"{experiment.dataset.name}"', f'"{experiment.dataset.task}"', 1)
    return text, shape


def is_compiled(experiment: Experiment, shape: Shape) -> bool:
    """Return whether the program is there."""
    return key(experiment, shape) in _programs


def program_for(experiment: Experiment, shape: Shape, points: Points, model: Any = None) -> Program:
    """Return the program, compiled if there was none; `model` is the experiment's own, if it is built already."""
    wanted = key(experiment, shape)
    program = _programs.get(wanted)
    if program is None:
        if model is None:
            model = models.build(experiment, load(experiment.dataset.name, **experiment.dataset.options))
        program = Program(model, experiment, shape)
        program.compile(points)
        _programs[wanted] = program
        while len(_programs) > MOST:
            _programs.popitem(last=False)
        give_back()
    _programs.move_to_end(wanted)
    return program
