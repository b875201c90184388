"""Learning curves: loss or a metric over the epochs, on the training and the validation set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette
from nnlab.messages import N_, Message

HEIGHT = 320
DRAWN_POINTS = 2000
HALF_EPOCH = 0.5
VALIDATION_PREFIX = "val_"


@dataclass(frozen=True, slots=True)
class CurveLabels:
    """The words on the chart, in the reader's language.

    Parameters
    ----------
    training, validation : str
        Names of the two curves.
    epoch, metric : str
        Titles of the axes.
    """

    training: str
    validation: str
    epoch: str
    metric: str


@dataclass(frozen=True, slots=True)
class Scale:
    """How the curves are laid over the axes.

    Parameters
    ----------
    log : bool
        A logarithmic metric axis.
    shift : bool
        Draw the training curve half an epoch earlier. Its value is a mean over the epoch, so
        it belongs to the middle of the epoch, whereas validation runs at the end.
    percent : bool
        The metric is a share: write 0.8894 as 88.9%.
    """

    log: bool = False
    shift: bool = False
    percent: bool = False


def figure(
    metric: str,
    labels: CurveLabels,
    palette: Palette,
    *,
    epochs: Sequence[int] | NDArray[np.integer[Any]] = (),
    history: Mapping[str, ArrayLike] | None = None,
    scale: Scale | None = None,
    validation: bool = True,
    height: int = HEIGHT,
) -> go.Figure:
    """Draw the learning curves of one metric, or their empty skeleton for a live view.

    Each trace names its key in the history, such as ``"loss"`` or ``"val_loss"``, in its
    ``meta``; the live view fills the traces by that name.

    Parameters
    ----------
    metric : str
        A key of the history without ``val_``.
    labels : CurveLabels
        The words on the chart.
    palette : Palette
        The theme.
    epochs : sequence of int of shape (n_epochs,), optional
        Counted from 1; empty gives the skeleton.
    history : mapping of str to array-like of shape (n_epochs,), optional
        Values per key, NaN where there is none.
    scale : Scale, optional
        Linear and unshifted by default.
    validation : bool, default=True
        Whether there is a validation curve.
    height : int, default=320
        Pixels.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> from nnlab.figures.palette import LIGHT
    >>> labels = CurveLabels("Training", "Validation", "Epoch", "Loss")
    >>> drawn = figure("loss", labels, LIGHT, epochs=[1, 2], history={"loss": [0.7, 0.5]})
    >>> [trace.meta for trace in drawn.data]
    ['loss', 'val_loss']
    """
    scale = scale or Scale()
    curves = [(metric, labels.training, palette.training, "solid")]
    if validation:
        curves.append((VALIDATION_PREFIX + metric, labels.validation, palette.validation, "dash"))
    traces = []
    for key, name, colour, dash in curves:
        values = (history or {}).get(key)
        x, y = ((), ()) if values is None else _drawn_points(key, epochs, values, scale)
        traces.append(_trace(key, name, colour, dash, x, y))
    return style.figure(
        palette,
        traces,
        height=height,
        showlegend=True,
        legend=style.legend_on_top(),
        hovermode="x unified",
        # A constant: the reader's zoom survives every redrawing.
        uirevision="curves",
        xaxis=style.axis(palette, labels.epoch, rangemode="tozero", hoverformat=",.1~f", separatethousands=True),
        yaxis=_metric_axis(labels.metric, scale, palette),
    )


def reference_trace(name: str, epochs: ArrayLike, values: ArrayLike, palette: Palette) -> go.Scatter:
    """Return a dotted grey curve to compare with, such as the book's run.

    It has no ``meta``, so a live view leaves it as it is.
    """
    x, y = thin(epochs, values)
    return _trace(None, name, palette.reference, "dot", x, y)


def thin(
    epochs: ArrayLike, values: ArrayLike, limit: int = DRAWN_POINTS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keep at most `limit` points of a curve: the lowest and the highest of each bin.

    Peaks survive, which averaging would flatten. The first and the last point are kept, and
    a bin without any finite value keeps its first, so that a gap stays a gap.

    Parameters
    ----------
    epochs, values : array-like of shape (n_points,)
        Epochs ascending; values may be NaN.
    limit : int, default=2000
        At least 4.

    Returns
    -------
    epochs, values : ndarray of shape (at most `limit`,), float64

    Examples
    --------
    >>> thin(range(1, 9), [0, 0, 9, 0, 0, 0, 0, 5], limit=4)
    (array([1., 3., 8.]), array([0., 9., 5.]))
    """
    x, y = np.asarray(epochs, dtype=np.float64), np.asarray(values, dtype=np.float64)
    kept = _kept_indices(y, limit)
    return x[kept], y[kept]


