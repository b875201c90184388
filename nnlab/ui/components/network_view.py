"""The stage of the playground and the line that feeds it: two components that share a store in the page.

The stage (``network_view``) is given the setting and is drawn by the page; the feed (``run_feed``)
shows nothing, lives in a fragment of its own, and carries what a run reports to the browser and what
the visitor does on the stage to the server. So epochs flow without the page being drawn anew.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike


def network_view(*, key: str, setting: Mapping[str, Any]) -> None:
    """Show network, output, curves and the buttons of a run.

    Parameters
    ----------
    key : str
        The element's key.
    setting : mapping
        What `nnlab.ui.stage.setting.stage_setting` returns.
    """
    _component("network_view")(key=key, data=dict(setting))


def run_feed(*, key: str, update: Mapping[str, Any], on_report: Callable[[], None]) -> None:
    """Send what is new of a run, and call `on_report` when the stage says what it shows and wants.

    Parameters
    ----------
    key : str
        The element's key; ``st.session_state[key]["report"]`` is the report in the callback.
    update : mapping
        What `nnlab.ui.stage.update.stage_update` returns.
    on_report : callable
        Called without arguments.
    """
    _component("run_feed")(key=key, data=dict(update), on_report_change=on_report)


def packed(values: ArrayLike, dtype: type[np.number[Any]] = np.float32) -> str:
    """Return numbers as base64 text, which costs a third of what JSON takes.

    Examples
    --------
    >>> packed([0.0, 1.0])
    'AAAAAAAAgD8='
    """
    return base64.b64encode(np.ascontiguousarray(values, dtype=dtype).tobytes()).decode()


@cache
def _component(name: str) -> Callable[..., Any]:
    """Register at the first use: without a running app Streamlit does not know where our files are."""
    return st.components.v2.component(f"nnlab.{name}", js=f"{name}.js", css="stage.css", isolate_styles=False)
