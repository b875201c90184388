"""A page's current run: starting, resetting and finding it again."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from nnlab.events import Arrays
from nnlab.experiment import BOUNDS, Experiment
from nnlab.messages import ExplainedError, Message
from nnlab.permalink import Link
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
    watched : bool
        Whether the runs are played by a stage and train no further than it shows.
    """

    form: Form
    watched: bool = False

    @property
    def record(self) -> RunRecord | None:
        """The page's run, if there is one and it is still kept."""
        run_id = self.run_id
        if run_id is None:
            return None
        try:
            return service().record(run_id)
        except RunError as error:
            self.say(error.message)
            self._set(None)
            return None

    @property
    def run_id(self) -> str | None:
        """The id of the page's run, if there is one."""
        run_id: str | None = st.session_state.get(self._key("run"))
        return run_id

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

    @property
    def started(self) -> bool:
        """Whether the run has been trained, or is about to be; not so a network that is only shown."""
        record = self.record
        if record is None:
            return False
        return record.progress.epoch > 0 or record.run_id == st.session_state.get(self._key("started"))

    def mark_started(self) -> None:
        """Note that the page's run is more than a network that is only shown."""
        st.session_state[self._key("started")] = self.run_id

    def train(self) -> None:
        """Start a run of the experiment that the controls show."""
        self._do(lambda: self._set(service().start(self.form.experiment, visitor=visitor(), watched=self.watched)))

    def preview(self) -> None:
        """Show the untrained network of the experiment; a run that has been trained can be taken back."""
        record = self.record
        if record is not None:
            self._leave(record, record.current if self.started else None)
        try:
            # What the address could not do is still to be read.
            self._set(service().start(self.form.experiment, visitor=visitor(), watched=True, allowed=0))
        except ExplainedError as error:
            self._set(None)
            self.say(error.message)

    def move(self, weights: Arrays | None) -> None:
        """Train on other data from the epochs' beginning, with weights that are there already."""
        record = self.record
        if record is not None:
            self._leave(record, record.current)
        self.train()
        if self.run_id is not None and weights is not None:
            service().edit(self.run_id, 0, weights)
        self.mark_started()

    def pause(self) -> None:
        """Let it stand still."""
        self._do(lambda: service().pause(self.run_id or ""))

    def resume(self) -> None:
        """Let it go on."""
        self._do(lambda: service().resume(self.run_id or ""))

    def stop(self) -> None:
        """End it."""
        self._do(lambda: service().stop(self.run_id or ""))

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
        if run_id != self.run_id:
            self._do(lambda: self._set(service().adopt(run_id, visitor()).run_id))

    @property
    def offer(self) -> Link | None:
        """The setting that could be used instead of what the address asked for."""
        offer: Link | None = st.session_state.get(self._key("offer"))
        return offer if self.notice is not None else None

    def say(self, message: Message, offer: Link | None = None) -> None:
        """Show a sentence until the next click, and perhaps a setting to go on with."""
        st.session_state[self._key("notice")] = message
        st.session_state[self._key("offer")] = offer

    def silence(self) -> None:
        """Take the sentence away."""
        st.session_state.pop(self._key("notice"), None)

    def _clear(self, experiment: Experiment) -> None:
        record = self.record
        self.silence()
        if record is not None:
            self._leave(record, self.form.experiment)
        self._set(None)
        self.form.fill(experiment)

    def _leave(self, record: RunRecord, experiment: Experiment | None) -> None:
        """Let go of a run; with what the controls are to show if it is taken back."""
        if not record.ended:
            service().park(record.run_id)
        if experiment is not None:
            until = time.monotonic() + UNDO_SECONDS
            st.session_state[self._key("undo")] = _Undo(record.run_id, experiment, until)

    def _do(self, action: Callable[[], None]) -> None:
        self.silence()
        try:
            action()
        except ExplainedError as error:
            self.say(error.message)

    def _set(self, run_id: str | None) -> None:
        st.session_state[self._key("run")] = run_id

    def _key(self, name: str) -> str:
        return f"{self.form.page}_{name}"
