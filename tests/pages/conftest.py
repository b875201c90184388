"""The pages without a browser and without a process that trains."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import Pipe, connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnlab import events
from nnlab.datasets.catalog import CATALOG
from nnlab.events.studies import PartEnded, ReplicaResult, StartStudy
from nnlab.experiment import Experiment
from nnlab.experiment.scikit_learn import Fit
from nnlab.experiment.weights import weight_arrays
from nnlab.permalink import Link, decode, encode
from nnlab.runs import RunService
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.limits import Limits
from nnlab.ui import questions, visit
from nnlab.ui.images import drawing

APP = Path(__file__).parents[2] / "main.py"
TRAINING = ("keras", "nnlab.models", "nnlab.training", "tensorflow")
NAMES = ("playground", "images", "housing", "tables", "exercises", "class", "status")
PAGES = {"": "app_pages/home.py"} | {name: f"app_pages/{name}.py" for name in NAMES}
TEST_SIZES = {
    "fashion_mnist": 10_000,
    "mnist": 10_000,
    "digits": 360,
    "iris": 15,
    "messages": 400,
    "california_housing": 5160,
}
LINE = np.array([[-1.4, -2.2, 4.0]])


class ThreadAsProcess:
    """A thread with as much of a process's face as `WorkerHandle` looks at."""

    pid = os.getpid()
    exitcode = 0

    def __init__(self, thread: threading.Thread, pipe: connection.Connection[Any, Any]) -> None:
        self._thread = thread
        self._pipe = pipe

    def kill(self) -> None:
        self._pipe.send(events.Quit(""))

    def join(self, timeout: float | None = None) -> None:
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        return self._thread.is_alive()


def launch(threads: int, niceness: int = 0) -> WorkerHandle:
    """Start a worker that speaks the true protocol over a true pipe and makes its losses up."""
    ours, theirs = Pipe()
    thread = threading.Thread(target=work, args=(theirs,), name="pretended worker", daemon=True)
    thread.start()
    return WorkerHandle(ThreadAsProcess(thread, ours), ours, threads)


def work(pipe: connection.Connection[Any, Any]) -> None:
    starts: dict[str, events.Start] = {}
    with pipe:
        pipe.send(events.Ready(""))
        while not isinstance(command := pipe.recv(), events.Quit):
            if isinstance(command, events.Start):
                starts[command.run_id] = command
                train(pipe, command)
            elif isinstance(command, StartStudy):
                study(pipe, command)
            elif isinstance(command, events.Preview):
                weights = (np.zeros((2, 3), np.float32),)
                pipe.send(events.EpochsEnded(command.run_id, 1, (), {}, {0: weights}))
            elif isinstance(command, events.Predict):
                pipe.send(events.Predicted(command.run_id, command.request_id, made_up(command)))
            elif isinstance(command, events.Ping):
                pipe.send(events.Pong("", 0.1, 1))
            elif isinstance(command, events.Prepare):
                pipe.send(events.Prepared(command.run_id))
            elif isinstance(command, events.Stop):
                end(pipe, starts[command.run_id], "stopped")
            elif isinstance(command, events.Park):
                pipe.send(events.Parked(command.run_id, None))


