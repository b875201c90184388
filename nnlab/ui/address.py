"""The address of a page: it always carries the setting and the run on screen."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from nnlab.experiment import BOUNDS, DatasetChoice, Experiment
from nnlab.messages import N_, Message
from nnlab.permalink import Link, PermalinkError, decode, encode
from nnlab.ui.controls import Form
from nnlab.ui.page_view import hidden, set_hidden, set_view, view
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
    write_run(runs)
    token = encode(page_link(form))
    _write("x", token)
    _remember(token)


def write_run(runs: PageRun) -> None:
    """Put the run into the address; a network that is only shown has no place there."""
    record = runs.record
    shown_only = runs.watched and not runs.started
    _write("run", record.run_id if record is not None and not shown_only else None)


def page_link(form: Form) -> Link:
    """Return the page as it is set and shown."""
    return Link(form.experiment, view(form.page), hidden(form.page))


def apply_link(link: Link, form: Form) -> None:
    """Show what a link holds. Only before the widgets: in a callback or at the top of a page."""
    experiment = _fresh(link.experiment) if link.view.fresh_seed else link.experiment
    set_view(form.page, replace(link.view, fresh_seed=False))
    set_hidden(form.page, link.hidden)
    form.fill(experiment)


def _open(token: str, form: Form, runs: PageRun, datasets: Sequence[str]) -> None:
    try:
        link = decode(token)
    except PermalinkError as error:
        nearest = error.nearest
        runs.say(error.message, offer=nearest if nearest and nearest.experiment.dataset.name in datasets else None)
        return
    if link.experiment.dataset.name in datasets:
        apply_link(link, form)
        return
    runs.say(
        Message(
            N_("The link is for the data set “{dataset}”, which this page does not show. Open it on its own page."),
            {"dataset": Message(link.experiment.dataset.info.title)},
        )
    )


def _fresh(experiment: Experiment) -> Experiment:
    """Return the experiment with random numbers of its own, in its data too."""
    seed, data_seed = (secrets.randbelow(int(BOUNDS["seed"].maximum) + 1) for _ in range(2))
    options = {**experiment.dataset.options}
    if "seed" in options:
        options["seed"] = data_seed
    return replace(experiment.with_seed(seed), dataset=DatasetChoice(experiment.dataset.name, options))


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
