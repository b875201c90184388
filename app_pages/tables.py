"""Tables: small data in columns, by Keras and by scikit-learn; two labels at once."""

import streamlit as st

from nnlab.exercises.table_presets import TABLE_PRESETS
from nnlab.experiment import Layer
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.address import open_address, write_address
from nnlab.ui.baselines import PageBaseline
from nnlab.ui.controls import Form, settings
from nnlab.ui.curves import curve_switches, curve_views, curves_to_come
from nnlab.ui.frame import two_columns
from nnlab.ui.run_panel import run_panel
from nnlab.ui.runs import PageRun
from nnlab.ui.tables import table_tabs
from nnlab.ui.visit import language, theme, visitor

t, palette = language(), theme()
visitor()
form = Form("tables", t)
form.begin(TABLE_PRESETS["iris"])
runs = PageRun(form)
mlp, perceptron = PageBaseline(form, "mlp"), PageBaseline(form, "perceptron")
open_address(form, runs, tuple(TABLE_PRESETS))

st.header(t(N_("Tables")), anchor=False)
left, right = two_columns()
with left:
    # The widget knows of a change before the experiment does.
    chosen = st.session_state.get(form.key("dataset"), form.experiment.dataset.name)
    preset = (t(N_("Suggested setting")), TABLE_PRESETS[chosen])
    settings(form, tuple(TABLE_PRESETS), new_layer=Layer(5, "relu"), preset=preset)


def views(record: RunRecord | None) -> None:
    """Draw the curves."""
    options = curve_switches(form.page, t)
    if record is None:
        curves_to_come(t)
    else:
        curve_views(form.page, record, options, t, palette, side_by_side=True)


with right:
    run_panel(runs, views)
    table_tabs(runs, mlp, perceptron, palette)
write_address(form, runs)
