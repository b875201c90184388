"""What many seeds have come to: shares solved, with how sure they are, and epochs to solve."""

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

HEIGHT = 320
ROW = 44
NEVER = -1


@dataclass(frozen=True, slots=True)
class ShareLabels:
    """The words on a chart of shares, in the reader's language.

    Parameters
    ----------
    share, group : str
        Titles of the axes; the second may be empty.
    ever, at_end, prediction : str
        Names of the three kinds of marks.
    """

    share: str
    group: str
    ever: str
    at_end: str
    prediction: str


@dataclass(frozen=True, slots=True)
class Shares:
    """The share of seeds that solved it, of one group.

    Parameters
    ----------
    name : str
        The group's.
    ever, at_end : float
        Share solved at any time, and after the last epoch.
    low, high : float
        The interval that the first of the two is known to lie in.
    """

    name: str
    ever: float
    at_end: float
    low: float
    high: float


def share_chart(
    groups: Sequence[Shares],
    labels: ShareLabels,
    palette: Palette,
    *,
    predictions: Sequence[tuple[str, float]] = (),
    lying: bool = False,
) -> go.Figure:
    """Draw shares with their intervals, group by group, and what somebody had expected.

    Parameters
    ----------
    groups : sequence of Shares
        In the order shown.
    labels : ShareLabels
        The words.
    palette : Palette
        The theme.
    predictions : sequence of (str, float)
        Names of groups with the share that was expected.
    lying : bool
        Whether the groups stand below each other, for long names.
    """
    names = [group.name for group in groups]
    ever = np.array([group.ever for group in groups])
    traces = [
        _marks(names, ever, labels.ever, "circle", palette.training, lying, 10, _whiskers(groups, palette)),
        _marks(names, [group.at_end for group in groups], labels.at_end, "x-thin", palette.text, lying, 9),
    ]
    if predictions:
        expected, values = zip(*predictions, strict=True)
        traces.append(_marks(expected, values, labels.prediction, "diamond-open", palette.validation, lying, 15))
    shares = style.axis(palette, labels.share, range=[-0.04, 1.04], tickformat=".0%", fixedrange=True)
    kinds = style.axis(
        palette,
        labels.group,
        type="category",
        fixedrange=True,
        showgrid=False,
        tickfont={"color": palette.text},
        categoryorder="array",
        categoryarray=names,
        **({"autorange": "reversed"} if lying else {}),
    )
    return style.figure(
        palette,
        traces,
        height=len(groups) * ROW + 110 if lying else HEIGHT,
        showlegend=True,
        legend=style.legend_on_top(),
        xaxis=shares if lying else kinds,
        yaxis=kinds if lying else shares,
    )


def _whiskers(groups: Sequence[Shares], palette: Palette) -> dict[str, Any]:
    ever = np.array([group.ever for group in groups])
    return {
        "type": "data",
        "symmetric": False,
        "array": np.array([group.high for group in groups]) - ever,
        "arrayminus": ever - np.array([group.low for group in groups]),
        "color": palette.training,
        "thickness": 2,
        "width": 6,
    }


def share_alt(groups: Sequence[Shares], trials: int) -> Message:
    """State the least and the greatest share, and of what."""
    least, most = min(groups, key=lambda group: group.ever), max(groups, key=lambda group: group.ever)
    return Message(
        N_("Share of {trials} seeds that solved it: from {low} ({least}) to {high} ({most})."),
        {
            "trials": trials,
            "low": f"{least.ever:.0%}",
            "least": least.name,
            "high": f"{most.ever:.0%}",
            "most": most.name,
        },
    )


def _marks(
    names: Sequence[str],
    values: ArrayLike,
    title: str,
    symbol: str,
    colour: str,
    lying: bool,
    size: int,
    whiskers: dict[str, Any] | None = None,
) -> go.Scatter:
    shares = np.asarray(values, np.float64)
    marker = {"symbol": symbol, "size": size, "color": colour, "line": {"color": colour, "width": 2}}
    places = {"x": shares, "y": list(names)} if lying else {"x": list(names), "y": shares}
    errors = {"error_x" if lying else "error_y": whiskers} if whiskers else {}
    shown = "%{x:.0%}" if lying else "%{y:.0%}"
    return go.Scatter(
        **places, **errors, name=title, mode="markers", marker=marker, hovertemplate=f"{title}: {shown}<extra></extra>"
    )


@dataclass(frozen=True, slots=True)
class TimeLabels:
    """The words on a chart of epochs to solve, in the reader's language.

    Parameters
    ----------
    epochs, group : str
        Titles of the axes.
    never : str
        What stands above, for those that were never solved; ``{count}`` is how many.
    """

    epochs: str
    group: str
    never: str


def time_chart(
    groups: Sequence[tuple[str, NDArray[np.int64]]], labels: TimeLabels, palette: Palette, epochs: int
) -> go.Figure:
    """Draw a dot for the epochs each seed took, group by group, and count those that never got there.

    Parameters
    ----------
    groups : sequence of (str, ndarray of shape (n_seeds,))
        Names, and after which epoch each seed had solved it; -1: never.
    labels : TimeLabels
        The words.
    palette : Palette
        The theme.
    epochs : int
        How long each was trained.
    """
    traces, notes = [], []
    for place, (_, times) in enumerate(groups):
        solved = np.sort(times[times != NEVER])
        traces.append(_dots(place, solved, palette))
        if len(solved):
            traces.append(_median(place, float(np.median(solved)), palette))
        never = int(np.sum(times == NEVER))
        if never:
            # In two lines: on a phone eight of them stand side by side.
            text = labels.never.format(count=never).replace(" ", "<br>")
            notes.append(_note(place, text, palette))
    names = [name for name, _ in groups]
    longest = max((int(times.max(initial=0)) for _, times in groups), default=0) or epochs
    return style.figure(
        palette,
        traces,
        height=HEIGHT,
        margin={"l": style.MARGIN, "r": style.MARGIN, "t": 4 * style.MARGIN, "b": style.MARGIN},
        annotations=notes,
        xaxis=style.axis(
            palette,
            labels.group,
            tickvals=list(range(len(names))),
            ticktext=names,
            range=[-0.5, len(names) - 0.5],
            showgrid=False,
            fixedrange=True,
            tickfont={"color": palette.text},
        ),
        yaxis=style.axis(palette, labels.epochs, range=[0, 1.15 * longest], fixedrange=True),
    )


def _dots(place: int, solved: NDArray[np.int64], palette: Palette) -> go.Scatter:
    # Neighbours in time stand side by side, and the same picture comes out every time.
    aside = 0.32 * np.sin(2.4 * np.arange(len(solved)))
    return go.Scatter(
        x=place + aside,
        y=solved,
        mode="markers",
        marker={"size": 5, "color": palette.training, "opacity": 0.55},
        hovertemplate="%{y}<extra></extra>",
    )


def _median(place: int, value: float, palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=[place - 0.36, place + 0.36],
        y=[value, value],
        mode="lines",
        line={"color": palette.text, "width": 2},
        hoverinfo="skip",
    )


def _note(place: int, text: str, palette: Palette) -> dict[str, Any]:
    return {
        "text": text,
        "x": place,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": palette.text, "size": 12},
    }
