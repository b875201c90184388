"""All settings of a page in the order of thought: data, network, training."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nnlab.experiment import Experiment, Layer
from nnlab.experiment.summary import parameter_count, summary
from nnlab.messages import N_
from nnlab.ui.controls.data import data_controls
from nnlab.ui.controls.form import Form
from nnlab.ui.controls.mode import mode_switch
from nnlab.ui.controls.network import network_controls
from nnlab.ui.controls.problem import problem_control, regenerate_button
from nnlab.ui.controls.regularization import regularization_controls
from nnlab.ui.controls.training import training_controls


def settings(
    form: Form,
    datasets: Sequence[str],
    *,
    new_layer: Layer,
    preset: tuple[str, Experiment] | None = None,
    plane: bool = False,
) -> None:
    """Show the controls in three steps and the summary table below the second.

    Parameters
    ----------
    form : Form
        The page's; it holds the experiment afterwards.
    datasets : sequence of str
        Those to choose from.
    new_layer : Layer
        What a first layer starts as.
    preset : tuple of str and Experiment, optional
        The words on a button, and what it sets.
    plane : bool
        Whether there are also the controls that TensorFlow Playground has for points in the plane.
    """
    t = form.t
    if preset is not None:
        name, experiment = preset
        st.button(name, icon=":material/menu_book:", on_click=form.fill, args=(experiment,), key=f"{form.page}_preset")
    with st.expander(t(N_("1 · Data")), expanded=True):
        content = data_controls(form, problem_control(form, datasets) if plane else datasets, pictures=plane)
        if plane:
            regenerate_button(form)
    with st.expander(t(N_("2 · Network")), expanded=True):
        content |= network_controls(form, new_layer)
        table = st.container()
    with st.expander(t(N_("3 · Training")), expanded=True):
        if plane:
            mode_switch(form)
            regularization_controls(form)
        content |= training_controls(form)
    form.read(content)
    with table:
        _summary(form)


def _summary(form: Form) -> None:
    t = form.t
    rows = summary(form.experiment)
    total = parameter_count(form.experiment)
    st.caption(t.ngettext("{count} parameter", "{count} parameters", total))
    frame = pd.DataFrame(
        {
            t(N_("Layer")): [f"{row.name} ({row.kind})" for row in rows],
            t(N_("Output")): [" × ".join(map(str, row.output_shape)) for row in rows],
            t(N_("Parameters")): [t.integer(row.parameters) for row in rows],
        }
    )
    # A table of text breaks its lines in a narrow column, where a data frame cuts them off.
    with st.container(key=f"{form.page}_summary"):
        st.table(frame, hide_index=True, border="horizontal")
