"""The live learning curves of a run: what the browser lacks, and nothing more."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from nnlab.exercises.book import BookRun, book_run
from nnlab.experiment import Experiment
from nnlab.figures import curves
from nnlab.figures.palette import Palette
from nnlab.figures.thinning import DRAWN_POINTS, thin_history
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.components import CurveOptions, live_curves
from nnlab.ui.labels import capital, label

SHARES = ("accuracy",)
HEIGHT = 250
OVERLAP_SECONDS = 2.0


def curve_switches(page: str, t: Translator, experiment: Experiment | None = None) -> CurveOptions:
    """Show the switches for the logarithmic axis, the half-epoch shift and, where the book has one, its run.

    Parameters
    ----------
    page : str
        Prefix of the keys.
    t : Translator
        The visitor's language.
    experiment : Experiment, optional
        That of the run whose curves are shown.
    """
    book = False
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
        if experiment is not None and book_run(experiment) is not None:
            book = st.toggle(
                t(N_("What the book saw")),
                key=f"{page}_book",
                persist_state="session",
                help=t(N_("The curves that the book prints for this very setting, dotted, behind yours.")),
            )
    return {"log": log, "shift": shift, "book": book}


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
    # What was sent from the start answers an older question by itself. Else the next tick sends what lacks, or the
    # next question of the browser, which comes in two seconds. Running the fragment anew at once would fail where it
    # is drawn as a part of another one: Streamlit 1.67 then does not find it in its queue.
    if lacking and points["first"] > 0:
        _sent(page, record.run_id).restart(min(lacking))


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
    if history.count - history.first > DRAWN_POINTS:
        # More than a chart can show: the whole, thinned, is shorter.
        sent.restart(0)
        history = record.history()
    epochs = np.arange(history.first + 1, history.count + 1)
    sent.add(history.count)
    if history.first == 0:
        thinned, values = thin_history(epochs, history.columns)
        return {"first": 0, "count": history.count, "epochs": thinned, "values": values}
    return {"first": history.first, "count": history.count, "epochs": epochs, "values": history.columns}


@lru_cache(maxsize=64)
def _skeleton(
    metric: str,
    labels: curves.CurveLabels,
    palette: Palette,
    scale: curves.Scale,
    book: BookRun | None,
    mark: int | None,
) -> str:
    reference = book.history if book is not None else None
    figure = curves.figure(metric, labels, palette, scale=scale, height=HEIGHT, reference=reference, mark=mark)
    return str(figure.to_json())


def _restored_epoch(record: RunRecord) -> int | None:
    """Return the epoch whose weights early stopping went back to; None if the last ones stayed."""
    epoch = record.weights_epoch
    went_back = record.ended and record.experiment.early_stopping is not None and epoch != record.progress.epoch
    return epoch if went_back else None


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
    mark = _restored_epoch(record)
    own = (metric, f"val_{metric}")
    book = book_run(record.experiment) if options.get("book") else None
    log = options["log"] and not percent
    scale = curves.Scale(log=log, shift=options["shift"], percent=percent)
    columns = record.history().columns
    alt = curves.alt(name, columns.get(metric, ()), columns.get(f"val_{metric}", ()), percent=percent)
    return live_curves(
        key=f"{page}_curves_{'loss' if metric == 'loss' else 'metric'}",
        run_id=record.run_id,
        figure=_skeleton(metric, _labels(capital(name), mark, t), palette, scale, book, mark),
        first=points["first"],
        count=points["count"],
        epochs=points["epochs"],
        values={key: points["values"][key] for key in own if key in points["values"]},
        options={"log": log, "shift": options["shift"]},
        alt=t(alt),
        height=HEIGHT,
        translate=t,
    )


def _labels(metric: str, mark: int | None, t: Translator) -> curves.CurveLabels:
    return curves.CurveLabels(
        t(N_("Training")),
        t(N_("Validation")),
        t(N_("Epoch")),
        metric,
        reference_training=t(N_("Book, training")),
        reference_validation=t(N_("Book, validation")),
        mark=t(N_("best: epoch {epoch}"), epoch=t.integer(mark)) if mark is not None else "",
    )
