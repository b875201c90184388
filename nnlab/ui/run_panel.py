"""The run panel, the same on every page: buttons, progress, live views."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.permalink import Link
from nnlab.runs import RunRecord
from nnlab.runs.progress import Progress
from nnlab.ui.address import apply_link
from nnlab.ui.runs import PageRun
from nnlab.ui.sharing import share_button
from nnlab.ui.ticks import live, panel_seconds, views_seconds
from nnlab.ui.visit import service, visitor

UNDO_TICK_SECONDS = 1.0

STATUS = {
    "queued": N_("Waiting for a free worker: place {place} in the queue."),
    "running": N_("Training"),
    "paused": N_("Paused"),
    "finished": N_("Finished"),
    "stopped": N_("Stopped"),
    "early_stopped": N_("Stopped early"),
    "solved": N_("Solved"),
    "diverged": N_("Diverged"),
    "failed": N_("Failed"),
}
STARTING = N_("Starting a worker…")
PHASE = {
    "loading": N_("Loading the data"),
    "building": N_("Building the network"),
    "compiling": N_("Compiling the training"),
    "training": N_("Training"),
    "evaluating": N_("Testing"),
}
Views = Callable[[RunRecord | None], None]


def run_panel(runs: PageRun, views: Views) -> None:
    """Show buttons and progress of the page's run, and its views below; all of it moves by itself.

    Parameters
    ----------
    runs : PageRun
        The page's run.
    views : callable
        Draws what goes below, given the run's record, at every tick.
    """
    st.session_state[f"{runs.form.page}_send_all"] = True
    record, panels = runs.record, service().oversight.on_panels
    pace = panel_seconds(panels)
    tick = pace if live(record) else UNDO_TICK_SECONDS if runs.undo_seconds else None
    st.fragment(_panel, run_every=tick)(runs, _seen(runs), pace)
    moving = live(record) and not _waits(record)
    st.fragment(_views, run_every=_views_seconds(record, panels) if moving else None)(runs, views)


def notice(runs: PageRun) -> None:
    """Show what the last click or the address could not do, and what could be done instead."""
    t = runs.form.t
    if runs.notice is not None:
        st.warning(t(runs.notice), icon=":material/info:")
    if runs.offer is not None:
        st.button(
            t(N_("Use the nearest setting")),
            icon=":material/check:",
            on_click=_accept,
            args=(runs, runs.offer),
            key=f"{runs.form.page}_use_nearest",
        )


def _accept(runs: PageRun, link: Link) -> None:
    runs.silence()
    apply_link(link, runs.form)


def _panel(runs: PageRun, seen: object, pace: float) -> None:
    record, panels = runs.record, service().oversight.on_panels
    if _seen(runs) != seen or (live(record) and panel_seconds(panels) > pace):
        # The timer, the settings and what stands below belong to the whole page's run.
        st.rerun()
    visitor()
    _buttons(runs, record)
    with st.container(key="run_status"):
        _messages(runs, record)
        if record is not None:
            _progress(runs.form.t, record.progress)


def _waits(record: RunRecord | None) -> bool:
    return record is not None and record.progress.place > 0


def _views_seconds(record: RunRecord | None, panels: int) -> float:
    return views_seconds(panels, large=record is not None and record.standing.large)


def _views(runs: PageRun, views: Views) -> None:
    visitor()
    views(runs.record)


def _seen(runs: PageRun) -> object:
    record = runs.record
    undo = bool(runs.undo_seconds)
    run_id = record.run_id if record is not None else None
    return (run_id, live(record), _waits(record), undo, runs.form.experiment)


def _buttons(runs: PageRun, record: RunRecord | None) -> None:
    t = runs.form.t
    going = record is not None and not record.ended
    with st.container(horizontal=True, vertical_alignment="center", key="transport"):
        st.button(
            t(N_("Train")),
            type="primary",
            icon=":material/play_arrow:",
            disabled=going or runs.form.problem is not None,
            on_click=runs.train,
            help=t(N_("Build the network and train it.")),
        )
        if record is not None and record.status == "paused":
            st.button(t(N_("Resume")), icon=":material/resume:", on_click=runs.resume)
        else:
            st.button(t(N_("Pause")), icon=":material/pause:", disabled=not going, on_click=runs.pause)
        st.button(
            t(N_("Stop")),
            icon=":material/stop:",
            disabled=not going,
            on_click=runs.stop,
            help=t(N_("End the run here and test it.")),
        )
        st.button(
            t(N_("Reset")),
            icon=":material/replay:",
            on_click=runs.reset,
            help=t(N_("Back to epoch 0 with new weights.")),
        )
        st.button(
            t(N_("Same weights")),
            icon=":material/undo:",
            on_click=runs.same_weights,
            help=t(N_("Back to epoch 0 with the same first weights.")),
        )
        if runs.undo_seconds:
            st.button(t(N_("Undo reset")), icon=":material/history:", type="tertiary", on_click=runs.undo)
        share_button(runs.form)


def _messages(runs: PageRun, record: RunRecord | None) -> None:
    t = runs.form.t
    if runs.form.problem is not None:
        st.warning(t(runs.form.problem.message), icon=":material/info:")
    notice(runs)
    if record is None:
        return
    if record.message is not None:
        st.info(t(record.message), icon=":material/lightbulb:")
    if record.notice is not None:
        st.caption(t(record.notice))
    if not record.ended and record.experiment != runs.form.experiment:
        st.caption(t(N_("You have changed settings; they count from the next Train.")))


def _progress(t: Translator, progress: Progress) -> None:
    text = _status(t, progress)
    if progress.epochs is None:
        st.markdown(text)
    else:
        st.progress(min(1.0, progress.epoch / progress.epochs), text=text)


def _status(t: Translator, progress: Progress) -> str:
    if progress.status == "queued":
        return t(STATUS["queued"], place=progress.place) if progress.place else t(STARTING)
    state = PHASE[progress.phase] if progress.status == "running" else STATUS[progress.status]
    if progress.epochs is None:
        epoch = t(N_("Epoch {epoch}"), epoch=t.integer(progress.epoch))
    else:
        epoch = t(N_("Epoch {epoch} / {epochs}"), epoch=t.integer(progress.epoch), epochs=t.integer(progress.epochs))
    parts = [f"**{t(state)}**", epoch, t(N_("{time} elapsed"), time=t.duration(progress.elapsed))]
    if progress.status == "running":
        if progress.remaining is not None:
            parts.append(t(N_("{time} left"), time=t.duration(progress.remaining)))
        if progress.rate:
            parts.append(t(N_("{rate} epochs/s"), rate=t.number(progress.rate, significant=2)))
    return " · ".join(parts)
