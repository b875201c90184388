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
from nnlab.figures.thinning import thin
from nnlab.messages import N_, Message

HEIGHT = 320
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
    reference_training, reference_validation : str
        Names of the curves of a run to compare with.
    mark : str
        What is written at the epoch that is marked.
    """

    training: str
    validation: str
    epoch: str
    metric: str
    reference_training: str = ""
    reference_validation: str = ""
    mark: str = ""


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
    reference: Mapping[str, ArrayLike] | None = None,
    mark: int | None = None,
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
    reference : mapping of str to array-like of shape (n_epochs,), optional
        The history of a run to compare with, from its first epoch on; its curves lie behind.
    mark : int, optional
        An epoch that gets an upright line, such as the one that early stopping went back to.
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
    traces = _reference_traces(metric, labels, palette, reference or {}, scale)
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
        **_mark(mark, labels.mark, palette),
    )


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


def _reference_traces(
    metric: str, labels: CurveLabels, palette: Palette, history: Mapping[str, ArrayLike], scale: Scale
) -> list[go.Scatter]:
    # Without a meta a live view leaves them as they are.
    curves = (
        (metric, labels.reference_training, "dot"),
        (VALIDATION_PREFIX + metric, labels.reference_validation, "dashdot"),
    )
    return [
        _trace(None, name, palette.reference, dash, *_drawn_points(key, range(1, np.size(values) + 1), values, scale))
        for key, name, dash in curves
        if (values := history.get(key)) is not None
    ]


def _mark(epoch: int | None, text: str, palette: Palette) -> dict[str, Any]:
    if epoch is None:
        return {}
    upright = {"x0": epoch, "x1": epoch, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    line = {"color": palette.quiet_text, "width": 1, "dash": "dash"}
    words = {
        "text": text,
        "x": epoch,
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "xanchor": "auto",
        "yanchor": "top",
        "showarrow": False,
        "font": {"color": palette.text, "size": 12},
        "bgcolor": palette.background,
    }
    return {"shapes": [{"type": "line", "line": line, "layer": "below", **upright}], "annotations": [words]}


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
