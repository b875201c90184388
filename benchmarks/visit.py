"""A visitor of nnlab: opens pages, clicks buttons, and times what the clicks bring about."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from benchmarks.app_server import AppServer, chromium
from benchmarks.report import CannotMeasureError
from nnlab.datasets.remote import locate
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.permalink import Link, encode

if TYPE_CHECKING:
    from playwright.sync_api import Page

IN_PAGE = Path(__file__).with_name("in_page.js")
SIZE = {"width": 1366, "height": 900}
WAIT_SECONDS = 120.0


def toy(epochs: int | None) -> Experiment:
    """Return a toy run: 500 points, the network 2-4-2-1 of the playground's first screen."""
    return Experiment(
        dataset=DatasetChoice("circle", {"samples": 500}),
        layers=(Layer(4, "tanh"), Layer(2, "tanh")),
        optimizer=Optimizer("sgd", learning_rate=0.03),
        batch_size=10,
        epochs=epochs,
    )


def digits(epochs: int | None) -> Experiment:
    """Return a small run for the run panel: 1,257 pictures of 8 × 8 pixels, the network 64-8-10."""
    return Experiment(dataset=DatasetChoice("digits"), layers=(Layer(8, "relu"),), batch_size=100, epochs=epochs)


def pictures(name: str, epochs: int) -> Experiment:
    """Return a run of the chapter's network 300-100 on a data set of pictures.

    Raises
    ------
    CannotMeasureError
        A data file is not on this machine.
    """
    dataset = DatasetChoice(name)
    for file in dataset.info.files:
        if locate(file) is None:
            raise CannotMeasureError(
                f"the data file {file} is not here: run “python -m nnlab.datasets fetch”, or set NNLAB_DATA_DIR."
            )
    return Experiment(
        dataset=dataset,
        layers=(Layer(300, "relu"), Layer(100, "relu")),
        optimizer=Optimizer("sgd", learning_rate=0.01),
        epochs=epochs,
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor at one server.

    Parameters
    ----------
    server : AppServer
        Where.
    page : playwright.sync_api.Page
        The visitor's tab.
    """

    server: AppServer
    page: Page

    def open(self, path: str, experiment: Experiment | None = None) -> None:
        """Open a page, with the setting of `experiment` in its link, and wait for the button Train."""
        query = {"lang": "en"} | ({"x": encode(Link(experiment))} if experiment is not None else {})
        self.page.goto(f"{self.server.address}{path}?{urlencode(query)}", wait_until="commit")
        self.button("Train").wait_for(timeout=WAIT_SECONDS * 1000)

    def button(self, name: str) -> Any:
        """Return the locator of a button of the run; Streamlit's own header has a “Stop” too."""
        return self.page.locator(".st-key-transport, .nnlab-transport").get_by_role("button", name=name, exact=True)

    def count_messages(self, sent: list[str]) -> None:
        """Note what the page sends to the server from now on."""
        connection = self.page.context.new_cdp_session(self.page)
        connection.send("Network.enable")
        connection.on("Network.webSocketFrameSent", lambda frame: sent.append(frame["requestId"]))

    def click(self, name: str, until: str, argument: str = "", wait_seconds: float = WAIT_SECONDS) -> float:
        """Click a button and return the seconds until a condition holds, both taken in the page.

        Parameters
        ----------
        name : str
            The button's.
        until : {"status", "newStatus", "firstPoint"}
            The status line says `argument`; it says so of a run begun by this click; the first
            point of a new run is drawn.
        argument : str
            The word of the status line.
        wait_seconds : float
            When to give up.
        """
        self.page.evaluate("([until, word]) => nnlabBenchmark.watchNextClick(until, word)", [until, argument])
        self.button(name).click(timeout=WAIT_SECONDS * 1000)
        self.wait_until("nnlabBenchmark.watched().elapsed !== null", f"{name} → {argument or until}", wait_seconds)
        return self._watched("elapsed")

    def start(self, name: str, until: str, argument: str = "") -> None:
        """Click a button as `click` does, and go on; `run_seconds` tells the time when it is there."""
        self.page.evaluate("([until, word]) => nnlabBenchmark.watchNextClick(until, word, 'run')", [until, argument])
        self.button(name).click(timeout=WAIT_SECONDS * 1000)

    @property
    def run_seconds(self) -> float | None:
        """The seconds that `start` measures, None while what it waits for has not come."""
        milliseconds: float | None = self.page.evaluate("() => nnlabBenchmark.watched('run').elapsed")
        return None if milliseconds is None else milliseconds / 1000

    def response(self, control: Any, selector: str) -> float:
        """Click a control and return the seconds until the text of what `selector` finds is another one."""
        return self.until("changed", selector, lambda: control.click(timeout=WAIT_SECONDS * 1000))

    def until(self, condition: str, selector: str, act: Callable[[], None]) -> float:
        """Click or press Enter and return the seconds until a condition of `in_page.js` holds for a selector."""
        self.page.evaluate("([until, what]) => nnlabBenchmark.watchNextClick(until, what)", [condition, selector])
        act()
        self.wait_until("nnlabBenchmark.watched().elapsed !== null", f"{selector} {condition}")
        return self._watched("elapsed")

    def last_growth(self, wait_seconds: float = 2.0) -> float:
        """Return how many seconds after the last timed click a curve grew for the last time."""
        self.page.wait_for_timeout(wait_seconds * 1000)
        return self._watched("lastGrowth")

    def wait_for_epochs(self, epochs: int) -> None:
        """Wait until each curve on screen has so many epochs and is drawn."""
        self.wait_until(f"nnlabBenchmark.curvesHave({epochs})", f"{epochs} epochs on each curve", WAIT_SECONDS)

    def wait_until(self, expression: str, what: str, seconds: float = WAIT_SECONDS) -> None:
        """Wait until an expression holds in the page."""
        from playwright.sync_api import TimeoutError as TookTooLong

        try:
            self.page.wait_for_function(f"() => {expression}", timeout=seconds * 1000, polling=100)
        except TookTooLong as error:
            status = " ".join(self.page.locator(".st-key-run_status").all_inner_texts())
            raise CannotMeasureError(f"no “{what}” within {seconds:g} s; the page says “{status}”.") from error

    def _watched(self, name: str) -> float:
        milliseconds: float = self.page.evaluate("name => nnlabBenchmark.watched()[name]", name)
        return milliseconds / 1000


def history(visitor: Visit, epochs: int) -> list[dict[str, str]]:
    """Return the rows of the history's file.

    Raises
    ------
    CannotMeasureError
        It has another number of epochs.
    """
    visitor.page.get_by_role("tab", name="History").click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != epochs:
        raise CannotMeasureError(f"the history has {len(rows)} epochs, not {epochs}.")
    return rows


def test_accuracy(visitor: Visit) -> float:
    """Return the accuracy on the test set that the page tells.

    Raises
    ------
    CannotMeasureError
        It is no percentage.
    """
    visitor.page.get_by_role("tab", name="Predictions", exact=True).click()
    metric = visitor.page.get_by_test_id("stMetric").filter(has_text="Test accuracy")
    text: str = metric.get_by_test_id("stMetricValue").inner_text()
    if not text.endswith("%"):
        raise CannotMeasureError(f"the test accuracy reads “{text}”, which is no percentage.")
    return float(text.removesuffix("%")) / 100


@contextmanager
def visit(width: int = SIZE["width"], height: int = SIZE["height"], *, slowed: int = 1) -> Iterator[Visit]:
    """Start a server and a browser, and be a visitor with a fresh tab, perhaps on a slower machine."""
    with AppServer() as server, chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, locale="en-US")
        if slowed > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        page.add_init_script(path=IN_PAGE)
        yield Visit(server, page)