def study(pipe: connection.Connection[Any, Any], start: StartStudy) -> None:
    """Report all parts at once: every second seed has solved it, the networks are random."""
    for part in start.study.parts:
        epochs = np.asarray(start.study.epochs_evaluated(part))
        seeds, count = start.study.seeds, len(epochs)
        right = np.full((len(seeds), count), 0.5, np.float32)
        right[::2, count // 2 :] = 1.0
        history = {"epoch": epochs, "loss": 1 - right / 2, "val_loss": 1 - right / 2, "val_accuracy": right}
        weights = tuple(
            np.stack(arrays, axis=-1)
            for arrays in zip(*(weights_of(part.experiment, seed) for seed in seeds), strict=True)
        )
        pipe.send(PartEnded(start.run_id, part.name, ReplicaResult(seeds, history, weights)))
    pipe.send(events.RunEnded(start.run_id, "finished", 0))


def made_up(command: events.Predict) -> np.ndarray:
    """Outputs that take every picture for a 7, and whatever a table describes for 0.75 of anything."""
    units = command.experiment.head.units
    outputs = [0.02] * 7 + [0.82] + [0.02] * 2 if units == 10 else [0.75] * units
    return np.tile(np.float32(outputs), (len(command.x), 1))


def train(pipe: connection.Connection[Any, Any], start: events.Start) -> None:
    """Report all epochs, or three of an endless run; weights before the first and after the last, or the best one.

    Small networks, those of tables, tell the weights of 20 epochs more.
    """
    count = start.experiment.epochs or 3
    pipe.send(events.PhaseBegun(start.run_id, "training"))
    metric = start.experiment.head.metric
    falling = tuple(1 / epoch for epoch in range(1, count + 1))
    logs = {name: falling for name in ("loss", metric, "val_loss", f"val_{metric}")}
    stopping = start.experiment.early_stopping is not None
    more = range(1, min(count, 20)) if start.experiment.dataset.info.kind == "table" else ()
    weights = {epoch: weights_of(start.experiment, epoch) for epoch in (0, *more, 1 if stopping else count)}
    pipe.send(events.EpochsEnded(start.run_id, 1, (0.01,) * count, logs, weights))
    # scikit-learn has so many iterations that somebody wants to stop it.
    if start.experiment.epochs is not None and (start.estimator != "mlp" or start.experiment.seed == 42):
        end(pipe, start, "early_stopped" if stopping else "finished")


def weights_of(experiment: Experiment, epoch: int) -> events.Arrays:
    generator = np.random.default_rng(epoch)
    # One number alone comes as a float.
    drawn = (generator.uniform(-0.1, 0.1, array.shape) for array in weight_arrays(experiment))
    return tuple(np.asarray(values, np.float32) for values in drawn)


def end(pipe: connection.Connection[Any, Any], start: events.Start, reason: events.EndReason) -> None:
    run_id, head = start.run_id, start.experiment.head
    outputs = np.full((TEST_SIZES.get(start.experiment.dataset.name, 360), head.units), 0.1, np.float16)
    pipe.send(events.Tested(run_id, {"loss": 0.25, head.metric: 0.875}, outputs))
    if start.estimator is not None:
        scores = {"training": 1.0, "validation": 0.5, "test": 0.75}
        lines = {"MLPRegressor" if head.units == 1 else "MLPClassifier": None}
        if start.estimator == "perceptron":
            lines = {"Perceptron": LINE.repeat(3, axis=0), "setosa": LINE}
        pipe.send(events.Fitted(run_id, tuple(Fit(name, 7, scores, line) for name, line in lines.items())))
    pipe.send(events.RunEnded(run_id, reason, 1))


@pytest.fixture(autouse=True)
def service(monkeypatch):
    """The service behind the pages. Whoever imports what trains gets an ImportError, which is a failure on the page."""
    for module in TRAINING:
        monkeypatch.setitem(sys.modules, module, None)
    # No timer of a page fires here: what is not answered while it is drawn would never be shown.
    monkeypatch.setattr(questions, "PATIENCE_SECONDS", 30.0)
    monkeypatch.setattr(drawing, "WAIT_SECONDS", 30.0)
    # This process may hold far more than a worker would: other tests import TensorFlow into it.
    service = RunService(Limits(worker_megabytes=10**6), launch=launch)
    monkeypatch.setattr(visit, "RunService", lambda **settings: service)
    visit.service.clear()
    yield service
    service.close()
    visit.service.clear()


@pytest.fixture
def files_here(real_data) -> Callable[[str], None]:
    """Wait until the app has found a data set's files: its first look at them takes a moment, in a thread."""

    def wait(name: str) -> None:
        found = visit.downloads().request(CATALOG[name].files)
        deadline = time.monotonic() + 30
        while not all(download.state == "done" for download in found) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert all(download.state == "done" for download in found)

    return wait


class Site:
    """The app as one visitor sees it.

    Streamlit's own test class has no browser: what is in the address is set by hand, and a timer never fires.
    """

    def __init__(
        self, path: str = "playground", experiment: Experiment | None = None, *, locale: str = "en-US", **query: str
    ) -> None:
        self.path = path
        self.app = AppTest.from_file(str(APP), default_timeout=60)
        self.app.context = {"locale": locale}
        for name, value in {"lang": "en", **query}.items():
            self.app.query_params[name] = value
        if experiment is not None:
            self.app.query_params["x"] = encode(Link(experiment))
        self.app.switch_page(PAGES[path])
        self.run()

    def run(self) -> None:
        self.app.run()
        self.check()

    def check(self) -> None:
        assert [exception.value for exception in self.app.exception] == []

    def widget(self, kind: str, label: str) -> Any:
        """The widget of a kind whose label is `label`."""
        found = [widget for widget in getattr(self.app, kind) if widget.label == label]
        assert len(found) == 1, f"{kind} “{label}” is there {len(found)} times"
        return found[0]

    def set(self, kind: str, label: str, value: Any) -> None:
        self.widget(kind, label).set_value(value)
        self.run()

    def button(self, label: str) -> Any:
        return self.widget("button", label)

    def click(self, label: str) -> None:
        self.button(label).click()
        self.run()

    def open(self, tab: str, language: str = "en") -> None:
        """Open one of the page's tabs, by its title."""
        self.app.session_state[f"{self.path}_tabs_{language}"] = tab
        self.run()

    def component(self, name: str) -> dict[str, Any]:
        """What the page tells a component of ours that is there once."""
        found = [element.proto.json for element in self.app.get("bidi_component") if name in element.proto.id]
        assert len(found) == 1, f"{name} is there {len(found)} times"
        return json.loads(found[0])

    def address(self, name: str) -> str | None:
        """What the address says of `name`."""
        value = self.app.query_params.get(name)
        return value[0] if isinstance(value, list) else value

    @property
    def setting(self) -> Experiment:
        """The experiment in the address."""
        token = self.address("x")
        assert token is not None
        return decode(token).experiment

    @property
    def title(self) -> str:
        return [*self.app.title, *self.app.header][0].value

    @property
    def warnings(self) -> list[str]:
        return [warning.value for warning in self.app.warning]

    @property
    def texts(self) -> str:
        """All that is written on the page in paragraphs, notes and bars."""
        kinds = ("caption", "markdown", "info", "warning", "error")
        return "\n".join(element.value for kind in kinds for element in getattr(self.app, kind))

    def wait_for(self, text: str) -> None:
        """Run the page again, as its timer would, until it shows `text`."""
        deadline = time.monotonic() + 30
        while text not in self.status and time.monotonic() < deadline:
            time.sleep(0.05)
            self.run()
        assert text in self.status
        # What is drawn first may still be of the moment before.
        self.run()

    @property
    def status(self) -> str:
        bars = [bar.proto.text for bar in self.app.get("progress")]
        return "\n".join([self.texts, *bars])


@pytest.fixture
def site():
    return Site
