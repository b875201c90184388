"""The live learning curves of a run: what the browser lacks, and nothing more."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from nnlab.figures import curves
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.components import CurveOptions, live_curves
from nnlab.ui.labels import capital, label

SHARES = ("accuracy",)
HEIGHT = 250
OVERLAP_SECONDS = 2.0


def curve_switches(page: str, t: Translator) -> CurveOptions:
    """Show the switches for the logarithmic axis and the half-epoch shift."""
    with st.container(horizontal=True):
        log = st.toggle(
            t(N_("Logarithmic")), key=f"{page}_log", persist_state="session", help=t(N_("A logarithmic loss axis."))
        )
        shift = st.toggle(
            t(N_("Shift by half an epoch")),
            key=f"{page}_shift",
            persist_state="session",
            help=t(N_("Training values are means over an epoch, so they belong half an epoch earlier.")),
        )
    return {"log": log, "shift": shift}


def curves_to_come(t: Translator) -> None:
    """Say what will appear here, and why it matters."""
    st.info(
        t(
            N_(
                "Press Train: the loss of each epoch will grow into a curve here. When the validation curve turns up "
                "while the training curve still falls, the network has begun to learn by heart."
            )
        ),
        icon=":material/show_chart:",
    )


def curve_views(
    page: str,
    record: RunRecord,
    options: CurveOptions,
    t: Translator,
    palette: Palette,
    *,
    side_by_side: bool = False,
) -> None:
    """Show loss and metric of a run, in place.

    On a full run of the page everything is sent, on a tick of its timer the last two seconds.
    """
    points = _points(page, record)
    lacking: list[int] = []
    with st.container(key="live_curves"):
        places = st.columns(2, gap="medium") if side_by_side else (st.container(), st.container())
        for place, metric in zip(places, ("loss", record.experiment.head.metric), strict=True):
            with place:
                have = _view(page, metric, record, points, options, t, palette)
            if have is not None:
                lacking.append(have)
    # What was sent from the start answers an older question by itself.
    if lacking and points["first"] > 0:
        _sent(page, record.run_id).restart(min(lacking))
        st.rerun(scope="fragment")


@dataclass(slots=True)
class _Sent:
    """What went to the browser lately. It may skip updates, so the last seconds are sent again and again."""

    run_id: str
    log: deque[tuple[float, int]] = field(default_factory=lambda: deque([(time.monotonic(), 0)]))

    @property
    def settled(self) -> int:
        """How many epochs were sent long enough ago to be there."""
        while len(self.log) > 1 and time.monotonic() - self.log[1][0] > OVERLAP_SECONDS:
            self.log.popleft()
        return self.log[0][1]

    def add(self, count: int) -> None:
        self.log.append((time.monotonic(), count))

    def restart(self, count: int) -> None:
        self.log = deque([(time.monotonic(), count)])


def _sent(page: str, run_id: str) -> _Sent:
    sent: _Sent | None = st.session_state.get(f"{page}_sent")
    if sent is None or sent.run_id != run_id:
        sent = st.session_state[f"{page}_sent"] = _Sent(run_id)
    return sent


def _points(page: str, record: RunRecord) -> dict[str, Any]:
    sent = _sent(page, record.run_id)
    if st.session_state.pop(f"{page}_send_all", False):
        sent.restart(0)
    history = record.history(since=sent.settled)
    if history.count - history.first > curves.DRAWN_POINTS:
        # More than a chart can show: the whole, thinned, is shorter.
        sent.restart(0)
        history = record.history()
    epochs = np.arange(history.first + 1, history.count + 1)
    sent.add(history.count)
    if history.first == 0:
        thinned, values = curves.thin_history(epochs, history.columns)
        return {"first": 0, "count": history.count, "epochs": thinned, "values": values}
    return {"first": history.first, "count": history.count, "epochs": epochs, "values": history.columns}


@lru_cache(maxsize=64)
def _skeleton(metric: str, labels: curves.CurveLabels, palette: Palette, scale: curves.Scale) -> str:
    return str(curves.figure(metric, labels, palette, scale=scale, height=HEIGHT).to_json())


def _view(
    page: str,
    metric: str,
    record: RunRecord,
    points: dict[str, Any],
    options: CurveOptions,
    t: Translator,
    palette: Palette,
) -> int | None:
    name = label(t, metric)
    percent = metric in SHARES
    labels = curves.CurveLabels(t(N_("Training")), t(N_("Validation")), t(N_("Epoch")), capital(name))
    own = (metric, f"val_{metric}")
    log = options["log"] and not percent
    scale = curves.Scale(log=log, shift=options["shift"], percent=percent)
    columns = record.history().columns
    alt = curves.alt(name, columns.get(metric, ()), columns.get(f"val_{metric}", ()), percent=percent)
    return live_curves(
        key=f"{page}_curves_{'loss' if metric == 'loss' else 'metric'}",
        run_id=record.run_id,
        figure=_skeleton(metric, labels, palette, scale),
        first=points["first"],
        count=points["count"],
        epochs=points["epochs"],
        values={key: points["values"][key] for key in own if key in points["values"]},
        options={"log": log, "shift": options["shift"]},
        alt=t(alt),
        height=HEIGHT,
        translate=t,
    )
