"""Two components of the exercises: a plane to draw a boundary on, and the browser's memory of what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

PEN = 0.012
"""How thick a line is, in sides of the canvas."""


def boundary_board(
    *,
    key: str,
    version: int,
    lines: Sequence[Any],
    ground: str,
    words: Mapping[str, Any],
    on_drawing: Callable[[], None],
) -> None:
    """Show the board.

    Each change raises the version in the browser, which then tells the drawing;
    ``st.session_state[key]["drawing"]`` in the callback is a dict with ``version`` and ``lines``, and comes from
    outside.

    Parameters
    ----------
    key : str
        The element's key.
    version : int
        That of the drawing that is known. A higher one than the browser's replaces its drawing.
    lines : sequence
        The drawing, as the browser told it.
    ground : str
        Address of the picture behind it.
    words : mapping
        ``canvas``, ``undo`` and ``clear``, and ``shapes``, the names of circle, hexagon and triangle.
    on_drawing : callable
        Called without arguments.
    """
    data = {"version": int(version), "lines": list(lines), "ground": ground, "words": dict(words), "pen": PEN}
    _component("boundary_board", "drawing_board.css")(key=key, data=data, on_drawing_change=on_drawing)


def exercise_progress(*, key: str, text: str | None, on_stored: Callable[[], None]) -> None:
    """Keep a text in the browser's own storage, or ask for the one that is there.

    Parameters
    ----------
    key : str
        The element's key; ``st.session_state[key]["stored"]`` is the text in the callback, and comes from outside.
    text : str or None
        What to keep; None asks.
    on_stored : callable
        Called without arguments.
    """
    data = {"known": text is not None, "text": text or ""}
    _component("exercise_progress")(key=key, data=data, on_stored_change=on_stored)


@cache
def _component(name: str, css: str | None = None) -> Callable[..., Any]:
    """Register at the first use: without a running app Streamlit does not know where our files are."""
    return st.components.v2.component(f"nnlab.{name}", js=f"{name}.js", css=css, isolate_styles=False)
