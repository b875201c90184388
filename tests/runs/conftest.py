"""A house for runs whose workers are threads: real pipes and handles, no processes and no TensorFlow."""

from __future__ import annotations

import itertools
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from typing import Any

import numpy as np
import pytest

from nnlab import events
from nnlab.experiment import Experiment
from nnlab.messages import Message
from nnlab.runs import Limits, RunRecord, RunService, pool, supervisor
from nnlab.runs.handle import WorkerHandle

# Beyond all that a system gives out.
PIDS = itertools.count(10**8)
# A house of real processes looks twice a second, and tries to start one again after half of one.
LOOK_SECONDS = 0.05
STATE = events.TrainerState(3, (np.ones(4, np.float32),), (np.zeros(2, np.float32),))


def until(holds: Callable[[], Any], what: str, timeout: float = 20) -> Any:
    """Wait until `holds()` is true and return it; fail with `what` if it does not come true."""
    end = time.monotonic() + timeout
    while not (found := holds()):
        assert time.monotonic() < end, f"not within {timeout} s: {what}"
        time.sleep(0.005)
    return found


class Clock:
    """A clock that stands until it is set forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class PlayedWorker:
    """Plays a worker process: takes commands in a thread, does as it is told to, and can be killed."""

    def __init__(self, threads: int, niceness: int, house: House) -> None:
        self.pid = next(PIDS)
        self.threads = threads
        self.niceness = niceness
        self.obeys = lambda: house.obedient
        self.begins = lambda: not house.slow_to_begin
        self.commands: list[events.Command] = []
        self.megabytes = 100.0
        self.hangs = False
        self.at_work = ""
        self.busy = 0.0
        self.programs = 0
        self.exitcode: int | None = None
        self._over = threading.Event()
        self._sending = threading.Lock()
        self.app_end, self._pipe = Pipe()
        self._thread = threading.Thread(target=self._play, args=(house.stillborn,), daemon=True)
        self._thread.start()

    # What a process is asked for --------------------------------------------------------

    def is_alive(self) -> bool:
        return self.exitcode is None

    def join(self, timeout: float | None = None) -> None:
        self._over.wait(timeout)

    def kill(self) -> None:
        self._end(-9)

    # What a test has it do --------------------------------------------------------------

    def crash(self, exitcode: int) -> None:
        self._end(exitcode)

    def report(self, *reports: events.Event) -> None:
        with self._sending:
            for event in reports:
                self._pipe.send(event)

    def train(self, run_id: str, *epochs: int, weights: dict[int, Any] | None = None) -> None:
        for epoch in epochs:
            given = {key: value for key, value in (weights or {}).items() if key == epoch}
            self.report(events.EpochsEnded(run_id, epoch, (0.1,), {"loss": (1 / epoch,)}, given))

    def use_up(self, run_id: str, epoch: int) -> None:
        """Wait, having trained as far as it was allowed last."""
        until(lambda: self.allowances(run_id), "it is allowed something")
        self.report(events.Waiting(run_id, epoch, self.allowances(run_id)[-1].number))

    def allowances(self, run_id: str) -> list[events.Allow]:
        return [allow for allow in self.taken(events.Allow) if allow.run_id == run_id]

    def end(self, run_id: str, reason: events.EndReason = "finished", message: Message | None = None) -> None:
        self.report(events.RunEnded(run_id, reason, 1, message))

    def starts(self, record: RunRecord) -> list[events.Start]:
        return [start for start in self.taken(events.Start) if start.run_id == record.run_id]

    def taken(self, kind: type) -> list[Any]:
        return [command for command in self.commands if isinstance(command, kind)]

    # The part ---------------------------------------------------------------------------

    def _end(self, exitcode: int) -> None:
        # Its own thread closes the pipe: no other may while that one is reading from it.
        if self.exitcode is None:
            self.exitcode = exitcode

    def freeze(self) -> None:
        """Stand still in the middle of a message: its length is announced, its end never comes."""
        os.write(self._pipe.fileno(), struct.pack("!i", 1000) + b"half")

    def babble(self) -> None:
        """Send what is no event at all."""
        self._pipe.send_bytes(b"neither pickled nor anything else")

    def _play(self, stillborn: bool) -> None:
        try:
            if stillborn:
                self._end(1)
                return
            self.report(events.Ready(""))
            while self.exitcode is None:
                if self._pipe.poll(0.01):
                    self._take(self._pipe.recv())
        except (EOFError, OSError):
            self._end(0)
        finally:
            with self._sending:
                self._pipe.close()
            self._over.set()

    def _take(self, command: events.Command) -> None:
        if isinstance(command, events.Ping):
            if not self.hangs:
                self.report(events.Pong("", self.busy, self.programs))
            return
        self.commands.append(command)
        run_id = command.run_id
        if isinstance(command, events.Quit):
            self._end(0)
        elif isinstance(command, events.Start):
            self.report(events.PhaseBegun(run_id, "loading"))
            if self.begins():
                self.report(events.PhaseBegun(run_id, "training"))
        elif isinstance(command, events.Prepare) and self.begins():
            self.report(events.Prepared(run_id))
        elif isinstance(command, events.Predict | events.SaveModel) and self.obeys():
            self.report(answer_to(command))
        elif isinstance(command, events.Stop) and self.obeys():
            self.end(run_id, "stopped")
        elif isinstance(command, events.Park) and self.obeys():
            self.report(events.Parked(run_id, STATE))


def answer_to(question: events.Predict | events.SaveModel) -> events.Event:
    if isinstance(question, events.Predict):
        return events.Predicted(question.run_id, question.request_id, question.x * 2)
    return events.ModelSaved(question.run_id, question.request_id, question.weights[0].tobytes())


class PlayedHandle(WorkerHandle):
    @property
    def memory(self) -> int:
        return int(self.process.megabytes * 1e6) if self.process.is_alive() else 0

    def kill(self) -> None:
        self.process.kill()


class House:
    """A service over played workers."""

    def __init__(self, *, spare_after: float = 0.0, **limits: Any) -> None:
        self.clock = Clock()
        self.workers: list[PlayedWorker] = []
        self.handles: list[WorkerHandle] = []
        self.launches = 0
        # What comes of every launch, and of one that is to come.
        self.problem: Exception | None = None
        self.problem_once: Exception | None = None
        self.obedient = True
        self.stillborn = False
        self.slow_to_begin = False
        self.open = threading.Event()
        self.open.set()
        self.limits = Limits(**{"workers": 2, **limits})
        self.service = RunService(self.limits, self.launch, self.clock, spare_after)
        self.until = until

    def launch(self, threads: int, niceness: int) -> WorkerHandle:
        self.launches += 1
        assert self.open.wait(20)
        once, self.problem_once = self.problem_once, None
        if (problem := once or self.problem) is not None:
            raise problem
        worker = PlayedWorker(threads, niceness, self)
        self.workers.append(worker)
        self.handles.append(PlayedHandle(worker, worker.app_end, threads, lambda: worker.at_work))
        return self.handles[-1]

    def start(self, experiment: Experiment | None = None, visitor: str = "somebody", **watched: Any) -> RunRecord:
        return self.service.record(self.service.start(experiment or Experiment(), visitor=visitor, **watched))

    def worker_of(self, record: RunRecord) -> PlayedWorker:
        """The worker that has been told to train this run last."""

        def found() -> PlayedWorker | None:
            having = [
                worker
                for worker in self.workers
                if worker.is_alive() and any(start.run_id == record.run_id for start in worker.taken(events.Start))
            ]
            return having[-1] if having else None

        return until(found, f"a worker for run {record.run_id}, which is {record.status}")

    def handle_of(self, worker: PlayedWorker) -> WorkerHandle:
        return next(handle for handle in self.handles if handle.process is worker)

    def settle(self, seconds: float = 0.15) -> None:
        """Wait until the supervisor has looked at everything, and let what comes of it happen."""
        looking = self.service._supervisor
        looking.wake()
        until(lambda: self.clock.now - looking._checked < LOOK_SECONDS, "the supervisor looks")
        time.sleep(seconds)

    def look(self, seconds: float = 0.5) -> None:
        """Set the clock forward and wait until the supervisor looks at everything: it has ended the look before."""
        self.clock.now += seconds
        self.settle(0.01)
        until(lambda: self.service._supervisor._checked == self.clock.now, "the supervisor looks")

    def running_soon(self, visitor: str, experiment: Experiment) -> RunRecord:
        """Start a run and wait until a worker has begun with it."""
        record = self.start(experiment, visitor)
        self.worker_of(record)
        return record

    def running(self, visitor: str = "somebody", experiment: Experiment | None = None, **watched: Any):
        """Start a run and wait until a worker trains it."""
        record = self.start(experiment, visitor, **watched)
        worker = self.worker_of(record)
        until(lambda: record.progress.phase == "training", "the run is in training")
        return record, worker

    def known_to_be_busy(self, *workers: PlayedWorker) -> None:
        """Wait until the service knows how busy these are; it asks them twice a second."""

        def known() -> bool:
            self.clock.now += 0.5
            self.settle(0.05)
            return all(self.handle_of(worker).busy > 0.9 * worker.busy for worker in workers)

        until(known, "it is known how busy they are")

    def running_apart(self, visitor: str, experiment: Experiment):
        """Start a run once a worker stands by for it, and wait until that one trains it."""
        at_work = [handle for handle in self.handles if handle.process.is_alive() and handle.places]
        self.ready(len(at_work) + 1)
        record, worker = self.running(visitor, experiment)
        assert len(self.handle_of(worker).places) == 1
        return record, worker

    def killed(self, worker: PlayedWorker) -> None:
        """Wait until a worker has been killed, while the time goes on."""

        def gone() -> bool:
            self.clock.now += 0.5
            self.settle(0.02)
            return worker.exitcode == -9

        until(gone, "the worker is killed")

    def status(self, record: RunRecord, status: str) -> None:
        until(lambda: record.status == status, f"a run that is {status}; it is {record.status}: {record.message}")

    def ready(self, count: int = 1) -> list[PlayedWorker]:
        """Wait for so many living workers that the service knows to be ready, all launches done."""
        until(
            lambda: (
                len([handle for handle in list(self.handles) if handle.process.is_alive() and handle.ready]) >= count
                and len(self.workers) == self.launches
                and not self.service._dispatcher.pool._coming
            ),
            f"{count} living workers",
        )
        return [worker for worker in self.workers if worker.is_alive()]


@pytest.fixture
def open_house(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., House]]:
    monkeypatch.setattr(supervisor, "CHECK_SECONDS", LOOK_SECONDS)
    monkeypatch.setattr(pool, "RETRY_SECONDS", LOOK_SECONDS)
    houses: list[House] = []

    def opened(**limits: Any) -> House:
        houses.append(House(**limits))
        return houses[-1]

    yield opened
    for house in houses:
        house.open.set()
        house.service.close()


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    return open_house()
