"""Part f: four hidden layers on the spiral, and what helps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from nnlab.events.studies import Study, StudyPart
from nnlab.exercises.checks import Results
from nnlab.exercises.claims import Verdict, faster, slower_layers
from nnlab.exercises.networks import gradient_norms
from nnlab.exercises.parts import EVALUATE_EVERY, playground, seeds
from nnlab.experiment import Experiment, Optimizer
from nnlab.messages import N_, Message

PLAIN, TOGETHER, FIRST = "plain", "together", "first_epoch"
SMALL_WEIGHTS = "random_uniform"


@dataclass(frozen=True, slots=True)
class Cure:
    """One way to help, tried from the same seeds as all others.

    Parameters
    ----------
    title : str
        In English; the gettext id.
    apply : callable
        Returns the experiment with it.
    """

    title: str
    apply: Callable[[Experiment], Experiment]


def _layers(experiment: Experiment, **changes: object) -> Experiment:
    return replace(experiment, layers=tuple(replace(layer, **changes) for layer in experiment.layers))  # type: ignore[arg-type]


def _optimizer(experiment: Experiment, name: str, learning_rate: float) -> Experiment:
    return replace(experiment, optimizer=Optimizer(name, learning_rate=learning_rate))


def _original(experiment: Experiment, activation: str) -> Experiment:
    units = tuple(layer.units for layer in experiment.layers)
    return playground(experiment.dataset.name, units, activation, experiment.epochs or 1)


CURES: dict[str, Cure] = {
    PLAIN: Cure(N_("As it is: tanh, very small first weights, SGD"), lambda plain: plain),
    "glorot": Cure(N_("First weights after Glorot"), lambda plain: _layers(plain, initializer="glorot_uniform")),
    "relu_he": Cure(
        N_("ReLU, first weights after He"), lambda plain: _layers(plain, activation="relu", initializer="he_uniform")
    ),
    "batch_norm": Cure(N_("Batch normalization"), lambda plain: _layers(plain, batch_norm=True)),
    "adagrad": Cure(N_("AdaGrad, η 0.03"), lambda plain: _optimizer(plain, "adagrad", 0.03)),
    "adam": Cure(N_("Adam, η 0.01"), lambda plain: _optimizer(plain, "adam", 0.01)),
    TOGETHER: Cure(
        N_("ReLU, He and Adam together"),
        lambda plain: _optimizer(_layers(plain, activation="relu", initializer="he_uniform"), "adam", 0.01),
    ),
    "original_tanh": Cure(N_("TensorFlow Playground, tanh"), lambda plain: _original(plain, "tanh")),
    "original_relu": Cure(N_("TensorFlow Playground, ReLU"), lambda plain: _original(plain, "relu")),
}
"""Each changes the plain network in one respect, but for those that say so; the last two are the original's rules."""

SINGLE = ("glorot", "relu_he", "batch_norm", "adagrad", "adam")
"""The cures that a prediction chooses from."""


def plain(experiment: Experiment) -> Experiment:
    """Return the experiment with first weights that are far too small for its depth."""
    return _layers(experiment, initializer=SMALL_WEIGHTS)


def depth_study(experiment: Experiment, count: int) -> Study:
    """Return the study of part f: every cure, and the plain network after its first epoch, for its gradients."""
    first = StudyPart(FIRST, replace(plain(experiment), epochs=1))
    cures = (StudyPart(name, cure.apply(plain(experiment))) for name, cure in CURES.items())
    return Study((*cures, first), seeds(count), EVALUATE_EVERY)


def depth_verdicts(experiment: Experiment, results: Results) -> tuple[Verdict, ...]:
    """Judge the claims of part f: the first layer gets less of the gradient than the last, and cures together help."""
    norms = gradient_norms(replace(plain(experiment), epochs=1), results[FIRST].weights)
    last = len(experiment.layers)
    names = tuple(Message(N_("hidden layer {number}"), {"number": number}) for number in (1, last))
    together, alone = results[TOGETHER], results[PLAIN]
    return (
        slower_layers(norms[0], norms[last - 1], (names[0], names[1])),
        faster(
            together.epochs_to_solve,
            alone.epochs_to_solve,
            int(alone.epochs[-1]),
            (Message(CURES[TOGETHER].title), Message(N_("the network as it is"))),
        ),
    )


def best_single(results: Results) -> tuple[str, ...]:
    """Return the single cures that solve the problem for most seeds; none if none solves it for any."""
    counts = {name: int((results[name].epochs_to_solve >= 0).sum()) for name in SINGLE}
    most = max(counts.values())
    return tuple(name for name, count in counts.items() if count == most) if most else ()
