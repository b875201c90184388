"""A data set at a glance: a small picture of its points, light enough to stand in a button."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset
from nnlab.figures.palette import Palette, blend

SIDE = 100
MARGIN = 8
RADIUS = 4
MOST_POINTS = 110


def thumbnail(dataset: Dataset, palette: Palette) -> str:
    """Return points in the plane as the address of an SVG picture, x₂ upwards as on the large one.

    Parameters
    ----------
    dataset : Dataset
        Its first two features are drawn, the training set only.
    palette : Palette
        The theme's.

    Returns
    -------
    str
        A ``data:`` address.
    """
    x, y = dataset.x_train[:MOST_POINTS], dataset.y_train[:MOST_POINTS]
    places = _places(x[:, :2].astype(float))
    colours = [_colour(float(value), dataset.task, palette) for value in np.ravel(y)]
    dots = "".join(
        f'<circle cx="{left:.0f}" cy="{top:.0f}" r="{RADIUS}" fill="{colour}"/>'
        for (left, top), colour in zip(places, colours, strict=True)
    )
    frame = f'<rect width="{SIDE}" height="{SIDE}" fill="{palette.secondary_background}"/>'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{frame}{dots}</svg>'
    return f"data:image/svg+xml;base64,{quote(base64.b64encode(picture.encode()).decode(), safe='+/=')}"


def _places(x: NDArray[Any]) -> NDArray[Any]:
    low, high = x.min(axis=0), x.max(axis=0)
    # One scale for both axes would squeeze a table's columns, which have units of their own.
    share = (x - low) / np.where(high > low, high - low, 1.0)
    room = SIDE - 2 * MARGIN
    return np.column_stack([MARGIN + room * share[:, 0], MARGIN + room * (1 - share[:, 1])])


def _colour(value: float, task: str, palette: Palette) -> str:
    if task == "multiclass":
        return palette.classes[int(value) % len(palette.classes)]
    if task == "regression":
        end = palette.positive if value > 0 else palette.negative
        return blend(palette.middle, end, min(1.0, abs(value)))
    return palette.positive if value > 0 else palette.negative
