"""One study inside a worker: its parts one after the other, in turns beside others' runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from nnlab.events import Command, Event, Pause, Paused, PhaseBegun, Resume, RunEnded, Stop
from nnlab.events.studies import PartAdvanced, PartEnded, StartStudy, StudyPart
from nnlab.replicas.trainer import ReplicaTrainer
from nnlab.replicas.widths import shared_widths

# At least twice a second, with a turn of others in between.
REPORT_SECONDS = 0.3


class StudySession:
    """A study between its start and its end; `advance` moves it on. A kind of `nnlab.training.work.Work`.

    Parameters
    ----------
    start : StartStudy
        What to train; parts that are done already are left out.
    emit : callable
        Takes each event.
    clock : callable
        Returns the time in seconds; for tests.
    """

    # Nobody's screen stands still without it, and it leaves no thread at work.
    pressing = False
    exclusive = False

    def __init__(
        self, start: StartStudy, emit: Callable[[Event], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.run_id = start.run_id
        self.paused = False
        self._study = start.study
        self._waiting = [part for part in start.study.parts if part.name not in start.done]
        self._emit = emit
        self._clock = clock
        self._part: StudyPart | None = None
        self._trainer: ReplicaTrainer | None = None
        self._seconds = self._reported = 0.0
        self._rows = 0

    @property
    def seconds_to_wait(self) -> float | None:
        """How long there is nothing to do; None until something is asked."""
        return None if self.paused else 0.0

    @property
    def heavy(self) -> bool:
        """Whether the next turn compiles."""
        return self._trainer is not None and not self._trainer.known

    def advance(self, seconds: float) -> bool:
        """Train for about `seconds`; False when all parts are done and reported."""
        begun = self._clock()
        if self._part is None or self._trainer is None:
            self._open()
        else:
            self._train(self._part, self._trainer, seconds)
        self._seconds += self._clock() - begun
        if self._part is not None and self._trainer is not None:
            self._report(self._part, self._trainer)
        if self._part is None and not self._waiting:
            self._emit(RunEnded(self.run_id, "finished", 0))
            return False
        return True

    def obey(self, command: Command) -> bool:
        """Pause, go on or stop; False when the study has left."""
        if isinstance(command, Pause) and not self.paused:
            self.paused = True
            self._emit(Paused(self.run_id, 0))
        elif isinstance(command, Resume):
            self.paused = False
        elif isinstance(command, Stop):
            self._emit(RunEnded(self.run_id, "stopped", 0))
            return False
        return True

    def close(self) -> None:
        """Let go of the part under way."""
        if self._trainer is not None:
            self._trainer.close()
            self._trainer = None

    def _open(self) -> None:
        self._seconds, self._rows = 0.0, 0
        if self._waiting:
            self._part = part = self._waiting.pop(0)
            self._trainer = ReplicaTrainer(
                part.experiment,
                self._study.seeds,
                evaluate_every=self._study.evaluate_every,
                until=self._study.until,
                own_data=self._study.own_data,
                changes=part.changes,
                widths=shared_widths(part.experiment, [other.experiment for other in self._study.parts]),
            )

    def _train(self, part: StudyPart, trainer: ReplicaTrainer, seconds: float) -> None:
        compiles = not trainer.known
        if compiles:
            self._emit(PhaseBegun(self.run_id, "compiling"))
        more = trainer.advance(seconds)
        if compiles:
            self._emit(PhaseBegun(self.run_id, "training"))
        if not more:
            self._emit(PartEnded(self.run_id, part.name, trainer.result()))
            self.close()
            self._part = None

    def _report(self, part: StudyPart, trainer: ReplicaTrainer) -> None:
        if self._clock() - self._reported < REPORT_SECONDS:
            return
        self._reported = self._clock()
        history = trainer.history(self._rows)
        event = PartAdvanced(self.run_id, part.name, trainer.epoch, trainer.epochs, self._seconds, self._rows, history)
        self._rows += len(history.get("epoch", ()))
        self._emit(event)
