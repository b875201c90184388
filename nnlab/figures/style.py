"""What all figures have in common: grounds, type, margins, axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from nnlab.figures.palette import Palette

FONT_SIZE = 13
# Streamlit's own; where a letter is missing in it the system's takes its place.
FONT_FAMILY = '"Source Sans", sans-serif'
MARGIN = 8
TRANSPARENT = "rgba(0, 0, 0, 0)"


def figure(palette: Palette, traces: Sequence[Any], *, height: int, **layout: Any) -> go.Figure:
    """Put traces into the palette's colours, on a transparent ground.

    Parameters
    ----------
    palette : Palette
        The theme.
    traces : sequence of plotly traces
        What is drawn.
    height : int
        Pixels.
    **layout : object
        Further layout attributes; they win over the common ones.
    """
    common = {
        # An empty template keeps Plotly's own from adding seven kilobytes of defaults to every figure.
        "template": {},
        "height": height,
        "autosize": True,
        "paper_bgcolor": TRANSPARENT,
        "plot_bgcolor": TRANSPARENT,
        "font": {"color": palette.text, "size": FONT_SIZE * palette.scale, "family": FONT_FAMILY},
        "margin": {"l": MARGIN, "r": MARGIN, "t": MARGIN, "b": MARGIN},
        "hoverlabel": {
            "bgcolor": palette.secondary_background,
            "bordercolor": palette.grid,
            "font": {"color": palette.text, "size": FONT_SIZE * palette.scale},
        },
        "showlegend": False,
    }
    # One construction: each update of a finished figure would validate it again, at milliseconds apiece.
    for trace in traces if palette.scale != 1 else ():
        _thicken(trace, palette.scale)
    return go.Figure(data=list(traces), layout=common | layout)


def _thicken(trace: Any, scale: float) -> None:
    line = trace.line if "line" in trace else None
    if line is not None and line.width:
        line.width *= scale


def axis(palette: Palette, title: str = "", **attributes: Any) -> dict[str, Any]:
    """Return a plain axis: quiet ticks, thin grid, no zero line, room made by itself."""
    return {
        "title": {"text": title, "font": {"color": palette.text}, "standoff": 8},
        "tickfont": {"color": palette.quiet_text},
        "gridcolor": palette.grid,
        "ticks": "",
        "showline": False,
        # On a transparent ground Plotly underlays the hover line with white, whatever the theme.
        "showspikes": False,
        "zeroline": False,
        "automargin": True,
        # Looking for labels that leave the picture costs a tenth of every redrawing.
        "ticklabeloverflow": "allow",
        **attributes,
    }


def legend_on_top() -> dict[str, Any]:
    """Return a legend in a row above the plot, where a narrow screen has room for it."""
    return {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "bgcolor": TRANSPARENT}
