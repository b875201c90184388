"""What a worker does in a single turn: questions that are answered, programs that are compiled ahead."""

from __future__ import annotations

import logging
from collections.abc import Callable

from nnlab.events import (
    Command,
    EpochsEnded,
    Predict,
    Predicted,
    Prepare,
    Prepared,
    Preview,
    RunEnded,
    Start,
)
from nnlab.messages import N_, ExplainedError, Message
from nnlab.training.answers import Answers
from nnlab.training.live import Emit
from nnlab.training.outputs import first_weights
from nnlab.training.session import Session
from nnlab.training.work import Work

_LOGGER = logging.getLogger(__name__)

# One for the process: whoever asks next has probably the same model.
ANSWERS = Answers()


class Task:
    """Work that is done in one turn and obeys nothing.

    Parameters
    ----------
    command : Command
        What is asked.
    emit : callable
        Takes each event.
    """

    heavy = False
    pressing = False
    exclusive = False
    seconds_to_wait = 0.0

    def __init__(self, command: Command, emit: Emit) -> None:
        self.run_id = command.run_id
        self._emit = emit

    def advance(self, seconds: float) -> bool:
        """Do it; whatever goes wrong is told and ends nothing else."""
        try:
            self._do()
        except Exception as error:
            # The question is a visitor's: it has nothing to do with the runs that this worker trains.
            _LOGGER.warning("%s failed", type(self).__name__, exc_info=True)
            self._fail(explain(error))
        return False

    def obey(self, command: Command) -> bool:
        """Go on: it is over before anybody could ask for anything."""
        return True

    def close(self) -> None:
        """Hold nothing."""

    def _do(self) -> None:
        raise NotImplementedError

    def _fail(self, message: Message) -> None:
        raise NotImplementedError


class Prediction(Task):
    """Outputs of a model whose weights are given."""

    def __init__(self, command: Predict, emit: Emit) -> None:
        super().__init__(command, emit)
        self._command = command

    def _do(self) -> None:
        outputs = ANSWERS.outputs(self._command.experiment, self._command.weights, self._command.x)
        self._emit(Predicted(self.run_id, self._command.request_id, outputs))

    def _fail(self, message: Message) -> None:
        self._emit(Predicted(self.run_id, self._command.request_id, None, message))


class FirstWeights(Task):
    """The weights of a network that nobody has trained yet."""

    def __init__(self, command: Preview, emit: Emit) -> None:
        super().__init__(command, emit)
        self._experiment = command.experiment

    def _do(self) -> None:
        self._emit(EpochsEnded(self.run_id, 1, (), {}, {0: first_weights(self._experiment)}))

    def _fail(self, message: Message) -> None:
        self._emit(RunEnded(self.run_id, "failed", 0, message))


class Preparation(Task):
    """A program that will probably be wanted soon, compiled while there is time."""

    heavy = True

    def __init__(self, command: Prepare, emit: Emit) -> None:
        super().__init__(command, emit)
        self._experiment = command.experiment

    def _do(self) -> None:
        # It trains nothing, and what it would report of itself is nobody's business.
        session = Session(Start(self.run_id, self._experiment), lambda event: None)
        session.trainer.compile()
        self._emit(Prepared(self.run_id))

    def _fail(self, message: Message) -> None:
        # Whoever starts this run will be told.
        self._emit(Prepared(self.run_id))


class Opening:
    """A run whose data are loaded and whose network is built in its first turn.

    Parameters
    ----------
    start : Start
        The run.
    emit : callable
        Takes each event.
    kind : callable
        Makes the session, which then takes this one's place.
    heavy : bool
        Whether making it takes about a second.

    Attributes
    ----------
    opened : Work or None
        The session, once it is there.
    """

    exclusive = False
    seconds_to_wait = 0.0

    def __init__(self, start: Start, emit: Emit, kind: Callable[[Start, Emit], Work], *, heavy: bool = False) -> None:
        self.run_id = start.run_id
        self.pressing = start.watched
        self.heavy = heavy
        self.opened: Work | None = None
        self._start = start
        self._emit = emit
        self._kind = kind
        self._commands: list[Command] = []

    def advance(self, seconds: float) -> bool:
        """Open the session and tell it what has been asked meanwhile."""
        self.opened = self._kind(self._start, self._emit)
        return all(self.opened.obey(command) for command in self._commands)

    def obey(self, command: Command) -> bool:
        """Remember a command until the session is there."""
        self._commands.append(command)
        return True

    def close(self) -> None:
        """Let go of the session."""
        if self.opened is not None:
            self.opened.close()


def explain(error: Exception) -> Message:
    """Return what a reader is told of an error: its own words if it has any."""
    if isinstance(error, ExplainedError):
        return error.message
    return Message(
        N_("Training failed with an error of {kind}: {error}. Change a setting and train again."),
        {"kind": type(error).__name__, "error": str(error)[:300]},
    )
