"""What the server is doing, for whoever looks after a class; with the teacher's key, all runs at once."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from nnlab.classroom import Invitation
from nnlab.i18n import Translator
from nnlab.messages import N_, Message
from nnlab.runs import Counters, memory
from nnlab.ui.visit import service

EVERY_SECONDS = 2.0
PARAMETER = "key"
RESET = Message(N_("The teacher has ended all runs. Press Train to begin a new one."))


def status_view(t: Translator) -> None:
    """Show totals to everybody, and to the teacher the workers and what stops them all."""
    invitation = Invitation.from_environment()
    key = st.query_params.get(PARAMETER)
    teacher = invitation.opens(key)
    if key and not teacher:
        st.warning(t(N_("This key does not open the teacher's part. Open the link that “make class” has printed.")))
    if teacher:
        _orders(t)
    st.fragment(_numbers, run_every=EVERY_SECONDS)(t, detailed=teacher)
    if not teacher:
        st.caption(t(N_("With the teacher's key, printed when the class was started, all runs can be paused here.")))


def _orders(t: Translator) -> None:
    pause, reset, said = st.columns([1, 1, 3], vertical_alignment="center")
    if pause.button(t(N_("Pause all")), icon=":material/pause:", key="pause_all", width="stretch"):
        count = service().oversight.pause_all()
        said.success(t(N_("Runs paused: {count}. Each student can go on with Resume."), count=count))
    if reset.button(t(N_("Reset all")), icon=":material/restart_alt:", key="reset_all", width="stretch"):
        count = service().oversight.reset_all(RESET)
        said.success(t(N_("Runs ended: {count}. What they have learned is still on their pages."), count=count))


def _numbers(t: Translator, *, detailed: bool) -> None:
    now = service().oversight.counters()
    megabytes = _megabytes(tuple(worker.pid for worker in now.workers if worker.pid is not None))
    _totals(t, now, sum(megabytes.values()))
    if detailed:
        _workers(t, now, megabytes)


@st.cache_data(ttl=EVERY_SECONDS, show_spinner=False, max_entries=1)
def _megabytes(workers: tuple[int, ...]) -> dict[int, float]:
    return memory.family(workers)


def _totals(t: Translator, now: Counters, megabytes: float) -> None:
    tiles = (
        (t(N_("Visitors")), f"{now.visitors}"),
        (t(N_("Runs in training")), f"{now.runs.get('running', 0)}"),
        (t(N_("Paused runs")), f"{now.runs.get('paused', 0)}"),
        (t(N_("Waiting in the queue")), f"{now.queued}"),
        (t(N_("Memory")), f"{megabytes:,.0f} MB"),
    )
    with st.container(horizontal=True, key="server_totals"):
        for label, value in tiles:
            st.metric(label, value, border=True)


def _workers(t: Translator, now: Counters, megabytes: Mapping[int, float]) -> None:
    st.subheader(t(N_("Workers")), anchor=False)
    kinds = {True: t(N_("large runs, one at a time")), False: t(N_("small runs, side by side"))}
    st.dataframe(
        {
            t(N_("Serves")): [kinds[worker.large] for worker in now.workers],
            t(N_("Runs")): [worker.runs for worker in now.workers],
            t(N_("Busy")): [worker.busy for worker in now.workers],
            t(N_("Memory (MB)")): [round(megabytes.get(worker.pid or 0, 0)) for worker in now.workers],
            t(N_("Programs compiled")): [worker.programs for worker in now.workers],
        },
        hide_index=True,
        column_config={
            t(N_("Busy")): st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0),
        },
    )
    st.caption(
        t(
            N_(
                "Since the start {hours} h {minutes} min ago: runs {started}, compiled programs {compilations}, "
                "workers that ended unexpectedly {restarts}, workers replaced because they had grown {replaced}. "
                "What the runs have recorded takes {megabytes} MB."
            ),
            hours=int(now.uptime // 3600),
            minutes=int(now.uptime % 3600 // 60),
            started=now.started,
            compilations=now.compilations,
            restarts=now.restarts,
            replaced=now.replaced,
            megabytes=round(now.record_megabytes),
        )
    )
