"""The address of a page: it always carries the setting and the run on screen."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from nnlab.messages import N_, Message
from nnlab.permalink import Link, PermalinkError, decode, encode
from nnlab.ui.controls import Form
from nnlab.ui.runs import PageRun

# The last token that we wrote ourselves, on whichever page: only another one came from outside.
WRITTEN = "address_token"
# The tokens before it, and when each was replaced: a browser on a slow line goes on sending the old
# one for a while, and taking it for a link would undo what the visitor has just set. After that
# time it comes from the browser's Back button, which may undo.
REPLACED = "address_tokens_replaced"
ON_THE_WAY_SECONDS = 20.0


def open_address(form: Form, runs: PageRun, datasets: Sequence[str]) -> None:
    """Take over the setting (``?x=``) and the run (``?run=``) of a link, before any widget.

    Parameters
    ----------
    form, runs
        The page's.
    datasets : sequence of str
        Those that this page shows.
    """
    run_id, token = st.query_params.get("run"), st.query_params.get("x")
    if token is not None and _is_ours(token):
        return
    if run_id:
        runs.adopt(run_id)
    if token:
        _remember(token)
        _open(token, form, runs, datasets)


def write_address(form: Form, runs: PageRun) -> None:
    """Put the setting and the run into the address, so that a reload finds both again."""
    record = runs.record
    _write("run", record.run_id if record is not None else None)
    token = encode(Link(form.experiment))
    _write("x", token)
    _remember(token)


def share_button(form: Form) -> None:
    """Show the button whose pop-over holds the link to this setting."""
    t = form.t
    with st.popover(t(N_("Share")), icon=":material/share:", help=t(N_("A link to this setting."))):
        st.write(t(N_("Whoever opens this link finds the same data, network and training, with the same seed.")))
        st.code(_link(form), language=None, wrap_lines=True)


def _open(token: str, form: Form, runs: PageRun, datasets: Sequence[str]) -> None:
    try:
        experiment = decode(token).experiment
    except PermalinkError as error:
        runs.say(error.message)
        return
    if experiment.dataset.name not in datasets:
        runs.say(
            Message(
                N_("The link is for the data set “{dataset}”, which this page does not show. Open it on its own page."),
                {"dataset": Message(experiment.dataset.info.title)},
            )
        )
        return
    form.fill(experiment)


def _is_ours(token: str) -> bool:
    replaced: dict[str, float] = st.session_state.get(REPLACED, {})
    return (
        token == st.session_state.get(WRITTEN) or time.monotonic() - replaced.get(token, -math.inf) < ON_THE_WAY_SECONDS
    )


def _remember(token: str) -> None:
    last = st.session_state.get(WRITTEN)
    if token == last:
        return
    now = time.monotonic()
    before: dict[str, float] = st.session_state.get(REPLACED, {})
    recent = {old: since for old, since in before.items() if now - since < ON_THE_WAY_SECONDS}
    if last is not None:
        recent[last] = now
    st.session_state[REPLACED] = recent
    st.session_state[WRITTEN] = token


def _write(name: str, value: str | None) -> None:
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def _link(form: Form) -> str:
    here = urlsplit(st.context.url or "")
    query = urlencode({"lang": form.t.language, "x": encode(Link(form.experiment))})
    return urlunsplit((here.scheme, here.netloc, here.path, query, ""))
