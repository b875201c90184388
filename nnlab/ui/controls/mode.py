"""Whose rules the training follows: Keras', or those of TensorFlow Playground."""

from __future__ import annotations

import streamlit as st

from nnlab.experiment.playground import as_keras, as_playground
from nnlab.messages import N_
from nnlab.ui.controls.form import Form


def mode_switch(form: Form) -> None:
    """Show the switch; points in the plane only have both."""
    if form.experiment.dataset.info.kind != "toy":
        return
    t, key = form.t, form.key("mode")
    st.toggle(
        t(N_("As in TensorFlow Playground")),
        value=form.experiment.mode == "playground",
        key=key,
        on_change=_switch,
        args=(form, key),
        help=t(
            N_(
                "Trains by that page's own rules: weights from −0.5 to 0.5, biases 0.1, tanh output, "
                "half the squared error, batches in a fixed order."
            )
        ),
    )


def _switch(form: Form, key: str) -> None:
    # Streamlit calls this too when the browser reports a switch that the page has replaced meanwhile.
    chosen = st.session_state.get(key)
    if chosen is not None and chosen != (form.experiment.mode == "playground"):
        form.fill(as_playground(form.experiment) if chosen else as_keras(form.experiment))
