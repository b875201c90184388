"""The code behind a run: its script to read, copy and take along, the model and its predictions as files."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from nnlab.experiment import Experiment, ExperimentError
from nnlab.export import Run, Script, estimator_name, estimator_script, keras_script
from nnlab.export.writing import as_notebook, as_python
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunError, RunRecord
from nnlab.ui.baselines import PageBaseline
from nnlab.ui.on_demand import on_demand
from nnlab.ui.prediction_file import prediction_frame
from nnlab.ui.runs import PageRun
from nnlab.ui.ticks import live
from nnlab.ui.visit import service

KERAS = "Keras"
# Colouring the code anew costs the pictures above it a frame or two.
TICK_SECONDS = 5.0
HEIGHT = 520
# Of a run that goes on until it is stopped, before it has begun.
EPOCHS = 100
FILE_SECONDS = 30.0
RETRY_SECONDS = 0.3
# Who stops a run by hand stops it before anything else has.
BY_HAND = ("stopped", "failed")


def code_on_demand(t: Translator, key: str, draw: Callable[[], None]) -> None:
    """Have the code drawn by `draw` once it is opened; `key` is that of the part that opens."""
    on_demand(t(N_("Code")), ":material/code:", key, draw)


def code_view(runs: PageRun, baselines: Sequence[PageBaseline] = ()) -> None:
    """Show the script of the page's run, or of the setting as it stands before there is one.

    Parameters
    ----------
    runs : PageRun
        The page's run.
    baselines : sequence of PageBaseline
        scikit-learn's runs on the page, whose scripts can be had too.
    """
    # A stage begins, changes and ends its run without having the page drawn anew.
    moves = runs.watched or live(runs.record)
    st.fragment(_code, run_every=TICK_SECONDS if moves else None)(runs, tuple(baselines))


def run_to_repeat(record: RunRecord | None, setting: Experiment) -> Run:
    """Return what the script of a run repeats; without one, that of a setting.

    Parameters
    ----------
    record : RunRecord or None
        The run.
    setting : Experiment
        What the controls show.
    """
    if record is None:
        return Run(setting, setting.epochs or EPOCHS)
    experiment, done = record.experiment, record.progress.epoch
    changes = tuple((change.epoch, change.values) for change in record.changes)
    if record.status in BY_HAND:
        kept = [
            (epoch, {name: new for name, new in values.items() if name != "solved_at"}) for epoch, values in changes
        ]
        changes = tuple((epoch, values) for epoch, values in kept if values)
        return Run(replace(experiment, early_stopping=None, solved_at=None), done or EPOCHS, changes)
    return Run(experiment, experiment.epochs or done or EPOCHS, changes)


def _code(runs: PageRun, baselines: tuple[PageBaseline, ...]) -> None:
    t, form = runs.form.t, runs.form
    record = runs.record if runs.started else None
    st.write(
        t(
            N_(
                "This run as a program of its own: it needs Keras and NumPy, not nnlab, and comes to the same learning "
                "curves."
            )
        )
    )
    chosen = _choice(runs, baselines)
    try:
        script = _script_of(chosen, record, form.experiment)
    except ExperimentError as error:
        st.info(t(error.message), icon=":material/info:")
        return
    if chosen is None and record is not None and record.current != form.experiment:
        st.caption(t(N_("The controls say something else by now. Train, and the code follows them.")))
    _downloads(form.page, script, record if chosen is None else None, t)
    script_text(script, t)


def _choice(runs: PageRun, baselines: tuple[PageBaseline, ...]) -> PageBaseline | None:
    """Show whose script can be had, if there is more than one; None is that of Keras."""
    named = {estimator_name(runs.form.experiment, baseline.estimator): baseline for baseline in baselines}
    if not named:
        return None
    chosen = st.segmented_control(
        runs.form.t(N_("Trained by")),
        [KERAS, *named],
        default=KERAS,
        required=True,
        key=f"{runs.form.page}_code_of",
        label_visibility="collapsed",
    )
    return named.get(str(chosen))


def _script_of(chosen: PageBaseline | None, record: RunRecord | None, setting: Experiment) -> Script:
    if chosen is None:
        return keras_script(run_to_repeat(record, setting))
    fitted = chosen.record
    if fitted is None or chosen.stale:
        return estimator_script(setting, chosen.estimator)
    stopped = fitted.progress.epoch if fitted.status in BY_HAND else None
    return estimator_script(fitted.experiment, chosen.estimator, stopped or None)


def script_files(page: str, script: Script, t: Translator) -> None:
    """Offer a script as a Python file and as a notebook; `page` keeps the keys of several apart."""
    _file(page, "py", t(N_("Python script")), f"{script.name}.py", lambda: as_python(script, t))
    _file(page, "ipynb", t(N_("Notebook")), f"{script.name}.ipynb", lambda: as_notebook(script, t))


def script_text(script: Script, t: Translator) -> None:
    """Show a script, to read and to copy."""
    st.code(as_python(script, t), language="python", height=HEIGHT)


def _downloads(page: str, script: Script, record: RunRecord | None, t: Translator) -> None:
    with st.container(horizontal=True):
        script_files(page, script, t)
        if record is None:
            return
        if record.progress.epoch:
            _file(page, "keras", t(N_("Model (.keras)")), f"{script.name}.keras", lambda: model_file(record.run_id))
        if record.test is not None:
            name = f"{script.name}-predictions.csv"
            _file(page, "predictions", t(N_("Predictions (CSV)")), name, lambda: _predictions(record))
    scale = record.experiment.input_scale
    if scale != 1 and record.progress.epoch:
        st.caption(t(N_("The model takes pixels divided by {scale}."), scale=t.integer(round(scale))))


def _file(page: str, kind: str, title: str, name: str, content: Callable[[], str | bytes]) -> None:
    # Made when it is asked for, and then of the run as it stands.
    st.download_button(
        title,
        content,
        file_name=name,
        mime=MIME[kind],
        icon=":material/download:",
        on_click="ignore",
        key=f"{page}_code_{kind}",
    )


MIME = {
    "py": "text/x-python",
    "ipynb": "application/x-ipynb+json",
    "keras": "application/octet-stream",
    "predictions": "text/csv",
}


def model_file(run_id: str) -> bytes:
    """Return the ``.keras`` file of a run; it waits for the worker that makes it.

    Raises
    ------
    RunError
        The run is no longer kept, or no worker came in time.
    """
    end = time.monotonic() + FILE_SECONDS
    while True:
        try:
            asked = service().files.model(run_id)
        except RunError:
            # A worker may be starting just now.
            if time.monotonic() > end:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return asked.result(FILE_SECONDS)


def _predictions(record: RunRecord) -> str:
    return str(prediction_frame(record).to_csv(index=False, float_format="%.5g"))
