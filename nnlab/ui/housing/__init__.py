"""The tabs of the page Housing: what is in the data, and what a network makes of it."""

from __future__ import annotations

import streamlit as st

from nnlab.figures.palette import Palette
from nnlab.messages import N_
from nnlab.ui.baselines import PageBaseline
from nnlab.ui.code import code_view
from nnlab.ui.history import history
from nnlab.ui.housing.data import data_views
from nnlab.ui.housing.far import far_views
from nnlab.ui.housing.losses import loss_views, note_run
from nnlab.ui.housing.own import own_district
from nnlab.ui.housing.scikit_learn import scikit_learn_views
from nnlab.ui.housing.test import test_views
from nnlab.ui.lazy_tabs import lazy_tabs
from nnlab.ui.runs import PageRun
from nnlab.ui.visit import visitor

__all__ = ["housing_tabs"]


def housing_tabs(runs: PageRun, mlp: PageBaseline, palette: Palette) -> None:
    """Show the tabs; another one is opened without drawing the page anew."""
    note_run(runs)
    st.fragment(_tabs)(runs, mlp, palette)


def _tabs(runs: PageRun, mlp: PageBaseline, palette: Palette) -> None:
    visitor()
    form, t = runs.form, runs.form.t
    lazy_tabs(
        form.page,
        t,
        {
            N_("Data"): lambda: data_views(form.experiment.dataset, t, palette),
            N_("Test"): lambda: test_views(runs.record, t, palette),
            N_("Far districts"): lambda: far_views(runs.record, t, palette),
            N_("Own district"): lambda: own_district(runs.record, mlp.record, t),
            N_("scikit-learn"): lambda: scikit_learn_views(mlp, runs.record, palette),
            N_("Losses"): lambda: loss_views(runs, palette),
            N_("History"): lambda: history(form.page, runs.record, t),
            N_("Code"): lambda: code_view(runs, [mlp]),
        },
    )
