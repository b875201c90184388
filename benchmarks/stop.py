"""How soon Stop and Pause act: on the page, and on the curve."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from benchmarks.processes import wait_until_quiet
from benchmarks.report import Bar, Figure, positive, run
from benchmarks.visit import Visit, digits, pictures, visit
from nnlab.experiment import Experiment

SECONDS = Bar(0.5, "at most", "max")
MANY_EPOCHS = 200


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Stop and pause unlimited small runs, then runs of Fashion-MNIST."""
    cases = (
        ("a small run", "/images", digits(None), options.repetitions),
        ("Fashion-MNIST", "/images", pictures("fashion_mnist", MANY_EPOCHS), options.large_repetitions),
    )
    with visit() as visitor:
        for name, path, experiment, count in cases:
            visitor.open(path, experiment)
            yield from _figures(visitor, name, experiment, count)


def _figures(visitor: Visit, name: str, experiment: Experiment, count: int) -> Iterator[Figure]:
    clicks: dict[str, list[float]] = {"Pause": [], "Stop": []}
    growths: dict[str, list[float]] = {"Pause": [], "Stop": []}
    for repetition in range(count):
        wait_until_quiet(visitor.server.process)
        visitor.click("Train", "firstPoint")
        for button, word in (("Pause", "Paused"), ("Stop", "Stopped")):
            # Not always at the same moment of a tick of the page or of an epoch.
            visitor.page.wait_for_timeout(700 + 170 * repetition)
            clicks[button].append(visitor.click(button, "status", word))
            growths[button].append(visitor.last_growth())
            if button == "Pause":
                visitor.click("Resume", "status", "Training")
    for button, word in (("Pause", "Paused"), ("Stop", "Stopped")):
        yield Figure(f"{name}: {button} → “{word}” on the page", "s", clicks[button], SECONDS)
        yield Figure(f"{name}: {button} → the curve's last growth", "s", growths[button], SECONDS)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=positive, default=5, help="of the small run (default: %(default)s)")
    parser.add_argument("--large-repetitions", type=positive, default=3, help="of Fashion-MNIST (default: %(default)s)")


if __name__ == "__main__":
    run("stop", __doc__, measure, _options)
