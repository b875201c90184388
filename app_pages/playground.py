"""Playground: a small network on points in the plane."""

import streamlit as st

from nnlab.experiment import Experiment, Layer, Optimizer
from nnlab.runs import RunRecord
from nnlab.ui.address import open_address, write_address
from nnlab.ui.boundary_view import boundary_view
from nnlab.ui.controls import Form, settings
from nnlab.ui.curves import curve_switches, curve_views, curves_to_come
from nnlab.ui.frame import two_columns
from nnlab.ui.history import history
from nnlab.ui.run_panel import run_panel
from nnlab.ui.runs import PageRun
from nnlab.ui.visit import language, theme, visitor

DATASETS = (
    "circle",
    "xor",
    "gauss",
    "spiral",
    "moons",
    "rings",
    "blobs",
    "plane",
    "multi_gauss",
    "iris",
)
START = Experiment(
    layers=(Layer(4, "tanh"), Layer(2, "tanh")),
    optimizer=Optimizer("sgd", learning_rate=0.03),
    batch_size=10,
    epochs=None,
)

t, palette = language(), theme()
visitor()
form = Form("playground", t)
form.begin(START)
runs = PageRun(form)
open_address(form, runs, DATASETS)

st.header(t("Playground"), anchor=False)
left, right = two_columns()
with left:
    settings(form, DATASETS, new_layer=Layer(2, "tanh"))


def views(record: RunRecord | None) -> None:
    """Draw the boundary beside the curves."""
    plane, curves = st.columns(2, gap="medium")
    with plane:
        boundary_view(form.page, record, form.experiment, t, palette)
    with curves:
        options = curve_switches(form.page, t)
        if record is None:
            curves_to_come(t)
        else:
            curve_views(form.page, record, options, t, palette)


with right:
    run_panel(runs, views)
    history(form.page, runs.record, t)
write_address(form, runs)
