"""The decision boundary: what a model answers everywhere in the plane, with the data on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.palette import ClassStyle, Palette, blend
from nnlab.messages import N_, Message

PLANE = (-6.0, 6.0, -6.0, 6.0)
HEIGHT = 420
# How much of a class's colour is left where the model can do no better than guess.
FAINTEST = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Samples in the plane with their targets.

    Parameters
    ----------
    x : ndarray of shape (n_samples, 2)
        Coordinates x1 and x2.
    y : ndarray of shape (n_samples,)
        Class numbers, or the targets of a regression in [-1, 1].
    """

    x: NDArray[Any]
    y: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A model's answers on a grid over the plane of its two inputs.

    Parameters
    ----------
    values : ndarray of shape (n, n) or (n, n, n_classes)
        ``values[row, column]`` belongs to x2 of the row and x1 of the column, both ascending:
        the probability of class 1, a regression's prediction, or the class probabilities.
    class_names : tuple of str
        One name a class, in the reader's language; empty for regression.
    extent : tuple of float
        Least and greatest x1, then x2.
    """

    values: NDArray[Any]
    class_names: tuple[str, ...] = ()
    extent: tuple[float, float, float, float] = PLANE

    @property
    def x1(self) -> NDArray[np.float64]:
        """Positions of the columns, shape (n,)."""
        return np.linspace(*self.extent[:2], self.values.shape[1])

    @property
    def x2(self) -> NDArray[np.float64]:
        """Positions of the rows, shape (n,)."""
        return np.linspace(*self.extent[2:], self.values.shape[0])

    @property
    def winners(self) -> NDArray[np.intp]:
        """The most probable class in each cell, shape (n, n)."""
        if self.values.ndim == 3:
            return np.asarray(np.argmax(self.values, axis=2))
        return (self.values >= 0.5).astype(np.intp)


@dataclass(frozen=True, slots=True)
class BoundaryLabels:
    """The words on the chart, in the reader's language.

    Parameters
    ----------
    training, test : str
        What the two sets of points are called.
    prediction : str
        What the colour of a regression stands for.
    x1, x2 : str
        What the two inputs are called.
    """

    training: str
    test: str
    prediction: str
    x1: str = "x₁"
    x2: str = "x₂"


def figure(
    surface: Surface,
    labels: BoundaryLabels,
    palette: Palette,
    *,
    training: Points,
    test: Points | None = None,
    height: int = HEIGHT,
) -> go.Figure:
    """Draw the plane in the colours of the model's answers, and the samples on top.

    Two classes and regression use the diverging scale, more classes their own colours, the
    paler the less certain. Classes differ by marker as well; test points have a dot inside.

    Parameters
    ----------
    surface : Surface
        What the model answers.
    labels : BoundaryLabels
        The words on the chart.
    palette : Palette
        The theme.
    training : Points
        The samples learned from.
    test : Points, optional
        Those kept apart; left out unless given.
    height : int, default=420
        Pixels.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    plain = {"showgrid": False, "constrain": "domain", "nticks": 7}
    square = surface.extent[1] - surface.extent[0] == surface.extent[3] - surface.extent[2]
    markers = _markers(training, surface, labels.training, palette, dotted=False)
    if test is not None:
        markers += _markers(test, surface, labels.test, palette, dotted=True)
    return style.figure(
        palette,
        [_heat_map(surface, labels, palette), *markers],
        height=height,
        showlegend=bool(surface.class_names),
        legend=style.legend_on_top(),
        hovermode="closest",
        uirevision="boundary",
        xaxis=style.axis(palette, labels.x1, range=list(surface.extent[:2]), **plain),
        yaxis=style.axis(
            palette, labels.x2, range=list(surface.extent[2:]), scaleanchor="x" if square else None, **plain
        ),
    )


