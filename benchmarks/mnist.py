"""The MNIST preset in the browser to its end, and ten digits drawn on the canvas with the mouse."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from benchmarks.app_server import ROOT
from benchmarks.processes import wait_until_quiet
from benchmarks.report import Bar, Figure, run
from benchmarks.visit import Visit, pictures, test_accuracy, visit

TEST = Bar(0.98, "at least")
RIGHT = Bar(8, "at least")
EPOCHS = 15
RUN_SECONDS = 30 * 60.0
DRAWN = ROOT / "tests" / "data" / "drawn_digits.json"


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Press the button of the preset, then Train; draw each digit and read what the page takes it for."""
    pictures("mnist", EPOCHS)  # says so where the data are missing
    digits = json.loads(DRAWN.read_text(encoding="utf-8"))
    with visit() as visitor:
        visitor.open("/images")
        wait_until_quiet(visitor.server.process)
        visitor.page.get_by_role("button", name="MNIST, 98%", exact=True).click()
        seconds = visitor.click("Train", "newStatus", "Finished", wait_seconds=RUN_SECONDS)
        test = test_accuracy(visitor)
        visitor.page.get_by_role("tab", name="Draw", exact=True).click()
        told = {digit: _drawn(visitor, lines) for digit, lines in digits.items()}
    yield Figure("test accuracy", "", [test], TEST)
    yield Figure(
        "drawn digits that are right, of ten", "", [sum(digit == name for digit, (name, _) in told.items())], RIGHT
    )
    yield Figure("last line → bars", "s", [time for _, time in told.values()])
    yield Figure("Train → Finished", "s", [seconds])


def _drawn(visitor: Visit, lines: list[Any]) -> tuple[str, float]:
    """Draw on the empty canvas; return the class that the network takes it for, and the seconds it took to say so."""
    page = visitor.page
    canvas = page.locator(".nnlab-paper")
    # Not at the upper edge, where Streamlit's header lies over it.
    canvas.evaluate("(canvas) => canvas.scrollIntoView({ block: 'center' })")
    box = canvas.bounding_box() or {"x": 0.0, "y": 0.0, "width": 1.0}
    for line in lines:
        points = [(box["x"] + x * box["width"], box["y"] + y * box["width"]) for x, y, _ in line]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()
    began = page.evaluate("performance.now()")
    drawn = "document.querySelector('.nnlab-says li') && !document.querySelector('.nnlab-old')"
    visitor.wait_until(drawn, "an answer to a drawing")
    seconds = (page.evaluate("performance.now()") - began) / 1000
    name = page.locator(".nnlab-chosen span").first.inner_text()
    page.get_by_role("button", name="Clear", exact=True).click()
    visitor.wait_until("document.querySelectorAll('.nnlab-says li').length === 0", "an empty canvas")
    return name, seconds


if __name__ == "__main__":
    run("mnist", __doc__, measure)
