"""Pictures of a data set: samples by class, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from nnlab.figures import style
from nnlab.figures.bars import bars
from nnlab.figures.mosaic import GAP, Shades, captioned, heat_map, laid_out
from nnlab.figures.palette import Palette
from nnlab.messages import N_, Message

CROP = 6
"""Pixels of a side of the square whose values are written out."""


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
        What to write below each; lines are parted by ``<br>``.
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
    return captioned(images, names, columns, Shades(palette.greys, 0, scale), palette, height)


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
    canvas, tops, _ = laid_out(chosen.reshape(-1, *images.shape[1:]), per_class, (GAP, GAP))
    ticks = {
        "showticklabels": True,
        "tickmode": "array",
        "tickvals": tops + images.shape[1] / 2 - 0.5,
        "ticktext": list(class_names),
        "tickfont": {"color": palette.text},
    }
    return heat_map(canvas, Shades(palette.greys, 0, scale), palette, len(class_names) * 44, rows=ticks)


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
    return bars(numbers, class_names, palette, texts=texts, axis=axis)


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


def framed(image: NDArray[Any], palette: Palette, *, scale: float = 255) -> go.Figure:
    """Draw one picture with a frame around the pixels that `pixel_values` writes out."""
    (top, left), side = _corner(image), CROP
    frame = {"type": "rect", "x0": left - 0.5, "x1": left + side - 0.5, "y0": top - 0.5, "y1": top + side - 0.5}
    line = {"color": palette.validation, "width": 2}
    return heat_map(image, Shades(palette.greys, 0, scale), palette, 220, shapes=[{**frame, "line": line}])


def pixel_values(image: NDArray[Any], palette: Palette, *, scale: float = 255, divisor: float = 1) -> go.Figure:
    """Write the values of the pixels in the middle of a picture into them.

    Parameters
    ----------
    image : ndarray of shape (n_rows, n_columns)
        Grey values from 0 to `scale`.
    palette : Palette
        The theme.
    scale : float, default=255
        The value of full ink.
    divisor : float, default=1
        What the values are divided by before they are written.
    """
    values = _middle(image) / divisor
    figure = heat_map(values, Shades(palette.greys, 0, scale / divisor), palette, 220)
    return figure.update_traces(texttemplate="%{z:.2f}" if divisor > 1 else "%{z:.0f}", textfont={"size": 12})


def pixel_values_alt(image: NDArray[Any], divisor: float = 1) -> Message:
    """State how many pixels are written out, and between which values they lie."""
    values = _middle(image) / divisor
    facts = {"count": values.size, "low": f"{values.min():.3g}", "high": f"{values.max():.3g}"}
    return Message(N_("The values of {count} pixels, from {low} to {high}."), facts)


def _corner(image: NDArray[Any]) -> tuple[int, int]:
    return (image.shape[0] - CROP) // 2, (image.shape[1] - CROP) // 2


def _middle(image: NDArray[Any]) -> NDArray[np.float64]:
    top, left = _corner(image)
    return image[top : top + CROP, left : left + CROP].astype(np.float64)
