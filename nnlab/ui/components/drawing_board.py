"""A canvas to draw on, with what the network sees and says of the drawing beside it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypedDict

import numpy as np
import streamlit as st
from numpy.typing import NDArray

PEN = 0.08
"""How thick a line is, in sides of the canvas: about 2 of MNIST's 28 pixels where the drawing fills it."""


class Bar(TypedDict):
    """A class with its probability, and how that is written."""

    name: str
    share: float
    text: str


def drawing_board(
    *,
    key: str,
    version: int,
    lines: Sequence[Any],
    seen: NDArray[np.uint8],
    sentence: str,
    bars: Sequence[Bar],
    pending: bool,
    ask_again_after: int | None,
    words: Mapping[str, str],
    on_drawing: Callable[[], None],
    on_again: Callable[[], None],
) -> None:
    """Show the board.

    Each change of the drawing raises its version in the browser, which then tells the drawing;
    ``st.session_state[key]["drawing"]`` in the callback is a dict with ``version`` and ``lines``,
    and comes from outside.

    Parameters
    ----------
    key : str
        The element's key.
    version : int
        That of the drawing that is answered. A higher one than the browser's replaces its drawing.
    lines : sequence
        The drawing, as the browser told it.
    seen : ndarray of shape (rows, columns), ``uint8``
        What the network sees, 255 being ink.
    sentence : str
        What it says, or why it says nothing.
    bars : sequence of Bar
        The probabilities of the classes; none while there are none.
    pending : bool
        Whether the answer is still to come.
    ask_again_after : int or None
        In how many milliseconds the browser asks again; None: not before the drawing changes.
    words : mapping of str to str
        ``canvas``, ``seen``, ``undo`` and ``clear`` in the visitor's language.
    on_drawing, on_again : callable
        Called without arguments.
    """
    rows, columns = seen.shape
    data = {
        "version": int(version),
        "lines": list(lines),
        "seen": {
            "rows": int(rows),
            "columns": int(columns),
            "pixels": base64.b64encode(np.ascontiguousarray(seen, dtype=np.uint8).tobytes()).decode(),
        },
        "sentence": sentence,
        "bars": [dict(bar) for bar in bars],
        "pending": bool(pending),
        "ask_again_after": ask_again_after,
        "words": dict(words),
        "pen": PEN,
    }
    _component()(key=key, data=data, on_drawing_change=on_drawing, on_again_change=on_again)


@cache
def _component() -> Callable[..., Any]:
    """Register at the first use: without a running app Streamlit does not know where our files are."""
    return st.components.v2.component(
        "nnlab.drawing_board", js="drawing_board.js", css="drawing_board.css", isolate_styles=False
    )
