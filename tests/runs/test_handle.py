"""The app's end of a worker never waits for the other."""

from __future__ import annotations

import subprocess
import sys
import time
from multiprocessing import Pipe

import numpy as np
import pytest

from nnlab.events import Predict, Quit, Stop
from nnlab.experiment import Experiment
from nnlab.runs.handle import WorkerHandle


class Process:
    """As much of a process as a handle asks for, over a real one."""

    def __init__(self, *code: str) -> None:
        self._popen = subprocess.Popen([sys.executable, "-c", *code])
        self.pid = self._popen.pid

    @property
    def exitcode(self) -> int | None:
        return self._popen.poll()

    def is_alive(self) -> bool:
        return self.exitcode is None

    def join(self, timeout: float | None = None) -> None:
        try:
            self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            return

    def kill(self) -> None:
        self._popen.kill()


@pytest.fixture
def handle():
    process = Process("import time; time.sleep(60)")
    ours, theirs = Pipe()
    handle = WorkerHandle(process, ours, 1)
    handle.theirs = theirs
    yield handle
    handle.kill()
    theirs.close()
    handle.bury()


def test_commands_arrive_in_order(handle) -> None:
    for number in range(100):
        handle.send(Stop(str(number)))
    handle.close()
    got = [handle.theirs.recv() for _ in range(101)]

    assert [command.run_id for command in got] == [*map(str, range(100)), ""]
    assert isinstance(got[-1], Quit)


def test_a_worker_that_does_not_read_keeps_nobody_waiting(handle) -> None:
    large = Predict("run", "request", Experiment(), (np.zeros(1_000_000),), np.zeros((1, 2)))
    begun = time.monotonic()
    for _ in range(20):
        handle.send(large)

    assert time.monotonic() - begun < 1


def test_memory_is_what_the_system_says_and_0_once_the_process_is_gone(handle) -> None:
    until = time.monotonic() + 20
    while handle.memory < 5_000_000:
        assert time.monotonic() < until, "a Python that runs holds more than 5 MB"
    assert handle.alive
    assert handle.memory < 500_000_000
    handle.kill()
    handle.process.join(20)

    assert handle.memory == 0
    assert not handle.alive


def test_buried_it_leaves_no_thread_and_tells_how_the_process_ended(handle) -> None:
    handle.send(Stop("run"))
    handle.kill()
    handle.theirs.close()

    assert handle.bury() == -9
    assert handle.events.closed
    assert not handle._sender.is_alive()


def test_a_process_that_hears_nobody_any_more_is_ended() -> None:
    process = Process("import time; time.sleep(60)")
    ours, theirs = Pipe()
    handle = WorkerHandle(process, ours, 1)
    theirs.close()

    assert handle.bury() == -9


def test_sending_to_the_dead_is_no_error(handle) -> None:
    handle.kill()
    handle.theirs.close()
    for _ in range(3):
        handle.send(Stop("run"))

    assert handle.bury() == -9
