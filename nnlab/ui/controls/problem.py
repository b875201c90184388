"""Classification or regression, and other points of the same kind: what TensorFlow Playground has for its data."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from nnlab.datasets.catalog import CATALOG
from nnlab.experiment import DatasetChoice
from nnlab.messages import N_
from nnlab.ui.controls.form import Form

PROBLEMS = {"classification": N_("Classification"), "regression": N_("Regression")}


def problem_control(form: Form, datasets: Sequence[str]) -> list[str]:
    """Show the switch and return the data sets of the chosen kind."""
    t, key = form.t, form.key("problem")
    chosen = _problem(form.experiment.dataset.name)
    st.segmented_control(
        t(N_("Problem type")),
        list(PROBLEMS),
        default=chosen,
        format_func=lambda name: t(PROBLEMS[name]),
        key=key,
        required=True,
        on_change=_switch,
        args=(form, datasets, key),
        help=t(N_("Classification tells classes apart; regression predicts a number.")),
    )
    return [name for name in datasets if _problem(name) == chosen]


def regenerate_button(form: Form) -> None:
    """Show the button that draws other points; the network keeps its weights."""
    t = form.t
    if "seed" in form.experiment.dataset.options:
        st.button(
            t(N_("Regenerate")),
            icon=":material/casino:",
            on_click=_regenerate,
            args=(form,),
            key=f"{form.page}_regenerate",
            help=t(N_("Draws other points of the same kind; the network keeps its weights.")),
        )


def _problem(name: str) -> str:
    return "regression" if CATALOG[name].task == "regression" else "classification"


def _switch(form: Form, datasets: Sequence[str], key: str) -> None:
    problem = st.session_state.get(key)
    # Streamlit calls this too when the browser reports a switch that the page has replaced meanwhile.
    if problem is None or problem == _problem(form.experiment.dataset.name):
        return
    name = next(name for name in datasets if _problem(name) == problem)
    # Output layer and loss go with the task.
    form.fill(
        replace(form.experiment, dataset=DatasetChoice(name), output_activation="auto", output_units=None, loss="auto")
    )


def _regenerate(form: Form) -> None:
    dataset = form.experiment.dataset
    seed = secrets.randbelow(int(dataset.info.options["seed"].maximum) + 1)
    form.fill(replace(form.experiment, dataset=DatasetChoice(dataset.name, {**dataset.options, "seed": seed})))
