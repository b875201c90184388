"""A server with the whole app, and visitors who use it in a real Chromium."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Download, Locator, Page, expect

from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.permalink import Link, encode
from tests.conftest import PATIENCE

APP = Path(__file__).parents[2] / "app.py"
EPOCH = re.compile(r"Epoch ([\d,]+)")
CURVES = ".st-key-live_curves .nnlab-live-chart"


@pytest.fixture(scope="session")
def app() -> Path:
    return APP


@pytest.fixture(scope="session")
def server(serve):
    """The app as everybody runs it. Whatever visitors did to it, no exception of ours may be in its log."""
    with serve(APP) as server:
        yield server
        assert "Traceback" not in server.log.read_text()


@pytest.fixture
def toy():
    """A small experiment that trains fast, with changes."""

    def experiment(**changes) -> Experiment:
        options = {"samples": 60}
        fields = {
            "dataset": DatasetChoice("circle", options),
            "layers": (Layer(4, "tanh"),),
            "optimizer": Optimizer("sgd", learning_rate=0.03),
            "batch_size": 10,
            "epochs": None,
        }
        return Experiment(**{**fields, **changes})

    return experiment


@pytest.fixture
def digits():
    """A small experiment for the run panel that trains fast, with changes."""

    def experiment(**changes) -> Experiment:
        fields = {"layers": (Layer(8, "relu"),), "batch_size": 100, "epochs": None}
        return Experiment(**{"dataset": DatasetChoice("digits"), **fields, **changes})

    return experiment


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser window of their own."""

    page: Page
    address: str

    def open(self, path: str = "/playground", experiment: Experiment | None = None, **query: str) -> None:
        token = {"x": encode(Link(experiment))} if experiment is not None else {}
        self.page.goto(f"{self.address}{path}?{urlencode({'lang': 'en', **token, **query})}")
        expect(self.page.get_by_role("heading", level=1).or_(self.page.get_by_role("heading", level=2))).to_be_visible()

    def train(self, experiment: Experiment | None = None, path: str = "/images", **query: str) -> None:
        """Open a page with a setting and press Train."""
        self.open(path, experiment, **query)
        self.button("Train").click()
        expect(self.button("Train")).to_be_disabled()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def status(self) -> Locator:
        return self.page.locator(".st-key-run_status")

    @property
    def curves(self) -> Locator:
        return self.page.locator(CURVES)

    @property
    def errors(self) -> Locator:
        """Streamlit's own box for an exception."""
        return self.page.get_by_test_id("stException")

    @property
    def epoch(self) -> int:
        """The epoch that the run panel names, in English."""
        # While the page changes its language, the panel may still speak the one before.
        expect(self.status).to_have_text(EPOCH)
        return int(EPOCH.search(self.status.inner_text())[1].replace(",", ""))

    def wait_for_epochs(self, count: int) -> None:
        """Wait until the curves have so many points."""
        self.page.wait_for_function(
            "([curves, count]) => Number(document.querySelector(curves)?.dataset.count) >= count",
            arg=[CURVES, count],
            timeout=PATIENCE,
        )

    def stop(self) -> None:
        self.button("Stop").click()
        expect(self.status).to_contain_text("Stopped")

    def drawn_epochs(self, count: int) -> list[list[int]]:
        """The epochs of each curve on the page, as plotly.js drew them, once there are `count`."""
        self.page.wait_for_function(
            """([curves, count]) => [...document.querySelectorAll(curves + " .js-plotly-plot")]
                 .every(plot => plot.data.every(trace => trace.x.length === count))""",
            arg=[CURVES, count],
            timeout=PATIENCE,
        )
        return self.page.evaluate(
            """(curves) => [...document.querySelectorAll(curves + " .js-plotly-plot")]
                 .flatMap(plot => plot.data.map(trace => [...trace.x]))""",
            CURVES,
        )

    def _download(self) -> Download:
        # The table's own tool bar has a button of the same name.
        with self.page.expect_download(timeout=PATIENCE) as download:
            self.page.get_by_test_id("stDownloadButton").get_by_role("button").click()
        return download.value

    def history(self) -> list[dict[str, str]]:
        """The rows of the CSV file."""
        tab = self.page.get_by_role("tab", name="History")
        if tab.count():
            tab.click()
        download = self._download()
        while download.failure() is not None:
            # A run that has just ended draws the page once more, which takes a download on its way along.
            download = self._download()
        with Path(download.path()).open(newline="") as file:
            return list(csv.DictReader(file))

    def expect_one_point_an_epoch(self) -> int:
        """Check the curves and the file of a run that has ended; return how many epochs it had."""
        count = -1
        while count != self.epoch:
            # After a stop the worker reports the epoch that had just ended.
            count = self.epoch
            self.page.wait_for_timeout(2000)
        expected = list(range(1, count + 1))
        expect(self.curves.first).to_have_attribute("data-count", str(count))
        assert self.drawn_epochs(count) == [expected] * 4
        assert [int(row["epoch"]) for row in self.history()] == expected
        return count

    def settle(self) -> None:
        """Wait until all of the page is there and nothing has moved for half a second."""
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        self.page.wait_for_function(
            """() => {
              const { scrollWidth, scrollHeight } = document.querySelector('[data-testid="stMain"]');
              const size = `${scrollWidth} × ${scrollHeight}`;
              if (globalThis.lastSize !== size || document.fonts.status !== "loaded") {
                globalThis.lastSize = size;
                globalThis.settledAt = performance.now();
              }
              return performance.now() - globalThis.settledAt > 500;
            }""",
            timeout=PATIENCE,
        )

    def mark(self) -> None:
        """Make the element of the first chart known again."""
        self.curves.first.evaluate("(chart) => { chart.dataset.marked = 'yes'; }")

    def expect_marked(self) -> None:
        expect(self.curves.first).to_have_attribute("data-marked", "yes")


def misplaced(text: str) -> list[str]:
    """What Streamlit says when it is told to draw in a place that is not there, and covers the page."""
    return [text] if "Bad delta path" in text else []


@pytest.fixture
def arrive(browser: Browser, server) -> Iterator[Callable[..., Visitor]]:
    """Make visitors. They leave no run behind, and no script of ours may have failed in their browsers."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []
    failures: list[str] = []

    def arrive(address: str = server.address, width: int = 1280, height: int = 900, **options) -> Visitor:
        options = {"locale": "en-US", "color_scheme": "light", **options}
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("console", lambda message: failures.extend(misplaced(message.text)))
        visitors.append(Visitor(page, address))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        # Servers of their own have ended by now.
        if visitor.address != server.address:
            continue
        stop = visitor.button("Stop").or_(visitor.button("정지")).first
        if stop.count() and stop.is_enabled():
            stop.click()
            expect(stop).to_be_disabled()
    for context in contexts:
        context.close()
    assert failures == []


@pytest.fixture
def visitor(arrive: Callable[..., Visitor]) -> Visitor:
    return arrive()
