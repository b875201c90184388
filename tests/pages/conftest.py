"""The pages without a browser and without a process that trains."""

from __future__ import annotations

import os
import sys
import threading
import time
from multiprocessing import Pipe, connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnlab import events
from nnlab.experiment import Experiment
from nnlab.permalink import Link, decode, encode
from nnlab.runs import RunService
from nnlab.runs.handle import WorkerHandle
from nnlab.runs.limits import Limits
from nnlab.ui import visit

APP = Path(__file__).parents[2] / "app.py"
TRAINING = ("keras", "nnlab.models", "nnlab.training", "tensorflow")
PAGES = {"": "app_pages/home.py", "playground": "app_pages/playground.py", "images": "app_pages/images.py"}


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


def launch(threads: int) -> WorkerHandle:
    """Start a worker that speaks the true protocol over a true pipe and makes its losses up."""
    ours, theirs = Pipe()
    thread = threading.Thread(target=work, args=(theirs,), name="pretended worker", daemon=True)
    thread.start()
    return WorkerHandle(ThreadAsProcess(thread, ours), ours, threads)


def work(pipe: connection.Connection[Any, Any]) -> None:
    with pipe:
        pipe.send(events.Ready(""))
        while not isinstance(command := pipe.recv(), events.Quit):
            if isinstance(command, events.Start):
                train(pipe, command)
            elif isinstance(command, events.Preview):
                weights = (np.zeros((2, 3), np.float32),)
                pipe.send(events.EpochsEnded(command.run_id, 1, (), {}, {0: weights}))
            elif isinstance(command, events.Stop):
                end(pipe, command.run_id, "stopped")
            elif isinstance(command, events.Park):
                pipe.send(events.Parked(command.run_id, None))


def train(pipe: connection.Connection[Any, Any], start: events.Start) -> None:
    """Report all epochs, or three of an endless run."""
    count = start.experiment.epochs or 3
    pipe.send(events.PhaseBegun(start.run_id, "training"))
    metric = start.experiment.head.metric
    falling = tuple(1 / epoch for epoch in range(1, count + 1))
    logs = {name: falling for name in ("loss", metric, "val_loss", f"val_{metric}")}
    pipe.send(events.EpochsEnded(start.run_id, 1, (0.01,) * count, logs))
    if start.experiment.epochs is not None:
        end(pipe, start.run_id, "finished")


def end(pipe: connection.Connection[Any, Any], run_id: str, reason: events.EndReason) -> None:
    pipe.send(events.Tested(run_id, {"loss": 0.25, "accuracy": 0.875}, np.full((360, 10), 0.1, np.float16)))
    pipe.send(events.RunEnded(run_id, reason, 1))


@pytest.fixture(autouse=True)
def service(monkeypatch):
    """The service behind the pages. Whoever imports what trains gets an ImportError, which is a failure on the page."""
    for module in TRAINING:
        monkeypatch.setitem(sys.modules, module, None)
    # This process may hold far more than a worker would: other tests import TensorFlow into it.
    service = RunService(Limits(worker_megabytes=10**6), launch=launch)
    monkeypatch.setattr(visit, "RunService", lambda **settings: service)
    visit.service.clear()
    yield service
    service.close()
    visit.service.clear()


class Site:
    """The app as one visitor sees it.

    Streamlit's own test class has no browser: what is in the address is set by hand, and a timer never fires.
    """

    def __init__(
        self, path: str = "playground", experiment: Experiment | None = None, *, locale: str = "en-US", **query: str
    ) -> None:
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

    @property
    def status(self) -> str:
        bars = [bar.proto.text for bar in self.app.get("progress")]
        return "\n".join([self.texts, *bars])


@pytest.fixture
def site():
    return Site
