"""One run of scikit-learn inside a worker: from the experiment to its last event."""

from __future__ import annotations

import sys

import numpy as np

from nnlab.datasets import features
from nnlab.datasets.tabular import in_double
from nnlab.events import (
    Change,
    Command,
    EndReason,
    EpochsEnded,
    Fitted,
    Park,
    Parked,
    Pause,
    Paused,
    PhaseBegun,
    Refused,
    Resume,
    RunEnded,
    Start,
    Stop,
    Tested,
)
from nnlab.messages import N_, Message
from nnlab.training.estimators import MLP, Baseline, ThresholdUnits
from nnlab.training.iterated_fit import IteratedFit
from nnlab.training.live import Emit

LARGEST_FLOAT16 = float(np.finfo(np.float16).max)
UNCHANGING = Message(N_("A run of scikit-learn cannot be changed on its way. Stop it, then train again."))


class BaselineSession:
    """A run of scikit-learn between its start and its end; `advance` moves it on.

    Nothing can take a ``fit`` up amid its way: parked, or when its worker ends, it begins anew in
    another one, and comes to the same.

    Parameters
    ----------
    start : Start
        With an estimator and the experiment that `nnlab.experiment.scikit_learn` makes for it.
    emit : callable
        Takes each event.

    Attributes
    ----------
    trainer : IteratedFit
        The fit.
    paused : bool
        Whether it stands still because it was told to.
    """

    heavy = False
    pressing = False
    exclusive = False

    def __init__(self, start: Start, emit: Emit) -> None:
        self.run_id = start.run_id
        self.experiment = start.experiment
        self.paused = False
        self._emit = emit
        emit(PhaseBegun(self.run_id, "loading"))
        dataset = self.experiment.dataset
        data = features.select(in_double(dataset.name, **dataset.options), self.experiment.features)
        emit(PhaseBegun(self.run_id, "building"))
        kind = ThresholdUnits if start.estimator == "perceptron" else MLP
        self._baseline: Baseline = kind(self.experiment, data)
        self.trainer = IteratedFit(self._baseline.fit)
        self._reported = 0
        self._begun = False

    @property
    def seconds_to_wait(self) -> float | None:
        """How long there is nothing to do; None until something is asked."""
        return None if self.paused else 0.0

    def advance(self, seconds: float) -> bool:
        """Fit for about `seconds`; False when all is over and reported."""
        if not self._begun:
            self._begun = True
            self._emit(PhaseBegun(self.run_id, "training"))
        more = self.trainer.advance(seconds)
        self._report()
        if not more:
            self._finish("finished")
        return more

    def obey(self, command: Command) -> bool:
        """Do what a command says; False when the run has left."""
        if isinstance(command, Stop):
            self._stop()
        elif isinstance(command, Park):
            self._emit(Parked(self.run_id, None))
        elif isinstance(command, Pause) and not self.paused:
            self.paused = True
            self._emit(Paused(self.run_id, self.trainer.epoch))
        elif isinstance(command, Resume) and self.paused:
            self.paused = False
            self._emit(PhaseBegun(self.run_id, "training"))
        elif isinstance(command, Change):
            self._emit(Refused(self.run_id, command.experiment, UNCHANGING))
        return not isinstance(command, Stop | Park)

    def close(self) -> None:
        """Let go of the fit: it would wait in its thread for ever."""
        self.trainer.close()

    def _stop(self) -> None:
        self.trainer.stop()
        self._report()
        self._finish("stopped")

    def _report(self) -> None:
        new = self._baseline.iterations[self._reported :]
        if not new:
            return
        self._emit(
            EpochsEnded(
                self.run_id,
                first=self._reported + 1,
                seconds=tuple(iteration.seconds for iteration in new),
                logs={name: tuple(iteration.logs[name] for iteration in new) for name in new[0].logs},
            )
        )
        self._reported += len(new)

    def _finish(self, reason: EndReason) -> None:
        epoch, baseline = self.trainer.epoch, self._baseline
        if reason == "finished" or epoch:
            self._emit(PhaseBegun(self.run_id, "evaluating"))
            results = baseline.results
            if baseline.weights is not None:
                self._emit(EpochsEnded(self.run_id, epoch + 1, (), {}, {epoch: baseline.weights}))
            if baseline.outputs is not None:
                metrics = {self.experiment.head.metric: results[0].scores["test"]}
                outputs = baseline.outputs.clip(-LARGEST_FLOAT16, LARGEST_FLOAT16).astype(np.float16)
                self._emit(Tested(self.run_id, metrics, outputs))
            self._emit(Fitted(self.run_id, tuple(results)))
        self._emit(RunEnded(self.run_id, reason, epoch, baseline.message if reason == "finished" else None))


def is_new() -> bool:
    """Return whether this process has yet to import scikit-learn, which takes it about a second."""
    return "sklearn.neural_network" not in sys.modules
