"""`WorkerHandle`: the app's end of one worker process."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any

import psutil

from nnlab.events import Change, Command, Edit, Event, Predict, Preview, Quit, SaveModel
from nnlab.messages import Message

SERVER_GONE = 255
INBOX = 64
BURY_SECONDS = 1.0
# What `nnlab.training.programs` keeps.
PROGRAMS = 16
# What a run takes of a worker that is played at 60 epochs a second.
USUAL_SHARE = 0.04

_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Place:
    """What a worker has a run for.

    Parameters
    ----------
    run_id : str
        Which run.
    structure : str
        That of its program.
    since : float
        When the worker was told to take it up.
    begun : bool
        Whether it trains: nothing is left to be compiled.
    leave_by : float or None
        When the worker is ended if the run has not left it by then.
    asked : float
        When the run was asked to leave.
    unanswered : list of Change and Edit
        What has been asked of it and not been answered yet.
    """

    run_id: str
    structure: str
    since: float
    begun: bool = False
    leave_by: float | None = None
    asked: float = 0.0
    unanswered: list[Change | Edit] = field(default_factory=list)


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
    at_work : callable
        Returns the run whose turn it is, or was when the process died; an empty text between turns.

    Attributes
    ----------
    large : bool
        Whether it serves large runs, one after the other.
    places : dict of str to Place
        The runs that it has.
    structures : dict of str to None
        Those whose programs it has compiled, or will have, those used last at the end.
    ready : bool
        Whether it has reported that it can take runs.
    retiring : bool
        Whether it takes no more.
    go_by : float or None
        When it is ended if it has not gone away by then.
    requests, previews : dict
        What it has been asked besides, by the ids of requests and runs.
    preparing : dict of str to str
        Structures that it is to compile ahead, by the runs that may want them.
    busy : float
        The share of the time in which it has trained lately, 0 to 1.
    programs : int
        How many it has compiled.
    compiling : bool
        Whether the last that was heard of it was that it compiles.
    pinged, answered : float or None
        When it was asked for a sign of life that is yet to come, and when the last one that came was asked for.
    memory_at_first : int
        Its resident memory in bytes when it was ready.
    since : float
        When it was started, was ready, or had its last run, whichever came last.
    verdict : Message or None
        Why it is ended, if we end it because of what its run does.
    """

    def __init__(
        self,
        process: BaseProcess,
        events: connection.Connection[Any, Any],
        threads: int,
        at_work: Callable[[], str] = str,
    ) -> None:
        self.process = process
        self.events = events
        self.threads = threads
        self.at_work = at_work
        self.large = False
        self.places: dict[str, Place] = {}
        self.structures: OrderedDict[str, None] = OrderedDict()
        self.ready = self.retiring = False
        self.go_by: float | None = None
        self.requests: dict[str, Predict | SaveModel] = {}
        self.previews: dict[str, Preview] = {}
        self.preparing: dict[str, str] = {}
        self.busy = 0.0
        self.programs = 0
        self.compiling = False
        self.pinged: float | None = None
        self.answered: float | None = None
        self.memory_at_first = 0
        self.since = 0.0
        self.verdict: Message | None = None
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send_all, name="commands to a worker", daemon=True)
        self._sender.start()
        # Bounded: a worker that reports faster than it is listened to waits, as at a pipe.
        self._inbox: queue.Queue[Event | None] = queue.Queue(INBOX)
        self._reader: threading.Thread | None = None

    @property
    def idle(self) -> bool:
        """Whether it has no run."""
        return not self.places

    @property
    def load(self) -> float:
        """How much it has to do: what it measured, or what its runs usually take, whichever is more."""
        return max(self.busy, USUAL_SHARE * len(self.places))

    @property
    def uncompiled(self) -> int:
        """How many runs or structures it may have to compile for."""
        return sum(not place.begun for place in self.places.values()) + len(self.preparing)

    def expect(self, structure: str) -> None:
        """Note that it will have the program of this structure; as in the worker, only so many are kept."""
        self.structures[structure] = None
        self.structures.move_to_end(structure)
        while len(self.structures) > PROGRAMS:
            self.structures.popitem(last=False)

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
