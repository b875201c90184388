"""`WorkerHandle`: the app's end of one worker process."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any

import psutil

from nnlab.events import Command, Event, Quit

SERVER_GONE = 255
INBOX = 64
BURY_SECONDS = 1.0

_LOGGER = logging.getLogger(__name__)


class WorkerHandle:
    """A worker process, what it is busy with, and the way to it.

    Parameters
    ----------
    process : multiprocessing.process.BaseProcess
        Started.
    events : multiprocessing.connection.Connection
        Our end of the pipe: events are read from it.
    threads : int
        Threads of one TensorFlow operation in it.

    Attributes
    ----------
    run_id : str or None
        The run it has.
    ready : bool
        Whether it has reported that it can take a run.
    deadline : float or None
        When it is ended if it has not left its run, or gone away, by then.
    requests : set of str
        Predictions it has been asked for.
    """

    def __init__(self, process: BaseProcess, events: connection.Connection[Any, Any], threads: int) -> None:
        self.process = process
        self.events = events
        self.threads = threads
        self.run_id: str | None = None
        self.ready = False
        self.deadline: float | None = None
        self.requests: set[str] = set()
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send_all, name="commands to a worker", daemon=True)
        self._sender.start()
        # Bounded: a worker that reports faster than it is listened to waits, as at a pipe.
        self._inbox: queue.Queue[Event | None] = queue.Queue(INBOX)
        self._reader: threading.Thread | None = None

    @property
    def idle(self) -> bool:
        """Whether it has no run."""
        return self.run_id is None

    @property
    def alive(self) -> bool:
        """Whether the process exists."""
        return self.memory > 0

    @property
    def memory(self) -> int:
        """Resident memory in bytes; 0 once the process is gone."""
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.NoSuchProcess:
            return 0

    def listen(self, wake: Callable[[], None]) -> None:
        """Read what the worker reports, from now on; `wake` is called for each event and for the end."""
        self._reader = threading.Thread(target=self._read_all, args=(wake,), name="events of a worker", daemon=True)
        self._reader.start()

    def arrived(self) -> list[Event | None]:
        """Return the events that have come and are not taken yet; None is the end of them."""
        return [self._inbox.get_nowait() for _ in range(self._inbox.qsize())]

    def send(self, command: Command) -> None:
        """Send `command` without waiting for the worker to take it."""
        self._commands.put(command)

    def close(self) -> None:
        """Let the worker end by itself once it has taken all commands."""
        self.send(Quit(""))

    def kill(self) -> None:
        """End the worker now."""
        self.process.kill()
        if self.process.exitcode == SERVER_GONE:
            # When the fork server has died, multiprocessing takes its workers for dead and kills nothing.
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(self.process.pid).kill()

    def bury(self) -> int | None:
        """Free what a worker leaves behind whose end of the pipe is closed; return its exit code, if it is known."""
        self._commands.put(None)
        self.process.join(BURY_SECONDS)
        if self.process.is_alive():
            # It can hear nobody any more: whatever keeps it from ending is of no use.
            self.kill()
            self.process.join(BURY_SECONDS)
        # The number of a closed pipe is soon another one's: nobody may be using it then.
        self._sender.join(BURY_SECONDS)
        self._let_reader_end()
        self.events.close()
        return self.process.exitcode

    def _let_reader_end(self) -> None:
        until = time.monotonic() + BURY_SECONDS
        while self._reader is not None and self._reader.is_alive() and time.monotonic() < until:
            self.arrived()
            self._reader.join(0.01)

    def _read_all(self, wake: Callable[[], None]) -> None:
        # A thread of its own for each worker: one that stands still in the middle of a
        # message keeps its own reader waiting, and nobody else.
        try:
            while True:
                self._inbox.put(self.events.recv())
                wake()
        except (EOFError, OSError):
            _LOGGER.debug("Worker %s has closed its pipe", self.process.pid)
        except Exception:
            # What it sends cannot be read, so it is of no more use than one that has ended.
            _LOGGER.exception("Worker %s sent something unreadable", self.process.pid)
        self._inbox.put(None)
        wake()

    def _send_all(self) -> None:
        # A thread of its own: a pipe blocks when the other side does not read, and whoever
        # gives commands holds the service's lock.
        try:
            while (command := self._commands.get()) is not None:
                self.events.send(command)
        except OSError:
            # The worker is gone. Whoever reads from it finds that out and tells the reader.
            return
