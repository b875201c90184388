"""Parts of a page that are drawn anew by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

P = ParamSpec("P")


def fragment(function: Callable[P, None], run_every: float | None = None) -> Callable[P, None]:
    """Make a function a Streamlit fragment in a place of its own.

    When a fragment's timer strikes while a run of the whole page waits to be sent, Streamlit drops
    what that run drew in the fragment but reports the run as finished; the browser takes the
    fragment away and all that follows it moves up one place, until the next message for one of
    those finds nothing there and the whole page goes blank (``ForwardMsgQueue.clear`` in Streamlit
    1.67; its issues 9188 and 9372 are of the same kind). Nothing can move up where a fragment has
    no neighbours.

    Parameters
    ----------
    function : callable
        Draws the part.
    run_every : float or None
        Seconds until it is drawn anew; None: only with the page.
    """

    def draw(*args: P.args, **kwargs: P.kwargs) -> None:
        with st.container():
            st.fragment(function, run_every=run_every)(*args, **kwargs)

    return draw
