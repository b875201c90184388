"""The weights of a layer: how they are spread, and what the first layer looks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from nnlab.figures import style
from nnlab.figures.mosaic import Shades, captioned
from nnlab.figures.palette import Palette
from nnlab.messages import N_, Message

BINS = 61
HEIGHT = 260


@dataclass(frozen=True, slots=True)
class SpreadLabels:
    """The words on the histogram, in the reader's language.

    Parameters
    ----------
    now, first : str
        Names of the two outlines: the weights shown, and those before the first epoch.
    weight, count : str
        Titles of the axes.
    limit : str
        What is written at the initializer's limit.
    """

    now: str
    first: str
    weight: str
    count: str
    limit: str


def spread(
    kernel: NDArray[Any],
    first: NDArray[Any] | None,
    limit: float | None,
    palette: Palette,
    labels: SpreadLabels,
    height: int = HEIGHT,
) -> go.Figure:
    """Draw how the weights of a layer are spread, beside how they were at first.

    Parameters
    ----------
    kernel : ndarray
        The weights, of any shape.
    first : ndarray or None
        Those before the first epoch.
    limit : float or None
        The greatest size that the initializer draws; marked on both sides.
    palette : Palette
        The theme.
    labels : SpreadLabels
        The words on the chart.
    height : int, default=260
        Pixels.
    """
    known = [values[np.isfinite(values)] for values in (kernel, first) if values is not None]
    reach = max([limit or 0.0, *(float(np.abs(values).max(initial=0)) for values in known)]) or 1.0
    edges = np.linspace(-1.05 * reach, 1.05 * reach, BINS + 1)
    traces = [_outline(known[0], edges, labels.now, palette.primary, "solid")]
    if first is not None:
        traces.append(_outline(known[1], edges, labels.first, palette.reference, "dot"))
    return style.figure(
        palette,
        traces,
        height=height,
        showlegend=True,
        legend=style.legend_on_top(),
        hovermode="x unified",
        xaxis=style.axis(palette, labels.weight, hoverformat=".3g", range=[edges[0], edges[-1]]),
        yaxis=style.axis(palette, labels.count, rangemode="tozero", hoverformat=",d", separatethousands=True),
        **_limits(limit, palette, labels),
    )


def spread_alt(kernel: NDArray[Any], limit: float | None) -> Message:
    """State how wide the weights are spread, and how many lie beyond the initializer's limit."""
    values = kernel[np.isfinite(kernel)]
    if values.size < kernel.size:
        return Message(N_("Some of the {count} weights are no longer numbers."), {"count": f"{kernel.size:,}"})
    facts: dict[str, object] = {
        "count": f"{values.size:,}",
        "deviation": f"{values.std():.3g}",
        "low": f"{values.min():.3g}",
        "high": f"{values.max():.3g}",
    }
    if limit is None:
        return Message(N_("{count} weights from {low} to {high}, standard deviation {deviation}."), facts)
    facts |= {"limit": f"{limit:.3g}", "beyond": f"{np.mean(np.abs(values) > limit * (1 + 1e-6)):.1%}"}
    return Message(
        N_(
            "{count} weights from {low} to {high}, standard deviation {deviation}; "
            "{beyond} lie beyond the initializer's limit of ±{limit}."
        ),
        facts,
    )


def templates(
    kernel: NDArray[Any],
    shape: tuple[int, int],
    units: Sequence[int],
    names: Sequence[str],
    palette: Palette,
    *,
    least_reach: float = 0.0,
) -> go.Figure:
    """Draw the incoming weights of some units as pictures of the input's shape.

    Blue is where ink makes the unit answer more, orange where it makes it answer less. All share one
    scale, whose ends the largest 0.5% of the weights lie beyond.

    Parameters
    ----------
    kernel : ndarray of shape (n_inputs, n_units)
        The kernel of a layer that stands on the picture's pixels.
    shape : tuple of int
        Rows and columns of a picture.
    units : sequence of int
        Which units, from 0.
    names : sequence of str
        What is written below each.
    palette : Palette
        The theme.
    least_reach : float, default=0
        The ends of the scale are at least so far out, so that small weights look small.
    """
    pictures = kernel[:, list(units)].T.reshape(len(units), *shape)
    pictures = np.where(np.isfinite(pictures), pictures, 0)
    reach = max(float(np.quantile(np.abs(pictures), 0.995)), least_reach) or 1.0
    # A byte for each pixel is as much as the eye can tell apart, and an eighth of what a number takes on its way.
    bytes_ = np.rint((pictures / reach).clip(-1, 1) * 127).astype(np.int8)
    return captioned(bytes_, names, columns=4, shades=_signed(palette), palette=palette)


def _signed(palette: Palette) -> Shades:
    """Return the diverging scale for -127 to 127, and the page's ground for what lies below."""
    ground = [(0.0, palette.background), (0.5 / 255, palette.background)]
    values = [(0.5 / 255, palette.negative), (128 / 255, palette.middle), (1.0, palette.positive)]
    return Shades(ground + values, -128, 127)


def _outline(values: NDArray[Any], edges: NDArray[np.float64], name: str, colour: str, dash: str) -> go.Scatter:
    counts, _ = np.histogram(values, edges)
    return go.Scatter(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        name=name,
        mode="lines",
        line={"color": colour, "width": 2, "dash": dash, "shape": "hvh"},
        hovertemplate="%{y:,d}",
    )


def _limits(limit: float | None, palette: Palette, labels: SpreadLabels) -> dict[str, Any]:
    if limit is None:
        return {}
    line = {"type": "line", "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    colour = {"color": palette.validation, "width": 1, "dash": "dash"}
    words = {
        "text": labels.limit,
        "x": limit,
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "font": {"color": palette.text, "size": 12},
        "bgcolor": palette.background,
    }
    return {
        "shapes": [{**line, "x0": side * limit, "x1": side * limit, "line": colour} for side in (-1, 1)],
        "annotations": [words],
    }
