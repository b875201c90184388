"""Samples of several classes over two columns, what models make of the plane, and answers with several labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette, translucent
from nnlab.messages import N_, Message

HEIGHT = 380
GRID = 61
"""Points on each side of the grid that a model is asked about."""
SYMBOLS = ("circle", "diamond", "square", "cross", "triangle-up", "star")
LINE_DASHES = ("solid", "dash", "dot")


@dataclass(frozen=True, slots=True)
class PlaneLabels:
    """The words on the picture, in the reader's language.

    Parameters
    ----------
    first, second : str
        Names of the two columns.
    classes : tuple of str
        One a class.
    """

    first: str
    second: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Where a unit's weighted sum is 0: ``weights[0] * x1 + weights[1] * x2 + weights[2] == 0``."""

    name: str
    weights: tuple[float, float, float]


Extent = tuple[float, float, float, float]


def grid(extent: Extent) -> NDArray[np.float32]:
    """Return the points of a grid over the plane, row by row from below, shape (GRID², 2).

    Parameters
    ----------
    extent : tuple of float
        Least and greatest value of the first column, then of the second.
    """
    x1, x2 = np.meshgrid(np.linspace(*extent[:2], GRID), np.linspace(*extent[2:], GRID))
    return np.column_stack([x1.ravel(), x2.ravel()]).astype(np.float32)


