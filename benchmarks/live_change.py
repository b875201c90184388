"""How long the picture stands still when the batch size, whose program has to be compiled, changes while it plays."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from benchmarks.processes import wait_until_quiet
from benchmarks.report import Bar, Figure, positive, run
from benchmarks.visit import Visit, toy, visit

STANDSTILL = Bar(700.0, "at most", "max")
WARM_EPOCHS = 200
WATCH_SECONDS = 7.0
SIZES = (11, 12, 13, 14, 15)
SPEEDS = {"60 epochs a second": "60 epochs/s", "as fast as it computes": "as fast as it computes"}


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Change the size of the batches again and again, each to one that no program is there for."""
    for name, label in SPEEDS.items():
        with visit() as visitor:
            visitor.open("/playground", toy(None))
            visitor.page.get_by_label("Speed").select_option(label=label)
            wait_until_quiet(visitor.server.process)
            visitor.button("Train").click()
            visitor.wait_until(f"nnlabBenchmark.epoch() >= {WARM_EPOCHS}", f"epoch {WARM_EPOCHS} on screen")
            bar = STANDSTILL if name != "as fast as it computes" else None
            times = [_change(visitor, number, size) for number, size in enumerate(SIZES[: options.changes], 1)]
            yield Figure(f"longest standstill after another batch size, {name}", "ms", times, bar)


def _change(visitor: Visit, number: int, size: int) -> float:
    field = visitor.page.get_by_label("Batch size B", exact=True)
    field.fill(str(size))
    field.press("Enter")
    seen = visitor.page.evaluate("ms => nnlabBenchmark.watchStandstill(ms)", 1000 * WATCH_SECONDS)
    marks = "document.querySelectorAll('.nnlab-marks > *').length"
    visitor.wait_until(f"{marks} === {number}", f"mark {number} on the timeline")
    return float(seen["longest"])


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--changes", type=positive, default=5, help="how often (at most and by default: %(default)s)")


if __name__ == "__main__":
    run("live_change", __doc__, measure, _options)
