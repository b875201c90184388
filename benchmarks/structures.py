"""How the app and its workers grow over 1,000 runs, each of another structure.

Each structure is a program of its own, which its worker keeps; each run leaves a record, which the app keeps
for half an hour. The app is a service alone, in this process, so that nothing else is counted.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import secrets
import time
from collections.abc import Iterator

import psutil

from benchmarks.processes import megabytes, wait_until_quiet, workers
from benchmarks.report import Bar, CannotMeasureError, Figure, positive, progress, run
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.experiment.bounds import ACTIVATIONS
from nnlab.runs import RunRecord, RunService
from nnlab.runs.limits import Limits

GROWTH = Bar(50.0, "at most")
WARM_UP = 20
AT_ONCE = 4
EPOCHS = 3
TOLD_EVERY = 50
RUN_SECONDS = 120.0


def structures() -> Iterator[Experiment]:
    """Yield experiments of which no two share a program."""
    for units in itertools.count(1):
        for activation in ACTIVATIONS:
            layers = (Layer(units, activation),)
            yield Experiment(dataset=DatasetChoice("circle"), layers=layers, epochs=EPOCHS)


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Train them, a few at a time, and look at the memory of all processes meanwhile."""
    app, limits = psutil.Process(), Limits.from_environment()
    experiments = structures()
    service = RunService(limits)
    try:
        _train(service, itertools.islice(experiments, WARM_UP))
        before = _settled(app)
        largest, used = _train(service, itertools.islice(experiments, options.runs))
        after = _settled(app)
    finally:
        service.close()
    yield Figure(f"app process after {WARM_UP} runs", "MB", [before])
    yield Figure(f"its growth over {options.runs} structures more", "MB", [after - before], GROWTH)
    yield Figure("largest worker", "MB", [largest], Bar(limits.worker_megabytes, "at most"))
    yield Figure("worker processes used in all", "", [used])


def _train(service: RunService, experiments: Iterator[Experiment]) -> tuple[float, int]:
    app, used, largest = psutil.Process(), set[int](), 0.0
    active: list[tuple[float, RunRecord]] = []
    left, started = True, 0
    while left or active:
        while left and len(active) < AT_ONCE:
            experiment = next(experiments, None)
            left = experiment is not None
            if experiment is not None:
                run_id = service.start(experiment, visitor=secrets.token_hex(8))
                active.append((time.monotonic(), service.record(run_id)))
                started += 1
                if started % TOLD_EVERY == 0:
                    progress(f"run {started} of another structure; the app has {megabytes(app):.0f} MB")
        active = [(since, record) for since, record in active if not _over(record, since)]
        found = workers(app)
        used |= found
        largest = max([largest, *_sizes(found)])
        time.sleep(0.1)
    return largest, len(used)


def _over(record: RunRecord, since: float) -> bool:
    if not record.ended and time.monotonic() - since > RUN_SECONDS:
        raise CannotMeasureError(f"a run did not end within {RUN_SECONDS:g} s; it is “{record.status}”.")
    if record.ended and record.status != "finished":
        raise CannotMeasureError(f"a run ended as “{record.status}”: {record.message}")
    return record.ended


def _sizes(processes: set[int]) -> Iterator[float]:
    for process in processes:
        try:
            yield megabytes(psutil.Process(process))
        except psutil.NoSuchProcess:
            # Recycled since.
            continue


def _settled(app: psutil.Process) -> float:
    wait_until_quiet(app)
    gc.collect()
    return megabytes(app)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=positive, default=1000, help="(default: %(default)s)")


if __name__ == "__main__":
    run("structures", __doc__, measure, _options)
