"""A page whose curves grow by two epochs ten times a second."""

import math
import time

import streamlit as st

from nnlab.figures import curves
from nnlab.figures.palette import for_theme
from nnlab.ui.components import live_curves

st.session_state.setdefault("began", time.monotonic())
st.session_state.setdefault("run", "run-1")
st.session_state.setdefault("sent", 0)
st.session_state.setdefault("asked", 0)
LABELS = curves.CurveLabels("Training", "Validation", "Epoch", "Loss")


def new_run() -> None:
    st.session_state.update(began=time.monotonic(), run="run-2", sent=0)


def loss(epoch: int) -> float:
    return math.nan if epoch == 7 else 0.1 + 0.6 * math.exp(-epoch / 20)


st.button("New run", on_click=new_run)
st.button("Skip an update", on_click=lambda: st.session_state.update(sent=st.session_state.sent + 5))
log_scale = st.checkbox("Log scale")
shift = st.checkbox("Half an epoch earlier")
hidden = st.checkbox("Hide the charts")
palette = for_theme(st.context.theme.type)
skeleton = curves.figure("loss", LABELS, palette)


@st.fragment(run_every=0.1)
def curves_view() -> None:
    state = st.session_state
    first, count = state.sent, int((time.monotonic() - state.began) * 20)
    epochs = range(first + 1, count + 1)
    have = live_curves(
        key="live_curves",
        run_id=state.run,
        figure=skeleton,
        first=first,
        count=count,
        epochs=epochs,
        values={"loss": [loss(epoch) for epoch in epochs], "val_loss": [loss(epoch) + 0.05 for epoch in epochs]},
        options={"log": log_scale, "shift": shift},
        alt=f"{count} epochs.",
        height=320,
    )
    state.sent = count
    if have is not None:
        state.sent = have
        state.asked += 1


if not hidden:
    curves_view()
