"""What a model says of pictures: the probabilities of one, and how often it takes a class for another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.bars import bars
from nnlab.figures.palette import Palette
from nnlab.messages import N_, Message


@dataclass(frozen=True, slots=True)
class ProbabilityLabels:
    """The words beside the bars, in the reader's language.

    Parameters
    ----------
    probability : str
        Title of the axis.
    true_class : str
        Marks the bar of the class the picture really shows.
    """

    probability: str
    true_class: str


def probabilities(
    values: ArrayLike, class_names: Sequence[str], true_class: int, palette: Palette, labels: ProbabilityLabels
) -> go.Figure:
    """Draw the probability of every class for one picture.

    The model's choice has the full colour, the others are pale; the true class is in bold
    and says so in words.

    Parameters
    ----------
    values : array-like of shape (n_classes,)
        Probabilities.
    class_names : sequence of str of length n_classes
        In the reader's language.
    true_class : int
        What the picture really shows.
    palette : Palette
        The theme.
    labels : ProbabilityLabels
        The words beside the bars.
    """
    shares = np.asarray(values, dtype=np.float64)
    names, texts = list(class_names), [f"{share:.1%}" for share in shares]
    names[true_class] = f"<b>{names[true_class]}</b>"
    texts[true_class] = f"<b>{texts[true_class]} · {labels.true_class}</b>"
    opacity = np.where(np.arange(shares.size) == np.argmax(shares), 1.0, 0.45)
    # The room to the right of 100 % is for the words beside the bars.
    axis = style.axis(
        palette, labels.probability, range=[0, 1.9], fixedrange=True, tickformat=".0%", tickvals=[0, 0.5, 1]
    )
    return bars(shares, names, palette, texts=texts, axis=axis, opacity=opacity)


def probabilities_alt(values: ArrayLike, class_names: Sequence[str], true_class: int) -> Message:
    """State what the model takes the picture for, how surely, and whether it is right."""
    shares = np.asarray(values, dtype=np.float64)
    if not np.isfinite(shares).all():
        return Message(N_("The model no longer answers with numbers."))
    chosen = int(np.argmax(shares))
    facts: dict[str, object] = {
        "chosen": class_names[chosen],
        "share": f"{shares[chosen]:.1%}",
        "true": class_names[true_class],
        "true_share": f"{shares[true_class]:.1%}",
    }
    if chosen == true_class:
        return Message(N_("The model takes it for “{chosen}” with {share}, and is right."), facts)
    return Message(N_("The model takes it for “{chosen}” with {share}; it is “{true}”, which got {true_share}."), facts)


@dataclass(frozen=True, slots=True)
class ConfusionLabels:
    """The words beside the matrix, in the reader's language.

    Parameters
    ----------
    true, predicted : str
        Titles of the axes.
    """

    true: str
    predicted: str


def confusion_counts(true: NDArray[Any], predicted: NDArray[Any], classes: int) -> NDArray[np.int64]:
    """Count how often each class was taken for each.

    Parameters
    ----------
    true, predicted : ndarray of shape (n,), int
        Class numbers.
    classes : int
        How many there are.

    Returns
    -------
    ndarray of shape (classes, classes), int
        A row for each true class, a column for each predicted one.

    Examples
    --------
    >>> confusion_counts(np.array([0, 1, 1]), np.array([0, 0, 1]), 2).tolist()
    [[1, 0], [1, 1]]
    """
    places = true.astype(np.int64) * classes + predicted.astype(np.int64)
    return np.bincount(places, minlength=classes**2).reshape(classes, classes)


def confusion(
    counts: NDArray[np.int64], class_names: Sequence[str], palette: Palette, labels: ConfusionLabels
) -> go.Figure:
    """Draw a confusion matrix whose cells can be chosen.

    What is right runs down the diagonal in blue; mistakes are orange, the deeper the more frequent
    in their class. Every cell has its number; an unseen marker over each makes it a point to click:
    its index is ``row * n_classes + column``.

    Parameters
    ----------
    counts : ndarray of shape (n_classes, n_classes), int
        As from `confusion_counts`.
    class_names : sequence of str of length n_classes
        In the reader's language.
    palette : Palette
        The theme.
    labels : ConfusionLabels
        The words beside the matrix.
    """
    names = list(class_names)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mistakes = np.where(np.eye(len(names), dtype=bool), 0, shares)
    shades = np.where(np.eye(len(names), dtype=bool), shares, -mistakes / max(mistakes.max(), 1e-9))
    angle = -60 if max(map(len, names)) > 2 else 0
    cells = go.Heatmap(
        z=shades,
        x=names,
        y=names,
        zmin=-1,
        zmax=1,
        colorscale=palette.diverging,
        showscale=False,
        text=np.where(counts > 0, counts.astype(str), ""),
        texttemplate="%{text}",
        textfont={"size": 12},
        xgap=1,
        ygap=1,
        hoverinfo="skip",
    )
    return style.figure(
        palette,
        [cells, _cell_markers(counts, names, labels)],
        height=440,
        clickmode="event+select",
        dragmode=False,
        hovermode="closest",
        xaxis=style.axis(palette, labels.predicted, showgrid=False, fixedrange=True, type="category", tickangle=angle),
        yaxis=style.axis(palette, labels.true, showgrid=False, fixedrange=True, type="category", autorange="reversed"),
    )


def confusion_alt(counts: NDArray[np.int64], class_names: Sequence[str]) -> Message:
    """State how many are right, and which mistake is the most frequent."""
    mistakes = counts * ~np.eye(len(counts), dtype=bool)
    row, column = divmod(int(mistakes.argmax()), len(mistakes))
    facts: dict[str, object] = {"right": f"{int(np.trace(counts)):,}", "total": f"{int(counts.sum()):,}"}
    if not mistakes.any():
        return Message(N_("All of the {total} test images are right."), facts)
    facts |= {"true": class_names[row], "chosen": class_names[column], "count": f"{mistakes[row, column]:,}"}
    return Message(
        N_(
            "Of {total} test images {right} are right. The most frequent mistake: “{true}” taken for “{chosen}”, "
            "{count} times."
        ),
        facts,
    )


def _cell_markers(counts: NDArray[np.int64], names: list[str], labels: ConfusionLabels) -> go.Scatter:
    invisible = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=[predicted for _ in names for predicted in names],
        y=[true for true in names for _ in names],
        customdata=counts.ravel(),
        mode="markers",
        marker={"size": 24, "symbol": "square", "opacity": 0},
        selected=invisible,
        unselected=invisible,
        hovertemplate=f"{labels.true}: %{{y}}<br>{labels.predicted}: %{{x}}<br>%{{customdata:,}}<extra></extra>",
    )
