"""The plane with points, boundaries and pictures of neurons."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette, blend

REACH = 6.0
SHADES = 31
HEIGHT = 420


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A boundary to draw: where a grid of values is 0, or points that were drawn by hand.

    Parameters
    ----------
    name : str
        For the legend.
    colour, dash : str
        As Plotly takes them.
    values : ndarray of shape (side, side), optional
        Output sums over the plane, x₂ upwards with the row.
    drawn : sequence of ndarray of shape (n, 2), optional
        Lines drawn by hand, in the plane.
    """

    name: str
    colour: str
    dash: str = "solid"
    values: NDArray[Any] | None = None
    drawn: Sequence[NDArray[Any]] = ()


def boundary_chart(
    points: NDArray[Any], labels: NDArray[Any], lines: Sequence[Line], palette: Palette, height: int = HEIGHT
) -> go.Figure:
    """Draw points of two classes and the boundaries between them.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
        In the plane.
    labels : ndarray of shape (n,)
        0 or 1.
    lines : sequence of Line
        Boundaries, the later ones on top.
    palette : Palette
        The theme.
    height : int
        Pixels.
    """
    traces = [
        go.Scatter(
            x=points[labels == label, 0],
            y=points[labels == label, 1],
            mode="markers",
            # Colour is not alone: one class is round, the other square.
            marker={"size": 6, "color": colour, "symbol": symbol, "line": {"width": 0}, "opacity": 0.8},
            showlegend=False,
            hoverinfo="skip",
        )
        for label, colour, symbol in ((0, palette.negative, "square"), (1, palette.positive, "circle"))
    ]
    for line in lines:
        traces.extend(_traces(line))
    return style.figure(
        palette,
        traces,
        height=height,
        showlegend=True,
        legend=style.legend_on_top(),
        xaxis=plane_axis(palette, "x₁"),
        yaxis=plane_axis(palette, "x₂", scaleanchor="x"),
    )


def plane_axis(palette: Palette, title: str = "", **attributes: Any) -> dict[str, Any]:
    """Return an axis of the plane, from -6 to 6."""
    return style.axis(palette, title, range=[-REACH, REACH], dtick=2, constrain="domain", fixedrange=True, **attributes)


def _traces(line: Line) -> list[Any]:
    stroke = {"color": line.colour, "width": 3, "dash": line.dash}
    places = [(np.append(drawn[:, 0], drawn[0, 0]), np.append(drawn[:, 1], drawn[0, 1])) for drawn in line.drawn]
    traces: list[Any] = [
        go.Scatter(x=x, y=y, mode="lines", line=stroke, name=line.name, showlegend=not index, hoverinfo="skip")
        for index, (x, y) in enumerate(places)
    ]
    if line.values is not None:
        side = np.linspace(-REACH, REACH, len(line.values))
        traces.append(
            go.Contour(
                x=side,
                y=side,
                z=line.values,
                contours={"start": 0, "end": 0, "size": 1, "coloring": "none"},
                line={**stroke, "smoothing": 0},
                showscale=False,
                hoverinfo="skip",
                showlegend=False,
            )
        )
        # A contour's own legend entry is a coloured square.
        traces.append(go.Scatter(x=[None], y=[None], mode="lines", line=stroke, name=line.name))
    return traces


def picture_png(values: NDArray[Any], palette: Palette) -> str:
    """Return values from -1 to 1 over the plane as the address of a picture, x₂ upwards.

    Parameters
    ----------
    values : ndarray of shape (side, side)
        x₂ upwards with the row; what is beyond -1 and 1 has their colours.
    palette : Palette
        The theme.

    Returns
    -------
    str
        A ``data:`` address of a PNG with a palette of 31 colours.
    """
    levels = np.rint((np.clip(values[::-1], -1, 1) + 1) / 2 * (SHADES - 1)).astype(np.uint8)
    height, width = levels.shape
    # Each row begins with the number of its filter: none.
    rows = np.hstack([np.zeros((height, 1), np.uint8), levels])
    chunks = [
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", b"".join(bytes.fromhex(_shade(index, palette)[1:]) for index in range(SHADES))),
        _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
        _chunk(b"IEND", b""),
    ]
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()


def ground_svg(points: NDArray[Any], labels: NDArray[Any], palette: Palette) -> str:
    """Return the plane with its points and axes as the address of an SVG picture, to be drawn upon."""
    dots = "".join(
        f'<circle cx="{50 + x / REACH * 50:.1f}" cy="{50 - y / REACH * 50:.1f}" r="0.9" fill="{colour}"/>'
        for (x, y), colour in zip(
            points.tolist(), [palette.positive if label else palette.negative for label in labels], strict=True
        )
    )
    axes = f'<path d="M0 50H100M50 0V100" stroke="{palette.grid}" stroke-width="0.4"/>'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{axes}{dots}</svg>'
    return f"data:image/svg+xml;base64,{quote(base64.b64encode(picture.encode()).decode(), safe='+/=')}"


def _shade(index: int, palette: Palette) -> str:
    share = index / (SHADES - 1) * 2 - 1
    return blend(palette.middle, palette.positive if share > 0 else palette.negative, abs(share))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
