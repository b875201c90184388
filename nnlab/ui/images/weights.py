"""The weights of a run, live: their shapes, how they are spread, and what the first layer looks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from nnlab.experiment.weights import WeightArray, weight_arrays
from nnlab.figures import weights as figures
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.components import live_figure
from nnlab.ui.runs import PageRun

TICK_SECONDS = 0.5
UNITS_SHOWN = 16
TEMPLATES_HEIGHT = 4 * 86


def weight_views(runs: PageRun, palette: Palette) -> None:
    """Show the weights; while the run trains they change by themselves."""
    t, record = runs.form.t, runs.record
    if record is None or not record.weight_epochs:
        st.fragment(_to_come, run_every=None if record is None or record.ended else TICK_SECONDS)(runs)
        return
    arrays = weight_arrays(record.experiment)
    _shapes(arrays, t)
    kernels = [number for number, array in enumerate(arrays) if array.name == "kernel"]
    chosen = st.segmented_control(
        t(N_("Layer")),
        kernels,
        default=kernels[0],
        format_func=lambda number: arrays[number].layer,
        key=f"{runs.form.page}_weights_layer_{len(arrays)}",
        persist_state="session",
        required=True,
    )
    templates = _templates_wanted(runs.form.page, arrays[kernels[0]], t) if chosen == kernels[0] else None
    moving = record.active
    epoch = None if moving else _epoch(runs.form.page, record, t)
    st.fragment(_figures, run_every=TICK_SECONDS if moving else None)(runs, chosen, templates, epoch, palette)


def _to_come(runs: PageRun) -> None:
    if runs.record is not None and runs.record.weight_epochs:
        # What there is to choose belongs to the whole tab.
        st.rerun()
    st.caption(
        runs.form.t(
            N_(
                "Once a run has begun, its weights are here: at first they are drawn by chance, and then you can watch "
                "what the first layer learns to look for."
            )
        )
    )


def _shapes(arrays: tuple[WeightArray, ...], t: Translator) -> None:
    frame = pd.DataFrame(
        {
            t(N_("Layer")): [array.layer for array in arrays],
            t(N_("Weights")): [array.name for array in arrays],
            t(N_("Shape")): [" × ".join(map(str, array.shape)) for array in arrays],
        }
    )
    with st.expander(t(N_("Shapes of the weight arrays")), expanded=False):
        st.table(frame, hide_index=True, border="horizontal")


@dataclass(frozen=True, slots=True)
class _Templates:
    """Which units are drawn as pictures, and whether only what training has changed of them."""

    first_unit: int
    learned_only: bool


def _templates_wanted(page: str, kernel: WeightArray, t: Translator) -> _Templates:
    units, number = kernel.shape[1], 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if units > UNITS_SHOWN:
            number = st.number_input(
                t(N_("Show {count} units, from unit"), count=UNITS_SHOWN),
                1,
                units - UNITS_SHOWN + 1,
                step=UNITS_SHOWN,
                key=f"{page}_first_unit_{units}",
                persist_state="session",
                width=220,
            )
        learned_only = st.toggle(
            t(N_("Only what was learned")),
            key=f"{page}_learned_only",
            persist_state="session",
            help=t(N_("The weights minus those before training: a picture that grows out of nothing.")),
        )
    return _Templates(number - 1, learned_only)


def _epoch(page: str, record: RunRecord, t: Translator) -> int:
    epochs = record.weight_epochs
    newest = record.weights_epoch
    if len(epochs) == 1:
        return epochs[0]
    # The key has the newest epoch in it: a run that has gone on since shows its end again.
    epoch: int = st.select_slider(
        t(N_("After epoch")),
        epochs,
        value=newest if newest is not None else epochs[-1],
        key=f"{page}_weights_epoch_{record.run_id}_{newest}",
        help=t(N_("Weights are kept about twice a second. Epoch 0 is before the first step.")),
    )
    return epoch


def _figures(runs: PageRun, chosen: int, wanted: _Templates | None, epoch: int | None, palette: Palette) -> None:
    record, t = runs.record, runs.form.t
    if record is None:
        return
    epoch = record.weights_epoch if epoch is None else epoch
    weights = record.weights(epoch)
    if weights is None or epoch is None:
        st.caption(t(N_("The weights of this epoch are no longer kept.")))
        return
    array, kernel = weight_arrays(record.experiment)[chosen], weights[chosen]
    at_first = record.weights(0)
    first = at_first[chosen] if at_first is not None else None
    st.caption(t(N_("After epoch {epoch}"), epoch=t.integer(epoch)))
    left, right = st.columns(2, gap="medium")
    with left:
        _spread(array, kernel, first, palette, t)
    if wanted is not None:
        with right:
            learned = kernel - first if wanted.learned_only and first is not None else kernel
            _templates(record, learned, wanted.first_unit, array.limit or 0.0, palette, t)


def _spread(
    array: WeightArray, kernel: NDArray[Any], first: NDArray[Any] | None, palette: Palette, t: Translator
) -> None:
    limit = array.limit
    words = figures.SpreadLabels(
        now=t(N_("now")),
        first=t(N_("before training")),
        weight=t(N_("Weight")),
        count=t(N_("How many")),
        limit=f"±{t.number(limit, significant=3)}" if limit is not None else "",
    )
    live_figure(
        key="weights_spread",
        figure=figures.spread(kernel, first, limit, palette, words),
        alt=t(figures.spread_alt(kernel, limit)),
        height=figures.HEIGHT,
        translate=t,
    )
    st.caption(t(figures.spread_alt(kernel, limit)))
    if limit is not None:
        st.caption(
            t(
                N_("Dashed: the limit of {initializer} for {inputs} inputs and {outputs} units, ±{limit}."),
                initializer=array.initializer,
                inputs=t.integer(array.shape[0]),
                outputs=t.integer(array.shape[1]),
                limit=t.number(limit, significant=3),
            )
        )


def _templates(
    record: RunRecord, kernel: NDArray[Any], first_unit: int, limit: float, palette: Palette, t: Translator
) -> None:
    rows, columns = record.experiment.input_shape
    units = range(first_unit, min(first_unit + UNITS_SHOWN, kernel.shape[1]))
    live_figure(
        key="weights_templates",
        figure=figures.templates(
            kernel, (rows, columns), units, [str(unit + 1) for unit in units], palette, least_reach=limit
        ),
        alt=t(
            N_("The incoming weights of units {first} to {last} as pictures of {rows} × {columns} pixels."),
            first=units[0] + 1,
            last=units[-1] + 1,
            rows=rows,
            columns=columns,
        ),
        height=TEMPLATES_HEIGHT,
        translate=t,
    )
    st.caption(
        t(
            N_(
                "Each unit's weights, laid out as the pixels they stand on: ink where it is blue makes the unit answer "
                "more, ink where it is orange makes it answer less."
            )
        )
    )
