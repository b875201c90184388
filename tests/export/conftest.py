"""Runs of the app, and the scripts that repeat them: all scripts in one fresh process, one after another."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnlab.events import Arrays, Changed, EpochsEnded, Event, Rewound, Start, Tested
from nnlab.experiment import Experiment
from nnlab.export import Run, Script, keras_script
from nnlab.export.writing import as_python
from nnlab.i18n import translator
from nnlab.runs.record import RunRecord
from nnlab.training.session import Session
from nnlab.training.watched import WatchedSession

# It knows nothing of nnlab, as the machine of whoever has downloaded a script.
RUNNER = """
import contextlib, json, os, pathlib, sys, warnings
sys.path = [place for place in sys.path if place]
for line in sys.stdin:
    path = pathlib.Path(line.strip())
    names = {"__name__": "__main__"}
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(path.read_text("utf-8"), path.name, "exec"), names)
    if "history" in names:
        told = {"history": names["history"].history, "results": names["results"]}
    else:
        told = {"scores": names["scores"], "losses": getattr(names.get("mlp"), "loss_curve_", None)}
    print(json.dumps({"name": path.stem, **told}, default=float), flush=True)
    names.clear()
assert "nnlab" not in sys.modules
"""
Told = dict[str, Any]
Step = tuple[int, Experiment, Arrays | None]


@dataclass(frozen=True)
class Case:
    """A run of the app: with what it begins, and what is changed at the end of which epoch."""

    experiment: Experiment
    epochs: int
    steps: tuple[Step, ...] = ()


class Scripts:
    """Scripts at work in a process of their own, one after another; whoever asks for what one has told waits for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._errors = folder / "errors.txt"
        self._told: dict[str, Told] = {}
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-c", RUNNER],
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def add(self, name: str, script: Script) -> None:
        """Have a script run after those that were added before."""
        path = self._folder / f"{name}.py"
        path.write_text(as_python(script, translator("ko")), "utf-8")
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()

    def told(self, name: str) -> Told:
        assert self._process.stdout is not None
        while name not in self._told:
            line = self._process.stdout.readline()
            assert line, f"no script “{name}” has ended well:\n{self._errors.read_text()[-3000:]}"
            found = json.loads(line)
            self._told[found.pop("name")] = found
        return self._told[name]

    def close(self) -> None:
        try:
            self._process.communicate(timeout=120)
        finally:
            self._process.kill()
        assert self._process.returncode == 0, self._errors.read_text()[-3000:]


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripts]:
    found = Scripts(tmp_path_factory.mktemp("scripts"))
    yield found
    found.close()


class Clock:
    def __call__(self) -> float:
        return 1000.0


def record_of(case: Case) -> RunRecord:
    """Train a case as a worker does, and return the record of it."""
    record = RunRecord("run", case.experiment, "somebody")

    def take(event: Event) -> None:
        if isinstance(event, EpochsEnded):
            record.append(event)
        elif isinstance(event, Rewound):
            record.rewind(event.epoch)
        elif isinstance(event, Changed):
            record.course.follow(event)
        elif isinstance(event, Tested):
            record.keep(event)

    if case.steps:
        _played(case, take)
    else:
        session = Session(Start("run", case.experiment), take)
        while session.advance(10):
            continue
    return record


def _played(case: Case, take: Callable[[Event], None]) -> None:
    session = WatchedSession(Start("run", case.experiment, None, True), take, Clock())
    for epoch, experiment, weights in case.steps:
        _play(session, epoch)
        session.change(experiment, epoch, weights)
        while session._errands:
            session.advance(0.05)
    _play(session, case.epochs)
    session.stop()


def _play(session: WatchedSession, epoch: int) -> None:
    session.allow(epoch, 60)
    while session.seconds_to_wait == 0.0:
        session.advance(1.0)


def script_of(case: Case, record: RunRecord | None = None) -> Script:
    changes = record.changes if record is not None else ()
    return keras_script(Run(case.experiment, case.epochs, tuple((change.epoch, change.values) for change in changes)))


def assert_same_history(record: RunRecord, told: Told, tolerance: float = 1e-4) -> None:
    columns: Mapping[str, Sequence[float]] = record.history().columns
    assert set(told["history"]) == set(columns)
    for key, values in columns.items():
        np.testing.assert_allclose(told["history"][key], values, rtol=tolerance, atol=tolerance, err_msg=key)
    if record.test is not None:
        for key, value in record.test.metrics.items():
            np.testing.assert_allclose(told["results"][key], value, rtol=tolerance, atol=tolerance, err_msg=key)
