"""scikit-learn's MLPRegressor with the same layers, beside the Keras model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from nnlab.datasets.far import far_rows
from nnlab.experiment import Experiment
from nnlab.figures import regression
from nnlab.figures.palette import Palette
from nnlab.figures.regression import NamedCurve
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunError, RunRecord
from nnlab.ui.baselines import PageBaseline, baseline_panel
from nnlab.ui.charts import chart
from nnlab.ui.housing.districts import METRIC, columns, districts
from nnlab.ui.labels import capital, label
from nnlab.ui.questions import ask, wait

NAME = "MLPRegressor"
UNKNOWN = "–"


def scikit_learn_views(baseline: PageBaseline, record: RunRecord | None, palette: Palette) -> None:
    """Show the button that fits it, and once it is fitted both models side by side.

    Parameters
    ----------
    baseline : PageBaseline
        scikit-learn's run.
    record : RunRecord or None
        The page's run, of Keras.
    palette : Palette
        The theme.
    """
    t = baseline.form.t
    st.write(
        t(
            N_(
                "scikit-learn has the same network in one line: `MLPRegressor(hidden_layer_sizes=[{layers}], "
                "random_state={seed})` behind a `StandardScaler`. All that is not named takes its defaults: Adam, "
                "batches of 200, at most 200 passes, a stopping rule of its own. It offers neither an output "
                "activation nor Huber's loss."
            ),
            layers=", ".join(str(layer.units) for layer in baseline.form.experiment.layers),
            seed=baseline.form.experiment.seed,
        )
    )
    baseline_panel(baseline, NAME)
    fitted = baseline.record
    if fitted is None or not fitted.fits:
        st.caption(t(N_("It takes ten seconds or more. Then both models are compared here.")))
        return
    try:
        without = {name: _without_far(name, run) for name, run in (("keras", record), ("mlp", fitted))}
    except RunError as error:
        st.warning(t(error.message), icon=":material/info:")
        return
    _table(record, fitted, without, t)
    if any(value is None for value in without.values()):
        wait(t)
    _curves(record, fitted, t, palette)
    st.caption(
        t(
            N_(
                "The same layers, and yet the figures differ: batches of 200 instead of {batch}, other first weights, "
                "another end. How well a few far districts come off is luck; without them the two are closer."
            ),
            batch=_batch(record, baseline.form.experiment),
        )
    )


def _batch(record: RunRecord | None, experiment: Experiment) -> int:
    return (record.experiment if record is not None else experiment).batch_size


def _without_far(name: str, record: RunRecord | None) -> float | None:
    """Return the validation RMSE without the far districts; NaN without a run, None while it is worked out."""
    if record is None or not record.ended or not record.weights_epoch:
        return float("nan")
    dataset = districts()
    rows = far_rows(dataset)
    answers = ask(f"far_{name}", record, columns(dataset, dataset.x_valid[rows], record.experiment.features))
    if answers is None:
        return None
    squares = float(((answers[0][:, 0].astype(np.float64) - dataset.y_valid[rows]) ** 2).sum())
    count = len(dataset.y_valid)
    whole = _validation(record) ** 2 * count
    return float(np.sqrt(max(0.0, whole - squares) / (count - len(rows))))


def _validation(record: RunRecord) -> float:
    """Return the validation RMSE of the weights that the run has ended with."""
    return float(record.history().columns[f"val_{METRIC}"][(record.weights_epoch or 0) - 1])


def _table(record: RunRecord | None, fitted: RunRecord, without: dict[str, float | None], t: Translator) -> None:
    fit = fitted.fits[0]
    keras = [UNKNOWN] * 5
    if record is not None and record.test is not None and record.weights_epoch:
        progress = record.progress
        keras = [
            t.integer(progress.epoch),
            t.number(_validation(record)),
            _written(without["keras"], t),
            t.number(record.test.metrics[METRIC]),
            t.duration(progress.elapsed),
        ]
    rmse = label(t, METRIC)
    frame = pd.DataFrame(
        {
            "Keras": keras,
            NAME: [
                t.integer(fit.iterations),
                t.number(fit.scores["validation"]),
                _written(without["mlp"], t),
                t.number(fit.scores["test"]),
                t.duration(fitted.progress.elapsed),
            ],
        },
        index=[
            t(N_("Passes over the training set")),
            t(N_("Validation {metric}"), metric=rmse),
            t(N_("Validation {metric} without the far districts"), metric=rmse),
            t(N_("Test {metric}"), metric=rmse),
            t(N_("Time")),
        ],
    )
    st.table(frame, border="horizontal")
    if record is None or record.test is None:
        st.caption(t(N_("Train the network too, then its figures stand beside these.")))


def _written(value: float | None, t: Translator) -> str:
    if value is None:
        return "…"
    return UNKNOWN if np.isnan(value) else t.number(value)


def _curves(record: RunRecord | None, fitted: RunRecord, t: Translator, palette: Palette) -> None:
    if record is None or f"val_{METRIC}" not in record.history().columns:
        return
    keras, mlp = (
        NamedCurve(name, run.history().columns[f"val_{METRIC}"]) for name, run in (("Keras", record), (NAME, fitted))
    )
    metric = t(N_("Validation {metric}"), metric=label(t, METRIC))
    figure = regression.side_by_side(keras, mlp, palette, epoch=t(N_("Epoch")), metric=capital(metric))
    chart(figure, "housing_side_by_side", t(regression.side_by_side_alt(keras, mlp)))
