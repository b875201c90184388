"""The band behind the curves: where the same setting comes to from a hundred seeds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.events.studies import ReplicaResult, Study, StudyPart
from nnlab.experiment import Experiment
from nnlab.messages import ExplainedError, Message
from nnlab.runs import RunError, RunRecord, RunService, StudyRecord
from nnlab.ui.components.network_view import packed

SEEDS = tuple(range(100))
# The run on screen may go on for ever; the others do again and again a little further than it.
FIRST_EPOCHS, MOST_EPOCHS = 800, 6400
NEAR_THE_END = 0.9
POINTS = 160
# Of a hundred in order, counted from 0.
SHARES = (0.1, 0.5, 0.9)


@dataclass(slots=True, eq=False)
class Band:
    """What runs for one stage.

    Parameters
    ----------
    of : StudyPart or None
        What it is a band of; None before it is known.
    study_id : str or None
        The study behind it.
    shorter : ReplicaResult or None
        What the same setting came to in the study before, which had fewer epochs.
    problem : Message or None
        Why there is none.
    """

    of: StudyPart | None = None
    study_id: str | None = None
    shorter: ReplicaResult | None = None
    problem: Message | None = None


class Bands:
    """Those of the stages that want one, by the names that their sessions have given them.

    Parameters
    ----------
    limit : int
        How many are kept; the oldest are forgotten.
    """

    def __init__(self, limit: int = 500) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, Band] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, stage: str) -> Band | None:
        """Return the band of a stage; None if it wants none."""
        return self._kept.get(stage)

    def switch(self, service: RunService, stage: str, on: bool) -> None:
        """Have a band from now on, or none."""
        with self._lock:
            if on:
                self._kept.setdefault(stage, Band())
            elif (band := self._kept.pop(stage, None)) is not None:
                _stop(service, band)
            while len(self._kept) > self._limit:
                _stop(service, self._kept.popitem(last=False)[1])

    def follow(self, service: RunService, stage: str, record: RunRecord, epoch: int) -> None:
        """See that a stage's band is that of the run on screen, which has come to an epoch."""
        with self._lock:
            band = self._kept.get(stage)
            if band is None:
                return
            part = _part(record, epoch)
            if part == band.of:
                return
            same = band.of is not None and _setting(band.of) == _setting(part)
            band.shorter = _result(service, band) if same else None
            band.of, band.problem = part, None
            try:
                every = max(1, -(-(part.experiment.epochs or 0) // POINTS))
                band.study_id = service.study(record.visitor, Study((part,), SEEDS, evaluate_every=every))
            except ExplainedError as error:
                _stop(service, band)
                band.study_id, band.problem = None, error.message


BANDS = Bands()


def band_update(service: RunService, stage: str, known: str) -> dict[str, Any]:
    """Return what is new of a stage's band since the browser knew it by a key; nothing if nothing is."""
    band = BANDS.get(stage)
    if band is None:
        return {"band": None} if known else {}
    record = _record(service, band)
    if record is None:
        key = "problem" if band.problem is not None else ""
        return {} if key == known else {"band": _told(key, None, pending=band.problem is None)}
    key = f"{record.study_id} {record.revision}"
    if key == known:
        return {}
    result = _result(service, band)
    return {"band": _told(key, result, pending=not record.ended, share=record.progress.share)}


def band_problem(service: RunService, stage: str) -> Message | None:
    """Return why a stage has no band, or not the whole of it."""
    band = BANDS.get(stage)
    if band is None:
        return None
    record = _record(service, band)
    return record.message if record is not None else band.problem


def _part(record: RunRecord, epoch: int) -> StudyPart:
    """Return what the run on screen is, changes included; weights set by hand are its own."""
    epochs = FIRST_EPOCHS
    while epochs < MOST_EPOCHS and epoch > NEAR_THE_END * epochs:
        epochs *= 2
    epochs = min(epochs, record.experiment.epochs or epochs)
    followed, changes = _bare(record.experiment, epochs), []
    for leg in record.course.legs:
        bare = _bare(leg.experiment, epochs)
        if bare != followed and leg.epoch < epochs:
            changes.append((leg.epoch, bare))
            followed = bare
    return StudyPart("band", _bare(record.experiment, epochs), tuple(changes))


def _bare(experiment: Experiment, epochs: int) -> Experiment:
    return replace(experiment, epochs=epochs, seed=0, early_stopping=None, solved_at=None)


def _setting(part: StudyPart) -> list[tuple[int, Experiment]]:
    """Return all that a part is but for its epochs."""
    return [(epoch, replace(followed, epochs=None)) for epoch, followed in ((0, part.experiment), *part.changes)]


def _result(service: RunService, band: Band) -> ReplicaResult | None:
    """Return what the study has come to, or the one before while that reaches further."""
    record = _record(service, band)
    if record is None:
        return band.shorter
    running = record.running
    result = record.parts.get("band") or (running[1] if running is not None else None)
    if band.shorter is None or (result is not None and _reach(result) >= _reach(band.shorter)):
        return result
    return band.shorter


def _reach(result: ReplicaResult) -> int:
    return int(result.epochs.max(initial=0))


def _told(key: str, result: ReplicaResult | None, *, pending: bool, share: float = 0.0) -> dict[str, Any]:
    told: dict[str, Any] = {"key": key, "pending": pending, "share": share, "seeds": len(SEEDS)}
    if result is None:
        return {**told, "epochs": "", "columns": {}, "losses": ""}
    columns = {name: packed(_lines(values)) for name, values in result.history.items() if name.startswith("val_")}
    losses = packed(_in_order(result.history["val_loss"])) if columns else ""
    return {**told, "epochs": packed(result.epochs, np.int32), "columns": columns, "losses": losses}


def _lines(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return low, middle and high of each epoch, in a row."""
    ordered = _in_order(values)
    return ordered[:, [round(share * (ordered.shape[1] - 1)) for share in SHARES]]


def _in_order(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return a row for each epoch, ascending; whoever has diverged comes last."""
    ordered: NDArray[np.float32] = np.sort(np.where(np.isnan(values), np.inf, values).T.astype(np.float32), axis=1)
    return ordered


def _record(service: RunService, band: Band) -> StudyRecord | None:
    if band.study_id is None:
        return None
    try:
        return service.study_record(band.study_id)
    except RunError:
        # It was too long ago: another one is begun when the stage is looked at.
        band.study_id, band.of = None, None
        return None


def _stop(service: RunService, band: Band) -> None:
    if band.study_id is not None and service.studies.has(band.study_id):
        service.studies.stop(band.study_id)
