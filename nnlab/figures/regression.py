"""How good a regression is: predicted against true, what few samples weigh, two models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette
from nnlab.messages import N_, Message

HEIGHT = 400
CELLS = 60
# Beyond these shares of the predictions the picture ends: one wild prediction would shrink all others to a line.
DRAWN_SHARES = (0.001, 0.999)


@dataclass(frozen=True, slots=True)
class RegressionLabels:
    """The words on the picture, in the reader's language.

    Parameters
    ----------
    true, predicted : str
        Titles of the axes.
    count : str
        What the colours count: "districts".
    """

    true: str
    predicted: str
    count: str


def predicted_against_true(
    true: ArrayLike, predicted: ArrayLike, palette: Palette, labels: RegressionLabels
) -> go.Figure:
    """Draw how many samples have which true and predicted value, with the line on which all would lie.

    Five thousand dots lie on top of each other; counts in cells show where most of them are, and are
    a tenth of the bytes.

    Parameters
    ----------
    true, predicted : array-like of shape (n,)
        Values; what lies outside the picture is left out, and `outside` counts it.
    palette : Palette
        The theme.
    labels : RegressionLabels
        The words.
    """
    actual, answers = np.asarray(true, np.float64), np.asarray(predicted, np.float64)
    (left, right), (low, high) = _ranges(actual, answers)
    counts, columns, rows = np.histogram2d(actual, answers, bins=CELLS, range=[[left, right], [low, high]])
    cells = go.Heatmap(
        x=((columns[:-1] + columns[1:]) / 2).astype(np.float32),
        y=((rows[:-1] + rows[1:]) / 2).astype(np.float32),
        # Few have much the same colour as none otherwise; no cell at all is the ground.
        z=np.where(counts > 0, np.sqrt(counts), np.nan).T.astype(np.float32),
        customdata=counts.T.astype(np.uint16),
        colorscale=palette.amounts,
        showscale=False,
        hovertemplate="%{x:.2f} → %{y:.2f}: %{customdata} " + labels.count + "<extra></extra>",
    )
    ends = [max(left, low), min(right, high)]
    ideal = go.Scatter(
        x=ends, y=ends, mode="lines", line={"color": palette.text, "width": 1.5, "dash": "dash"}, hoverinfo="skip"
    )
    return style.figure(
        palette,
        [cells, ideal],
        height=HEIGHT,
        xaxis=style.axis(palette, labels.true, range=[left, right]),
        yaxis=style.axis(palette, labels.predicted, range=[low, high]),
    )


def outside(true: ArrayLike, predicted: ArrayLike) -> int:
    """Return how many samples `predicted_against_true` leaves out."""
    actual, answers = np.asarray(true, np.float64), np.asarray(predicted, np.float64)
    _, (low, high) = _ranges(actual, answers)
    return int(np.sum(~((answers >= low) & (answers <= high))))


def predicted_against_true_alt(true: ArrayLike, predicted: ArrayLike) -> Message:
    """State how closely predictions follow the true values, and to which side they err."""
    actual, answers = np.asarray(true, np.float64), np.asarray(predicted, np.float64)
    if not np.isfinite(answers).all():
        return Message(N_("The model no longer answers with numbers."))
    spread = answers.std() > 0
    values: dict[str, object] = {
        "correlation": f"{np.corrcoef(actual, answers)[0, 1]:.2f}" if spread else "0",
        "close": f"{np.mean(np.abs(answers - actual) < 0.5):.0%}",
        "low": f"{np.mean(answers < actual):.0%}",
    }
    return Message(
        N_(
            "Predicted against true values: correlation {correlation}; {close} of the predictions are less than 0.5 "
            "off, {low} are too low."
        ),
        values,
    )


@dataclass(frozen=True, slots=True)
class ShareLabels:
    """The words on the bars of `error_shares`, in the reader's language."""

    few: str
    others: str
    epoch: str
    error: str


def error_shares(
    epochs: Sequence[int], few: ArrayLike, others: ArrayLike, palette: Palette, labels: ShareLabels
) -> go.Figure:
    """Draw, for each epoch, what part of the mean squared error comes from few samples.

    Parameters
    ----------
    epochs : sequence of int of shape (n_epochs,)
        Counted from 1.
    few, others : array-like of shape (n_epochs,)
        What they add to the mean squared error.
    palette : Palette
        The theme.
    labels : ShareLabels
        The words.
    """
    hover = "%{y:.3f}"
    bars = [
        go.Bar(x=list(epochs), y=np.asarray(others), name=labels.others, hovertemplate=hover, marker=_fill(palette, 0)),
        go.Bar(x=list(epochs), y=np.asarray(few), name=labels.few, hovertemplate=hover, marker=_fill(palette, 1)),
    ]
    return style.figure(
        palette,
        bars,
        height=300,
        barmode="stack",
        bargap=0.15,
        showlegend=True,
        legend=style.legend_on_top(),
        hovermode="x unified",
        xaxis=style.axis(palette, labels.epoch),
        yaxis=style.axis(palette, labels.error, rangemode="tozero"),
    )


