"""What crosses the border between the app and a worker, in both directions.

Commands go to a worker, events come from it; each names its run. Everything is frozen
and made of plain values and arrays, so that it survives any start method.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnlab.events.base import Arrays, Command, EndReason, Event, Phase, Probe, TrainerState
from nnlab.events.questions import ModelSaved, Predict, Predicted, SaveModel
from nnlab.events.upkeep import Ping, Pong, Prepare, Prepared, Saved, Slow
from nnlab.experiment import Experiment
from nnlab.experiment.scikit_learn import Estimator, Fit
from nnlab.messages import Message

__all__ = [
    "Allow",
    "Arrays",
    "Change",
    "Changed",
    "Command",
    "Edit",
    "EndReason",
    "EpochsEnded",
    "Event",
    "Fitted",
    "ModelSaved",
    "Park",
    "Parked",
    "Pause",
    "Paused",
    "Phase",
    "PhaseBegun",
    "Ping",
    "Pong",
    "Predict",
    "Predicted",
    "Prepare",
    "Prepared",
    "Preview",
    "Probe",
    "Quit",
    "Ready",
    "Refused",
    "Resume",
    "Rewound",
    "RunEnded",
    "SaveModel",
    "Saved",
    "Slow",
    "Start",
    "Stop",
    "Tested",
    "TrainerState",
    "Waiting",
]


@dataclass(frozen=True, slots=True, eq=False)
class Start(Command):
    """Train `experiment`, from `state` on if there is one.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    state : TrainerState or None
        From where.
    watched : bool
        Whether it trains no further than `Allow` says.
    begun : Experiment or None
        What the run that stands at `state` began with; None: `experiment`.
    changes : tuple of Changed
        What it has followed since, up to `state`, in order of the epochs. With the two it can go back to any epoch.
    estimator : {"mlp", "perceptron"} or None
        What scikit-learn trains, by `nnlab.experiment.scikit_learn`; None is Keras.
    probes : tuple of str
        What to report of each layer beside the logs, in columns named ``probe/layer``.
    """

    experiment: Experiment
    state: TrainerState | None = None
    watched: bool = False
    begun: Experiment | None = None
    changes: tuple[Changed, ...] = ()
    estimator: Estimator | None = None
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Preview(Command):
    """Report the first weights of `experiment`; any worker can, whatever run it has."""

    experiment: Experiment


@dataclass(frozen=True, slots=True)
class Allow(Command):
    """Train a watched run up to the end of `epoch`, None for no such limit, and for at most so many seconds from now.

    Without a fresh one it waits: whoever watches has the say how far ahead of the screen it is. They are numbered,
    so that nobody takes a run for waiting that has got another one meanwhile.
    """

    epoch: int | None
    seconds: float
    number: int = 0


@dataclass(frozen=True, slots=True)
class Pause(Command):
    """Stand still at the end of the batch in progress; what is computed stays."""


@dataclass(frozen=True, slots=True)
class Resume(Command):
    """Go on after a pause."""


@dataclass(frozen=True, slots=True)
class Stop(Command):
    """End the run here; test results are still worked out."""


@dataclass(frozen=True, slots=True)
class Park(Command):
    """Give the state back and forget the run."""


@dataclass(frozen=True, slots=True)
class Change(Command):
    """Follow `experiment` from the end of `epoch` on, None for where training stands; what lies beyond is discarded."""

    experiment: Experiment
    epoch: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Edit(Command):
    """Go back to the end of `epoch` and go on from there with these weights."""

    epoch: int
    weights: Arrays


@dataclass(frozen=True, slots=True)
class Quit(Command):
    """End the worker; `run_id` is empty."""


@dataclass(frozen=True, slots=True)
class Ready(Event):
    """The worker has warmed up and waits for a run; `run_id` is empty."""


@dataclass(frozen=True, slots=True)
class PhaseBegun(Event):
    """The run has come to its next phase."""

    phase: Phase


@dataclass(frozen=True, slots=True, eq=False)
class EpochsEnded(Event):
    """Epochs in a row, and the weights of some epochs; there may be none of either.

    Parameters
    ----------
    first : int
        Number of the first of these epochs, counted from 1.
    seconds : tuple of float
        What computing each epoch took, in seconds.
    logs : dict of str to tuple of float
        Keras' history keys, a value for each epoch.
    weights : dict of int to Arrays
        Epoch number to the model's weights after it; 0 is before the first.
    """

    first: int
    seconds: tuple[float, ...]
    logs: dict[str, tuple[float, ...]]
    weights: dict[int, Arrays] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rewound(Event):
    """What was reported beyond the end of `epoch` is no longer true; what follows goes on from there."""

    epoch: int


@dataclass(frozen=True, slots=True, eq=False)
class Changed(Event):
    """From the end of `epoch` on the run follows `experiment`, and has these weights if they were set by hand."""

    epoch: int
    experiment: Experiment
    weights: Arrays | None = None


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """A change, or an edit, that cannot be made; the run goes on as it did.

    Parameters
    ----------
    experiment : Experiment
        What it would have followed.
    message : Message
        Why, for a reader.
    """

    experiment: Experiment
    message: Message


@dataclass(frozen=True, slots=True)
class Paused(Event):
    """The run stands still; so many epochs are done."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Waiting(Event):
    """A watched run has used up what it was allowed last, by the allowance of this number; so many epochs are done."""

    epoch: int
    number: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Parked(Event):
    """The run has left its worker; None if it had not begun."""

    state: TrainerState | None


@dataclass(frozen=True, slots=True, eq=False)
class Tested(Event):
    """Results on the test set.

    Parameters
    ----------
    metrics : dict of str to float
        Loss and metric, by Keras' names.
    predictions : ndarray of shape (n_test, n_outputs), float16
        Outputs in the order of the test set.
    """

    metrics: dict[str, float]
    predictions: NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted(Event):
    """What scikit-learn's estimators have come to."""

    fits: tuple[Fit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RunEnded(Event):
    """The run is over.

    Parameters
    ----------
    reason : {"finished", "stopped", "early_stopped", "solved", "diverged", "failed"}
        Why.
    epoch : int
        Epochs done.
    message : Message or None
        For a reader: what happened and what to do; None when all went as planned.
    """

    reason: EndReason
    epoch: int
    message: Message | None = None
