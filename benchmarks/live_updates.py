"""How often live curves are redrawn in an unlimited small run, in the same element and without a blank frame."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from benchmarks.processes import wait_until_quiet
from benchmarks.report import Bar, Figure, positive, run
from benchmarks.visit import digits, visit

RATE = Bar(8.0, "at least", "min")
NONE = Bar(0.0, "at most", "max")
FIRST_EPOCHS = 3


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Watch the curves of loss and accuracy from inside the page; each figure is the worse of the two."""
    with visit() as visitor:
        visitor.open("/images", digits(None))
        wait_until_quiet(visitor.server.process)
        visitor.click("Train", "firstPoint")
        visitor.wait_for_epochs(FIRST_EPOCHS)
        seen = visitor.page.evaluate("milliseconds => nnlabBenchmark.watchCurves(milliseconds)", 1000 * options.seconds)
        visitor.click("Stop", "status", "Stopped")
    seconds = seen["seconds"]
    yield Figure("curve updates", "/s", [count / seconds for count in seen["updates"]], RATE)
    yield Figure("curve redraws", "/s", [count / seconds for count in seen["redraws"]], RATE)
    yield Figure("frames in which a curve was blank", "", [seen["blank"]], NONE)
    yield Figure("frames in which an element was another one", "", [seen["replaced"]], NONE)
    # There is no more to show than what is trained.
    yield Figure("epochs trained meanwhile", "/s", [seen["epochs"] / seconds])
    yield Figure("frames of the page", "/s", [seen["frames"] / seconds])
    yield Figure("longest frame", "ms", [seen["longestFrame"]])


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=positive, default=10, help="how long to watch (default: %(default)s)")


if __name__ == "__main__":
    run("live_updates", __doc__, measure, _options)
