"""A run recorded beforehand, played on the stage without a worker."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from nnlab.experiment import Experiment
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.permalink import View
from nnlab.ui.components.network_view import network_view, packed
from nnlab.ui.stage.setting import stage_setting

# scripts/record_run.py writes it.
CIRCLE = Path(__file__).with_name("recorded_circle.npz")
# There is nothing to train or to change, only to watch.
HIDDEN = ("train", "step", "stop", "reset", "same", "show_test_data", "discretize", "log_scale")


def recorded_stage(t: Translator, palette: Palette) -> Experiment:
    """Play the run in the page, and return what was trained."""
    experiment, epochs = _run()
    setting = stage_setting("recorded", experiment, t, palette, view=View(), hidden=HIDDEN, locked=True)
    with st.container(key="network_view"):
        network_view(key="recorded_network_view", setting={**setting, "recorded": epochs})
    return experiment


@cache
def _run() -> tuple[Experiment, dict[str, Any]]:
    with np.load(CIRCLE, allow_pickle=False) as file:
        experiment = Experiment.from_json(str(file["experiment"]))
        history = {name.removeprefix("history_"): packed(file[name]) for name in file if name.startswith("history_")}
        epochs = {
            "run": "recorded",
            "history": history,
            "epochs": packed(file["epochs"], np.int32),
            "rows": packed(file["rows"]),
        }
    return experiment, epochs
