"""Bars that lie, one a class, with their numbers beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from nnlab.figures import style
from nnlab.figures.palette import Palette

BAR_HEIGHT = 26


def bars(
    values: ArrayLike,
    names: Sequence[str],
    palette: Palette,
    *,
    texts: Sequence[str],
    axis: dict[str, Any],
    opacity: ArrayLike = 1.0,
) -> go.Figure:
    """Draw a bar for each name, from top to bottom, with its text at its end.

    Parameters
    ----------
    values : array-like of shape (n,)
        How long the bars are.
    names, texts : sequence of str of length n
        What stands before and behind each.
    palette : Palette
        The theme.
    axis : dict
        Attributes of the axis of values.
    opacity : float or array-like of shape (n,)
        Of the bars.
    """
    drawn = go.Bar(
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
    return style.figure(palette, [drawn], height=len(names) * BAR_HEIGHT + 60, bargap=0.25, xaxis=axis, yaxis=classes)
