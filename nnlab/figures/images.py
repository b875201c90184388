"""Pictures of a data set: samples by class, how many there are, what a model says of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from nnlab.figures import style
from nnlab.figures.palette import Palette
from nnlab.messages import N_, Message

GAP = 2
BAR_HEIGHT = 26
CAPTION_SIZE = 11


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


def samples(
    images: NDArray[Any],
    names: Sequence[str],
    palette: Palette,
    *,
    scale: float = 255,
    columns: int = 5,
    height: int = 0,
) -> go.Figure:
    """Draw pictures in rows, each with its name below.

    Five columns keep the names legible at 390 pixels; a wide screen has room for ten.

    Parameters
    ----------
    images : ndarray of shape (n_images, n_rows, n_columns)
        Grey values from 0 to `scale`.
    names : sequence of str of length n_images
        What to write below each.
    palette : Palette
        The theme.
    scale : float, default=255
        The value of full ink.
    columns : int, default=5
        Pictures in a row.
    height : int, optional
        Pixels; by default enough for tiles of 64 with their names.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    rows = -(-len(images) // columns)
    # The names stand in the gap between two rows: a third of a picture's height.
    gaps = (max(GAP, images.shape[1] // 3), GAP)
    canvas, tops, lefts = _mosaic(images, columns, gaps)
    names_below = [
        {
            "text": name,
            "x": lefts[index % columns] + images.shape[2] / 2 - 0.5,
            "y": tops[index // columns] + images.shape[1] - 0.5,
            "yanchor": "top",
            "showarrow": False,
            "font": {"size": CAPTION_SIZE, "color": palette.text},
        }
        for index, name in enumerate(names)
    ]
    return _canvas_figure(canvas, scale, palette, height or rows * 86, annotations=names_below)


def by_class(
    images: NDArray[Any],
    labels: NDArray[np.integer[Any]],
    class_names: Sequence[str],
    palette: Palette,
    *,
    scale: float = 255,
    per_class: int = 10,
) -> go.Figure:
    """Draw the first pictures of each class, one row a class, its name at the left.

    Parameters
    ----------
    images : ndarray of shape (n_images, n_rows, n_columns)
        Grey values from 0 to `scale`.
    labels : ndarray of shape (n_images,), int
        Class numbers.
    class_names : sequence of str
        One a class, in the reader's language.
    palette : Palette
        The theme.
    scale : float, default=255
        The value of full ink.
    per_class : int, default=10
        Pictures in a row.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    chosen = np.zeros((len(class_names), per_class, *images.shape[1:]), dtype=images.dtype)
    for number in range(len(class_names)):
        found = images[np.flatnonzero(labels == number)[:per_class]]
        chosen[number, : len(found)] = found
    canvas, tops, _ = _mosaic(chosen.reshape(-1, *images.shape[1:]), per_class, (GAP, GAP))
    ticks = {
        "showticklabels": True,
        "tickmode": "array",
        "tickvals": tops + images.shape[1] / 2 - 0.5,
        "ticktext": list(class_names),
        "tickfont": {"color": palette.text},
    }
    return _canvas_figure(canvas, scale, palette, len(class_names) * 44, rows=ticks)


def samples_alt(names: Sequence[str]) -> Message:
    """State how many pictures there are and of what."""
    kinds = list(dict.fromkeys(names))
    return Message(N_("{count} pictures from the data set: {kinds}."), {"count": len(names), "kinds": ", ".join(kinds)})


def counts(numbers: Sequence[int], class_names: Sequence[str], palette: Palette, *, title: str) -> go.Figure:
    """Draw how many samples each class has, as bars with their numbers.

    Parameters
    ----------
    numbers : sequence of int
        One a class.
    class_names : sequence of str
        One a class, in the reader's language.
    palette : Palette
        The theme.
    title : str
        What is counted, in the reader's language.
    """
    texts = [f"{number:,}" for number in numbers]
    axis = style.axis(palette, title, range=[0, max(numbers) * 1.2], fixedrange=True)
    return _bars(numbers, class_names, palette, texts=texts, axis=axis)


def counts_alt(numbers: Sequence[int], class_names: Sequence[str]) -> Message:
    """State whether the classes are balanced, and which are the largest and the smallest."""
    low, high = int(np.argmin(numbers)), int(np.argmax(numbers))
    if numbers[low] == numbers[high]:
        return Message(
            N_("Each of the {classes} classes has {count} samples."),
            {"classes": len(numbers), "count": f"{numbers[low]:,}"},
        )
    return Message(
        N_("Between {low} ({low_name}) and {high} ({high_name}) samples in each of {classes} classes."),
        {
            "low": f"{numbers[low]:,}",
            "low_name": class_names[low],
            "high": f"{numbers[high]:,}",
            "high_name": class_names[high],
            "classes": len(numbers),
        },
    )


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
        palette, labels.probability, range=[0, 1.5], fixedrange=True, tickformat=".0%", tickvals=[0, 0.5, 1]
    )
    return _bars(shares, names, palette, texts=texts, axis=axis, opacity=opacity)


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


def _mosaic(
    images: NDArray[Any], columns: int, gaps: tuple[int, int]
) -> tuple[NDArray[Any], NDArray[np.int_], NDArray[np.int_]]:
    """Lay the pictures side by side; also return each row's top and each column's left edge."""
    rows = -(-len(images) // columns)
    height, width = images.shape[1] + gaps[0], images.shape[2] + gaps[1]
    canvas = np.zeros((rows * height, columns * width), dtype=images.dtype)
    tops, lefts = np.arange(rows) * height, np.arange(columns) * width
    for index, image in enumerate(images):
        top, left = tops[index // columns], lefts[index % columns]
        canvas[top : top + images.shape[1], left : left + images.shape[2]] = image
    return canvas, tops, lefts


def _canvas_figure(
    canvas: NDArray[Any], scale: float, palette: Palette, height: int, rows: dict[str, Any] | None = None, **layout: Any
) -> go.Figure:
    picture = go.Heatmap(
        z=canvas, zmin=0, zmax=scale, colorscale=palette.greys, showscale=False, zsmooth=False, hoverinfo="skip"
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


def _bars(
    values: ArrayLike,
    names: Sequence[str],
    palette: Palette,
    *,
    texts: Sequence[str],
    axis: dict[str, Any],
    opacity: ArrayLike = 1.0,
) -> go.Figure:
    bars = go.Bar(
        x=np.asarray(values),
        y=list(names),
        orientation="h",
        marker={"color": palette.primary, "opacity": opacity},
        text=list(texts),
        textposition="outside",
        textfont={"color": palette.text},
        cliponaxis=False,
        hoverinfo="skip",
    )
    classes = style.axis(
        palette,
        autorange="reversed",
        showgrid=False,
        fixedrange=True,
        type="category",
        tickfont={"color": palette.text},
    )
    return style.figure(palette, [bars], height=len(names) * BAR_HEIGHT + 60, bargap=0.25, xaxis=axis, yaxis=classes)
