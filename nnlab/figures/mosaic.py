"""Many small pictures side by side, as one heat map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette

GAP = 2
CAPTION_SIZE = 11
TILE = 64
LINE = 16


@dataclass(frozen=True, slots=True)
class Shades:
    """What colours the values of the pictures have.

    Parameters
    ----------
    scale : list of (float, str)
        A Plotly colour scale.
    low, high : float
        The values of its ends; the gaps between pictures have the lower.
    """

    scale: list[tuple[float, str]]
    low: float
    high: float


def captioned(
    pictures: NDArray[Any], captions: Sequence[str], columns: int, shades: Shades, palette: Palette, height: int = 0
) -> go.Figure:
    """Draw pictures in rows, each with its caption below.

    Parameters
    ----------
    pictures : ndarray of shape (n_pictures, n_rows, n_columns)
        Values from ``shades.low`` to ``shades.high``.
    captions : sequence of str of length n_pictures
        Lines are parted by ``<br>``.
    columns : int
        Pictures in a row.
    shades : Shades
        The colours.
    palette : Palette
        The theme.
    height : int, optional
        Pixels; by default enough for tiles of 64 with their captions.
    """
    lines = max((caption.count("<br>") + 1 for caption in captions), default=1)
    below = lines * LINE + 6
    rows = -(-len(pictures) // columns)
    # The captions stand in the gap between two rows.
    gaps = (max(GAP, round(pictures.shape[1] * below / TILE)), GAP)
    canvas, tops, lefts = laid_out(pictures, columns, gaps, ground=shades.low)
    notes = [
        {
            "text": caption,
            "x": lefts[index % columns] + pictures.shape[2] / 2 - 0.5,
            "y": tops[index // columns] + pictures.shape[1] - 0.5,
            "yanchor": "top",
            "showarrow": False,
            "font": {"size": CAPTION_SIZE, "color": palette.text},
        }
        for index, caption in enumerate(captions)
    ]
    return heat_map(canvas, shades, palette, height or rows * (TILE + below), annotations=notes)


def laid_out(
    pictures: NDArray[Any], columns: int, gaps: tuple[int, int], ground: float = 0
) -> tuple[NDArray[Any], NDArray[np.int_], NDArray[np.int_]]:
    """Lay the pictures side by side; also return each row's top and each column's left edge."""
    rows = -(-len(pictures) // columns)
    height, width = pictures.shape[1] + gaps[0], pictures.shape[2] + gaps[1]
    canvas = np.full((rows * height, columns * width), ground, dtype=pictures.dtype)
    tops, lefts = np.arange(rows) * height, np.arange(columns) * width
    for index, picture in enumerate(pictures):
        top, left = tops[index // columns], lefts[index % columns]
        canvas[top : top + pictures.shape[1], left : left + pictures.shape[2]] = picture
    return canvas, tops, lefts


def heat_map(
    canvas: NDArray[Any],
    shades: Shades,
    palette: Palette,
    height: int,
    rows: dict[str, Any] | None = None,
    **layout: Any,
) -> go.Figure:
    """Draw a canvas upright, with square pixels and without axes, unless `rows` gives the upright one attributes."""
    picture = go.Heatmap(
        z=canvas,
        zmin=shades.low,
        zmax=shades.high,
        colorscale=shades.scale,
        showscale=False,
        zsmooth=False,
        hoverinfo="skip",
    )
    plain: dict[str, Any] = {"showgrid": False, "showticklabels": False, "fixedrange": True, "constrain": "domain"}
    upright = {"autorange": "reversed", "scaleanchor": "x"}
    return style.figure(
        palette,
        [picture],
        height=height,
        xaxis=style.axis(palette, **plain),
        yaxis=style.axis(palette, **(plain | upright | (rows or {}))),
        **layout,
    )
