"""Housing: a network that learns what houses in California are worth."""

import streamlit as st

from nnlab.exercises.book import CALIFORNIA_HOUSING
from nnlab.experiment import Layer
from nnlab.messages import N_, Message
from nnlab.runs import RunRecord
from nnlab.ui.address import open_address, write_address
from nnlab.ui.baselines import PageBaseline
from nnlab.ui.controls import Form, settings
from nnlab.ui.curves import curve_switches, curve_views, curves_to_come
from nnlab.ui.downloads import data_ready
from nnlab.ui.frame import two_columns
from nnlab.ui.housing import housing_tabs
from nnlab.ui.run_panel import notice, run_panel
from nnlab.ui.runs import PageRun
from nnlab.ui.visit import language, theme, visitor

DATASETS = ("california_housing",)
OFFLINE = Message(N_("The data sets of the page “Tables” work without a network."))

t, palette = language(), theme()
visitor()
form = Form("housing", t)
form.begin(CALIFORNIA_HOUSING)
runs = PageRun(form)
mlp = PageBaseline(form, "mlp")
open_address(form, runs, DATASETS)

st.header(t(N_("Housing")), anchor=False)
left, right = two_columns()
with left:
    settings(form, DATASETS, new_layer=Layer(50, "relu"), preset=(t(N_("The chapter's preset")), CALIFORNIA_HOUSING))


def views(record: RunRecord | None) -> None:
    """Draw the curves."""
    options = curve_switches(form.page, t, record.experiment if record is not None else None)
    if record is None:
        curves_to_come(t)
    else:
        curve_views(form.page, record, options, t, palette, side_by_side=True)


with right:
    if data_ready(form.experiment.dataset.info, t, OFFLINE):
        run_panel(runs, views)
        housing_tabs(runs, mlp, palette)
    else:
        notice(runs)
write_address(form, runs)
