"""One run inside a worker: from the experiment to its last event."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab import models
from nnlab.datasets import Dataset, features, load
from nnlab.events import (
    Arrays,
    Change,
    Changed,
    Command,
    EndReason,
    EpochsEnded,
    Park,
    Parked,
    Pause,
    Paused,
    PhaseBegun,
    Refused,
    Resume,
    RunEnded,
    Saved,
    Start,
    Stop,
    TrainerState,
)
from nnlab.experiment import Experiment
from nnlab.messages import ExplainedError
from nnlab.training.ending import early_stopping, message
from nnlab.training.goal import StopWhenSolved
from nnlab.training.live import Emit, LiveCallback, fits_whole
from nnlab.training.outputs import tested
from nnlab.training.pace import Pace
from nnlab.training.recording import Record
from nnlab.training.saving import Saving
from nnlab.training.state import fitted, restore
from nnlab.training.trainer import Trainer


class Session:
    """A run between its start and its end; `advance` moves it on.

    Parameters
    ----------
    start : Start
        What to train and from where.
    emit : callable
        Takes each event.
    """

    def __init__(self, start: Start, emit: Emit) -> None:
        self.run_id = start.run_id
        self.experiment = start.experiment
        self.paused = False
        self._emit = emit
        self._saving = Saving()
        self._given = start.state
        self._probes = start.probes
        self._actions: dict[type[Command], Callable[[Any], bool]] = {
            Pause: self._pause,
            Resume: self._resume,
            Change: self._change,
            Stop: self._stop,
            Park: self._park,
        }
        emit(PhaseBegun(self.run_id, "loading"))
        loaded = load(self.experiment.dataset.name, **self.experiment.dataset.options)
        emit(PhaseBegun(self.run_id, "building"))
        self._live = self._make_live()
        self._pace = Pace() if self.experiment.epochs is None else None
        self._begun = False
        self._train(self.experiment, start.state, loaded=loaded)
        if start.state is None:
            self._report_weights(0, self.trainer.weights())

    def advance(self, seconds: float) -> bool:
        """Train for about `seconds`; False when training is over and all is reported."""
        if not self._begun:
            self._begun = True
            more = self._prepare()
            self._emit(PhaseBegun(self.run_id, "training"))
        elif self._pace is None:
            more = self.trainer.advance(seconds)
        else:
            more = self._advance_in_step(self._pace, seconds)
        if not more:
            self._finish(self._reason())
        else:
            self._save()
        return more

    @property
    def seconds_to_wait(self) -> float | None:
        """How long there is nothing to do; None until something is asked."""
        if self.paused:
            return None
        return self._pace.seconds_to_wait() if self._pace and self._begun else 0.0

    @property
    def heavy(self) -> bool:
        """Whether the next turn compiles."""
        return not self._begun and not self.trainer.known

    @property
    def pressing(self) -> bool:
        """Whether a screen stands still without its turn; nobody plays this run."""
        return False

    @property
    def exclusive(self) -> bool:
        """Whether Keras' own fit trains it, in a thread that works on between its turns."""
        return self._begun and self.trainer.reason is not None

    def obey(self, command: Command) -> bool:
        """Do what a command says; False when the run has left."""
        action = self._actions.get(type(command))
        return action(command) if action is not None else True

    def close(self) -> None:
        """Let go of the training: after an error, fit would wait in its thread for ever."""
        self.trainer.close()

    def change(self, experiment: Experiment, epoch: int | None = None) -> None:
        """Follow `experiment`, which differs in what can change while training, from the last whole epoch on."""
        state = self.park()
        self._train(experiment, state)
        # Its program is found, or compiled, when its turn comes.
        self._begun, self._given = False, state
        self._emit(Changed(self.run_id, self.trainer.epoch, experiment))

    def _make_live(self) -> LiveCallback:
        return LiveCallback(self.run_id, self._emit)

    def _train(
        self,
        experiment: Experiment,
        state: TrainerState | None,
        weights: Arrays | None = None,
        loaded: Dataset | None = None,
    ) -> None:
        """Have a trainer for `experiment` that goes on from `state`, or begins with `weights`."""
        loaded = loaded or load(experiment.dataset.name, **experiment.dataset.options)
        data, targets = features.select(loaded, experiment.features), models.targets
        self.model = models.build(experiment, loaded)
        if weights is not None:
            self.model.set_weights(list(weights))
        self.experiment = experiment
        # The trainer keeps its own copy of the rest.
        self._test_data = data.x_test, targets(experiment, data.y_test), experiment.input_scale
        self._early_stopping, self._goal = early_stopping(experiment), StopWhenSolved.of(experiment)
        # Live first: Keras' EarlyStopping restores the best weights when training ends.
        callbacks = [self._live, *filter(None, (self._goal, self._early_stopping))]
        self.trainer = Trainer(
            self.model,
            data.x_train,
            targets(experiment, data.y_train),
            epochs=experiment.epochs,
            batch_size=experiment.batch_size,
            validation_data=(data.x_valid, targets(experiment, data.y_valid)),
            callbacks=callbacks,
            shuffle=experiment.mode != "playground",
            seed=experiment.seed,
            input_scale=experiment.input_scale,
            record=Record(weights_every=1, probes=self._probes),
            resume=fitted(state, self.model) if state is not None else None,
            announce=lambda: self._emit(PhaseBegun(self.run_id, "compiling")),
        )
        pace = self._pace.epochs_per_second if self._pace else math.inf
        every_epoch = fits_whole(tuple(self.model.get_weights()), experiment.epochs)
        self._live.follow(self.trainer, pace, every_epoch=every_epoch)

    def _prepare(self) -> bool:
        """Find the program or have it compiled; return whether there is more to do."""
        more = self.trainer.prepare()
        # A state brings the rate of its time along; the experiment may have another by now.
        self.trainer.change_learning_rate(self.experiment.optimizer.learning_rate)
        return more

    def pause(self) -> None:
        """Stand still, with every epoch reported."""
        self.trainer.hold()
        self._report_all()

    def _advance_in_step(self, pace: Pace, seconds: float) -> bool:
        due = pace.epochs()
        if due == 0:
            return True
        before = self.trainer.epoch
        more = self.trainer.advance(seconds, due)
        pace.used(self.trainer.epoch - before)
        return more

    def stop(self) -> None:
        """End the training here and report the results."""
        state = self.park()
        # The part of an epoch since then is dropped: what is tested is what is on screen.
        if state is not None:
            restore(self.model, fitted(state, self.model))
        self._finish("stopped")

    def _pause(self, command: Pause) -> bool:
        if not self.paused:
            self.paused = True
            self.pause()
            self._emit(Paused(self.run_id, self.trainer.epoch))
        return True

    def _resume(self, command: Resume) -> bool:
        if self.paused:
            self.paused = False
            self._emit(PhaseBegun(self.run_id, "training"))
        return True

    def _change(self, command: Change) -> bool:
        try:
            self.change(command.experiment, command.epoch)
        except ExplainedError as error:
            self._emit(Refused(self.run_id, command.experiment, error.message))
        return True

    def _stop(self, command: Stop) -> bool:
        self.stop()
        return False

    def _park(self, command: Park) -> bool:
        self._emit(Parked(self.run_id, self.park()))
        return False

    def _save(self) -> None:
        if self._saving.due(self.trainer.epoch):
            self._report_state()

    def _report_state(self, state: TrainerState | None = None) -> None:
        # First whatever happened up to there: a record has no gaps.
        self._live.flush()
        state = state or self.trainer.state_of_last_epoch()
        self._emit(Saved(self.run_id, state))
        self._saving.saved(state)

    def park(self) -> TrainerState | None:
        """Leave the training and return where it stood at the end of the last whole epoch; None before the first.

        Amid an epoch nothing could be changed before it goes on: a new batch size has other steps.
        """
        # Without having begun it stands where it was given, and nothing is compiled to say so.
        state = self.trainer.state_of_last_epoch() if self._begun else self._given
        self.trainer.close()
        self._report_all()
        return state

    def _report_all(self) -> None:
        self._live.flush()

    def _reason(self) -> EndReason:
        if self._live.diverged:
            return "diverged"
        if self._goal is not None and self._goal.epoch is not None:
            return "solved"
        epochs = self.experiment.epochs
        if self._early_stopping is not None and (epochs is None or self.trainer.epoch < epochs):
            return "early_stopped"
        return "finished"

    def _finish(self, reason: EndReason) -> None:
        epoch = self.trainer.epoch
        self._report_weights(self._epoch_of_weights(reason), self.model.get_weights())
        if reason != "diverged" and epoch > 0:
            self._emit(PhaseBegun(self.run_id, "evaluating"))
            self._emit(tested(self.run_id, self.model, *self._test_data))
        self._emit(RunEnded(self.run_id, reason, epoch, message(reason, epoch, self._early_stopping)))

    def _epoch_of_weights(self, reason: EndReason) -> int:
        stopping = self._early_stopping
        if stopping is None or reason == "stopped" or stopping.best_weights is None:
            return self.trainer.epoch
        return int(stopping.best_epoch) + 1

    def _report_weights(self, epoch: int, weights: Iterable[NDArray[Any]]) -> None:
        copies = tuple(np.array(values) for values in weights)
        self._emit(EpochsEnded(self.run_id, first=epoch + 1, seconds=(), logs={}, weights={epoch: copies}))