def thin_history(
    epochs: ArrayLike, history: Mapping[str, ArrayLike], limit: int = DRAWN_POINTS
) -> tuple[list[int], dict[str, list[float]]]:
    """Thin several curves over common epochs, for the first message to a live view.

    Parameters
    ----------
    epochs : array-like of shape (n_points,), int
        Ascending.
    history : mapping of str to array-like of shape (n_points,)
        Values per key, NaN where there is none.
    limit : int, default=2000
        What one curve may keep; an epoch kept for one is kept for all.

    Returns
    -------
    epochs : list of int
    history : dict of str to list of float
    """
    arrays = {key: np.asarray(values, dtype=np.float64) for key, values in history.items()}
    kept: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
    for values in arrays.values():
        kept = np.union1d(kept, _kept_indices(values, limit))
    return np.asarray(epochs)[kept].tolist(), {key: values[kept].tolist() for key, values in arrays.items()}


def alt(metric: str, training: ArrayLike, validation: ArrayLike | None = None, *, percent: bool = False) -> Message:
    """State in one sentence what the curves show.

    Parameters
    ----------
    metric : str
        The metric's name within a sentence, in the reader's language.
    training, validation : array-like of shape (n_epochs,)
        Values from the first epoch to the last; NaN where there is none.
    percent : bool, default=False
        The metric is a share.

    Examples
    --------
    >>> str(alt("loss", [0.7, 0.03], [0.6, 0.04]))
    'Training loss fell from 0.7 to 0.03 in 2 epochs; validation loss is 0.04.'
    """
    values = np.asarray(training, dtype=np.float64)
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return Message(N_("No {metric} has been recorded yet."), {"metric": metric})
    first, last = _written(finite[0], percent), _written(finite[-1], percent)
    facts: dict[str, object] = {"metric": metric, "first": first, "last": last, "epochs": f"{values.size:,}"}
    if not np.isfinite(values[-1]):
        return Message(N_("Training {metric} was {last} and is no longer a number after {epochs} epochs."), facts)
    trend = "steady" if first == last else "fall" if finite[-1] < finite[0] else "rise"
    measured = np.asarray(() if validation is None else validation, dtype=np.float64)
    measured = measured[np.isfinite(measured)]
    if measured.size == 0:
        return Message(_TRAINING_ONLY[trend], facts)
    return Message(_WITH_VALIDATION[trend], {**facts, "validation": _written(measured[-1], percent)})


_TRAINING_ONLY = {
    "fall": N_("Training {metric} fell from {first} to {last} in {epochs} epochs."),
    "steady": N_("Training {metric} is {last}, as in the first epoch."),
    "rise": N_("Training {metric} rose from {first} to {last} in {epochs} epochs."),
}
_WITH_VALIDATION = {
    "fall": N_(
        "Training {metric} fell from {first} to {last} in {epochs} epochs; validation {metric} is {validation}."
    ),
    "steady": N_("Training {metric} is {last}, as in the first epoch; validation {metric} is {validation}."),
    "rise": N_(
        "Training {metric} rose from {first} to {last} in {epochs} epochs; validation {metric} is {validation}."
    ),
}


def _written(value: float, percent: bool) -> str:
    return f"{value:.1%}" if percent else f"{value:.4g}"


def _metric_axis(title: str, scale: Scale, palette: Palette) -> dict[str, Any]:
    return style.axis(
        palette,
        title,
        type="log" if scale.log else "linear",
        exponentformat="power",
        hoverformat=".1%" if scale.percent else ".4g",
        tickformat=".3~p" if scale.percent else None,
        rangemode="nonnegative",
        # No share is above 1, whatever room Plotly would leave above the curve.
        autorangeoptions={"maxallowed": 1} if scale.percent else None,
    )


def _drawn_points(
    key: str, epochs: ArrayLike, values: ArrayLike, scale: Scale
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = thin(epochs, values)
    shifted = scale.shift and not key.startswith(VALIDATION_PREFIX)
    return (x - HALF_EPOCH if shifted else x), y


def _trace(key: str | None, name: str, colour: str, dash: str, x: ArrayLike, y: ArrayLike) -> go.Scatter:
    # A single epoch is a point, not a line: the marker makes the first one visible.
    return go.Scatter(
        x=x,
        y=y,
        name=name,
        meta=key,
        mode="lines+markers" if np.size(x) == 1 else "lines",
        line={"color": colour, "width": 2, "dash": dash},
        marker={"color": colour, "size": 6},
        hovertemplate="%{y}",
    )


def _kept_indices(values: NDArray[np.float64], limit: int) -> NDArray[np.intp]:
    count = values.size
    if count <= limit:
        return np.arange(count)
    bins = (limit - 2) // 2
    edges = np.linspace(0, count, bins + 1).astype(np.intp)
    owner = np.repeat(np.arange(bins), np.diff(edges))
    # Sorted by bin, then by value with NaN last: each bin starts with its lowest finite value.
    finite = np.isfinite(values)
    order = np.lexsort((np.where(finite, values, np.inf), owner))
    lowest = order[edges[:-1]]
    finite_in_bin = np.add.reduceat(finite, edges[:-1], dtype=np.intp)
    highest = order[edges[:-1] + np.maximum(finite_in_bin - 1, 0)]
    return np.unique(np.concatenate([[0], lowest, highest, [count - 1]]))
