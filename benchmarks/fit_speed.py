"""`nnlab.training.fit` beside `keras.Model.fit` on the same work, alternating in one run, and what its slices cost."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import keras

from benchmarks.report import Bar, Figure, positive, run
from benchmarks.visit import pictures, toy
from benchmarks.worker_speed import first_epochs, worker_memory
from nnlab import models
from nnlab.datasets import Dataset, load
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.training import Record, Trainer
from nnlab.training.live import LiveCallback

Callbacks = Callable[[], list[keras.callbacks.Callback]]
SLICE = 0.05


@dataclass(frozen=True, slots=True)
class Work:
    """Something to train, how many epochs of it by each side a round, and the ratio that is wanted.

    Parameters
    ----------
    name : str
        For the reader.
    experiment : Experiment
        What to train.
    keras_epochs, our_epochs : int
        Enough to time, few enough to wait for.
    bar : float
        Ours to theirs, in epochs a second.
    callbacks : callable
        Makes the callbacks of one training.
    """

    name: str
    experiment: Experiment
    keras_epochs: int
    our_epochs: int
    bar: float
    callbacks: Callbacks = list


def works() -> tuple[Work, ...]:
    """Return what is compared."""
    small = toy(None)
    large = replace(small, layers=(Layer(8, "tanh"),) * 4, optimizer=Optimizer("adam", 0.01))
    housing = Experiment(
        dataset=DatasetChoice("california_housing"),
        layers=(Layer(50, "relu"),) * 3,
        optimizer=Optimizer("adam", 0.001),
        loss="mean_squared_error",
    )
    patient = lambda: [keras.callbacks.EarlyStopping("val_loss", patience=10**6)]  # noqa: E731
    return (
        Work("toy 2-4-2-1", small, 6, 2560, 400),
        Work("toy 2-8-8-8-8-1, Adam", large, 6, 1280, 250),
        Work("housing 50-50-50", housing, 2, 60, 35),
        Work("Fashion-MNIST 300-100-10", pictures("fashion_mnist", 1), 1, 4, 6.5),
        Work("toy 2-4-2-1 with EarlyStopping", small, 6, 600, 120, patient),
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """A work with its data.

    Parameters
    ----------
    work : Work
        What to train.
    data : Dataset
        On what.
    """

    work: Work
    data: Dataset

    def theirs(self, model: keras.Model) -> float:
        """Return epochs a second of Keras' own fit."""
        x, valid = (part.astype("float32") / self.data.scale for part in (self.data.x_train, self.data.x_valid))
        begun = time.perf_counter()
        model.fit(
            x,
            self.data.y_train,
            batch_size=self.work.experiment.batch_size,
            epochs=self.work.keras_epochs,
            validation_data=(valid, self.data.y_valid),
            callbacks=self.work.callbacks(),
            verbose=0,
        )
        return self.work.keras_epochs / (time.perf_counter() - begun)

    def trainer(self, epochs: int | None, **settings: Any) -> Trainer:
        """Return a trainer with a new model."""
        experiment = self.work.experiment
        return Trainer(
            models.build(experiment, self.data),
            self.data.x_train,
            models.targets(experiment, self.data.y_train),
            epochs=epochs,
            batch_size=experiment.batch_size,
            validation_data=(self.data.x_valid, models.targets(experiment, self.data.y_valid)),
            input_scale=self.data.scale,
            **{"callbacks": self.work.callbacks(), **settings},
        )

    def ours(self, **settings: Any) -> float:
        """Return epochs a second of ours."""
        trainer = self.trainer(self.work.our_epochs, **settings)
        begun = time.perf_counter()
        while trainer.advance(math.inf):
            continue
        return self.work.our_epochs / (time.perf_counter() - begun)


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Ratios first, then what only ours does."""
    benches = []
    for work in works():
        bench = Bench(work, load(work.experiment.dataset.name, **work.experiment.dataset.options))
        benches.append(bench)
        yield from _ratio(bench, options.repetitions)
    yield from _app_path(benches[0], options.repetitions)
    yield from _again(benches[0], options.repetitions)
    yield _slices(benches[3])
    for name, seconds, bar in first_epochs(options.repetitions):
        yield Figure(f"new structure → first epoch, forked worker, {name}", "s", seconds, Bar(bar, "at most"))
    yield Figure("forked worker on Fashion-MNIST, peak", "MB", [worker_memory()], Bar(700, "at most", "max"))


def _ratio(bench: Bench, rounds: int) -> Iterator[Figure]:
    model = models.build(bench.work.experiment, bench.data)
    bench.theirs(model)  # it traces its functions now
    bench.ours()  # it compiles its program now
    pairs = [(bench.theirs(model), bench.ours()) for _ in range(rounds)]
    yield Figure(f"{bench.work.name}: keras.Model.fit", "epochs/s", [theirs for theirs, _ in pairs])
    yield Figure(f"{bench.work.name}: nnlab.training.fit", "epochs/s", [ours for _, ours in pairs])
    bar = Bar(bench.work.bar, "at least")
    yield Figure(f"{bench.work.name}: ratio", "×", [ours / theirs for theirs, ours in pairs], bar)


def _app_path(bench: Bench, rounds: int) -> Iterator[Figure]:
    def with_app() -> float:
        live = LiveCallback("run", lambda event: None)
        trainer = bench.trainer(bench.work.our_epochs, callbacks=[live], record=Record(weights_every=1))
        live.follow(trainer)
        begun = time.perf_counter()
        while trainer.advance(SLICE):
            continue
        return bench.work.our_epochs / (time.perf_counter() - begun)

    with_app()
    pairs = [(bench.ours(), with_app()) for _ in range(rounds)]
    shares = [100 * app / bare for bare, app in pairs]
    yield Figure("toy 2-4-2-1 along the app's own path", "epochs/s", [app for _, app in pairs])
    yield Figure("the same, share of the bare speed", "%", shares, Bar(60, "at least"))


def _again(bench: Bench, rounds: int) -> Iterator[Figure]:
    seconds = []
    for number in range(rounds):
        optimizer = Optimizer("sgd", learning_rate=0.01 * (number + 1))
        again = Bench(
            replace(bench.work, experiment=replace(bench.work.experiment, seed=number, optimizer=optimizer)), bench.data
        )
        trainer = again.trainer(1)
        begun = time.perf_counter()
        while trainer.advance(math.inf):
            continue
        seconds.append(1000 * (time.perf_counter() - begun))
    yield Figure("the same structure again → first epoch", "ms", seconds, Bar(30, "at most"))


def _slices(bench: Bench) -> Figure:
    trainer = bench.trainer(None)
    trainer.prepare()
    seconds = []
    for _ in range(40):
        begun = time.perf_counter()
        trainer.advance(SLICE)
        seconds.append(time.perf_counter() - begun)
    trainer.close()
    return Figure("advance(0.05) on Fashion-MNIST", "s", seconds, Bar(0.1, "at most", "max"))


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=positive, default=5, help="rounds (default: %(default)s)")


if __name__ == "__main__":
    run("fit_speed", __doc__, measure, _options)
