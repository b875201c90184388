"""Parts of a page that are drawn anew by themselves."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec

import streamlit as st

P = ParamSpec("P")
_in_timer = ContextVar("_in_timer", default=False)


def fragment(function: Callable[P, None], run_every: float | None = None) -> Callable[P, None]:
    """Make a function a Streamlit fragment in a place of its own.

    When a fragment's timer strikes while a run of the whole page waits to be sent, Streamlit drops
    what that run drew in the fragment but reports the run as finished; the browser takes the
    fragment away and all that follows it moves up one place, until the next message for one of
    those finds nothing there and the whole page goes blank (``ForwardMsgQueue.clear`` in Streamlit
    1.67; its issues 9188 and 9372 are of the same kind). Nothing can move up where a fragment has
    no neighbours.

    For the same reason a fragment with a timer may hold no other fragment: what the outer one drew is
    dropped, what the inner one drew is sent to a place that is not there, and the browser covers the
    page with “Bad message format”.

    Parameters
    ----------
    function : callable
        Draws the part.
    run_every : float or None
        Seconds until it is drawn anew; None: only with the page.

    Raises
    ------
    RuntimeError
        When it is drawn in a fragment that has a timer.
    """
    part = function if run_every is None else _marked(function)

    def draw(*args: P.args, **kwargs: P.kwargs) -> None:
        if _in_timer.get():
            raise RuntimeError(f"{function.__qualname__} is drawn in a fragment with a timer; put it beside that one.")
        with st.container():
            st.fragment(part, run_every=run_every)(*args, **kwargs)

    return draw


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
    fragment(_on_demand)(title, icon, key, draw)


def _on_demand(title: str, icon: str, key: str, draw: Callable[[], None]) -> None:
    part = st.expander(title, key=key, icon=icon, on_change="rerun")
    if part.open:
        with part:
            draw()


def _marked(function: Callable[P, None]) -> Callable[P, None]:
    @wraps(function)
    def marked(*args: P.args, **kwargs: P.kwargs) -> None:
        token = _in_timer.set(True)
        try:
            function(*args, **kwargs)
        finally:
            _in_timer.reset(token)

    return marked
