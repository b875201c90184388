"""What losses make of an error, and what one outlier does to each: table 10-1 of the chapter, in pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette
from nnlab.messages import N_, Message

DELTA = 1.0
"""Where Huber's loss turns from a parabola into a line: Keras' default."""
REACH = 4.0
NAMES = ("mean_squared_error", "mean_absolute_error", "huber")
DASHES = {"mean_squared_error": "solid", "mean_absolute_error": "dash", "huber": "dot"}
SYMBOLS = {"mean_squared_error": "circle", "mean_absolute_error": "diamond", "huber": "square"}


@dataclass(frozen=True, slots=True)
class LossLabels:
    """The words on the pictures, in the reader's language.

    Parameters
    ----------
    names : dict of str to str
        What each loss is called.
    error, loss, price, outlier : str
        Titles of axes, and of the outlier.
    """

    names: dict[str, str]
    error: str
    loss: str
    price: str
    outlier: str


def loss_of(name: str, error: ArrayLike) -> NDArray[np.float64]:
    """Return the loss of a single error, as Keras counts it.

    Examples
    --------
    >>> [float(loss_of(name, 3.0)) for name in NAMES]
    [9.0, 3.0, 2.5]
    """
    size = np.abs(np.asarray(error, np.float64))
    if name == "mean_squared_error":
        return size**2
    if name == "mean_absolute_error":
        return size
    return np.where(size <= DELTA, 0.5 * size**2, DELTA * size - 0.5 * DELTA**2)


def pull_of(name: str, error: float) -> float:
    """Return the slope of the loss there: how hard this one error pulls at the model.

    Examples
    --------
    >>> [pull_of(name, 3.0) for name in NAMES]
    [6.0, 1.0, 1.0]
    """
    if name == "mean_squared_error":
        return 2 * error
    if name == "mean_absolute_error":
        return float(np.sign(error))
    return float(np.clip(error, -DELTA, DELTA))


def best_constant(name: str, values: ArrayLike) -> float:
    """Return the one number with the least loss over `values`: the simplest model there is.

    For the squared error it is the mean, for the absolute error the median, and for Huber's loss the
    number at which the pulls of all errors, each at most δ, balance (Huber, 1964).

    Examples
    --------
    >>> [round(best_constant(name, [1.0, 2.0, 3.0, 30.0]), 2) for name in NAMES]
    [9.0, 2.5, 2.5]
    """
    data = np.asarray(values, np.float64)
    if name == "mean_squared_error":
        return float(data.mean())
    if name == "mean_absolute_error":
        return float(np.median(data))
    low, high = float(data.min()), float(data.max())
    # The pull only falls as the number rises, so halving finds where it is 0.
    for _ in range(60):
        middle = (low + high) / 2
        if np.clip(data - middle, -DELTA, DELTA).sum() > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def loss_functions(error: float, palette: Palette, labels: LossLabels) -> go.Figure:
    """Draw the three losses over the error, with a mark on each where `error` is."""
    reach = max(REACH, abs(error) + 0.5)
    errors = np.linspace(-reach, reach, 161)
    traces = []
    for name, colour in zip(NAMES, palette.classes, strict=False):
        traces += [
            go.Scatter(
                x=errors.astype(np.float32),
                y=loss_of(name, errors).astype(np.float32),
                name=labels.names[name],
                mode="lines",
                line={"color": colour, "width": 2, "dash": DASHES[name]},
                hovertemplate="%{y:.3g}",
            ),
            go.Scatter(
                x=[error],
                y=[float(loss_of(name, error))],
                mode="markers",
                marker={"color": colour, "size": 11, "symbol": SYMBOLS[name]},
                showlegend=False,
                hoverinfo="skip",
            ),
        ]
    return style.figure(
        palette,
        traces,
        height=300,
        showlegend=True,
        legend=style.legend_on_top(),
        hovermode="x unified",
        xaxis=style.axis(palette, labels.error, hoverformat=".2f"),
        yaxis=style.axis(palette, labels.loss, range=[0, max(8.0, 1.1 * float(loss_of("mean_squared_error", error)))]),
    )


def loss_functions_alt(error: float) -> Message:
    """State what each loss makes of the error."""
    return Message(
        N_(
            "An error of {error} costs {squared} by the squared error, {absolute} by the absolute error and {huber} by "
            "Huber's loss; it pulls at the model with {squared_pull}, {absolute_pull} and {huber_pull}."
        ),
        {
            "error": f"{error:.3g}",
            **{
                key: f"{float(loss_of(name, error)):.3g}"
                for key, name in zip(("squared", "absolute", "huber"), NAMES, strict=True)
            },
            **{
                key: f"{pull_of(name, error):.3g}"
                for key, name in zip(("squared_pull", "absolute_pull", "huber_pull"), NAMES, strict=True)
            },
        },
    )


def best_constants(values: ArrayLike, outlier: float, palette: Palette, labels: LossLabels) -> go.Figure:
    """Draw prices on a line, one of them an outlier, and the best single answer by each loss."""
    data = np.asarray(values, np.float64)
    traces = [
        _prices(data, {"color": palette.quiet_text, "size": 9}, showlegend=False),
        _prices([outlier], {"color": palette.text, "size": 13, "symbol": "x"}, name=labels.outlier),
    ]
    for name, colour in zip(NAMES, palette.classes, strict=False):
        answer = best_constant(name, np.append(data, outlier))
        traces.append(
            go.Scatter(
                x=[answer, answer],
                y=[-1, 1],
                name=f"{labels.names[name]}: {answer:.2f}",
                mode="lines",
                line={"color": colour, "width": 3, "dash": DASHES[name]},
                hoverinfo="skip",
            )
        )
    return style.figure(
        palette,
        traces,
        height=210,
        showlegend=True,
        legend=style.legend_on_top(),
        xaxis=style.axis(palette, labels.price, range=[0, max(6.0, outlier * 1.05)]),
        yaxis=style.axis(palette, visible=False, range=[-1.2, 1.2], fixedrange=True),
    )


def _prices(values: ArrayLike, marker: dict[str, Any], **attributes: Any) -> go.Scatter:
    zeros = np.zeros(np.size(values))
    hover = "%{x:.2f}<extra></extra>"
    return go.Scatter(x=np.asarray(values), y=zeros, mode="markers", marker=marker, hovertemplate=hover, **attributes)


def best_constants_alt(values: ArrayLike, outlier: float) -> Message:
    """State the best single answer by each loss, with the outlier and without."""
    data = np.asarray(values, np.float64)
    answers = [best_constant(name, np.append(data, outlier)) for name in NAMES]
    return Message(
        N_(
            "With an outlier of {outlier} the best single answer is {squared} by the squared error, {absolute} by the "
            "absolute error and {huber} by Huber's loss; without it they are {before}."
        ),
        {
            "outlier": f"{outlier:.1f}",
            "squared": f"{answers[0]:.2f}",
            "absolute": f"{answers[1]:.2f}",
            "huber": f"{answers[2]:.2f}",
            "before": ", ".join(f"{best_constant(name, data):.2f}" for name in NAMES),
        },
    )
