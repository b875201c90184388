"""The choice of a loss for regression: what each makes of an error, and what outliers do to real runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st

from nnlab.experiment import DatasetChoice
from nnlab.figures import losses
from nnlab.figures.losses import NAMES, LossLabels
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunError, RunRecord
from nnlab.ui.charts import chart
from nnlab.ui.housing.districts import METRIC, districts, price
from nnlab.ui.labels import capital, label
from nnlab.ui.runs import PageRun
from nnlab.ui.visit import service

OUTLIERS = 300
LIKELY_ERROR = 3.0
LARGEST_ERROR = 10.0
SAMPLE = 11
LIKELY_OUTLIER = 20.0
LARGEST_OUTLIER = 50.0
MOST_RUNS = 12


def loss_views(runs: PageRun, palette: Palette) -> None:
    """Show the losses of one error, the best single answer by each, and the page's runs compared."""
    t = runs.form.t
    st.fragment(_functions)(t, palette)
    st.subheader(t(N_("The same with a network")), anchor=False)
    _experiment(runs, t)
    _compared(runs, t)


def _functions(t: Translator, palette: Palette) -> None:
    labels = LossLabels(
        names={name: capital(label(t, name)) for name in NAMES},
        error=t(N_("Error: predicted − true")),
        loss=t(N_("Loss")),
        price=capital(price(t)),
        outlier=t(N_("outlier")),
    )
    st.write(
        t(
            N_(
                "The squared error punishes a large error out of proportion: twice the error, four times the loss, and "
                "it pulls twice as hard. The absolute error pulls always alike. Huber's loss is a parabola up to δ = 1 "
                "and a line beyond: gentle near the target, and not carried away by outliers."
            )
        )
    )
    error = st.slider(
        t(N_("One error")), -LARGEST_ERROR, LARGEST_ERROR, LIKELY_ERROR, 0.1, key="loss_error", persist_state="session"
    )
    alt = t(losses.loss_functions_alt(error))
    chart(losses.loss_functions(error, palette, labels), "loss_functions", alt)
    st.caption(alt)
    _one_price(labels, t, palette)


def _one_price(labels: LossLabels, t: Translator, palette: Palette) -> None:
    st.write(
        t(
            N_(
                "The simplest model gives one price for all. Each loss has its best one: the squared error the mean, "
                "the absolute error the median, Huber's loss something in between. Drag the outlier."
            )
        )
    )
    outlier = st.slider(
        t(N_("The outlier's price (100,000 $)")),
        0.0,
        LARGEST_OUTLIER,
        LIKELY_OUTLIER,
        0.5,
        key="loss_outlier",
        persist_state="session",
    )
    alt = t(losses.best_constants_alt(_sample(), outlier))
    figure = losses.best_constants(_sample(), outlier, palette, labels)
    chart(figure, "loss_constants", alt)
    st.caption(alt)


@lru_cache(maxsize=1)
def _sample() -> tuple[float, ...]:
    """Return the prices of a few training districts, evenly from cheap to dear."""
    prices = np.sort(districts().y_train)
    return tuple(float(value) for value in np.quantile(prices, np.linspace(0.05, 0.9, SAMPLE)))


def _experiment(runs: PageRun, t: Translator) -> None:
    form = runs.form
    planted = int(form.experiment.dataset.options["outliers"])
    st.write(
        t(
            N_(
                "In {count} of {all} training districts a slip of the pen adds a zero to the price. "
                "Train with each loss, with the wrong prices and without: the test set has none of them."
            ),
            count=t.integer(planted or OUTLIERS),
            all=t.integer(len(districts().y_train)),
        )
    )
    key = form.key("plant_outliers")
    st.toggle(t(N_("Wrong prices in the training set")), value=planted > 0, key=key, on_change=_plant, args=(runs, key))
    record = runs.record
    going = record is not None and not record.ended
    with st.container(horizontal=True):
        clicked = [
            st.button(
                t(N_("Train with {loss}"), loss=label(t, name)),
                on_click=_train,
                args=(runs, name),
                disabled=going,
                key=f"train_with_{name}",
            )
            for name in NAMES
        ]
    # The settings and the run stand outside of the tabs.
    if any(clicked) or st.session_state.pop(form.key("planted"), False):
        st.rerun()


def _plant(runs: PageRun, key: str) -> None:
    chosen = st.session_state.get(key)
    experiment = runs.form.experiment
    if chosen is not None and chosen != (experiment.dataset.options["outliers"] > 0):
        dataset = DatasetChoice(experiment.dataset.name, {"outliers": OUTLIERS if chosen else 0})
        runs.form.fill(replace(experiment, dataset=dataset))
        st.session_state[runs.form.key("planted")] = True


def _train(runs: PageRun, loss: str) -> None:
    runs.form.fill(replace(runs.form.experiment, loss=loss))
    runs.train()


def note_run(runs: PageRun) -> None:
    """Note the page's run, once it is tested, among those that are compared."""
    record, key = runs.record, f"{runs.form.page}_tested"
    if record is None or record.test is None:
        return
    noted: list[str] = st.session_state.setdefault(key, [])
    if record.run_id not in noted:
        st.session_state[key] = [*noted, record.run_id][-MOST_RUNS:]


def _kept(run_ids: Sequence[str]) -> list[RunRecord]:
    found = []
    for run_id in run_ids:
        try:
            found.append(service().record(run_id))
        except RunError:
            # Too long ago: the others can be compared all the same.
            continue
    return found


def _compared(runs: PageRun, t: Translator) -> None:
    records = [
        record for record in _kept(st.session_state.get(f"{runs.form.page}_tested", [])) if record.test is not None
    ]
    if not records:
        st.caption(t(N_("Each run that ends becomes a row here.")))
        return
    y_test = districts().y_test
    rows = []
    for record in reversed(records):
        test, experiment = record.test, record.experiment
        if test is None:
            continue
        errors = test.predictions[:, 0].astype(np.float64) - y_test
        rows.append(
            {
                t(N_("Loss")): label(t, experiment.head.loss),
                t(N_("Wrong prices")): t.integer(int(experiment.dataset.options["outliers"])),
                t(N_("Output")): experiment.head.activation,
                t(N_("Test {metric}"), metric=label(t, METRIC)): t.number(test.metrics[METRIC]),
                t(N_("Test {metric}"), metric=label(t, "mean_absolute_error")): t.number(float(np.abs(errors).mean())),
            }
        )
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal")
    st.caption(t(N_("The newest first. Only test figures compare: training losses of different losses do not.")))
