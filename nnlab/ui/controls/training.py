"""Controls for the training: optimizer, batch size, epochs, early stopping, seed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import streamlit as st

from nnlab.experiment import BOUNDS, CHOICES, EarlyStopping
from nnlab.experiment.bounds import OPTIMIZERS
from nnlab.messages import N_
from nnlab.ui.controls.form import Form
from nnlab.ui.labels import label

HYPERPARAMETERS = {
    "momentum": ("β", N_("Momentum (β): how much of the last step is kept.")),
    "rho": ("ρ", N_("Decay (ρ): how long squared gradients are remembered.")),
    "beta_1": ("β₁", N_("Decay of the first moment (β₁).")),
    "beta_2": ("β₂", N_("Decay of the second moment (β₂).")),
    "weight_decay": ("λ", N_("Weight decay (λ): how fast weights shrink by themselves.")),
}


def training_controls(form: Form) -> dict[str, Any]:
    """Show them and return the fields from ``optimizer`` to ``seed``."""
    return {
        "optimizer": _optimizer(form),
        **_lengths(form),
        "solved_at": _solved_at(form),
        "early_stopping": _early_stopping(form),
        "seed": _seed(form),
    }


def _optimizer(form: Form) -> dict[str, Any]:
    t, start = form.t, form.experiment.optimizer
    name_column, rate_column = st.columns(2, gap="small")
    name = name_column.selectbox(
        t(N_("Optimizer")),
        CHOICES["optimizer"],
        index=CHOICES["optimizer"].index(start.name),
        format_func=lambda name: label(t, name),
        key=form.key("optimizer"),
        help=t(N_("How weights are changed in each step.")),
    )
    rate = BOUNDS["learning_rate"]
    content: dict[str, Any] = {**asdict(start), "name": name}
    content["learning_rate"] = rate_column.number_input(
        t(N_("Learning rate η")),
        rate.minimum,
        rate.maximum,
        float(start.learning_rate),
        step=rate.step,
        format="%.6g",
        key=form.key("learning_rate"),
        help=t(N_("How large each step is (η).")),
    )
    columns = st.columns(max(len(OPTIMIZERS[name]), 1), gap="small", vertical_alignment="bottom")
    for column, hyperparameter in zip(columns, OPTIMIZERS[name], strict=False):
        content[hyperparameter] = _hyperparameter(form, column, hyperparameter)
    content["nesterov"] = bool(content["nesterov"]) and name == "sgd" and content["momentum"] > 0
    return content


def _hyperparameter(form: Form, column: Any, name: str) -> Any:
    t, start = form.t, getattr(form.experiment.optimizer, name)
    if name == "nesterov":
        return column.toggle(
            "Nesterov",
            value=start,
            key=form.key(name),
            help=t(N_("Looks ahead along the momentum. Needs momentum above 0.")),
        )
    symbol, help_text = HYPERPARAMETERS[name]
    bound = BOUNDS[name]
    return column.number_input(
        symbol,
        bound.minimum,
        bound.maximum,
        float(start),
        step=bound.step,
        format="%.5g",
        key=form.key(name),
        help=t(help_text),
    )


def _lengths(form: Form) -> dict[str, Any]:
    t, start = form.t, form.experiment
    batch_column, epochs_column = st.columns(2, gap="small")
    batch_size = batch_column.number_input(
        t(N_("Batch size B")),
        int(BOUNDS["batch_size"].minimum),
        int(BOUNDS["batch_size"].maximum),
        start.batch_size,
        step=1,
        key=form.key("batch_size"),
        help=t(N_("Samples in one step (B).")),
    )
    with epochs_column:
        endless = st.session_state.get(form.key("endless"), start.epochs is None)
        epochs = st.number_input(
            t(N_("Epochs")),
            int(BOUNDS["epochs"].minimum),
            int(BOUNDS["epochs"].maximum),
            start.epochs or int(BOUNDS["epochs"].default),
            step=1,
            key=form.key("epochs"),
            disabled=bool(endless),
            help=t(N_("Passes over the training set.")),
        )
    endless = st.toggle(
        t(N_("Train until stopped")),
        value=start.epochs is None,
        key=form.key("endless"),
        help=t(N_("No last epoch.")),
    )
    return {"batch_size": batch_size, "epochs": None if endless else epochs}


def _solved_at(form: Form) -> float | None:
    t, present, bound = form.t, form.experiment.solved_at, BOUNDS["solved_at"]
    accuracy = form.experiment.dataset.task != "regression"
    if not st.toggle(
        t(N_("Stop when solved")),
        value=present is not None,
        key=form.key("solved"),
        help=t(N_("Ends the run as soon as the validation set is answered well enough, and says what it has cost.")),
    ):
        return None
    start = present if present is not None else bound.default if accuracy else 0.1
    value: float = st.number_input(
        t(N_("Validation accuracy of at least")) if accuracy else t(N_("Validation error (RMSE) of at most")),
        bound.minimum,
        1.0 if accuracy else bound.maximum,
        min(float(start), 1.0) if accuracy else float(start),
        step=bound.step,
        format="%.3g",
        key=form.key(f"solved_at_{'accuracy' if accuracy else 'error'}"),
    )
    return value


def _early_stopping(form: Form) -> dict[str, Any] | None:
    t, present = form.t, form.experiment.early_stopping
    start = present or EarlyStopping()
    if not st.toggle(
        t(N_("Early stopping")),
        value=present is not None,
        key=form.key("early_stopping"),
        help=t(N_("Ends the run when the validation set no longer gains, and goes back to the best weights.")),
    ):
        return None
    monitor_column, patience_column = st.columns(2, gap="small")
    monitor = monitor_column.selectbox(
        t(N_("Watch")),
        CHOICES["monitor"],
        index=CHOICES["monitor"].index(start.monitor),
        format_func=lambda name: label(t, name),
        key=form.key("monitor"),
        help=t(N_("What has to get better.")),
    )
    patience = patience_column.number_input(
        t(N_("Patience")),
        int(BOUNDS["patience"].minimum),
        int(BOUNDS["patience"].maximum),
        start.patience,
        step=1,
        key=form.key("patience"),
        help=t(N_("Epochs without a gain before the run ends.")),
    )
    return {**asdict(start), "monitor": monitor, "patience": patience}


def _seed(form: Form) -> int:
    t = form.t
    seed: int = st.number_input(
        t(N_("Seed")),
        int(BOUNDS["seed"].minimum),
        int(BOUNDS["seed"].maximum),
        form.experiment.seed,
        step=1,
        key=form.key("seed"),
        help=t(N_("Decides the first weights and the order of the samples. The same seed gives the same run.")),
    )
    return seed
