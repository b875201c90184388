"""The chapter's preset in the browser to its end: Fashion-MNIST, 300-100, SGD, 30 epochs."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator

from benchmarks.processes import wait_until_quiet
from benchmarks.report import Bar, Figure, run
from benchmarks.visit import Visit, history, pictures, test_accuracy, visit

# The book's own run ended at 0.8894.
VALIDATION = Bar(0.88, "at least")
RUN = Bar(20.0, "at most")
ANSWER = Bar(0.3, "at most", "max")
EPOCHS = 30
RUN_SECONDS = 30 * 60.0
PAUSE_MILLISECONDS = 300


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Press the button of the preset, then Train, and use the page while it trains."""
    pictures("fashion_mnist", EPOCHS)  # says so where the data are missing
    with visit() as visitor:
        visitor.open("/images")
        wait_until_quiet(visitor.server.process)
        visitor.page.get_by_role("button", name="The chapter's preset", exact=True).click()
        visitor.start("Train", "newStatus", "Finished")
        answers = _use_the_page(visitor)
        visitor.wait_until("nnlabBenchmark.watched('run').elapsed !== null", "Finished", RUN_SECONDS)
        seconds = visitor.run_seconds or 0.0
        last = history(visitor, EPOCHS)[-1]
        test = test_accuracy(visitor)
    yield Figure("validation accuracy after 30 epochs", "", [float(last["val_accuracy"])], VALIDATION)
    yield Figure("test accuracy", "", [test])
    yield Figure("training loss, last epoch", "", [float(last["loss"])])
    yield Figure("Train → Finished", "s", [seconds], RUN)
    for what, values in answers.items():
        yield Figure(f"{what}, while it trains", "s", values, ANSWER)


def _use_the_page(visitor: Visit) -> dict[str, list[float]]:
    """Open tabs and add and take away a layer, in turns, until the run has ended."""
    answers: dict[str, list[float]] = {"another tab": [], "another layer": []}
    page, panel = visitor.page, "[role=tabpanel]:not([hidden])"
    layers = page.locator("[class*='control_'][class*='_layers']").first
    steps = itertools.cycle(["Increment", "Decrement"])
    for tab in itertools.cycle(["Weights", "Draw", "History", "Data"]):
        if visitor.run_seconds is not None:
            return answers
        answers["another tab"].append(visitor.response(page.get_by_role("tab", name=tab, exact=True), panel))
        page.wait_for_timeout(PAUSE_MILLISECONDS)
        step = layers.get_by_test_id(f"stNumberInputStep{'Up' if next(steps) == 'Increment' else 'Down'}")
        answers["another layer"].append(visitor.response(step, ".st-key-images_summary"))
        page.wait_for_timeout(PAUSE_MILLISECONDS)
    return answers


if __name__ == "__main__":
    run("fashion_mnist", __doc__, measure)
