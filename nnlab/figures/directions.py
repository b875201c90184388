"""Directions in which neurons raise the output, and where none of them lowers it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import style
from nnlab.figures.palette import Palette, translucent
from nnlab.figures.planes import plane_axis

HEIGHT = 300
INNER = 2.5
RING = (3.5, 5.0)
ARROW = 2.2
FAR = 9.0


def wedge(angles: Sequence[float]) -> tuple[float, float] | None:
    """Return the first and last direction, in radians, that is within a right angle of all given ones; None if none is.

    Examples
    --------
    >>> wedge([0.0, np.pi / 2]) == (0.0, np.pi / 2)
    True
    >>> wedge([0.0, 2 * np.pi / 3, 4 * np.pi / 3]) is None
    True
    """
    ordered = sorted(angle % (2 * np.pi) for angle in angles)
    gaps = [later - earlier for earlier, later in pairwise([*ordered, ordered[0] + 2 * np.pi])]
    widest = int(np.argmax(gaps))
    # All arrows lie between the end of the widest gap and its beginning, one turn later.
    spread = 2 * np.pi - gaps[widest]
    if spread > np.pi:
        return None
    first = ordered[(widest + 1) % len(ordered)]
    return first + spread - np.pi / 2, first + np.pi / 2


def direction_chart(angles: Sequence[float], words: tuple[str, str], palette: Palette) -> go.Figure:
    """Draw disc and ring, an arrow for each neuron, and the wedge in which no neuron lowers the output.

    Parameters
    ----------
    angles : sequence of float
        Directions of the arrows, in radians.
    words : tuple of str
        What stands at the way out, if there is one, and in its place if there is none.
    palette : Palette
        The theme.
    """
    shapes: list[dict[str, Any]] = [
        _circle(RING[1], fillcolor=translucent(palette.negative, 0.35), line={"width": 0}),
        _circle(RING[0], fillcolor=palette.background, line={"width": 0}),
        _circle(INNER, fillcolor=translucent(palette.positive, 0.45), line={"width": 0}),
    ]
    notes = [_arrow(angle, f"{number}", palette) for number, angle in enumerate(angles, start=1)]
    open_wedge = wedge(angles)
    traces = []
    if open_wedge is not None:
        traces = _way_out(open_wedge, palette)
        middle = sum(open_wedge) / 2
        notes.append(_text(5.4 * np.cos(middle), 5.4 * np.sin(middle), words[0], palette))
    else:
        notes.append(_text(0, -5.6, words[1], palette))
    return style.figure(
        palette,
        traces,
        height=HEIGHT,
        shapes=shapes,
        annotations=notes,
        xaxis=plane_axis(palette, "x₁"),
        yaxis=plane_axis(palette, "x₂", scaleanchor="x"),
    )


def _way_out(between: tuple[float, float], palette: Palette) -> list[go.Scatter]:
    edge = np.linspace(*between, 24)
    middle = sum(between) / 2
    hatched = go.Scatter(
        x=[0, *(FAR * np.cos(edge)), 0],
        y=[0, *(FAR * np.sin(edge)), 0],
        fill="toself",
        fillcolor=translucent(palette.training, 0.18),
        mode="lines",
        line={"width": 1, "color": palette.training},
        hoverinfo="skip",
    )
    ray = go.Scatter(
        x=[0, FAR * np.cos(middle)],
        y=[0, FAR * np.sin(middle)],
        mode="lines",
        line={"width": 2, "color": palette.text, "dash": "dash"},
        hoverinfo="skip",
    )
    return [hatched, ray]


def _circle(radius: float, **attributes: Any) -> dict[str, Any]:
    return {
        "type": "circle",
        "x0": -radius,
        "x1": radius,
        "y0": -radius,
        "y1": radius,
        "layer": "below",
        **attributes,
    }


def _arrow(angle: float, text: str, palette: Palette) -> dict[str, Any]:
    head = {"x": ARROW * np.cos(angle), "y": ARROW * np.sin(angle), "xref": "x", "yref": "y"}
    tail = {"ax": 0, "ay": 0, "axref": "x", "ayref": "y"}
    return {
        **head,
        **tail,
        "text": "",
        "hovertext": text,
        "showarrow": True,
        "arrowhead": 3,
        "arrowwidth": 3,
        "arrowcolor": palette.text,
    }


def _text(x: float, y: float, text: str, palette: Palette) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "font": {"color": palette.text, "size": 12},
        "bgcolor": palette.background,
    }
