"""Values over longitude and latitude: dots on an empty ground, no tiles, nothing from any other host."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette
from nnlab.messages import N_, Message

HEIGHT = 540
MARGIN_DEGREES = 0.4
DEGREES = 0.05
DOT = 5


@dataclass(frozen=True, slots=True)
class MapLabels:
    """The words on a map, in the reader's language.

    Parameters
    ----------
    longitude, latitude, value : str
        What the axes and the colours mean.
    places : str
        What a dot counts, after its number: "districts".
    """

    longitude: str
    latitude: str
    value: str
    places: str


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """One dot for all places of a cell.

    Parameters
    ----------
    longitude, latitude : ndarray of shape (n_dots,), float32
        Centres of the cells, in degrees.
    values : ndarray of shape (n_dots,), float32
        Means over the places.
    counts : ndarray of shape (n_dots,), int
        How many places there are.
    """

    longitude: NDArray[np.float32]
    latitude: NDArray[np.float32]
    values: NDArray[np.float32]
    counts: NDArray[np.int_]


def dots(longitude: ArrayLike, latitude: ArrayLike, values: ArrayLike, degrees: float = DEGREES) -> Dots:
    """Gather places into the cells of a grid.

    Twenty thousand circles of SVG take a browser seconds, and WebGL is missing where there is no
    graphics card. Three thousand means show the same map, in a fifth of a second, everywhere.

    Parameters
    ----------
    longitude, latitude, values : array-like of shape (n,)
        Of each place.
    degrees : float, default=0.05
        Side of a cell; 0.05 is about 5 km.

    Examples
    --------
    >>> gathered = dots([-120.01, -120.02, -118.5], [35.01, 35.02, 34.0], [1.0, 3.0, 5.0])
    >>> gathered.values.tolist(), gathered.counts.tolist()
    ([2.0, 5.0], [2, 1])
    """
    places = np.column_stack([np.asarray(longitude, np.float64), np.asarray(latitude, np.float64)])
    # The data are round to 0.01: a little more, or a place on an edge would fall on either side.
    cells, owner = np.unique(np.floor(places / degrees + 1e-6), axis=0, return_inverse=True)
    counts = np.bincount(owner.ravel())
    means = np.bincount(owner.ravel(), weights=np.asarray(values, np.float64)) / counts
    centres = ((cells + 0.5) * degrees).astype(np.float32)
    return Dots(centres[:, 0], centres[:, 1], means.astype(np.float32), counts)


def value_map(
    shown: Dots,
    palette: Palette,
    labels: MapLabels,
    *,
    limits: tuple[float, float],
    middle: float | None = None,
    mark: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw dots where places are, coloured by their values.

    Parameters
    ----------
    shown : Dots
        What is drawn.
    palette : Palette
        The theme.
    labels : MapLabels
        The words.
    limits : tuple of float
        Values of the ends of the colour scale; what lies beyond takes the end's colour.
    middle : float, optional
        With it the scale diverges from there: orange below, blue above.
    mark : tuple of float, optional
        Longitude and latitude of a place to point out.
    """
    low, high = limits if middle is None else _around(middle, limits)
    traces = [
        go.Scatter(
            x=shown.longitude,
            y=shown.latitude,
            mode="markers",
            marker={
                "size": DOT,
                "color": shown.values,
                "colorscale": palette.diverging if middle is not None else palette.amounts,
                "cmin": low,
                "cmax": high,
                "line": {"width": 0.5, "color": palette.grid} if middle is not None else {"width": 0},
                "colorbar": _colour_bar(palette, labels.value),
            },
            customdata=shown.counts.astype(np.uint16),
            hovertemplate="%{marker.color:.3g} · %{customdata} " + labels.places + "<extra></extra>",
        )
    ]
    if mark is not None:
        traces.append(_mark(mark, palette))
    # A degree of longitude is shorter than one of latitude.
    upright = {"scaleanchor": "x", "scaleratio": 1 / math.cos(math.radians(float(np.mean(shown.latitude))))}
    return style.figure(
        palette,
        traces,
        height=HEIGHT,
        xaxis=_axis(palette, labels.longitude, shown.longitude),
        yaxis=_axis(palette, labels.latitude, shown.latitude, **upright),
    )


def value_map_alt(name: str, shown: Dots) -> Message:
    """State where the values are highest and where lowest."""
    high, low = int(np.argmax(shown.values)), int(np.argmin(shown.values))
    return Message(
        N_(
            "{name} over California in {count} dots: from {low} near {low_place} (latitude, longitude) to {high} near "
            "{high_place}."
        ),
        {
            "name": name,
            "count": f"{len(shown.values):,}",
            "low": f"{shown.values[low]:.3g}",
            "low_place": _place(shown, low),
            "high": f"{shown.values[high]:.3g}",
            "high_place": _place(shown, high),
        },
    )


def _place(shown: Dots, index: int) -> str:
    return f"{shown.latitude[index]:.1f}°, {shown.longitude[index]:.1f}°"


def _axis(palette: Palette, title: str, degrees: NDArray[np.float32], **attributes: Any) -> dict[str, Any]:
    ends = [float(degrees.min()) - MARGIN_DEGREES, float(degrees.max()) + MARGIN_DEGREES]
    return style.axis(palette, title, range=ends, constrain="domain", ticksuffix="°", dtick=2, **attributes)


def _around(middle: float, limits: tuple[float, float]) -> tuple[float, float]:
    reach = max(abs(limit - middle) for limit in limits)
    return middle - reach, middle + reach


def _colour_bar(palette: Palette, title: str) -> dict[str, Any]:
    # Above the map: beside it a narrow screen has no room.
    return {
        "title": {"text": title, "side": "top", "font": {"color": palette.text}},
        "orientation": "h",
        "x": 0.5,
        "y": 1.0,
        "yanchor": "bottom",
        "thickness": 10,
        "len": 0.8,
        "outlinewidth": 0,
        "tickfont": {"color": palette.quiet_text},
    }


def _mark(place: tuple[float, float], palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=[place[0]],
        y=[place[1]],
        mode="markers",
        marker={"symbol": "star", "size": 18, "color": palette.validation, "line": {"width": 2, "color": palette.text}},
        hoverinfo="skip",
    )
