"""`StudyRecord`: what a study has reported so far."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnlab.events.studies import PartAdvanced, ReplicaResult, Study
from nnlab.messages import Message
from nnlab.runs.progress import Stopwatch

StudyState = Literal["queued", "running", "paused", "finished", "stopped", "failed"]
ENDED: tuple[StudyState, ...] = ("finished", "stopped", "failed")
# Before so much is done nobody can tell how long the rest takes.
SMALLEST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """How far a study is.

    Parameters
    ----------
    seeds_done : int
        Networks trained to the end, all parts together; replicas trained together count by their epochs.
    seeds : int
        Networks that the study trains, all parts together.
    share : float
        What part of the study is done, 0 to 1.
    seconds : float
        Time it has taken so far, pauses left out.
    seconds_left : float or None
        About how long it still takes; None while nobody knows.
    part : str
        The name of the part under way; empty before the first and after the last.
    compiling : bool
        Whether the part under way is being compiled.
    """

    seeds_done: int
    seeds: int
    share: float
    seconds: float
    seconds_left: float | None
    part: str
    compiling: bool


class StudyRecord:
    """State, progress and results of one study; any thread may use it.

    Parameters
    ----------
    study_id : str
        The study's unguessable name.
    study : Study
        What is trained.
    visitor : str
        Whose it is.
    clock : callable
        Returns the time in seconds; for tests.

    Attributes
    ----------
    message : Message or None
        Why it ended before all was done.
    revision : int
        Another number after each report.
    strikes : int
        How often a worker has ended because of it.
    """

    def __init__(self, study_id: str, study: Study, visitor: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.study_id = study_id
        self.study = study
        self.visitor = visitor
        self.touched = clock()
        self.message: Message | None = None
        self.revision = 0
        self.strikes = 0
        self._lock = threading.RLock()
        self._state: StudyState = "queued"
        self._parts: dict[str, ReplicaResult] = {}
        self._running: PartAdvanced | None = None
        self._columns: dict[str, list[NDArray[Any]]] = {}
        self._compiling = False
        self._watch = Stopwatch(clock)

    @property
    def state(self) -> StudyState:
        """Where it is in its life: queued, running, paused, finished, stopped or failed."""
        return self._state

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._state in ENDED

    @property
    def parts(self) -> Mapping[str, ReplicaResult]:
        """The results of the parts that are done, by their names."""
        with self._lock:
            return dict(self._parts)

    @property
    def running(self) -> tuple[str, ReplicaResult] | None:
        """The part under way: its name, and what it has come to so far, without weights."""
        with self._lock:
            if self._running is None:
                return None
            history = {name: np.concatenate(columns, axis=-1) for name, columns in self._columns.items()}
            return self._running.part, ReplicaResult(self.study.seeds, history or {"epoch": np.zeros(0, np.int64)})

    @property
    def progress(self) -> StudyProgress:
        """How far it is at this moment."""
        with self._lock:
            running, count, each = self._running, len(self.study.parts), len(self.study.seeds)
            part_share = running.epoch / running.epochs if running is not None else 0.0
            share = (len(self._parts) + part_share) / count
            seconds = self._watch.seconds
            left = seconds * (1 - share) / share if share > SMALLEST_SHARE else None
            return StudyProgress(
                seeds_done=int(share * count * each + 1e-6),
                seeds=count * each,
                share=share,
                seconds=seconds,
                seconds_left=0.0 if self.ended else left,
                part=running.part if running is not None else "",
                compiling=self._compiling,
            )

    @property
    def bytes(self) -> int:
        """Memory that it holds."""
        with self._lock:
            columns = sum(array.nbytes for columns in self._columns.values() for array in columns)
            return columns + sum(result.bytes for result in self._parts.values())

    # What the service writes ---------------------------------------------------------

    def enter(self, state: StudyState, message: Message | None = None) -> None:
        """Go over to a state; one that has ended stays as it ended."""
        with self._lock:
            if self.ended:
                return
            self._state = state
            self.message = message or self.message
            self.revision += 1
            if state == "running":
                self._watch.start()
            else:
                self._watch.stop()
            if self.ended:
                self._forget_running()

    def compile(self, compiling: bool) -> None:
        """Note whether its worker compiles."""
        self._compiling = compiling
        self.revision += 1

    def advance(self, event: PartAdvanced) -> None:
        """Note what a part has come to; from its beginning if it has begun again."""
        with self._lock:
            if self.ended or event.part in self._parts:
                return
            if self._running is None or self._running.part != event.part or event.first == 0:
                self._forget_running()
            self._running = event
            for name, values in event.history.items():
                self._columns.setdefault(name, []).append(values)
            self.revision += 1

    def keep(self, part: str, result: ReplicaResult) -> None:
        """Keep the results of a part that is done."""
        with self._lock:
            if not self.ended:
                self._parts[part] = result
                self._forget_running()
                self.revision += 1

    def begin_again(self) -> None:
        """Forget what the part under way has come to: another worker begins it anew."""
        with self._lock:
            self._forget_running()
            self.revision += 1

    def _forget_running(self) -> None:
        self._running, self._columns, self._compiling = None, {}, False
