"""Finished charts on a page: in our own colours, with words for who cannot see them."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st


def chart(figure: go.Figure, key: str, alt: str) -> None:
    """Show a figure that is complete; for one that grows there is `nnlab.ui.components.live_curves`.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        With colours and type of its own: Streamlit's theme would put axis titles between ticks and axis.
    key : str
        The element's key.
    alt : str
        The figure in a sentence or two.
    """
    st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False}, theme=None)
