"""The stage of the playground: the network on the page, and the run behind it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import streamlit as st

from nnlab.experiment import DatasetChoice, Experiment, ExperimentError, Layer
from nnlab.experiment.summary import parameter_count
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord, changes_live
from nnlab.ui.address import write_run
from nnlab.ui.components.network_view import network_view, run_feed
from nnlab.ui.labels import label
from nnlab.ui.page_view import hidden, view
from nnlab.ui.run_panel import PHASE, STARTING, STATUS, notice
from nnlab.ui.runs import PageRun
from nnlab.ui.stage.band import BANDS, band_problem, band_update
from nnlab.ui.stage.commands import Commands
from nnlab.ui.stage.cost import updates
from nnlab.ui.stage.line import REPORTS, look_at, stamp
from nnlab.ui.stage.report import read_report
from nnlab.ui.stage.setting import data_of, stage_setting
from nnlab.ui.stage.update import stage_update
from nnlab.ui.visit import service, visitor

FEED = "run_feed"


def stage(runs: PageRun, palette: Palette, *, new_layer: Layer) -> None:
    """Show the page's setting as a network and play its run.

    Parameters
    ----------
    runs : PageRun
        The page's run; it is watched: it trains no further than the visitor looks.
    palette : Palette
        The theme's.
    new_layer : Layer
        What a first layer starts as.
    """
    form = runs.form
    notice(runs)
    if form.problem is not None and not _can_be_drawn(form.experiment):
        # A link's setting: there was none before it that could be shown instead.
        st.warning(form.t(form.problem.message), icon=":material/info:")
        return
    _follow(runs)
    setting = stage_setting(
        form.page,
        form.experiment,
        form.t,
        palette,
        view=view(form.page),
        hidden=hidden(form.page),
        hundred_seeds=BANDS.get(_name(runs)) is not None,
    )
    with st.container(key="network_view"):
        network_view(key=f"{form.page}_network_view", setting=setting)
    st.fragment(_feed)(runs, new_layer)


def _can_be_drawn(experiment: Experiment) -> bool:
    try:
        return bool(experiment.head)
    except ExperimentError:
        return False


def _follow(runs: PageRun) -> None:
    """Bring the run in line with what the controls say."""
    record, experiment = runs.record, runs.form.experiment
    if record is not None and record.current == experiment:
        return
    if record is not None and not record.ended and changes_live(record.current, experiment):
        # The stage answers with the epoch on screen, from which on the change counts.
        st.session_state[_key(runs, "wish")] = st.session_state.get(_key(runs, "wish"), 0) + 1
    elif record is not None and runs.started and _other_points(record.current, experiment):
        report = REPORTS.get(_name(runs))
        runs.move(record.weights(report.epoch) or record.weights())
        st.session_state[_key(runs, "moved")] = (runs.run_id, report.playing)
    else:
        runs.preview()


def _other_points(before: Experiment, after: Experiment) -> bool:
    """Return whether nothing but the seed of the data differs."""
    seed = after.dataset.options.get("seed")
    if seed is None:
        return False
    points = {**before.dataset.options, "seed": seed}
    return replace(before, dataset=DatasetChoice(before.dataset.name, points)) == after


def _feed(runs: PageRun, new_layer: Layer) -> None:
    visitor()
    if st.session_state.pop(_key(runs, "redraw"), False):
        st.rerun()
    record = runs.record
    # Before the words: what changes while they are written is told again.
    seen = stamp(record)
    # Train does not have the whole page drawn: it would cost the first second its frames.
    write_run(runs)
    with st.container(key="run_status"):
        _messages(runs, record)
    report = REPORTS.get(_name(runs))
    if record is not None:
        BANDS.follow(service(), _name(runs), record, report.epoch)
    update = {
        "key": runs.form.page,
        "ack": st.session_state.get(_key(runs, "ack"), 0),
        # Another one for each report: the browser is not told of an update that is as the last one was.
        "heard": report.at,
        "wish": st.session_state.get(_key(runs, "wish"), 0),
        "started": runs.started,
        "stage": _name(runs),
        "stamp": seen,
        "undo": round(runs.undo_seconds, 1),
        "plays": _plays(runs),
        "canTrain": runs.form.problem is None,
        "live": _live(record),
        "ended": record is None or record.ended,
        "status": _status(runs, record),
        "changes": _changes(runs, record),
        "bandProblem": _band_problem(runs),
        **band_update(service(), _name(runs), report.band),
        **stage_update(record, report),
    }
    run_feed(
        key=f"{runs.form.page}_{FEED}",
        update=update,
        on_report=lambda: _read_report(runs, Commands(runs, new_layer, _name(runs))),
    )


def _read_report(runs: PageRun, commands: Commands) -> None:
    """Do what a report asks, in a callback: before anything is drawn."""
    report = read_report(st.session_state[f"{runs.form.page}_{FEED}"].get("report"))
    if report is None:
        return
    REPORTS.keep(_name(runs), report)
    done = st.session_state.get(_key(runs, "ack"), 0)
    for command in report.commands:
        if command.number > done:
            redraw = commands.obey(command)
            st.session_state[_key(runs, "ack")] = done = command.number
            st.session_state[_key(runs, "redraw")] = redraw or st.session_state.get(_key(runs, "redraw"), False)
    record = runs.record
    if record is None:
        return
    if report.run == record.run_id and report.playing and record.status == "paused":
        # It was set aside while nobody looked.
        runs.resume()
    look_at(record, report)


def _name(runs: PageRun) -> str:
    """Return the name under which the stage of this session reports."""
    name: str = st.session_state.setdefault(_key(runs, "name"), secrets.token_urlsafe(8))
    return name


def _plays(runs: PageRun) -> bool | None:
    """Return whether a run that came in another's place plays on; None for any other run."""
    run_id, playing = st.session_state.get(_key(runs, "moved"), (None, None))
    return playing if run_id is not None and run_id == runs.run_id else None


