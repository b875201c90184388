"""How much the app's process grows over 100 small runs one after another.

In the browser it is the app as a visitor uses it: Streamlit, the page, the curves, the records of
all runs, which are kept for half an hour. In a service alone (`--through service`) it is what
nnlab itself keeps, after a garbage collection, in this process.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Iterator

import psutil

from benchmarks.processes import megabytes, wait_until_quiet, workers
from benchmarks.report import Bar, CannotMeasureError, Figure, positive, run
from benchmarks.visit import digits, visit
from nnlab.runs import RunService

GROWTH = Bar(10.0, "at most")
EPOCHS = 3
RUN_SECONDS = 120.0


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Run them through what the options name."""
    ways = {"browser": _through_the_browser, "service": _through_a_service}
    for name in ("service", "browser") if options.through == "both" else (options.through,):
        before, after, workers_used = ways[name](options.warm_up, options.runs)
        yield Figure(f"{name}: app process after {options.warm_up} runs", "MB", [before])
        yield Figure(f"{name}: its growth over {options.runs} more", "MB", [after - before], GROWTH)
        yield Figure(f"{name}: worker processes used in all", "", [workers_used])


def _through_the_browser(warm_up: int, runs: int) -> tuple[float, float, int]:
    used: set[int] = set()
    with visit() as visitor:
        visitor.open("/images", digits(EPOCHS))
        app = visitor.server.process

        def train() -> None:
            visitor.click("Train", "newStatus", "Finished", wait_seconds=RUN_SECONDS)
            used.update(workers(app))

        before, after = _before_and_after(train, warm_up, runs, app)
    return before, after, len(used)


def _through_a_service(warm_up: int, runs: int) -> tuple[float, float, int]:
    app = psutil.Process()
    used: set[int] = set()
    service = RunService()

    def train() -> None:
        record = service.record(service.start(digits(EPOCHS)))
        deadline = time.monotonic() + RUN_SECONDS
        while not record.ended and time.monotonic() < deadline:
            time.sleep(0.02)
        if record.status != "finished":
            raise CannotMeasureError(f"a run did not finish within {RUN_SECONDS:g} s; it is “{record.status}”.")
        used.update(workers(app))

    try:
        before, after = _before_and_after(train, warm_up, runs, app)
    finally:
        service.close()
    return before, after, len(used)


def _before_and_after(train: Callable[[], None], warm_up: int, runs: int, app: psutil.Process) -> tuple[float, float]:
    held: list[float] = []
    for count in (warm_up, runs):
        for _ in range(count):
            train()
        wait_until_quiet(app)
        gc.collect()
        held.append(megabytes(app))
    return held[0], held[1]


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=positive, default=100, help="(default: %(default)s)")
    parser.add_argument("--warm-up", type=positive, default=5, help="runs before the first look (default: %(default)s)")
    parser.add_argument("--through", choices=("browser", "service", "both"), default="both")


if __name__ == "__main__":
    run("growth", __doc__, measure, _options)
