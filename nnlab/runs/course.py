"""What a run follows: the experiment it began with, and the changes made while it ran."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from nnlab.events import Change as ChangeTo
from nnlab.events import Changed, Command, Edit, Probe, Start, TrainerState
from nnlab.experiment import Experiment
from nnlab.experiment.scikit_learn import Estimator
from nnlab.runs.errors import RunError

LIVE = re.compile(r"optimizer\.learning_rate|layers\[\d+\]\.(dropout|l1|l2)|output_l[12]|batch_size|solved_at")
WEIGHTS = "weights"


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What was changed while a run trained.

    Parameters
    ----------
    epoch : int
        From the end of which epoch on it counts.
    values : mapping of str to object
        Field to new value, such as ``{"layers[0].dropout": 0.5}``; ``"weights"`` to the arrays set by hand.
    """

    epoch: int
    values: Mapping[str, Any]


class Course:
    """The experiments that a run has followed, each from an epoch on; any thread may use it.

    Parameters
    ----------
    experiment : Experiment
        What it began with.

    Attributes
    ----------
    current : Experiment
        What was asked for last, and not refused: what the run follows as soon as its worker has heard of it.
    probes : tuple of str
        What its history is to tell of each layer beside the logs.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.current = experiment
        self.probes: tuple[Probe, ...] = ()
        self._first = experiment
        self._legs: list[Changed] = []
        self._lock = threading.RLock()

    @property
    def followed(self) -> Experiment:
        """What the worker follows, or would if there was one."""
        return self._legs[-1].experiment if self._legs else self._first

    @property
    def legs(self) -> tuple[Changed, ...]:
        """The changes as a worker has reported them, in order of the epochs."""
        with self._lock:
            return tuple(self._legs)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes that count, in order."""
        found, before = [], self._first
        for leg in self.legs:
            values = differences(before, leg.experiment)
            found.append(Change(leg.epoch, values if leg.weights is None else {**values, WEIGHTS: leg.weights}))
            before = leg.experiment
        return tuple(change for change in found if change.values)

    @property
    def bytes(self) -> int:
        """Memory that weights set by hand hold."""
        with self._lock:
            return sum(array.nbytes for leg in self._legs for array in leg.weights or ())

    def follow(self, change: Changed) -> None:
        """Follow another experiment, or other weights, from an epoch on."""
        with self._lock:
            self.rewind(change.epoch)
            if self._legs and self._legs[-1].epoch == change.epoch:
                # Nothing was trained in between: the two are one, and the weights are still those set by hand.
                last = self._legs.pop()
                if change.weights is None:
                    change = Changed(change.run_id, change.epoch, change.experiment, last.weights)
            self._legs.append(change)

    def rewind(self, epoch: int) -> None:
        """Forget changes that came after an epoch."""
        with self._lock:
            while self._legs and self._legs[-1].epoch > epoch:
                self._legs.pop()

    def refuse(self, experiment: Experiment) -> None:
        """Go on as before, unless something else has been asked for meanwhile."""
        if self.current == experiment:
            self.current = self.followed

    def from_state(
        self, run_id: str, state: TrainerState | None, *, watched: bool, estimator: Estimator | None = None
    ) -> list[Command]:
        """Return what has a worker go on from `state`, and take the same course from there.

        Without a state it begins anew: all that has ever been done, done again at the same epochs,
        gives the same.
        """
        epoch = state.epoch if state is not None else -1
        legs = self.legs
        behind = tuple(leg for leg in legs if leg.epoch <= epoch)
        experiment = behind[-1].experiment if behind else self._first
        found: list[Command] = [Start(run_id, experiment, state, watched, self._first, behind, estimator, self.probes)]
        for leg in legs[len(behind) :]:
            found.append(ChangeTo(run_id, leg.experiment, leg.epoch))
            if leg.weights is not None:
                found.append(Edit(run_id, leg.epoch, leg.weights))
        return found


def differences(before: Experiment, after: Experiment) -> dict[str, Any]:
    """Return the fields in which two experiments differ, with the values of the second.

    Examples
    --------
    >>> from nnlab.experiment import Layer
    >>> differences(Experiment(), Experiment(layers=(Layer(4, "tanh"), Layer(2, "tanh", l2=0.1)), batch_size=10))
    {'layers[1].l2': 0.1, 'batch_size': 10}
    """
    return dict(_differences("", before, after))


def changes_live(before: Experiment, after: Experiment) -> bool:
    """Return whether a run that follows one experiment can go over to another while it trains."""
    return all(LIVE.fullmatch(field) for field in differences(before, after))


def check_live(before: Experiment, after: Experiment) -> None:
    """Check that a run which follows one experiment can go over to another.

    Raises
    ------
    RunError
        They differ in something that needs a new run.
    """
    for field in differences(before, after):
        if not LIVE.fullmatch(field):
            raise RunError(
                "“{field}” cannot change while a run trains: it needs a new run. Reset, then train.", field=field
            )


def _differences(place: str, before: Any, after: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(before) and type(before) is type(after):
        for field in fields(before):
            name = f"{place}.{field.name}" if place else field.name
            yield from _differences(name, getattr(before, field.name), getattr(after, field.name))
    elif place == "layers" and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(f"{place}[{index}]", one, other)
    elif before != after:
        yield place, after
