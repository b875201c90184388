"""Images: a network that learns to tell clothes or digits apart."""

import streamlit as st

from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.runs import RunRecord
from nnlab.ui.address import open_address, write_address
from nnlab.ui.controls import Form, settings
from nnlab.ui.curves import curve_switches, curve_views, curves_to_come
from nnlab.ui.downloads import data_ready
from nnlab.ui.frame import two_columns
from nnlab.ui.history import history
from nnlab.ui.image_views import data_views, test_views
from nnlab.ui.run_panel import notice, run_panel
from nnlab.ui.runs import PageRun
from nnlab.ui.visit import language, theme, visitor

DATASETS = ("fashion_mnist", "mnist", "digits")
CHAPTER = Experiment(
    dataset=DatasetChoice("fashion_mnist"),
    layers=(Layer(300, "relu"), Layer(100, "relu")),
    optimizer=Optimizer("sgd", learning_rate=0.01),
    batch_size=32,
    epochs=30,
)

t, palette = language(), theme()
visitor()
form = Form("images", t)
form.begin(CHAPTER)
runs = PageRun(form)
open_address(form, runs, DATASETS)

st.header(t("Images"), anchor=False)
left, right = two_columns()
with left:
    settings(form, DATASETS, new_layer=Layer(100, "relu"), preset=(t("The chapter's preset"), CHAPTER))


def views(record: RunRecord | None) -> None:
    """Draw the curves."""
    options = curve_switches(form.page, t)
    if record is None:
        curves_to_come(t)
    else:
        curve_views(form.page, record, options, t, palette, side_by_side=True)


with right:
    if data_ready(form.experiment.dataset.info, t):
        run_panel(runs, views)
        data_tab, test_tab, history_tab = st.tabs([t("Data"), t("Test"), t("History")])
        with data_tab:
            data_views(form.experiment.dataset, t, palette)
        with test_tab:
            test_views(runs.record, t, palette)
        with history_tab:
            history(form.page, runs.record, t)
    else:
        notice(runs)
write_address(form, runs)
