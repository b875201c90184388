"""How soon after a click on Train the first point is on the curve: a small run, a warm spare."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

import psutil

from benchmarks.processes import wait_until_quiet
from benchmarks.report import Bar, CannotMeasureError, Figure, repetitions, run
from benchmarks.visit import digits, visit
from nnlab.runs import RunService

SECONDS = Bar(1.5, "at most")
FIRST_EPOCH_SECONDS = 60.0


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Click in a browser, then ask a service without one."""
    yield from _in_the_browser(options.repetitions)
    yield Figure("RunService.start → first epoch in the record, no browser", "s", _in_a_service(options.repetitions))


def _in_the_browser(count: int) -> Iterator[Figure]:
    times: list[float] = []
    with visit() as visitor:
        visitor.open("/images", digits(None))
        # One more: the worker of the very first click has not trained yet, and plotly.js has not been loaded.
        for _ in range(count + 1):
            wait_until_quiet(visitor.server.process)
            times.append(visitor.click("Train", "firstPoint"))
            visitor.click("Stop", "status", "Stopped")
    yield Figure("Train → first point drawn", "s", times[1:], SECONDS)
    yield Figure("the same, first click of a new server", "s", times[:1], SECONDS)


def _in_a_service(count: int) -> list[float]:
    service = RunService()
    try:
        times = []
        for _ in range(count):
            wait_until_quiet(psutil.Process())
            started = time.monotonic()
            run_id = service.start(digits(None))
            record = service.record(run_id)
            while record.progress.epoch == 0:
                if record.ended or time.monotonic() - started > FIRST_EPOCH_SECONDS:
                    raise CannotMeasureError(f"a run had no epoch; its status was “{record.status}”.")
                time.sleep(0.002)
            times.append(time.monotonic() - started)
            service.stop(run_id)
        return times
    finally:
        service.close()


if __name__ == "__main__":
    run("first_point", __doc__, measure, repetitions(5))
