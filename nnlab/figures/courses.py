"""How trainings went: bands over many seeds, one loss with its plateau, and layers side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette, sampled, translucent

HEIGHT = 320
QUANTILES = (0.1, 0.5, 0.9)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


@dataclass(frozen=True, slots=True)
class Axes:
    """Titles of the axes, in the reader's language, and the scale of the upright one."""

    x: str
    y: str
    log: bool = False
    percent: bool = False


def band_chart(
    groups: Sequence[tuple[str, NDArray[Any], NDArray[Any]]], axes: Axes, palette: Palette, height: int = HEIGHT
) -> go.Figure:
    """Draw the median of each group over the epochs, and the band from the 10th to the 90th percentile.

    Parameters
    ----------
    groups : sequence of (str, ndarray of shape (n_epochs,), ndarray of shape (n_seeds, n_epochs))
        Name, epochs and values.
    axes : Axes
        The words.
    palette : Palette
        The theme.
    height : int
        Pixels.
    """
    traces: list[go.Scatter] = []
    for index, (name, epochs, values) in enumerate(groups):
        colour = palette.classes[index % len(palette.classes)]
        low, middle, high = _quantiles(values)
        band = {"x": epochs, "mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
        traces.append(go.Scatter(y=low, **band))
        traces.append(go.Scatter(y=high, fill="tonexty", fillcolor=translucent(colour, 0.15), **band))
        line = {"color": colour, "width": 2, "dash": DASHES[index % len(DASHES)]}
        traces.append(go.Scatter(x=epochs, y=middle, name=name, mode="lines", line=line, hovertemplate="%{y:.3g}"))
    return _figure(traces, axes, palette, height)


def layer_chart(
    epochs: ArrayLike, layers: Mapping[str, ArrayLike], axes: Axes, palette: Palette, height: int = HEIGHT
) -> go.Figure:
    """Draw a line for each layer, from the palest, the first, to the strongest, the last.

    Parameters
    ----------
    epochs : array-like of shape (n_epochs,)
        Counted from 1.
    layers : mapping of str to array-like of shape (n_epochs,)
        Names in order, and a value an epoch.
    axes : Axes
        The words.
    palette : Palette
        The theme.
    height : int
        Pixels.
    """
    colours = sampled(palette.amounts, max(2, len(layers)))
    traces = [
        go.Scatter(
            x=epochs,
            y=values,
            name=name,
            mode="lines",
            line={"color": colours[index], "width": 2, "dash": DASHES[index % len(DASHES)]},
            hovertemplate="%{y:.3g}",
        )
        for index, (name, values) in enumerate(layers.items())
    ]
    return _figure(traces, axes, palette, height)


def plateau_chart(
    epochs: NDArray[Any],
    losses: NDArray[Any],
    stretch: tuple[int, int],
    axes: Axes,
    words: tuple[str, str],
    palette: Palette,
) -> go.Figure:
    """Draw one loss over the epochs, and shade the stretch in which it stood still.

    Parameters
    ----------
    epochs, losses : ndarray of shape (n_epochs,)
        The curve.
    stretch : tuple of int
        First and last epoch of the plateau.
    axes : Axes
        The words of the axes.
    words : tuple of str
        The names of the curve and of the stretch.
    palette : Palette
        The theme.
    """
    line = {"color": palette.training, "width": 2}
    traces = [go.Scatter(x=epochs, y=losses, name=words[0], mode="lines", line=line, hovertemplate="%{y:.3g}")]
    drawn = _figure(traces, axes, palette, HEIGHT)
    drawn.add_vrect(
        x0=stretch[0],
        x1=stretch[1],
        fillcolor=translucent(palette.validation, 0.15),
        line={"color": palette.validation, "width": 1, "dash": "dash"},
        annotation={"text": words[1], "font": {"color": palette.text}, "bgcolor": palette.background},
        annotation_position="top left",
    )
    return drawn


def _quantiles(values: NDArray[Any]) -> NDArray[np.float64]:
    # A network that has diverged counts as the worst from there on, not as missing.
    finite = np.where(np.isfinite(values), values, 0.0)
    return np.asarray(np.quantile(finite, QUANTILES, axis=0), np.float64)


def _figure(traces: Sequence[Any], axes: Axes, palette: Palette, height: int) -> go.Figure:
    upright: dict[str, Any] = {"type": "log", "exponentformat": "power"} if axes.log else {}
    if axes.percent:
        upright = {"tickformat": ".0%", "hoverformat": ".1%", "range": [0.35, 1.02]}
    return style.figure(
        palette,
        traces,
        height=height,
        showlegend=True,
        legend=style.legend_on_top(),
        hovermode="x unified",
        xaxis=style.axis(palette, axes.x, rangemode="tozero", separatethousands=True),
        yaxis=style.axis(palette, axes.y, **upright),
    )
