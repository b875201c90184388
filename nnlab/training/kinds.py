"""Which command begins which kind of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nnlab.events import Command, Predict, Prepare, Preview, SaveModel, Start
from nnlab.events.studies import StartStudy
from nnlab.replicas.session import StudySession
from nnlab.training.baseline import BaselineSession, is_new
from nnlab.training.live import Emit
from nnlab.training.model_file import ModelFile
from nnlab.training.session import Session
from nnlab.training.tasks import FirstWeights, Opening, Prediction, Preparation
from nnlab.training.watched import WatchedSession
from nnlab.training.work import Work


def begin_run(start: Start, emit: Emit) -> Work:
    """Return the work that a run is."""
    if start.estimator is not None:
        return Opening(start, emit, BaselineSession, heavy=is_new())
    return Opening(start, emit, WatchedSession if start.watched else Session)


KINDS: Mapping[type[Command], Callable[[Any, Emit], Work]] = {
    Start: begin_run,
    Predict: Prediction,
    Preview: FirstWeights,
    Prepare: Preparation,
    SaveModel: ModelFile,
    StartStudy: StudySession,
}