def alt(surface: Surface, epoch: int) -> Message:
    """State in one sentence how the model divides the plane.

    Parameters
    ----------
    surface : Surface
        What the model answers.
    epoch : int
        How long it has been trained.
    """
    values = surface.values
    if not np.isfinite(values).all():
        return Message(N_("After {epoch} epochs the model no longer answers with numbers."), {"epoch": epoch})
    if not surface.class_names:
        low, high = f"{np.min(values):.2f}", f"{np.max(values):.2f}"
        return Message(
            N_("After {epoch} epochs the predictions in the plane reach from {low} to {high}."),
            {"epoch": epoch, "low": low, "high": high},
        )
    counts = np.bincount(surface.winners.ravel(), minlength=len(surface.class_names))
    shares = [f"{name} {share:.0%}" for name, share in zip(surface.class_names, counts / counts.sum(), strict=True)]
    return Message(
        N_("After {epoch} epochs the plane is divided into: {shares}."),
        {"epoch": epoch, "shares": ", ".join(shares)},
    )


def _heat_map(surface: Surface, labels: BoundaryLabels, palette: Palette) -> go.Heatmap:
    common: dict[str, Any] = {"x": surface.x1, "y": surface.x2, "zsmooth": False}
    if surface.values.ndim == 3:
        count = len(surface.class_names)
        return go.Heatmap(
            z=_class_and_confidence(surface.values),
            zmin=0,
            zmax=count,
            colorscale=_class_scale(palette.classes_for(count), palette.background),
            showscale=False,
            hoverinfo="skip",
            **common,
        )
    binary = bool(surface.class_names)
    values = np.asarray(surface.values, dtype=np.float32)
    return go.Heatmap(
        z=2 * values - 1 if binary else values,
        customdata=values,
        zmin=-1,
        zmax=1,
        colorscale=palette.diverging,
        showscale=not binary,
        colorbar={
            "orientation": "h",
            "y": 1,
            "yanchor": "bottom",
            "thickness": 10,
            "outlinewidth": 0,
            "ticks": "",
            "tickfont": {"color": palette.quiet_text},
        },
        hovertemplate=f"{surface.class_names[1] if binary else labels.prediction}: %{{customdata:.3f}}<extra></extra>",
        **common,
    )


def _class_and_confidence(probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """Put both into one number: its whole part is the class, its fraction the confidence."""
    count = probabilities.shape[2]
    chance = 1 / count
    confidence = (probabilities.max(axis=2) - chance) / (1 - chance)
    # Below 1, or full confidence would read as the next class.
    return np.asarray(probabilities.argmax(axis=2) + np.clip(confidence, 0, 0.999), dtype=np.float32)


def _class_scale(styles: Sequence[ClassStyle], ground: str) -> list[tuple[float, str]]:
    count = len(styles)
    return [
        stop
        for index, look in enumerate(styles)
        for stop in ((index / count, blend(ground, look.colour, FAINTEST)), ((index + 1) / count, look.colour))
    ]


def _markers(points: Points, surface: Surface, name: str, palette: Palette, *, dotted: bool) -> list[go.Scatter]:
    common = {"line": {"color": palette.text, "width": 0.8}, "size": 8}
    suffix = "-dot" if dotted else ""
    if not surface.class_names:
        scale = {"color": points.y, "colorscale": palette.diverging, "cmin": -1, "cmax": 1}
        hover = f"{name}: %{{marker.color:.3f}}<extra></extra>"
        return [_scatter(points.x, name, {**common, **scale, "symbol": f"circle{suffix}"}, hover)]
    traces = []
    looks = palette.classes_for(len(surface.class_names))
    for number, (class_name, look) in enumerate(zip(surface.class_names, looks, strict=True)):
        marker = {**common, "color": look.colour, "symbol": f"{look.symbol}{suffix}"}
        title = f"{class_name} · {name}"
        traces.append(_scatter(points.x[points.y == number], title, marker, f"{title}<extra></extra>"))
    return traces


def _scatter(x: ArrayLike, name: str, marker: dict[str, Any], hover: str) -> go.Scatter:
    plane = np.asarray(x)
    return go.Scatter(x=plane[:, 0], y=plane[:, 1], name=name, mode="markers", marker=marker, hovertemplate=hover)
