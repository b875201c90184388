"""Parts of a page that are drawn once they are opened."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def on_demand(title: str, icon: str, key: str, draw: Callable[[], None]) -> None:
    """Show a part that is drawn once it is opened, and leaves what stands around it alone.

    Parameters
    ----------
    title, icon : str
        What it is, translated, and its icon.
    key : str
        Where the session keeps whether it is open.
    draw : callable
        Draws what is in it.
    """
    st.fragment(_on_demand)(title, icon, key, draw)


def _on_demand(title: str, icon: str, key: str, draw: Callable[[], None]) -> None:
    part = st.expander(title, key=key, icon=icon, on_change="rerun")
    if part.open:
        with part:
            draw()
