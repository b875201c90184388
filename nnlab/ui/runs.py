"""A page's current run: starting, resetting and finding it again."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from nnlab.experiment import BOUNDS, Experiment
from nnlab.messages import ExplainedError, Message
from nnlab.runs import RunError, RunRecord
from nnlab.ui.controls import Form
from nnlab.ui.visit import service, visitor

UNDO_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Undo:
    run_id: str
    experiment: Experiment
    until: float


@dataclass(frozen=True, slots=True)
class PageRun:
    """What the buttons of a page do with its run. The session keeps nothing but the run's id.

    Parameters
    ----------
    form : Form
        The page's controls.
    """

    form: Form

    @property
    def record(self) -> RunRecord | None:
        """The page's run, if there is one and it is still kept."""
        run_id = st.session_state.get(self._key("run"))
        if run_id is None:
            return None
        try:
            return service().record(run_id)
        except RunError as error:
            self.say(error.message)
            self._set(None)
            return None

    @property
    def notice(self) -> Message | None:
        """What the last click could not do."""
        notice: Message | None = st.session_state.get(self._key("notice"))
        return notice

    @property
    def undo_seconds(self) -> float:
        """How long the last reset can still be taken back."""
        undo: _Undo | None = st.session_state.get(self._key("undo"))
        return max(0.0, undo.until - time.monotonic()) if undo else 0.0

    def train(self) -> None:
        """Start a run of the experiment that the controls show."""
        self._do(lambda: self._set(service().start(self.form.experiment, visitor=visitor())))

    def pause(self) -> None:
        """Let it stand still."""
        self._do(lambda: service().pause(self._run_id()))

    def resume(self) -> None:
        """Let it go on."""
        self._do(lambda: service().resume(self._run_id()))

    def stop(self) -> None:
        """End it."""
        self._do(lambda: service().stop(self._run_id()))

    def reset(self) -> None:
        """Go back to epoch 0 with new weights."""
        seed = secrets.randbelow(int(BOUNDS["seed"].maximum) + 1)
        self._clear(self.form.experiment.with_seed(seed))

    def same_weights(self) -> None:
        """Go back to epoch 0 with the weights that the run began with."""
        record = self.record
        seed = record.experiment.seed if record is not None else self.form.experiment.seed
        self._clear(self.form.experiment.with_seed(seed))

    def undo(self) -> None:
        """Take the last reset back."""
        undo: _Undo | None = st.session_state.pop(self._key("undo"), None)
        if undo is not None:
            self._set(undo.run_id)
            self.form.fill(undo.experiment)

    def adopt(self, run_id: str) -> None:
        """Take over the run that an address names."""
        if run_id != st.session_state.get(self._key("run")):
            self._do(lambda: self._set(service().adopt(run_id, visitor()).run_id))

    def say(self, message: Message) -> None:
        """Show a sentence until the next click."""
        st.session_state[self._key("notice")] = message

    def _clear(self, experiment: Experiment) -> None:
        record = self.record
        st.session_state.pop(self._key("notice"), None)
        if record is not None:
            if not record.ended:
                service().park(record.run_id)
            until = time.monotonic() + UNDO_SECONDS
            st.session_state[self._key("undo")] = _Undo(record.run_id, self.form.experiment, until)
        self._set(None)
        self.form.fill(experiment)

    def _do(self, action: Callable[[], None]) -> None:
        st.session_state.pop(self._key("notice"), None)
        try:
            action()
        except ExplainedError as error:
            self.say(error.message)

    def _run_id(self) -> str:
        run_id: str = st.session_state[self._key("run")]
        return run_id

    def _set(self, run_id: str | None) -> None:
        st.session_state[self._key("run")] = run_id

    def _key(self, name: str) -> str:
        return f"{self.form.page}_{name}"
