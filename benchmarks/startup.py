"""How soon the app answers and shows itself, and what its process holds after training on each page."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from benchmarks.app_server import AppServer, chromium
from benchmarks.processes import maps_tensorflow, megabytes, wait_until_quiet
from benchmarks.report import Bar, Figure, repetitions, run
from benchmarks.visit import Visit, pictures, visit
from nnlab.experiment import Experiment

PAGE_SECONDS = Bar(2.0, "at most", "max")
MEMORY = Bar(250.0, "at most", "max")
NONE = Bar(0.0, "at most", "max")


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Start a fresh server for each visible page, then train on each page of one server."""
    answers: list[float] = []
    for path, role, name in (("/", "heading", "A laboratory for neural networks"), ("/playground", "button", "Train")):
        visible: list[float] = []
        for _ in range(options.repetitions):
            seconds_to_answer, seconds_to_page = _first_visit(path, role, name)
            answers.append(seconds_to_answer)
            visible.append(seconds_to_page)
        yield Figure(f"server answers → {path} visible, first visitor", "s", visible, PAGE_SECONDS)
    yield Figure("process start → server answers", "s", answers)
    yield from _after_training()


def _first_visit(path: str, role: str, name: str) -> tuple[float, float]:
    # The browser is there before the server, as a visitor's is.
    with chromium() as browser:
        page = browser.new_page(locale="en-US")
        with AppServer() as server:
            answered = time.monotonic()
            page.goto(f"{server.address}{path}", wait_until="commit")
            page.locator(f"role={role}[name='{name}']").wait_for()
            return server.seconds_to_answer, time.monotonic() - answered


def _after_training() -> Iterator[Figure]:
    runs = (
        ("/images", "digits", pictures("digits", 5)),
        ("/images", "1 epoch of Fashion-MNIST", pictures("fashion_mnist", 1)),
    )
    with visit() as visitor:
        visitor.open("/playground")
        yield Figure("app process before training", "MB", [megabytes(visitor.server.process)])
        for path, name, experiment in runs:
            held, mapped = _train(visitor, path, experiment)
            yield Figure(f"app process after {name}", "MB", [held], MEMORY)
            yield Figure(f"TensorFlow mapped after {name} (0 no, 1 yes)", "", [mapped], NONE)


def _train(visitor: Visit, path: str, experiment: Experiment) -> tuple[float, int]:
    visitor.open(path, experiment)
    visitor.click("Train", "newStatus", "Finished")
    app = visitor.server.process
    wait_until_quiet(app)
    return megabytes(app), int(maps_tensorflow(app))


if __name__ == "__main__":
    run("startup", __doc__, measure, repetitions(3))
