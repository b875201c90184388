"""Which runs share a program is told by their experiments as it is by the programs themselves; and which are large."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nnlab import models
from nnlab.datasets import features, load
from nnlab.datasets.catalog import CATALOG
from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer
from nnlab.experiment.playground import as_playground
from nnlab.runs.structure import compile_seconds, epoch_seconds, is_large, structure, training_samples
from nnlab.training.recording import Record
from nnlab.training.trainer import Trainer

TOY = Experiment(dataset=DatasetChoice("gauss", {"samples": 60}), layers=(Layer(3, "tanh"),), batch_size=10)
DROPPING = replace(TOY, layers=(Layer(3, "tanh", dropout=0.2),))
PENALIZED = replace(TOY, layers=(Layer(3, "tanh", l2=0.2),))
MOMENTUM = Optimizer("sgd", momentum=0.9)


def program(experiment: Experiment) -> object:
    """Return what the program of an experiment is found by; nothing is compiled."""
    loaded = load(experiment.dataset.name, **experiment.dataset.options)
    data = features.select(loaded, experiment.features)
    targets = [models.targets(experiment, y) for y in (data.y_train, data.y_valid)]
    trainer = Trainer(
        models.build(experiment, loaded),
        data.x_train,
        targets[0],
        epochs=experiment.epochs,
        batch_size=experiment.batch_size,
        validation_data=(data.x_valid, targets[1]),
        input_scale=data.scale,
        record=Record(weights_every=1),
    )
    return trainer._engine.wanted.key


ALIKE = {
    "seed": (TOY, TOY.with_seed(7)),
    "learning rate": (TOY, replace(TOY, optimizer=Optimizer(learning_rate=1.0))),
    "epochs": (TOY, replace(TOY, epochs=None)),
    "early stopping": (TOY, replace(TOY, early_stopping=EarlyStopping())),
    "other points": (TOY, replace(TOY, dataset=DatasetChoice("gauss", {"samples": 60, "noise": 0.3, "seed": 5}))),
    "other data of that size": (TOY, replace(TOY, dataset=DatasetChoice("moons", {"samples": 60}))),
    "initializer": (TOY, replace(TOY, layers=(Layer(3, "tanh", "he_normal"),))),
    "dropout": (DROPPING, replace(TOY, layers=(Layer(3, "tanh", dropout=0.6),))),
    "l2": (PENALIZED, replace(TOY, layers=(Layer(3, "tanh", l2=0.6),))),
    "other features": (replace(TOY, features=("x1", "x2")), replace(TOY, features=("x1", "sin_x2"))),
    "playground": (as_playground(TOY), as_playground(TOY.with_seed(3))),
    "split": (Experiment(dataset=DatasetChoice("iris")), Experiment(dataset=DatasetChoice("iris", {"seed": 4}))),
}
DIFFERENT = {
    "units": (TOY, replace(TOY, layers=(Layer(4, "tanh"),))),
    "activation": (TOY, replace(TOY, layers=(Layer(3, "relu"),))),
    "layers": (TOY, replace(TOY, layers=(Layer(3, "tanh"), Layer(3, "tanh")))),
    "batch normalization": (TOY, replace(TOY, layers=(Layer(3, "tanh", batch_norm=True),))),
    "batch size": (TOY, replace(TOY, batch_size=11)),
    "optimizer": (TOY, replace(TOY, optimizer=Optimizer("adam"))),
    "momentum": (TOY, replace(TOY, optimizer=MOMENTUM)),
    "how much momentum": (replace(TOY, optimizer=MOMENTUM), replace(TOY, optimizer=Optimizer("sgd", momentum=0.5))),
    "samples": (TOY, replace(TOY, dataset=DatasetChoice("gauss", {"samples": 80}))),
    "share": (TOY, replace(TOY, dataset=DatasetChoice("gauss", {"samples": 60, "train_share": 0.8}))),
    "features": (TOY, replace(TOY, features=("x1",))),
    "classes": (TOY, replace(TOY, dataset=DatasetChoice("blobs", {"samples": 60}))),
    "task": (TOY, replace(TOY, dataset=DatasetChoice("plane", {"samples": 60}))),
    "loss": (replace(TOY, loss="mean_squared_error"), TOY),
    "a first dropout": (TOY, DROPPING),
    "a first l2": (TOY, PENALIZED),
    "l1 beside l2": (PENALIZED, replace(TOY, layers=(Layer(3, "tanh", l1=0.1, l2=0.2),))),
    "penalty of the output": (TOY, replace(TOY, output_l2=0.1)),
    "mode": (TOY, as_playground(TOY)),
    "table": (Experiment(dataset=DatasetChoice("iris")), Experiment(dataset=DatasetChoice("digits"))),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE)
def test_what_shares_a_program_has_one_structure(one: Experiment, other: Experiment) -> None:
    assert program(one) == program(other)
    assert structure(one) == structure(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_needs_programs_of_its_own_has_another_structure(one: Experiment, other: Experiment) -> None:
    assert program(one) != program(other)
    assert structure(one) != structure(other)


@pytest.mark.parametrize("name", [name for name, info in CATALOG.items() if not info.files])
def test_the_size_of_the_training_set_is_known_without_loading_it(name: str) -> None:
    for options in ({}, {"samples": 140, "train_share": 0.3}):
        if options.keys() <= CATALOG[name].options.keys():
            choice = DatasetChoice(name, options)
            assert training_samples(Experiment(dataset=choice)) == len(load(name, **choice.options).x_train)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, info in CATALOG.items() if info.files])
def test_that_of_data_in_files_is_known_too(real_data, name: str) -> None:
    assert training_samples(Experiment(dataset=DatasetChoice(name))) == len(load(name).x_train)


LARGE = {
    "Fashion-MNIST": Experiment(dataset=DatasetChoice("fashion_mnist"), layers=(Layer(300), Layer(100))),
    # Its network is small, its data are not.
    "MNIST without hidden layers": Experiment(dataset=DatasetChoice("mnist"), layers=()),
    "16 layers of 500": Experiment(layers=(Layer(500),) * 16),
    # An epoch is quick, compiling takes a quarter of a minute.
    "16 layers with everything": Experiment(
        layers=(Layer(8, batch_norm=True, dropout=0.1, l2=0.1),) * 16, optimizer=Optimizer("nadam")
    ),
}
SMALL = {
    "the first network": Experiment(),
    "the largest that the stage draws": Experiment(layers=(Layer(16),) * 8, optimizer=Optimizer("adam")),
    "10,000 points one by one": Experiment(dataset=DatasetChoice("circle", {"samples": 10_000}), batch_size=1),
    "digits": Experiment(dataset=DatasetChoice("digits"), layers=(Layer(300), Layer(100))),
    "housing": Experiment(dataset=DatasetChoice("california_housing"), layers=(Layer(50),) * 3),
}


@pytest.mark.parametrize("experiment", LARGE.values(), ids=LARGE)
def test_what_would_keep_others_waiting_is_large(experiment: Experiment) -> None:
    assert is_large(experiment)


@pytest.mark.parametrize("experiment", SMALL.values(), ids=SMALL)
def test_what_a_class_trains_is_small(experiment: Experiment) -> None:
    assert not is_large(experiment)


def test_more_of_anything_takes_longer() -> None:
    base = Experiment(batch_size=10)
    for more in (
        replace(base, batch_size=5),
        replace(base, layers=(Layer(64),) * 4),
        replace(base, dataset=DatasetChoice("circle", {"samples": 1000})),
    ):
        assert epoch_seconds(more) > epoch_seconds(base)
    for more in (replace(base, layers=(Layer(),) * 4), replace(base, optimizer=Optimizer("adam"))):
        assert compile_seconds(more) > compile_seconds(base)
