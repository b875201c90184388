"""Controls for the data: which set, its options, its features."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import streamlit as st

from nnlab.datasets import load
from nnlab.datasets.catalog import CATALOG, Bound, DatasetInfo
from nnlab.figures.palette import Palette
from nnlab.figures.thumbnail import thumbnail
from nnlab.messages import N_
from nnlab.ui.controls.form import Form
from nnlab.ui.labels import label
from nnlab.ui.visit import theme

TITLE = N_("Data set")
HELP = {
    "samples": N_("How many points there are, training and validation together."),
    "noise": N_("How much chance is mixed in: wrong labels or scattered points."),
    "train_share": N_("The share that is trained on; the rest is for validation."),
    "classes": N_("How many classes there are."),
    "outliers": N_("In so many training districts the price has a zero too many."),
    "seed": N_("Another seed draws other samples, or splits them otherwise."),
}


def data_controls(form: Form, names: Sequence[str], *, pictures: bool = False) -> dict[str, Any]:
    """Show them and return the fields ``dataset`` and ``features``.

    Parameters
    ----------
    form : Form
        The page's.
    names : sequence of str
        Data sets to choose from.
    pictures : bool
        Whether the choice is among pictures of the data, which have to be points.
    """
    chosen = form.experiment.dataset
    name = _picture_choice(form, names) if pictures else _name_choice(form, names)
    info = CATALOG[name]
    options = {
        option: _option(form, name, option, bound, chosen.options.get(option, bound.default))
        for option, bound in info.options.items()
    }
    content: dict[str, Any] = {"dataset": {"name": name, "options": options}, "features": []}
    if info.features:
        content["features"] = _features(form, name, info)
    if info.kind == "images":
        content["scale_inputs"] = _scaling(form, info)
    return content


def _scaling(form: Form, info: DatasetInfo) -> bool:
    t = form.t
    return st.toggle(
        t(N_("Divide pixels by {scale}"), scale=int(info.scale)),
        value=form.experiment.scale_inputs,
        key=form.key("scale_inputs"),
        help=t(N_("So that the network's inputs lie between 0 and 1.")),
    )


def _name_choice(form: Form, names: Sequence[str]) -> str:
    t = form.t
    name: str = st.selectbox(
        t(TITLE),
        names,
        index=list(names).index(form.experiment.dataset.name),
        format_func=lambda name: t(CATALOG[name].title),
        key=form.key("dataset"),
        help=t(N_("What the network learns from.")),
    )
    return name


def _picture_choice(form: Form, names: Sequence[str]) -> str:
    t, palette = form.t, theme()
    with st.container(key=f"{form.page}_pictures"):
        # The style of the page gives the pictures their size.
        name: str | None = st.pills(
            t(TITLE),
            names,
            default=form.experiment.dataset.name,
            format_func=lambda name: f"![]({_picture(name, palette)}) {t(CATALOG[name].title)}",
            key=form.key("dataset"),
            required=True,
            help=t(N_("What the network learns from.")),
        )
    return name or form.experiment.dataset.name


@lru_cache(maxsize=64)
def _picture(name: str, palette: Palette) -> str:
    return thumbnail(load(name), palette)


def _option(form: Form, dataset: str, option: str, bound: Bound, value: float) -> float:
    t = form.t
    key = form.key(f"{dataset}_{option}")
    start = _within(value, bound)
    help_text = t(HELP[option]) if option in HELP else None
    if option == "seed":
        seed: int = st.number_input(
            label(t, option), int(bound.minimum), int(bound.maximum), int(start), step=1, key=key, help=help_text
        )
        return seed
    share = option in ("noise", "train_share")
    number: float = st.slider(
        label(t, option),
        bound.minimum,
        bound.maximum,
        start,
        step=bound.step,
        key=key,
        format="percent" if share else None,
        help=help_text,
    )
    return number


def _within(value: float, bound: Bound) -> float:
    kind = int if bound.whole else float
    return kind(min(max(value, bound.minimum), bound.maximum))


def _features(form: Form, name: str, info: DatasetInfo) -> list[str]:
    t = form.t
    present = [feature for feature in form.experiment.features if feature in info.features]
    default = present or list(info.default_features or info.features)
    features: list[str] = st.pills(
        t(N_("Features (inputs)")),
        info.features,
        selection_mode="multi",
        default=default,
        format_func=lambda feature: label(t, feature),
        key=form.key(f"{name}_features"),
        help=t(N_("What the network is told about each sample. Choose at least one.")),
    )
    return features
