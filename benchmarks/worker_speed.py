"""What forked workers take: seconds to the first epoch of a network that is new to them, and memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil

from benchmarks.processes import wait_until_quiet
from benchmarks.report import CannotMeasureError
from benchmarks.visit import pictures, toy
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.runs import RunRecord, RunService

PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.002


def first_epochs(rounds: int) -> Iterator[tuple[str, list[float], float]]:
    """Yield a name, seconds and their bar: without and with a smaller last batch."""
    whole = replace(toy(10), batch_size=10)
    # 247 training and 247 validation samples.
    parted = replace(whole, dataset=DatasetChoice("circle", {"samples": 494}))
    service = RunService()
    try:
        for name, experiment, bar in (("whole batches", whole, 1.0), ("a partial batch", parted, 1.5)):
            seconds = []
            for number in range(rounds):
                wait_until_quiet(psutil.Process())
                # Units that no run before had.
                layers = (Layer(3 + number, "tanh"), Layer(2, "tanh"))
                seconds.append(_first_epoch(service, replace(experiment, layers=layers)))
            yield name, seconds, bar
    finally:
        service.close()


def worker_memory() -> float:
    """Return the most megabytes that a worker held while it trained two epochs of Fashion-MNIST."""
    service = RunService()
    try:
        record = service.record(service.start(pictures("fashion_mnist", 2)))
        peak = 0.0
        begun = time.monotonic()
        while not record.ended:
            _check(record, begun)
            workers = psutil.Process().children(recursive=True)
            peak = max([peak, *(_peak(worker.pid) for worker in workers)])
            time.sleep(0.05)
        return peak
    finally:
        service.close()


def _first_epoch(service: RunService, experiment: Experiment) -> float:
    begun = time.monotonic()
    record = service.record(service.start(experiment))
    while record.progress.epoch == 0:
        _check(record, begun)
        time.sleep(POLL_SECONDS)
    seconds = time.monotonic() - begun
    while not record.ended:
        _check(record, begun)
        time.sleep(POLL_SECONDS)
    return seconds


def _check(record: RunRecord, begun: float) -> None:
    if time.monotonic() - begun > PATIENCE_SECONDS or record.status == "failed":
        raise CannotMeasureError(f"a run did not get on; its status is “{record.status}” ({record.message}).")


def _peak(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0.0)
