"""Questions to a trained model: a worker answers them, and the page does not stand still meanwhile."""

from __future__ import annotations

from concurrent.futures import Future, TimeoutError
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunError, RunRecord
from nnlab.ui.visit import service

# Most answers come sooner; a slower one is waited for outside the script, so that every button works.
PATIENCE_SECONDS = 0.25
TICK_SECONDS = 0.5

Outputs = NDArray[np.float32]


@dataclass(slots=True, eq=False)
class _Question:
    key: tuple[Any, ...]
    answer: Future[Outputs] | None


def ask(
    name: str, record: RunRecord, x: NDArray[Any], epochs: tuple[int | None, ...] = (None,)
) -> list[Outputs] | None:
    """Return the outputs of a run's model for raw inputs `x`, one array for each epoch; None while they are awaited.

    Parameters
    ----------
    name : str
        What is asked, unique on the page: a new question of that name replaces the one before.
    record : RunRecord
        Whose model.
    x : ndarray of shape (n, n_features)
        Samples as the model takes them.
    epochs : tuple of int or None
        After which epochs; None is the model's last weights. Their weights have to be kept.

    Raises
    ------
    RunError
        The model cannot answer; the reason says what to do.
    """
    answers = [_one(f"{name}_{epoch}", record, x, epoch) for epoch in epochs]
    waiting = [answer for answer in answers if answer is None or not answer.done()]
    if waiting and waiting[-1] is not None:
        try:
            waiting[-1].exception(timeout=PATIENCE_SECONDS)
        except TimeoutError:
            return None
    if any(answer is None or not answer.done() for answer in answers):
        return None
    return [answer.result() for answer in answers if answer is not None]


def wait(t: Translator) -> None:
    """Say that an answer is on its way, and draw the page again soon."""
    st.caption(t(N_("The model is computing…")))
    st.fragment(_again, run_every=TICK_SECONDS)(_Ticks())


@dataclass(slots=True, eq=False)
class _Ticks:
    count: int = 0


def _again(ticks: _Ticks) -> None:
    ticks.count += 1
    # The first time is the drawing of the page itself.
    if ticks.count > 1:
        st.rerun()


def _one(name: str, record: RunRecord, x: NDArray[Any], epoch: int | None) -> Future[Outputs] | None:
    key = (record.run_id, record.progress.epoch, epoch, x.tobytes())
    place = f"question_{name}"
    asked: _Question | None = st.session_state.get(place)
    if asked is not None and asked.key == key and asked.answer is not None and not _lost(asked.answer):
        return asked.answer
    if record.weights(epoch) is None:
        raise RunError("The weights of this epoch are not kept. Train again, or choose another epoch.")
    try:
        answer: Future[Outputs] | None = service().predict(record.run_id, x, epoch)
    except RunError:
        # The weights are there, so it is the worker that has yet to come.
        answer = None
    st.session_state[place] = _Question(key, answer)
    return answer


def _lost(answer: Future[Outputs]) -> bool:
    return answer.done() and answer.exception() is not None
