"""The main loop of a worker process: commands in, events out, one run at a time."""

from __future__ import annotations

import logging
import signal
import traceback
from collections import deque
from collections.abc import Callable
from multiprocessing import connection
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from nnlab.events import (
    Allow,
    Change,
    Command,
    Edit,
    EpochsEnded,
    Event,
    Park,
    Parked,
    Pause,
    Paused,
    PhaseBegun,
    Predict,
    Predicted,
    Preview,
    Quit,
    Ready,
    Refused,
    Resume,
    RunEnded,
    Start,
    Stop,
)
from nnlab.experiment import Experiment
from nnlab.messages import N_, ExplainedError, Message
from nnlab.training.session import Session, first_weights, predict, rebuild
from nnlab.training.trainer import fit
from nnlab.training.watched import WatchedSession

SLICE_SECONDS = 0.05

_LOGGER = logging.getLogger(__name__)


def main(commands: connection.Connection[Any, Any], threads: int) -> None:
    """Serve runs until the app closes its end of `commands` or goes away.

    Parameters
    ----------
    commands : multiprocessing.connection.Connection
        Commands arrive on it, events leave on it.
    threads : int
        How many threads one TensorFlow operation may use, for the life of the process.
    """
    # A Ctrl-C in the terminal reaches the whole process group; the app decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    _warm_up()
    try:
        Worker(commands).serve()
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
    """A single-threaded loop: take commands, train a slice, send what happened.

    Parameters
    ----------
    commands : multiprocessing.connection.Connection
        Both ways: commands arrive on it, events leave on it.
    """

    def __init__(self, commands: connection.Connection[Any, Any]) -> None:
        self._connection = commands
        self._outbox: deque[Event] = deque()
        self._session: Session | None = None
        self._paused = False

    def serve(self) -> None:
        """Run until told to quit, or until the connection ends (EOFError or a broken pipe)."""
        self._emit(Ready(""))
        self._send()
        while True:
            busy = self._session is not None and not self._paused
            if self._connection.poll(self._session.seconds_to_wait if busy and self._session else None):
                command = self._connection.recv()
                if isinstance(command, Quit):
                    return
                self._take(command)
            elif busy and self._session is not None:
                self._guarded(self._session.run_id, self._advance)
            self._send()

    def _take(self, command: Command) -> None:
        if isinstance(command, Start):
            self._guarded(command.run_id, lambda: self._start(command))
        elif isinstance(command, Predict):
            self._predict(command)
        elif isinstance(command, Preview):
            self._preview(command)
        elif self._session is not None and self._session.run_id == command.run_id:
            session = self._session
            self._guarded(command.run_id, lambda: self._obey(session, command))

    def _start(self, start: Start) -> None:
        self._paused = False
        self._session = WatchedSession(start, self._emit) if start.watched else Session(start, self._emit)

    def _advance(self) -> None:
        if self._session is not None and not self._session.advance(SLICE_SECONDS):
            self._forget()

    def _obey(self, session: Session, command: Command) -> None:
        if isinstance(command, Pause) and not self._paused:
            self._paused = True
            session.pause()
            self._outbox.append(Paused(session.run_id, session.trainer.epoch))
        elif isinstance(command, Resume) and self._paused:
            self._paused = False
            self._outbox.append(PhaseBegun(session.run_id, "training"))
        elif isinstance(command, Allow) and isinstance(session, WatchedSession):
            session.allow(command.epoch, command.seconds)
        elif isinstance(command, Change):
            self._change(command.experiment, lambda: session.change(command.experiment, command.epoch))
        elif isinstance(command, Edit) and isinstance(session, WatchedSession):
            experiment = session.experiment
            self._change(experiment, lambda: session.change(experiment, command.epoch, command.weights))
        elif isinstance(command, Stop):
            session.stop()
            self._forget()
        elif isinstance(command, Park):
            self._outbox.append(Parked(session.run_id, session.park()))
            self._forget()

    def _change(self, experiment: Experiment, change: Callable[[], None]) -> None:
        try:
            change()
        except ExplainedError as error:
            if self._session is not None:
                self._emit(Refused(self._session.run_id, experiment, error.message))

    def _predict(self, command: Predict) -> None:
        try:
            model, dataset = rebuild(command.experiment, command.weights)
            outputs = predict(model, command.x, dataset.scale)
            self._emit(Predicted(command.run_id, command.request_id, outputs))
        except Exception as error:
            # The question is a visitor's; whatever is wrong with it is told and ends nothing.
            _LOGGER.warning("A prediction failed", exc_info=True)
            self._emit(Predicted(command.run_id, command.request_id, None, _explain(error)))

    def _preview(self, command: Preview) -> None:
        try:
            weights = first_weights(command.experiment)
            self._emit(EpochsEnded(command.run_id, 1, (), {}, {0: weights}))
        except Exception as error:
            # As with a prediction: the run that this worker trains has nothing to do with it.
            _LOGGER.warning("A preview failed", exc_info=True)
            self._emit(RunEnded(command.run_id, "failed", 0, _explain(error)))

    def _guarded(self, run_id: str, action: Any) -> None:
        try:
            action()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:
            # A run's failure is its own: it is told on its page and the worker goes on.
            _LOGGER.warning("Run %s failed:\n%s", run_id, traceback.format_exc())
            epoch = self._session.trainer.epoch if self._session is not None else 0
            self._emit(RunEnded(run_id, "failed", epoch, _explain(error)))
            self._forget()

    def _forget(self) -> None:
        if self._session is not None:
            # After a failure somewhere else, fit would wait in its thread for ever.
            self._session.trainer.close()
        self._session = None
        self._paused = False
        # Keras keeps global state for every model built; nothing else runs in this process.
        keras.utils.clear_session()

    def _emit(self, event: Event) -> None:
        self._outbox.append(event)
        # Phases are told at once: what follows may take a while.
        if isinstance(event, PhaseBegun):
            self._send()

    def _send(self) -> None:
        while self._outbox:
            self._connection.send(self._outbox.popleft())


def _explain(error: Exception) -> Message:
    if isinstance(error, ExplainedError):
        return error.message
    return Message(
        N_("Training failed with an error of {kind}: {error}. Change a setting and train again."),
        {"kind": type(error).__name__, "error": str(error)[:300]},
    )
