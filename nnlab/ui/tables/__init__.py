"""The tabs of the page Tables: what is in the data, and what each model makes of it."""

from __future__ import annotations

import streamlit as st

from nnlab.figures.palette import Palette
from nnlab.messages import N_
from nnlab.ui.baselines import PageBaseline
from nnlab.ui.code import code_view
from nnlab.ui.history import history
from nnlab.ui.lazy_tabs import lazy_tabs
from nnlab.ui.runs import PageRun
from nnlab.ui.tables.data import data_views
from nnlab.ui.tables.heads import head_views
from nnlab.ui.tables.own import own_sample
from nnlab.ui.tables.scikit_learn import scikit_learn_views
from nnlab.ui.tables.test import test_views
from nnlab.ui.visit import visitor

__all__ = ["table_tabs"]


def table_tabs(runs: PageRun, mlp: PageBaseline, perceptron: PageBaseline, palette: Palette) -> None:
    """Show the tabs; another one is opened without drawing the page anew."""
    st.fragment(_tabs)(runs, mlp, perceptron, palette)


def _tabs(runs: PageRun, mlp: PageBaseline, perceptron: PageBaseline, palette: Palette) -> None:
    visitor()
    form, t = runs.form, runs.form.t
    lazy_tabs(
        form.page,
        t,
        {
            N_("Data"): lambda: data_views(form.experiment, t, palette),
            N_("Test"): lambda: test_views(runs.record, t, palette),
            N_("Own sample"): lambda: own_sample(runs.record, t, palette),
            N_("scikit-learn"): lambda: scikit_learn_views(mlp, perceptron, runs.record, palette),
            N_("Output layer"): lambda: head_views(form.experiment.dataset, t, palette),
            N_("History"): lambda: history(form.page, runs.record, t),
            N_("Code"): lambda: code_view(runs, [mlp, perceptron]),
        },
    )
