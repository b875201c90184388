"""Many seeds at once: trained networks times epochs a second, the sweep of exercise 1, and how often each solves it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace

import tensorflow as tf

from benchmarks.report import Bar, CannotMeasureError, Figure, positive, run
from nnlab.events.studies import ReplicaResult, Study, StudyPart
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.replicas import train
from nnlab.runs import RunService, StudyRecord

SEEDS = tuple(range(100))
PATIENCE_SECONDS = 300.0
ACTIVATIONS = {"relu": "ReLU", "tanh": "tanh"}
SHAPES = ((1,), (2,), (3,), (4,), (8,), (4, 2))


def circle(*units: int, activation: str = "tanh", epochs: int = 800, mode: str = "playground") -> Experiment:
    """Return exercise 1's setting with these hidden layers."""
    return Experiment(
        layers=tuple(Layer(count, activation) for count in units),
        optimizer=Optimizer("sgd", 0.03),
        batch_size=10,
        epochs=epochs,
        mode=mode,
    )


def spiral(epochs: int) -> Experiment:
    """Return four layers of eight with Adam."""
    return Experiment(
        dataset=DatasetChoice("spiral"),
        layers=(Layer(8, "relu"),) * 4,
        optimizer=Optimizer("adam", 0.003),
        batch_size=10,
        epochs=epochs,
    )


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Speeds first, then the sweep through a worker, then the shares."""
    # As the workers have it that small runs share. With more, XLA cuts loops of a few microseconds in two.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    small = circle(3, epochs=3000, mode="keras")
    yield _speed("100 seeds of 2-3-1 on circle, orders included", small, 100, 200_000, options.repetitions)
    again = circle(3, epochs=3000)
    yield _speed("the same as in TensorFlow Playground", again, 100, None, options.repetitions)
    yield _speed("64 seeds of 2-8-8-8-8-1 on spiral, Adam", spiral(800), 64, 40_000, options.repetitions)
    yield from _sweep()
    yield from _shares()


def _speed(name: str, experiment: Experiment, seeds: int, bar: float | None, rounds: int) -> Figure:
    train(replace(experiment, epochs=65), range(seeds), evaluate_every=5)  # it compiles its program now
    speeds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        train(experiment, range(seeds), evaluate_every=5)
        speeds.append(seeds * (experiment.epochs or 0) / (time.perf_counter() - begun))
    return Figure(name, "model-epochs/s", speeds, Bar(bar, "at least") if bar is not None else None)


def _sweep() -> Iterator[Figure]:
    parts = tuple(
        StudyPart(f"{units} {activation}", circle(units, activation=activation))
        for activation in ACTIVATIONS
        for units in range(1, 9)
    )
    service = RunService()
    try:
        begun = time.monotonic()
        record = service.study_record(service.study("benchmark", Study(parts, SEEDS)))
        _wait(record, begun)
        name = "1 to 8 neurons × 100 seeds × 800 epochs, ReLU and tanh, with starting a worker and compiling"
        yield Figure(name, "s", [time.monotonic() - begun], Bar(30, "at most"))
        begun = time.monotonic()
        record = service.study_record(service.study("benchmark", Study(parts, SEEDS)))
        _wait(record, begun)
        yield Figure("the same again, compiled", "s", [time.monotonic() - begun])
        yield Figure("Stop, until it is said", "s", [_stopped(service, record)], Bar(0.5, "at most"))
    finally:
        service.close()


def _stopped(service: RunService, before: StudyRecord) -> float:
    study_id = service.study("benchmark", before.study)
    record = service.study_record(study_id)
    time.sleep(2)
    begun = time.monotonic()
    service.studies.stop(study_id)
    while not record.ended:
        time.sleep(0.001)
    return time.monotonic() - begun


def _wait(record: StudyRecord, begun: float) -> None:
    while not record.ended:
        if time.monotonic() - begun > PATIENCE_SECONDS:
            raise CannotMeasureError("a study did not come to its end.")
        time.sleep(0.01)
    if record.state != "finished":
        raise CannotMeasureError(f"a study is {record.state} ({record.message}).")


def _shares() -> Iterator[Figure]:
    for activation, name in ACTIVATIONS.items():
        for units in SHAPES:
            result = train(circle(*units, activation=activation), SEEDS, evaluate_every=1)
            told = f"circle, {'-'.join(map(str, units))}, {name}"
            yield Figure(f"{told}: solved at any time in 800 epochs", "%", [_percent(result, at_end=False)])
            yield Figure(f"{told}: solved at the end", "%", [_percent(result, at_end=True)])


def _percent(result: ReplicaResult, *, at_end: bool) -> float:
    solved = result.solved_at_end if at_end else result.epochs_to_solve > 0
    return 100 * float(solved.mean())


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=positive, default=5, help="rounds (default: %(default)s)")


if __name__ == "__main__":
    run("replicas", __doc__, measure, _options)
