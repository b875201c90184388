"""How good the trained network is on districts that it has never seen."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets import Dataset
from nnlab.figures import maps, regression
from nnlab.figures.palette import Palette
from nnlab.figures.regression import RegressionLabels
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.charts import chart
from nnlab.ui.housing.districts import LATITUDE, LONGITUDE, METRIC, districts, map_labels
from nnlab.ui.labels import label

# Larger errors take the colours of these.
ERRORS = (-1.5, 1.5)


def test_views(record: RunRecord | None, t: Translator, palette: Palette) -> None:
    """Show the test RMSE, predicted against true prices, and the errors on the map."""
    if record is None or record.test is None:
        st.caption(t(N_("When a run ends, it is tested on districts that it has never seen; the results come here.")))
        return
    dataset, predicted = districts(), record.test.predictions[:, 0].astype(np.float64)
    _metrics(record, dataset, predicted, t)
    _head(record, predicted, t)
    labels = RegressionLabels(t(N_("True value (100,000 $)")), t(N_("Predicted value (100,000 $)")), t(N_("districts")))
    chart(
        regression.predicted_against_true(dataset.y_test, predicted, palette, labels),
        "housing_predicted",
        t(regression.predicted_against_true_alt(dataset.y_test, predicted)),
    )
    left_out = regression.outside(dataset.y_test, predicted)
    caption = t(
        N_("On the dashed line a prediction is right; the stronger its colour, the more districts a cell holds.")
    )
    if left_out:
        caption += " " + t.ngettext(
            "{count} prediction lies outside the picture.", "{count} predictions lie outside the picture.", left_out
        )
    st.caption(caption)
    errors = maps.dots(dataset.x_test[:, LONGITUDE], dataset.x_test[:, LATITUDE], predicted - dataset.y_test)
    name = t(N_("Predicted − true (100,000 $)"))
    figure = maps.value_map(errors, palette, map_labels(t, name), limits=ERRORS, middle=0.0)
    chart(figure, "housing_residuals", t(maps.value_map_alt(name, errors)))
    st.caption(t(N_("Blue: the network takes the houses for dearer than they are; orange: for cheaper.")))


def _metrics(record: RunRecord, dataset: Dataset, predicted: NDArray[np.float64], t: Translator) -> None:
    metrics = record.test.metrics if record.test is not None else {}
    rmse = metrics[METRIC]
    guess = float(np.sqrt(np.mean((dataset.y_test - dataset.y_train.mean()) ** 2)))
    shown = {
        t(N_("Test {metric}"), metric=label(t, METRIC)): t.number(rmse),
        t(N_("Test {metric}"), metric=label(t, "mean_absolute_error")): t.number(
            float(np.mean(np.abs(predicted - dataset.y_test)))
        ),
        t(N_("RMSE of always the mean")): t.number(guess),
    }
    for column, (name, value) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.metric(name, value)
    st.caption(
        t(
            N_("An RMSE of {rmse} means that a price is typically off by about {dollars} dollars."),
            rmse=t.number(rmse, significant=3),
            dollars=t.integer(round(rmse * 100) * 1000),
        )
    )


def _head(record: RunRecord, predicted: NDArray[np.float64], t: Translator) -> None:
    """Say what the output activation has done: a price below 0, or a ReLU that gives nothing but 0."""
    activation, negative = record.experiment.head.activation, int(np.sum(predicted < 0))
    if activation == "relu" and not predicted.any():
        st.warning(
            t(
                N_(
                    "All predictions are exactly 0: the output's ReLU is dead. Its sum was negative for every district "
                    "at the start, where ReLU has no slope, so nothing could pull it up. Another seed may be luckier; "
                    "softplus is never flat, and no activation at all works as well."
                )
            ),
            icon=":material/heart_broken:",
        )
    elif negative:
        st.info(
            t.ngettext(
                "{count} district gets a price below 0. ReLU or softplus at the output make that impossible.",
                "{count} districts get a price below 0. ReLU or softplus at the output make that impossible.",
                negative,
            ),
            icon=":material/lightbulb:",
        )
    elif activation in ("sigmoid", "tanh"):
        st.info(
            t(
                N_(
                    "With {activation} no prediction can be above 1, that is $100,000; most houses were dearer. "
                    "Bounded outputs need targets within the same bounds."
                ),
                activation=activation,
            ),
            icon=":material/lightbulb:",
        )