def _live(record: RunRecord | None) -> bool:
    """Return whether there is more to come by itself."""
    if record is None or record.ended:
        return record is not None and service().serves(record.run_id)
    return record.status != "paused" or not record.weight_epochs


def _messages(runs: PageRun, record: RunRecord | None) -> None:
    t = runs.form.t
    if runs.form.problem is not None:
        st.warning(t(runs.form.problem.message), icon=":material/info:")
    if record is None:
        return
    if record.message is not None:
        st.info(t(record.message), icon=":material/lightbulb:")
    if record.notice is not None:
        st.caption(t(record.notice))
    if record.ended and record.progress.epoch:
        st.caption(_cost(t, record))


def _cost(t: Translator, record: RunRecord) -> str:
    samples = len(data_of(record.experiment.dataset).x_train)
    changes = [(change.epoch, change.values) for change in record.changes]
    progress = record.progress
    return t(
        N_("Cost so far: {updates} updates of {parameters} parameters in {time}."),
        updates=t.integer(updates(record.experiment, changes, progress.epoch, samples)),
        parameters=t.integer(parameter_count(record.experiment)),
        time=t.duration(progress.elapsed),
    )


def _status(runs: PageRun, record: RunRecord | None) -> str:
    """Say what the run does where that is not to be seen anyway."""
    t = runs.form.t
    if record is None:
        return ""
    progress = record.progress
    if progress.status == "queued":
        return t(STATUS["queued"], place=progress.place) if progress.place else t(STARTING)
    if progress.status == "running":
        return "" if progress.phase == "training" or not runs.started else t(PHASE[progress.phase])
    return t(STATUS[progress.status]) if runs.started else ""


def _band_problem(runs: PageRun) -> str:
    problem = band_problem(service(), _name(runs))
    return "" if problem is None else runs.form.t(problem)


def _changes(runs: PageRun, record: RunRecord | None) -> list[dict[str, Any]]:
    if record is None:
        return []
    t = runs.form.t
    return [
        {"epoch": change.epoch, "text": ", ".join(_written(t, name, value) for name, value in change.values.items())}
        for change in record.changes
    ]


def _written(t: Translator, name: str, value: Any) -> str:
    if name == "weights":
        return t(N_("weights set by hand"))
    return f"{label(t, name.rpartition('.')[2])} = {value}"


def _key(runs: PageRun, name: str) -> str:
    return f"{runs.form.page}_stage_{name}"