def error_shares_alt(epochs: Sequence[int], few: ArrayLike, others: ArrayLike) -> Message:
    """Name the epoch in which few samples weigh most, and what the rest does meanwhile."""
    part, rest = np.asarray(few, np.float64), np.asarray(others, np.float64)
    worst = int(np.argmax(part))
    return Message(
        N_(
            "The few districts add between {least} and {most} to the validation error, most in epoch {epoch}; all "
            "others together stay between {low} and {high}."
        ),
        {
            "least": f"{part.min():.2f}",
            "most": f"{part[worst]:.2f}",
            "epoch": epochs[worst],
            "low": f"{rest.min():.2f}",
            "high": f"{rest.max():.2f}",
        },
    )


@dataclass(frozen=True, slots=True, eq=False)
class NamedCurve:
    """One model's values over its epochs."""

    name: str
    values: NDArray[np.float64]


def side_by_side(
    keras: NamedCurve, scikit_learn: NamedCurve, palette: Palette, *, epoch: str, metric: str, percent: bool = False
) -> go.Figure:
    """Draw the validation curves of two models over their own epochs, on a logarithmic epoch axis.

    One trains for 20 epochs, the other for 200 or 2,000: on a plain axis the first would be a stroke.
    """
    traces = []
    styles = ((palette.training, "solid", "circle"), (palette.validation, "dash", "diamond"))
    for curve, (colour, dash, symbol) in zip((keras, scikit_learn), styles, strict=True):
        x, y = _few_points(curve.values)
        traces.append(
            go.Scatter(
                x=x,
                y=y,
                name=curve.name,
                mode="lines+markers",
                line={"color": colour, "width": 2, "dash": dash},
                marker={"color": colour, "symbol": symbol, "size": np.where(x == x[-1], 9, 0.1) if len(x) else 9},
                hovertemplate="%{x}: %{y:.1%}" if percent else "%{x}: %{y:.4f}",
            )
        )
    return style.figure(
        palette,
        traces,
        height=300,
        showlegend=True,
        legend=style.legend_on_top(),
        xaxis=style.axis(palette, epoch, type="log", dtick=1),
        yaxis=style.axis(palette, metric, tickformat=".0%" if percent else None),
    )


def side_by_side_alt(keras: NamedCurve, scikit_learn: NamedCurve, *, percent: bool = False) -> Message:
    """State where both curves end."""
    written = [f"{curve.values[-1]:.1%}" if percent else f"{curve.values[-1]:.3f}" for curve in (keras, scikit_learn)]
    return Message(
        N_(
            "On the validation set {first} ends at {first_value} after {first_epochs} epochs, {second} at "
            "{second_value} after {second_epochs}."
        ),
        {
            "first": keras.name,
            "first_value": written[0],
            "first_epochs": f"{keras.values.size:,}",
            "second": scikit_learn.name,
            "second_value": written[1],
            "second_epochs": f"{scikit_learn.values.size:,}",
        },
    )


def _ranges(true: NDArray[np.float64], predicted: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    finite = predicted[np.isfinite(predicted)]
    low, high = np.quantile(finite, DRAWN_SHARES) if finite.size else (0.0, 1.0)
    left, right = float(true.min()), float(true.max())
    low, high = min(float(low), left), max(float(high), right)
    margin = 0.02
    return (
        (left - margin * (right - left), right + margin * (right - left)),
        (low - margin * (high - low), high + margin * (high - low)),
    )


def _fill(palette: Palette, kind: int) -> dict[str, object]:
    # A pattern beside the colour: the two differ in print as well.
    pattern = {"fillmode": "overlay", "fgcolor": palette.background, "size": 6}
    shapes, colours = ("", "/"), (palette.training, palette.validation)
    return {"color": colours[kind], "pattern": {**pattern, "shape": shapes[kind]}}


def _few_points(values: NDArray[np.float64], limit: int = 400) -> tuple[NDArray[np.int_], NDArray[np.float64]]:
    """Keep epochs evenly over a logarithmic axis, the first and the last among them."""
    count = values.size
    if count <= limit:
        return np.arange(1, count + 1), values
    kept = np.unique(np.geomspace(1, count, limit).round().astype(int))
    return kept, values[kept - 1]
