"""The chapter's preset in the browser to its end: Fashion-MNIST, 300-100, SGD, 30 epochs."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import wait_until_quiet
from benchmarks.report import Bar, CannotMeasureError, Figure, run
from benchmarks.visit import Visit, pictures, visit

# The book's own run ended at 0.8894.
VALIDATION = Bar(0.88, "at least")
EPOCHS = 30
RUN_SECONDS = 30 * 60.0


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Press the button of the preset, then Train; read the file and the test result that the page offers."""
    pictures("fashion_mnist", EPOCHS)  # says so where the data are missing
    with visit() as visitor:
        visitor.open("/images")
        wait_until_quiet(visitor.server.process)
        visitor.page.get_by_role("button", name="The chapter's preset", exact=True).click()
        seconds = visitor.click("Train", "newStatus", "Finished", wait_seconds=RUN_SECONDS)
        last = _last_epoch(visitor)
        test = _test_accuracy(visitor)
    yield Figure("validation accuracy after 30 epochs", "", [float(last["val_accuracy"])], VALIDATION)
    yield Figure("test accuracy", "", [test])
    yield Figure("training loss, last epoch", "", [float(last["loss"])])
    yield Figure("Train → Finished", "s", [seconds])


def _last_epoch(visitor: Visit) -> dict[str, str]:
    visitor.page.get_by_role("tab", name="History").click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != EPOCHS:
        raise CannotMeasureError(f"the history has {len(rows)} epochs, not {EPOCHS}.")
    return rows[-1]


def _test_accuracy(visitor: Visit) -> float:
    visitor.page.get_by_role("tab", name="Test", exact=True).click()
    metric = visitor.page.get_by_test_id("stMetric").filter(has_text="Test accuracy")
    text: str = metric.get_by_test_id("stMetricValue").inner_text()
    if not text.endswith("%"):
        raise CannotMeasureError(f"the test accuracy reads “{text}”, which is no percentage.")
    return float(text.removesuffix("%")) / 100


if __name__ == "__main__":
    run("fashion_mnist", __doc__, measure)
