"""How the values of a table's columns are spread: a histogram each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette
from nnlab.messages import N_, Message

BINS = 30
ROW_HEIGHT = 130
COLUMNS = 2
# What lies beyond, and far beyond, is counted, not drawn: one value of 1,243 would leave a single bar of all others.
DRAWN_SHARE = 0.995
LONG_TAIL = 1.3


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """The counts of one column.

    Parameters
    ----------
    name : str
        What it is called, in the reader's language.
    edges : ndarray of shape (n_bins + 1,)
        Of the bins.
    counts : ndarray of shape (n_bins,)
        Values in each.
    beyond : int
        Values greater than the last edge.
    largest : float
        The greatest value of all.
    """

    name: str
    edges: NDArray[np.float64]
    counts: NDArray[np.int_]
    beyond: int
    largest: float


def histogram(name: str, values: ArrayLike, bins: int = BINS) -> Histogram:
    """Count the values of a column; few values get a bar each, the longest tail is left out and counted.

    Examples
    --------
    >>> histogram("age", [1, 1, 2, 4]).counts.tolist()
    [2, 1, 0, 1]
    """
    column = np.asarray(values, np.float64)
    whole = bool(np.all(column == np.round(column)))
    low, high, largest = (float(value) for value in (column.min(), np.quantile(column, DRAWN_SHARE), column.max()))
    if largest - low < LONG_TAIL * (high - low) or np.unique(column).size <= bins:
        high = largest
    if whole:
        # Bars stand around whole numbers, and all have the same number of them.
        step = max(1.0, np.ceil((high - low + 1) / bins))
        edges = low - 0.5 + step * np.arange(np.ceil((high - low + 1) / step) + 1)
    else:
        edges = np.linspace(low, high if high > low else low + 1, bins + 1)
    counts, _ = np.histogram(column, edges)
    return Histogram(name, edges, counts, int(np.sum(column > edges[-1])), largest)


def histograms(shown: Sequence[Histogram], palette: Palette) -> go.Figure:
    """Draw histograms in two columns, each under its name; an arrow tells how far a tail goes on.

    Parameters
    ----------
    shown : sequence of Histogram
        One a column.
    palette : Palette
        The theme.
    """
    rows = -(-len(shown) // COLUMNS)
    traces: list[go.Bar] = []
    axes: dict[str, Any] = {}
    titles: list[dict[str, Any]] = []
    for index, one in enumerate(shown):
        suffix = str(index + 1) if index else ""
        traces.append(_bars(one, palette, suffix))
        axes |= _axes(one, (index, rows), suffix, palette)
        titles.append(_note(f"<b>{one.name}</b>", suffix, palette.text, x=0, xanchor="left", yanchor="bottom"))
        if one.beyond:
            text = f"→ {_short(one.largest)}"
            titles.append(_note(text, suffix, palette.quiet_text, x=1, xanchor="right", yanchor="top"))
    return style.figure(palette, traces, height=rows * ROW_HEIGHT + 20, bargap=0.05, annotations=titles, **axes)


def histograms_alt(shown: Sequence[Histogram]) -> Message:
    """Name the columns, and the one whose greatest value lies farthest beyond the others."""
    reach = [one.largest / (abs(one.edges[-1]) or 1.0) for one in shown]
    farthest = shown[int(np.argmax(reach))]
    return Message(
        N_(
            "Histograms of {names}. The longest tail has {farthest}: nearly all values are below {edge}, "
            "the greatest is {largest}."
        ),
        {
            "names": ", ".join(one.name for one in shown),
            "farthest": farthest.name,
            "edge": f"{farthest.edges[-1]:.3g}",
            "largest": _short(farthest.largest),
        },
    )


def _bars(one: Histogram, palette: Palette, suffix: str) -> go.Bar:
    return go.Bar(
        x=((one.edges[:-1] + one.edges[1:]) / 2).astype(np.float32),
        y=one.counts.astype(np.uint16),
        width=float(one.edges[1] - one.edges[0]) * 0.95,
        marker={"color": palette.primary, "line": {"width": 0}},
        xaxis=f"x{suffix}",
        yaxis=f"y{suffix}",
        hovertemplate="%{x:.4g}: %{y}<extra></extra>",
    )


def _axes(one: Histogram, place: tuple[int, int], suffix: str, palette: Palette) -> dict[str, Any]:
    index, rows = place
    row, column = divmod(index, COLUMNS)
    left = column * 0.53
    top = 1 - row / rows
    below, above = 0.34 / rows, 0.16 / rows
    quiet: dict[str, Any] = {"fixedrange": True, "nticks": 5}
    # Between two whole numbers there is nothing to name.
    whole: dict[str, Any] = (
        {"tick0": 0, "dtick": max(1, len(one.counts) // 4)} if one.edges[1] - one.edges[0] == 1 else {}
    )
    return {
        f"xaxis{suffix}": style.axis(palette, domain=[left, left + 0.47], anchor=f"y{suffix}", **quiet, **whole),
        f"yaxis{suffix}": style.axis(
            palette, domain=[top - 1 / rows + below - 0.12 / rows, top - above], anchor=f"x{suffix}", **quiet
        ),
    }


def _note(text: str, suffix: str, colour: str, **place: Any) -> dict[str, Any]:
    return {
        "text": text,
        "xref": f"x{suffix} domain",
        "yref": f"y{suffix} domain",
        "y": 1,
        "showarrow": False,
        "font": {"color": colour, "size": 12},
        **place,
    }


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
