"""A Plotly chart that changes in place, at ten updates a second and more.

`st.plotly_chart` mounts a new chart for every new figure: it blinks and the zoom is lost
(streamlit issue 8782). This component keeps one element and redraws it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NotRequired, TypedDict

import plotly.graph_objects as go
import streamlit as st

from nnlab.messages import N_
from nnlab.ui.components.plotly_js import ensure_plotly_js

CHART_UNAVAILABLE = N_("The chart cannot be drawn because plotly.js did not load; reload the page to try again.")
# What plotly.js itself writes on the page; the keys are its own words.
PLOTLY_WORDS = (
    N_("Zoom"),
    N_("Pan"),
    N_("Reset axes"),
    N_("Download plot as a PNG"),
    N_("Double-click to zoom back out"),
)


class CurveOptions(TypedDict):
    """How the curves are drawn: a logarithmic metric axis; the training curve half an epoch earlier; the book's run."""

    log: bool
    shift: bool
    book: NotRequired[bool]


def live_curves(
    *,
    key: str,
    run_id: str,
    figure: go.Figure | str,
    first: int,
    count: int,
    epochs: Iterable[int],
    values: Mapping[str, Iterable[float | None]],
    options: CurveOptions,
    alt: str,
    height: int,
    translate: Callable[[str], str] = str,
) -> int | None:
    """Show the learning curves of a run and add what is new to them.

    The browser keeps the history of the run, so a call sends only what came since the last
    one. Updates may be skipped on the way: where the browser lacks points it says how many
    epochs it has, and the caller sends from there with the next call. A view that is not
    called again by a timer sends everything, ``first=0``.

    Parameters
    ----------
    key : str
        The element's key; the same key is the same chart.
    run_id : str
        With another run the chart forgets the last one and its zoom.
    figure : plotly.graph_objects.Figure or str
        The skeleton, or its JSON text where the caller keeps it. A trace whose ``meta`` is a
        key of `values` is filled, others stay as they are.
    first : int
        How many epochs of the record lie before these points; 0 replaces all points.
    count : int
        How many epochs the record has, these included.
    epochs : iterable of int
        Ascending. From the start (``first=0``) they may be thinned, later they must be complete.
    values : mapping of str to iterable of (float or None)
        One value an epoch for each key; NaN and infinities are drawn as gaps.
    options : CurveOptions
        How the curves are drawn.
    alt : str
        The chart in one sentence.
    height : int
        Pixels.
    translate : callable, optional
        Gives the component's own few words in the reader's language.

    Returns
    -------
    int or None
        From which epoch on the browser lacks points of this run; None while it has all.

    Raises
    ------
    ComponentError
        plotly.js cannot be put where Streamlit serves it from.
    """
    points = {key: [_finite_or_none(value) for value in series] for key, series in values.items()}
    data = {
        **_common(figure, alt, height, translate),
        "run": run_id,
        "first": int(first),
        "count": int(count),
        "epochs": [int(epoch) for epoch in epochs],
        "values": points,
        "log": bool(options["log"]),
        "shift": bool(options["shift"]),
    }
    result = _component("live_curves")(key=key, data=data, on_lacking_change=_no_callback)
    return _lacking_from(result.get("lacking"), run_id)


def live_figure(
    *, key: str, figure: go.Figure | str, alt: str, height: int, translate: Callable[[str], str] = str
) -> None:
    """Show a figure in the same element at every call, where `st.plotly_chart` would blink.

    Parameters
    ----------
    key : str
        The element's key; the same key is the same chart.
    figure : plotly.graph_objects.Figure or str
        All of it, or its JSON text where the caller keeps it.
    alt : str
        The chart in one sentence.
    height : int
        Pixels.
    translate : callable, optional
        Gives the component's own few words in the reader's language.

    Raises
    ------
    ComponentError
        plotly.js cannot be put where Streamlit serves it from.
    """
    _component("live_figure")(key=key, data=_common(figure, alt, height, translate))


@cache
def _component(name: str) -> Callable[..., Any]:
    """Register at the first use: without a running app Streamlit does not know where our files are."""
    ensure_plotly_js()
    return st.components.v2.component(f"nnlab.{name}", js=f"{name}.js", css="live_chart.css", isolate_styles=False)


def _common(figure: go.Figure | str, alt: str, height: int, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        # As text: Streamlit turns a payload with one NumPy number in it silently into a string.
        "figure": figure if isinstance(figure, str) else figure.to_json(),
        "alt": alt,
        "height": int(height),
        "words": {word: translate(word) for word in PLOTLY_WORDS},
        "unavailable": translate(CHART_UNAVAILABLE),
    }


def _finite_or_none(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(value)


def _lacking_from(request: object, run_id: str) -> int | None:
    """Read the browser's request; it may be about the run before, and it comes from outside."""
    if not isinstance(request, dict) or request.get("run") != run_id:
        return None
    have = request.get("have")
    return have if isinstance(have, int) and have >= 0 else None


def _no_callback() -> None:
    """Streamlit hands a value over only where a callback is named."""
