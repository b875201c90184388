"""The main loop of a worker process: commands in, events out, many runs in turns."""

from __future__ import annotations

import logging
import math
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable
from multiprocessing import connection
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from nnlab.events import Command, Event, PhaseBegun, Ping, Pong, Quit, Ready, RunEnded, Slow
from nnlab.training.baseline import BaselineSession
from nnlab.training.kinds import KINDS
from nnlab.training.programs import compilations
from nnlab.training.session import Session
from nnlab.training.tasks import Opening, Task, explain
from nnlab.training.trainer import fit
from nnlab.training.turns import SLICE_SECONDS, Turns
from nnlab.training.work import Work

# A kernel that is lost is found again in a millisecond.
CLEAR_EVERY = 16

_LOGGER = logging.getLogger(__name__)


def main(
    commands: connection.Connection[Any, Any], threads: int, at_work: Callable[[str], None] = lambda run_id: None
) -> None:
    """Serve runs until the app closes its end of `commands` or goes away.

    Parameters
    ----------
    commands : multiprocessing.connection.Connection
        Commands arrive on it, events leave on it.
    threads : int
        How many threads one TensorFlow operation may use, for the life of the process.
    at_work : callable
        Called with the run whose turn begins, and with an empty text when it is over.
    """
    # A Ctrl-C in the terminal reaches the whole process group; the app decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    _warm_up()
    try:
        Worker(commands, at_work).serve()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        _LOGGER.debug("The app has closed the connection.")


def _warm_up() -> None:
    # TensorFlow imports and prepares much of itself at the first training; better now than
    # after the first click on Train.
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mse", jit_compile=False)
    batch = np.zeros((2, 1), dtype=np.float32)
    fit(model, batch, batch, epochs=1, validation_data=(batch, batch), batch_size=1)
    model.evaluate(batch, batch, verbose=0)
    keras.utils.clear_session()


class Worker:
    """A single-threaded loop: take commands, do whatever is next for one turn, send what happened.

    Parameters
    ----------
    commands : multiprocessing.connection.Connection
        Both ways: commands arrive on it, events leave on it.
    at_work : callable
        Called with the run whose turn begins, and with an empty text when it is over: whoever looks
        at a worker that has died knows what it was doing.
    """

    def __init__(
        self, commands: connection.Connection[Any, Any], at_work: Callable[[str], None] = lambda run_id: None
    ) -> None:
        self._connection = commands
        self._at_work = at_work
        self._outbox: deque[Event] = deque()
        self._turns = Turns()
        self._runs: dict[str, Work] = {}
        # Runs that keep others waiting, once it has been said.
        self._told: set[Work] = set()
        self._ended = 0
        self._asked = time.monotonic()

    def serve(self) -> None:
        """Run until told to quit, or until the connection ends (EOFError or a broken pipe)."""
        self._emit(Ready(""))
        self._send()
        while True:
            if self._connection.poll(self._turns.seconds_to_wait):
                command = self._connection.recv()
                if isinstance(command, Quit):
                    return
                self._take(command)
            elif (work := self._turns.next()) is not None:
                self._advance(work)
            self._send()

    def _take(self, command: Command) -> None:
        if isinstance(command, Ping):
            self._answer()
        elif (begin := KINDS.get(type(command))) is not None:
            self._enter(begin(command, self._emit))
        elif (work := self._runs.get(command.run_id)) is not None:
            self._guarded(work, lambda: work.obey(command))

    def _enter(self, work: Work) -> None:
        if not isinstance(work, Task):
            known = self._runs.get(work.run_id)
            if known is not None:
                self._leave(known)
            self._runs[work.run_id] = work
        self._turns.enter(work)

    def _advance(self, work: Work) -> None:
        heavy, begun = work.heavy, time.monotonic()
        self._guarded(work, lambda: work.advance(SLICE_SECONDS))
        self._turns.take(work, time.monotonic() - begun, heavy=heavy)
        if work not in self._turns.works:
            return
        if isinstance(work, Opening) and work.opened is not None:
            self._turns.leave(work)
            self._runs[work.run_id] = work.opened
            self._turns.enter(work.opened)
        elif work.exclusive:
            self._tell(work, math.inf)
        elif self._turns.is_slow(work):
            self._tell(work, time.monotonic() - begun)

    def _tell(self, work: Work, seconds: float) -> None:
        if work not in self._told:
            self._told.add(work)
            self._emit(Slow(work.run_id, seconds))

    def _answer(self) -> None:
        now = time.monotonic()
        busy = self._turns.busy_seconds() / max(now - self._asked, 1e-3)
        self._asked = now
        self._emit(Pong("", min(1.0, busy), compilations()))

    def _guarded(self, work: Work, action: Callable[[], bool]) -> None:
        self._at_work(work.run_id)
        try:
            stays = action()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:
            # A run's failure is its own: it is told on its page and the worker goes on.
            _LOGGER.warning("Run %s failed:\n%s", work.run_id, traceback.format_exc())
            self._emit(RunEnded(work.run_id, "failed", _epoch(work), explain(error)))
            stays = False
        self._at_work("")
        if not stays:
            self._leave(work)

    def _leave(self, work: Work) -> None:
        work.close()
        self._turns.leave(work)
        self._told.discard(work)
        if self._runs.get(work.run_id) is work:
            del self._runs[work.run_id]
        self._ended += 1
        if self._ended % CLEAR_EVERY == 0 and not any(other.exclusive for other in self._turns.works):
            # TensorFlow keeps a kernel for each variable there ever was. Runs in progress do not mind: their
            # programs stay compiled. Only Keras' own fit would lose what it keeps for its thread.
            keras.utils.clear_session(free_memory=False)

    def _emit(self, event: Event) -> None:
        self._outbox.append(event)
        # Phases are told at once: what follows may take a while.
        if isinstance(event, PhaseBegun):
            self._send()

    def _send(self) -> None:
        while self._outbox:
            self._connection.send(self._outbox.popleft())


def _epoch(work: Work) -> int:
    return work.trainer.epoch if isinstance(work, Session | BaselineSession) else 0