def plane(
    x: ArrayLike,
    y: ArrayLike,
    extent: Extent,
    palette: Palette,
    labels: PlaneLabels,
    *,
    regions: ArrayLike | None = None,
    lines: Sequence[Line] = (),
    mark: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw samples by class, over the regions that a model gives each class, and lines between them.

    Parameters
    ----------
    x : array-like of shape (n, 2)
        Samples.
    y : array-like of shape (n,), int
        Their classes.
    extent : tuple of float
        What is shown.
    palette : Palette
        The theme.
    labels : PlaneLabels
        The words.
    regions : array-like of shape (GRID²,), int, optional
        The class that a model gives each point of `grid`.
    lines : sequence of Line
        Straight borders.
    mark : tuple of float, optional
        A sample to point out.
    """
    samples, classes = np.asarray(x), np.asarray(y)
    traces: list[Any] = [] if regions is None else [_regions(regions, extent, palette, len(labels.classes))]
    for number, name in enumerate(labels.classes):
        chosen = samples[classes == number]
        colour = palette.classes[number]
        marker = {"color": colour, "symbol": SYMBOLS[number], "size": 8, "line": _outline(palette)}
        traces.append(go.Scatter(x=chosen[:, 0], y=chosen[:, 1], name=name, mode="markers", marker=marker))
    for line, dash in zip(lines, LINE_DASHES * len(lines), strict=False):
        traces.append(_line(line, dash, extent, palette))
    if mark is not None:
        star = {"color": palette.text, "symbol": "star", "size": 16, "line": {"width": 2, "color": palette.background}}
        traces.append(go.Scatter(x=[mark[0]], y=[mark[1]], mode="markers", marker=star, showlegend=False))
    return style.figure(
        palette,
        traces,
        height=HEIGHT,
        showlegend=True,
        legend=style.legend_on_top(),
        xaxis=style.axis(palette, labels.first, range=list(extent[:2])),
        yaxis=style.axis(palette, labels.second, range=list(extent[2:])),
    )


def plane_alt(y: ArrayLike, labels: PlaneLabels, regions: ArrayLike | None = None) -> Message:
    """State how many samples of each class there are, and how much of the plane a model gives each."""
    counts = np.bincount(np.asarray(y), minlength=len(labels.classes))
    samples = ", ".join(f"{name}: {count}" for name, count in zip(labels.classes, counts, strict=True))
    facts: dict[str, object] = {"first": labels.first, "second": labels.second, "samples": samples}
    if regions is None:
        return Message(N_("Samples over {first} and {second}; {samples}."), facts)
    shares = np.bincount(np.asarray(regions), minlength=len(labels.classes)) / np.size(regions)
    facts["regions"] = ", ".join(f"{name}: {share:.0%}" for name, share in zip(labels.classes, shares, strict=True))
    return Message(N_("Samples over {first} and {second}; {samples}. Of the plane the model gives {regions}."), facts)


def equation(line: Line, first: str, second: str) -> str:
    """Write where a unit's sum is 0, with the constant at the right.

    Examples
    --------
    >>> equation(Line("setosa", (-1.4, -2.2, 4.0)), "length", "width")
    '1.4 · length + 2.2 · width = 4'
    """
    w1, w2, bias = line.weights
    if bias > 0:
        w1, w2, bias = -w1, -w2, -bias
    sign = "+" if w2 >= 0 else "−"
    return f"{w1:.4g} · {first} {sign} {abs(w2):.4g} · {second} = {-bias:.4g}".replace("-", "−")


def label_bars(
    rows: Sequence[tuple[str, ArrayLike]], names: Sequence[str], palette: Palette, *, probability: str
) -> go.Figure:
    """Draw, for several ways to answer, a bar for each label.

    Parameters
    ----------
    rows : sequence of (str, array-like of shape (n_labels,))
        The name of a way, such as ``"sigmoid"``, and its probabilities.
    names : sequence of str of length n_labels
        The labels.
    palette : Palette
        The theme.
    probability : str
        Title of the axis.
    """
    bars = []
    for index, (way, values) in enumerate(rows):
        shares = np.asarray(values, np.float64)
        colour = palette.primary if index == 0 else palette.reference
        pattern = {"shape": "" if index == 0 else "/", "fillmode": "overlay", "fgcolor": palette.background}
        marker = {"color": colour, "pattern": pattern}
        bars.append(
            go.Bar(
                x=shares,
                y=list(names),
                name=way,
                orientation="h",
                marker=marker,
                text=[f"{share:.1%}" for share in shares],
                textposition="outside",
                textfont={"color": palette.text},
                cliponaxis=False,
                hoverinfo="skip",
            )
        )
    return style.figure(
        palette,
        bars,
        height=60 + 34 * len(names) * len(rows),
        showlegend=len(rows) > 1,
        legend=style.legend_on_top() | {"traceorder": "normal"},
        bargap=0.3,
        xaxis=style.axis(palette, probability, range=[0, 1.2], tickformat=".0%", tickvals=[0, 0.5, 1], fixedrange=True),
        yaxis=style.axis(
            palette, autorange="reversed", showgrid=False, fixedrange=True, tickfont={"color": palette.text}
        ),
    )


def label_bars_alt(values: ArrayLike, names: Sequence[str]) -> Message:
    """State the probability of each label and what they add up to."""
    shares = np.asarray(values, np.float64)
    return Message(
        N_("{labels}; together {sum}."),
        {
            "labels": ", ".join(f"{name}: {share:.1%}" for name, share in zip(names, shares, strict=True)),
            "sum": f"{shares.sum():.0%}",
        },
    )


def softmax(logits: ArrayLike) -> NDArray[np.float64]:
    """Return the probabilities that softmax makes of logits, which add up to 1.

    Examples
    --------
    >>> softmax([0.0, 0.0]).tolist()
    [0.5, 0.5]
    """
    values = np.asarray(logits, np.float64)
    powers = np.exp(values - values.max())
    return np.asarray(powers / powers.sum())


def sigmoid(logits: ArrayLike) -> NDArray[np.float64]:
    """Return the probability that sigmoid makes of each logit by itself.

    Examples
    --------
    >>> sigmoid([0.0, 0.0]).tolist()
    [0.5, 0.5]
    """
    return np.asarray(1 / (1 + np.exp(-np.asarray(logits, np.float64))))


def logits(probabilities: ArrayLike) -> NDArray[np.float64]:
    """Return what sigmoid made these probabilities of."""
    shares = np.clip(np.asarray(probabilities, np.float64), 1e-7, 1 - 1e-7)
    return np.asarray(np.log(shares / (1 - shares)))


def _regions(regions: ArrayLike, extent: Extent, palette: Palette, classes: int) -> go.Heatmap:
    pale = [translucent(colour, 0.22) for colour in palette.classes[:classes]]
    steps = [(edge / classes, colour) for number, colour in enumerate(pale) for edge in (number, number + 1)]
    return go.Heatmap(
        x=np.linspace(*extent[:2], GRID, dtype=np.float32),
        y=np.linspace(*extent[2:], GRID, dtype=np.float32),
        z=np.asarray(regions).reshape(GRID, GRID).astype(np.uint8),
        zmin=-0.5,
        zmax=classes - 0.5,
        colorscale=steps,
        showscale=False,
        hoverinfo="skip",
    )


def _line(line: Line, dash: str, extent: Extent, palette: Palette) -> go.Scatter:
    w1, w2, bias = line.weights
    left, right, low, high = extent
    if abs(w2) > abs(w1) * 1e-6:
        x = np.array([left, right])
        y = -(w1 * x + bias) / w2
    else:
        y = np.array([low, high])
        x = -(w2 * y + bias) / w1 if w1 else np.full(2, np.nan)
    stroke = {"color": palette.text, "width": 2, "dash": dash}
    return go.Scatter(x=x, y=y, name=line.name, mode="lines", line=stroke, hoverinfo="skip")


def _outline(palette: Palette) -> dict[str, Any]:
    return {"width": 1, "color": palette.background}
