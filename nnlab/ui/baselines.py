"""scikit-learn's runs on a page: starting, watching, stopping, beside the page's own run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from nnlab.experiment import ExperimentError
from nnlab.experiment.scikit_learn import Estimator, as_scikit_learn
from nnlab.i18n import Translator
from nnlab.messages import N_, ExplainedError, Message
from nnlab.runs import RunError, RunRecord
from nnlab.ui import ticks
from nnlab.ui.controls import Form
from nnlab.ui.labels import label
from nnlab.ui.visit import service, visitor

TICK_SECONDS = 0.5
SHARES = ("accuracy",)


@dataclass(frozen=True, slots=True)
class PageBaseline:
    """What the buttons of a page do with a run of scikit-learn. The session keeps nothing but the run's id.

    Parameters
    ----------
    form : Form
        The page's controls: what they show is what is trained.
    estimator : {"mlp", "perceptron"}
        What scikit-learn trains.
    """

    form: Form
    estimator: Estimator

    @property
    def record(self) -> RunRecord | None:
        """The run, if there is one and it is still kept."""
        run_id: str | None = st.session_state.get(self.key("run"))
        if run_id is None:
            return None
        try:
            return service().record(run_id)
        except RunError as error:
            st.session_state[self.key("run")] = None
            self._say(error.message)
            return None

    @property
    def notice(self) -> Message | None:
        """What the last click could not do."""
        notice: Message | None = st.session_state.get(self.key("notice"))
        return notice

    @property
    def problem(self) -> ExperimentError | None:
        """Why scikit-learn cannot train what the controls show."""
        try:
            as_scikit_learn(self.form.experiment, self.estimator)
        except ExperimentError as error:
            return error
        return None

    @property
    def stale(self) -> bool:
        """Whether the run is of another setting than the controls show."""
        record = self.record
        if record is None or self.problem is not None:
            return record is not None
        return record.experiment != as_scikit_learn(self.form.experiment, self.estimator)

    def fit(self) -> None:
        """Have scikit-learn train on what the controls show."""

        def start() -> None:
            run_id = service().start(self.form.experiment, visitor=visitor(), estimator=self.estimator)
            st.session_state[self.key("run")] = run_id

        self._do(start)

    def stop(self) -> None:
        """End it; what it has learned is kept."""
        self._do(lambda: service().stop(st.session_state.get(self.key("run")) or ""))

    def resume(self) -> None:
        """Let it begin anew after it was set aside."""
        self._do(lambda: service().resume(st.session_state.get(self.key("run")) or ""))

    def key(self, name: str) -> str:
        """Return the key of a widget or of a piece of state."""
        return f"{self.form.page}_{self.estimator}_{name}"

    def _do(self, action: Callable[[], None]) -> None:
        st.session_state[self.key("notice")] = None
        try:
            action()
        except ExplainedError as error:
            self._say(error.message)

    def _say(self, message: Message) -> None:
        st.session_state[self.key("notice")] = message


def baseline_panel(baseline: PageBaseline, name: str) -> None:
    """Show the button that fits an estimator, and its progress; it moves by itself.

    Parameters
    ----------
    baseline : PageBaseline
        The run.
    name : str
        scikit-learn's name of the estimator.
    """
    live = ticks.live(baseline.record)
    st.fragment(_panel, run_every=TICK_SECONDS if live else None)(baseline, name, live)


def _panel(baseline: PageBaseline, name: str, live: bool) -> None:
    record = baseline.record
    if ticks.live(record) != live:
        # The timer and the results below belong to the whole page's run.
        st.rerun()
    visitor()
    _buttons(baseline, name, record)
    _messages(baseline, record)
    if record is not None and not record.ended:
        _progress(record, baseline.form.t)


def _buttons(baseline: PageBaseline, name: str, record: RunRecord | None) -> None:
    t = baseline.form.t
    going = record is not None and not record.ended
    with st.container(horizontal=True):
        if record is not None and record.status == "paused":
            st.button(t(N_("Resume")), icon=":material/resume:", on_click=baseline.resume, key=baseline.key("resume"))
        else:
            st.button(
                t(N_("Fit {name}"), name=name),
                icon=":material/play_arrow:",
                disabled=going or baseline.problem is not None,
                on_click=baseline.fit,
                key=baseline.key("fit"),
            )
        st.button(
            t(N_("Stop")),
            icon=":material/stop:",
            disabled=not going,
            on_click=baseline.stop,
            key=baseline.key("stop"),
            help=t(N_("End the fit here; what it has learned is kept.")),
        )


def _messages(baseline: PageBaseline, record: RunRecord | None) -> None:
    t = baseline.form.t
    if baseline.problem is not None:
        st.warning(t(baseline.problem.message), icon=":material/info:")
    if baseline.notice is not None:
        st.warning(t(baseline.notice), icon=":material/info:")
    if record is None:
        return
    if record.message is not None:
        st.caption(t(record.message))
    if record.notice is not None:
        st.caption(t(record.notice))
    if record.ended and baseline.stale:
        st.caption(t(N_("You have changed settings since; fit again to compare with them.")))


def _progress(record: RunRecord, t: Translator) -> None:
    progress = record.progress
    if progress.status == "queued":
        st.progress(0.0, text=t(N_("Waiting for a worker…")))
        return
    parts = [
        t(
            N_("Iteration {iteration} of at most {most}"),
            iteration=t.integer(progress.epoch),
            most=t.integer(progress.epochs or 0),
        )
    ]
    metric = record.experiment.head.metric
    values = record.history().columns.get(f"val_{metric}")
    if values is not None:
        value = t.percent(values[-1]) if metric in SHARES else t.number(values[-1])
        parts.append(t(N_("validation {metric} {value}"), metric=label(t, metric), value=value))
    parts.append(t(N_("{time} elapsed"), time=t.duration(progress.elapsed)))
    st.progress(min(1.0, progress.epoch / (progress.epochs or 1)), text=" · ".join(parts))
