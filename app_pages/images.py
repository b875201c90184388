"""Images: a network that learns to tell clothes or digits apart."""

import streamlit as st

from nnlab.exercises.book import FASHION_MNIST
from nnlab.exercises.image_presets import IMAGE_PRESETS
from nnlab.experiment import Layer
from nnlab.runs import RunRecord
from nnlab.ui.address import open_address, write_address
from nnlab.ui.controls import Form, settings
from nnlab.ui.curves import curve_switches, curve_views, curves_to_come
from nnlab.ui.downloads import data_ready
from nnlab.ui.frame import two_columns
from nnlab.ui.images import image_tabs, unscaled_note
from nnlab.ui.presets import preset_buttons
from nnlab.ui.run_panel import notice, run_panel
from nnlab.ui.runs import PageRun
from nnlab.ui.visit import language, theme, visitor

DATASETS = ("fashion_mnist", "mnist", "digits")

t, palette = language(), theme()
visitor()
form = Form("images", t)
form.begin(FASHION_MNIST)
runs = PageRun(form)
open_address(form, runs, DATASETS)

st.header(t("Images"), anchor=False)
left, right = two_columns()
with left:
    presets = st.container()
    settings(form, DATASETS, new_layer=Layer(100, "relu"))
    with presets:
        preset_buttons(form, IMAGE_PRESETS)


def views(record: RunRecord | None) -> None:
    """Draw the curves."""
    options = curve_switches(form.page, t, record.experiment if record is not None else None)
    if record is None:
        curves_to_come(t)
    else:
        unscaled_note(record, t)
        curve_views(form.page, record, options, t, palette, side_by_side=True)


with right:
    if data_ready(form.experiment.dataset.info, t):
        run_panel(runs, views)
        image_tabs(runs, palette)
    else:
        notice(runs)
write_address(form, runs)
