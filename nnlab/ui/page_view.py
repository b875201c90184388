"""How a page is shown, beside its experiment: switches, speed, and controls that a teacher has hidden."""

from __future__ import annotations

import streamlit as st

from nnlab.experiment import BOUNDS
from nnlab.permalink import View
from nnlab.ui.controls import Form

# The widgets that a hidden control stands for, by the names of their keys; the stage hides its own.
WIDGETS = {
    "learning_rate": ("learning_rate",),
    "activation": ("layer_{layer}_activation",),
    "regularization": ("regularization", "layer_{layer}_l1", "layer_{layer}_l2"),
    "regularization_rate": ("regularization_rate",),
    "problem": ("problem",),
    "dataset": ("dataset",),
    "train_share": ("{dataset}_train_share",),
    "noise": ("{dataset}_noise",),
    "batch_size": ("batch_size",),
    "hidden_layers": ("layers", "layer_{layer}_units"),
    "seed": ("seed", "{dataset}_seed"),
    "optimizer": ("optimizer", "momentum", "nesterov", "rho", "beta_1", "beta_2", "weight_decay"),
    "loss": ("loss", "output_activation"),
    "initializer": ("layer_{layer}_initializer",),
    "features": ("{dataset}_features",),
    "presets": ("presets",),
    "share": ("share",),
}
# An embedded page is the playground alone: no sidebar, no header, no title.
EMBEDDED = """
.stApp :is([data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stHeading"]) { display: none; }
.stMainBlockContainer { padding-top: 1rem; }
"""


def view(page: str) -> View:
    """Return how a page is shown."""
    kept: View = st.session_state.get(f"{page}_view", View())
    return kept


def set_view(page: str, changed: View) -> None:
    """Show a page otherwise."""
    st.session_state[f"{page}_view"] = changed


def hidden(page: str) -> tuple[str, ...]:
    """Return the controls that a page leaves out, of `nnlab.permalink.HIDEABLE`."""
    kept: tuple[str, ...] = st.session_state.get(f"{page}_hidden", ())
    return kept


def set_hidden(page: str, controls: tuple[str, ...]) -> None:
    """Leave these controls out from now on."""
    st.session_state[f"{page}_hidden"] = controls


def hide_controls(form: Form) -> None:
    """Hide what the page's link hides. The widgets stay: what they say still counts."""
    dataset, layers = form.experiment.dataset.name, range(int(BOUNDS["layers"].maximum))
    names = {
        name.format(dataset=dataset, layer=layer)
        for control in hidden(form.page)
        for name in WIDGETS.get(control, ())
        for layer in layers
    }
    rules = ", ".join(f".st-key-{form.key(name)}" for name in sorted(names))
    style = f"{rules} {{ display: none; }}" if rules else ""
    if view(form.page).embed:
        style += EMBEDDED
    # Always there: an element that comes and goes would move those that follow it.
    st.html(f"<style>.nnlab-none {{ }} {style}</style>")
