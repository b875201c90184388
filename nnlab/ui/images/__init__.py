"""The tabs of the images page: what is in the data, and what a network makes of it."""

from __future__ import annotations

import streamlit as st

from nnlab.figures.palette import Palette
from nnlab.messages import N_
from nnlab.ui.code import code_view
from nnlab.ui.history import history
from nnlab.ui.images.data import data_views, unscaled_note
from nnlab.ui.images.drawing import drawing_view
from nnlab.ui.images.mistakes import mistake_views
from nnlab.ui.images.predictions import prediction_views
from nnlab.ui.images.weights import weight_views
from nnlab.ui.lazy_tabs import lazy_tabs
from nnlab.ui.runs import PageRun
from nnlab.ui.visit import visitor

__all__ = ["image_tabs", "unscaled_note"]


def image_tabs(runs: PageRun, palette: Palette) -> None:
    """Show the tabs; another one is opened without drawing the page anew."""
    st.fragment(_tabs)(runs, palette)


def _tabs(runs: PageRun, palette: Palette) -> None:
    visitor()
    form, t = runs.form, runs.form.t
    lazy_tabs(
        form.page,
        t,
        {
            N_("Data"): lambda: data_views(form, t, palette),
            N_("Predictions"): lambda: prediction_views(runs.record, t, palette),
            N_("Mistakes"): lambda: mistake_views(runs.record, t, palette),
            N_("Weights"): lambda: weight_views(runs, palette),
            N_("Draw"): lambda: drawing_view(runs),
            N_("History"): lambda: history(form.page, runs.record, t),
            N_("Code"): lambda: code_view(runs),
        },
    )
