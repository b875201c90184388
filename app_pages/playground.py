"""Playground: a small network on points in the plane."""

from functools import partial

import streamlit as st

from nnlab.experiment import Experiment, Layer, Optimizer
from nnlab.ui.address import open_address, write_address
from nnlab.ui.code import code_on_demand, code_view
from nnlab.ui.controls import Form, settings
from nnlab.ui.frame import two_columns
from nnlab.ui.history import history_on_demand
from nnlab.ui.page_view import hide_controls
from nnlab.ui.presets import presets
from nnlab.ui.runs import PageRun
from nnlab.ui.sharing import share_playground
from nnlab.ui.stage import stage
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
NEW_LAYER = Layer(2, "tanh")

t, palette = language(), theme()
visitor()
form = Form("playground", t)
form.begin(START)
runs = PageRun(form, watched=True)
open_address(form, runs, DATASETS)

hide_controls(form)
with st.container(horizontal=True, vertical_alignment="center"):
    st.header(t("Playground"), anchor=False)
    share_playground(runs)
left, right = two_columns()
with left:
    chooser = st.container()
    settings(form, DATASETS, new_layer=NEW_LAYER, plane=True)
    with chooser:
        presets(form)
with right:
    stage(runs, palette, new_layer=NEW_LAYER)
    history_on_demand(runs)
    code_on_demand(t, f"{runs.form.page}_code_open", partial(code_view, runs))
write_address(form, runs)
