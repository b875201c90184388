"""How long the browser takes to compute all neurons of a network over the plane once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks.app_server import ROOT, chromium
from benchmarks.report import Bar, Figure, repetitions, run
from nnlab.experiment import Experiment, Layer
from nnlab.ui.components.network_description import describe

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

MODULES = ROOT / "nnlab" / "ui" / "components" / "frontend"
ORIGIN = "http://forward.test"
# Network, points on a side of the plane, and milliseconds at most.
CASES = (((4, 2), 100, 1.3), ((8,) * 4, 100, 7.0), ((8,) * 4, 50, 4.0), ((16,) * 8, 50, 4.0))
# The clock of a page ticks too coarsely to time a single pass.
PASSES = 20
TIME = """
async ({ module, net, side, repetitions, passes }) => {
  const { Forward, parameterPlaces } = await import(module);
  const coordinate = (index) => (12 * index) / (side - 1) - 6;
  const points = Array.from({ length: side * side }, (_, index) => index);
  const columns = [
    Float32Array.from(points, (index) => coordinate(index % side)),
    Float32Array.from(points, (index) => coordinate(Math.floor(index / side))),
  ];
  const weights = Float32Array.from({ length: parameterPlaces(net).size }, (_, index) => Math.sin(1 + index));
  const forward = new Forward(net, columns);
  const pass = () => {
    const start = performance.now();
    for (let count = 0; count < passes; count += 1) {
      forward.run(weights);
    }
    return (performance.now() - start) / passes;
  };
  // The first ones are spent on compiling.
  pass();
  return Array.from({ length: repetitions }, pass);
}
"""


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Time the forward pass alone: no server, no drawing."""
    with chromium() as browser:
        page = browser.new_page()
        page.route(f"{ORIGIN}/**", _answer)
        page.goto(ORIGIN)
        for units, side, limit in CASES:
            times = _times(page, units, side, options.repetitions)
            yield Figure(
                f"forward pass, {'-'.join(map(str, units))}, {side}×{side} points", "ms", times, Bar(limit, "at most")
            )


def _times(page: Page, units: tuple[int, ...], side: int, repetitions: int) -> list[float]:
    """Return the milliseconds of one pass, once for each repetition."""
    net = describe(Experiment(layers=tuple(Layer(count, "tanh") for count in units)))
    given = {"net": net, "side": side, "repetitions": repetitions, "passes": PASSES}
    times: list[Any] = page.evaluate(TIME, {"module": f"{ORIGIN}/forward.js", **given})
    return [float(time) for time in times]


def _answer(route: Route) -> None:
    """Answer a request of the page with a module of ours, or with the blank page itself."""
    name = urlsplit(route.request.url).path.lstrip("/")
    if name.endswith(".js"):
        route.fulfill(body=(MODULES / name).read_text("utf-8"), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


if __name__ == "__main__":
    run("forward_pass", __doc__, measure, repetitions(30))
