"""One control for the penalties of all layers; each layer's own stand with the layer."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from nnlab.experiment import BOUNDS, Experiment
from nnlab.messages import N_
from nnlab.ui.controls.form import Form

KINDS = {"none": N_("None"), "l1": "L1", "l2": "L2", "mixed": N_("differs by layer")}
# What the rate is when a kind is chosen and none was set: with 0 nothing would happen.
FIRST_RATE = 0.001


def regularization_controls(form: Form) -> None:
    """Show kind and rate; a change sets every layer, the output's too."""
    t, keys = form.t, (form.key("regularization"), form.key("regularization_rate"))
    kind, rate = uniform(form.experiment)
    kind_column, rate_column = st.columns(2, gap="small")
    kinds = [name for name in KINDS if name != "mixed" or kind == "mixed"]
    kind_column.selectbox(
        t(N_("Regularization")),
        kinds,
        index=kinds.index(kind),
        format_func=lambda name: t(KINDS[name]),
        key=keys[0],
        on_change=_regularize,
        args=(form, keys),
        help=t(N_("Penalty on large weights, the same in every layer.")),
    )
    bound = BOUNDS["l1"]
    rate_column.number_input(
        t(N_("Regularization rate λ")),
        bound.minimum,
        bound.maximum,
        rate,
        step=bound.step,
        format="%.4g",
        key=keys[1],
        disabled=kind in ("none", "mixed"),
        on_change=_regularize,
        args=(form, keys),
        help=t(N_("How much the penalty counts (λ).")),
    )


def uniform(experiment: Experiment) -> tuple[str, float]:
    """Return the kind and rate that all layers share; ``"mixed"`` if they do not.

    Examples
    --------
    >>> uniform(regularized(Experiment(), "l2", 0.01))
    ('l2', 0.01)
    """
    penalties = {(layer.l1, layer.l2) for layer in experiment.layers} | {(experiment.output_l1, experiment.output_l2)}
    if len(penalties) > 1:
        return "mixed", 0.0
    ((l1, l2),) = penalties
    if l1 and l2:
        return "mixed", 0.0
    return ("l1", float(l1)) if l1 else ("l2", float(l2)) if l2 else ("none", 0.0)


def regularized(experiment: Experiment, kind: str, rate: float) -> Experiment:
    """Return the experiment with one penalty in every layer, the output's too."""
    l1, l2 = (rate if kind == "l1" else 0.0), (rate if kind == "l2" else 0.0)
    layers = tuple(replace(layer, l1=l1, l2=l2) for layer in experiment.layers)
    return replace(experiment, layers=layers, output_l1=l1, output_l2=l2)


def _regularize(form: Form, keys: tuple[str, str]) -> None:
    kind, rate = (st.session_state.get(key) for key in keys)
    before = uniform(form.experiment)
    # Streamlit calls this too when the browser reports a control that the page has replaced meanwhile.
    if kind in (None, "mixed") or rate is None or (kind, rate) == before:
        return
    form.fill(regularized(form.experiment, kind, rate if before[1] or rate else FIRST_RATE))
