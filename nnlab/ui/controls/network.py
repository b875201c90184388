"""Controls for the network: hidden layers, output layer, loss."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import streamlit as st

from nnlab.experiment import BOUNDS, CHOICES, Layer
from nnlab.messages import N_
from nnlab.ui.controls.form import Form
from nnlab.ui.labels import label


def network_controls(form: Form, new_layer: Layer) -> dict[str, Any]:
    """Show them and return the fields ``layers``, ``loss`` and ``output_activation``.

    Parameters
    ----------
    form : Form
        The page's.
    new_layer : Layer
        What a first layer starts as; later ones start like the one before.
    """
    t = form.t
    present = form.experiment.layers
    bound = BOUNDS["layers"]
    count = st.number_input(
        t(N_("Hidden layers")),
        int(bound.minimum),
        int(bound.maximum),
        len(present),
        step=1,
        key=form.key("layers"),
        help=t(N_("Layers between input and output. None at all gives a linear model.")),
    )
    if count:
        st.caption(
            t(N_("Units and activation of each hidden layer")),
            help=t(N_("Neurons of a layer, and what is applied to each of their weighted sums.")),
        )
    layers: list[dict[str, Any]] = []
    for index in range(count):
        start = present[index] if index < len(present) else Layer(**layers[-1]) if layers else new_layer
        layers.append(_layer(form, index, start))
    return {"layers": layers, **_head(form)}


def _layer(form: Form, index: int, start: Layer) -> dict[str, Any]:
    t = form.t
    place = f"layer_{index}_"
    number = index + 1
    # Not columns: on a phone they would put a layer on three lines.
    row = st.container(horizontal=True, gap="xsmall", key=f"{form.page}_row_{index}")
    units = row.number_input(
        t(N_("Units {number}"), number=number),
        int(BOUNDS["units"].minimum),
        int(BOUNDS["units"].maximum),
        start.units,
        step=1,
        key=form.key(f"{place}units"),
        label_visibility="collapsed",
        width=76,
    )
    activation = row.selectbox(
        t(N_("Activation {number}"), number=number),
        CHOICES["activation"],
        index=CHOICES["activation"].index(start.activation),
        key=form.key(f"{place}activation"),
        label_visibility="collapsed",
    )
    more_title = t(N_("Initialization and regularization of layer {number}"), number=number)
    # There is room for the icon only; the style of the page keeps the name for screen readers.
    name_hidden = row.container(key=f"{form.page}_more_{index}", width="content")
    with name_hidden.popover(more_title, icon=":material/tune:", help=more_title):
        more = _more(form, place, start)
    return {**asdict(start), "units": units, "activation": activation, **more}


def _more(form: Form, place: str, start: Layer) -> dict[str, Any]:
    t = form.t
    initializer = st.selectbox(
        t(N_("Initialization")),
        CHOICES["initializer"],
        index=CHOICES["initializer"].index(start.initializer),
        key=form.key(f"{place}initializer"),
        help=t(N_("How the first weights are drawn. Biases start at 0.")),
    )
    batch_norm = st.toggle(
        t(N_("Batch normalization")),
        value=start.batch_norm,
        key=form.key(f"{place}batch_norm"),
        help=t(N_("Centres and scales the weighted sums over each batch.")),
    )
    dropout = st.slider(
        t(N_("Dropout")),
        BOUNDS["dropout"].minimum,
        BOUNDS["dropout"].maximum,
        float(start.dropout),
        step=BOUNDS["dropout"].step,
        key=form.key(f"{place}dropout"),
        help=t(N_("Share of neurons switched off by chance in each step.")),
    )
    penalties = {
        name: st.number_input(
            title,
            BOUNDS[name].minimum,
            BOUNDS[name].maximum,
            float(getattr(start, name)),
            step=BOUNDS[name].step,
            format="%.4f",
            key=form.key(f"{place}{name}"),
            help=t(N_("Penalty on large weights (λ).")),
        )
        for name, title in (("l1", "L1"), ("l2", "L2"))
    }
    return {"initializer": initializer, "batch_norm": batch_norm, "dropout": dropout, **penalties}


def _head(form: Form) -> dict[str, Any]:
    t = form.t
    activation_column, loss_column = st.columns(2, gap="small")
    activation = activation_column.selectbox(
        t(N_("Output activation")),
        CHOICES["output_activation"],
        index=CHOICES["output_activation"].index(form.experiment.output_activation),
        format_func=lambda name: label(t, name),
        key=form.key("output_activation"),
        help=t(N_("Sigmoid for yes or no, softmax for one class of many, linear for a number.")),
    )
    loss = loss_column.selectbox(
        t(N_("Loss")),
        CHOICES["loss"],
        index=CHOICES["loss"].index(form.experiment.loss),
        format_func=lambda name: label(t, name),
        key=form.key("loss"),
        help=t(N_("What training makes small.")),
    )
    return {"output_activation": activation, "loss": loss}
