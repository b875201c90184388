"""The few districts that make the validation curve jump: found, shown, and weighed epoch by epoch."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets import Dataset
from nnlab.datasets.far import FAR, deviations, far_rows, farthest
from nnlab.figures import regression
from nnlab.figures.palette import Palette
from nnlab.figures.regression import ShareLabels
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunError, RunRecord
from nnlab.ui.charts import chart
from nnlab.ui.housing.districts import METRIC, columns, districts, dollars
from nnlab.ui.labels import label
from nnlab.ui.questions import ask, wait

MOST_EPOCHS = 60
OCCUPANCY = "average_occupancy"


def far_views(record: RunRecord | None, t: Translator, palette: Palette) -> None:
    """Find the districts far from all others, and show what they add to the validation error of each epoch."""
    dataset = districts()
    st.write(
        t(
            N_(
                "Before the first layer every feature is normalized: minus the mean of the training set, divided by "
                "its standard deviation. The table shows how many standard deviations the farthest district of each "
                "set is away from the mean."
            )
        )
    )
    st.table(_distances(dataset, t), border="horizontal")
    rows = far_rows(dataset)
    st.write(
        t(
            N_(
                "{count} districts of the validation set lie more than {limit} standard deviations out. Neither the "
                "training set nor the test set has any such district."
            ),
            count=t.integer(len(rows)),
            limit=f"{FAR:g}",
        )
    )
    st.table(_portraits(dataset, t), border="horizontal")
    st.caption(
        t(
            N_(
                "Hundreds of people in a household: probably a prison, a barracks or a hospital, whose inmates count "
                "as people but hardly as households. Nothing in the training set says what to do with such a number, "
                "so the network continues its straight pieces to wherever they lead."
            )
        )
    )
    _weights(record, dataset, t, palette)


def _distances(dataset: Dataset, t: Translator) -> pd.DataFrame:
    found = farthest(dataset)
    names = {"train": t(N_("Training")), "valid": t(N_("Validation")), "test": t(N_("Test"))}
    return pd.DataFrame(
        {names[part]: [t.number(value, significant=3) for value in values] for part, values in found.items()},
        index=[label(t, name) for name in dataset.feature_names],
    )


def _portraits(dataset: Dataset, t: Translator) -> pd.DataFrame:
    rows = far_rows(dataset)
    occupancy, population = (dataset.feature_names.index(name) for name in (OCCUPANCY, "population"))
    distances = np.abs(deviations(dataset, "valid")[rows]).max(axis=1)
    x = dataset.x_valid[rows]
    # A column for each, not a row: a narrow screen has room for three of them.
    facts = {
        t(N_("People per household")): [t.number(float(value)) for value in x[:, occupancy]],
        t(N_("Standard deviations")): [t.number(float(value), significant=3) for value in distances],
        t(N_("Population")): [t.integer(int(value)) for value in x[:, population]],
        t(N_("True value")): [dollars(t, float(value)) for value in dataset.y_valid[rows]],
    }
    names = [t(N_("District {number}"), number=number) for number in range(1, len(rows) + 1)]
    return pd.DataFrame.from_dict(facts, orient="index", columns=names)


def _weights(record: RunRecord | None, dataset: Dataset, t: Translator, palette: Palette) -> None:
    st.subheader(t(N_("Where the validation curve jumps")), anchor=False)
    if record is None or not record.ended or not record.progress.epoch:
        st.caption(
            t(N_("When a run has ended, these districts' part in the validation error of each epoch comes here."))
        )
        return
    rows = far_rows(dataset)
    epochs = _evenly([epoch for epoch in record.weight_epochs if 0 < epoch <= record.progress.epoch])
    try:
        answers = ask("far", record, columns(dataset, dataset.x_valid[rows], record.experiment.features), epochs)
    except RunError as error:
        st.warning(t(error.message), icon=":material/info:")
        return
    if answers is None:
        wait(t)
        return
    told = {epoch: answer[:, 0] for epoch, answer in zip(epochs, answers, strict=True) if np.isfinite(answer).all()}
    if told:
        _draw(record, told, t, palette)
    else:
        st.caption(t(N_("The model no longer answers with numbers.")))


def _evenly(epochs: list[int]) -> tuple[int, ...]:
    places = np.unique(np.linspace(0, len(epochs) - 1, min(len(epochs), MOST_EPOCHS)).round().astype(int))
    return tuple(epochs[place] for place in places)


def _draw(record: RunRecord, told: dict[int, NDArray[np.float32]], t: Translator, palette: Palette) -> None:
    """Draw the parts of the validation error, given what the network told of the far districts after each epoch."""
    dataset, epochs, predicted = districts(), list(told), list(told.values())
    rows, count = far_rows(dataset), len(dataset.y_valid)
    squares = (np.array(predicted, np.float64) - dataset.y_valid[rows]) ** 2
    few = squares.sum(axis=1) / count
    whole = record.history().columns[f"val_{METRIC}"][np.array(epochs) - 1] ** 2
    others = np.maximum(whole - few, 0)
    labels = ShareLabels(
        t.ngettext("this {count} district", "these {count} districts", len(rows)),
        t(N_("all {count} others"), count=t.integer(count - len(rows))),
        t(N_("Epoch")),
        t(N_("Validation error (MSE)")),
    )
    alt = t(regression.error_shares_alt(epochs, few, others))
    figure = regression.error_shares(epochs, few, others, palette, labels)
    chart(figure, "housing_far", alt)
    st.caption(alt)
    st.write(
        t(
            N_(
                "After the last epoch the network takes the first of them for {predicted}; it was {true}. Validation "
                "RMSE with them {whole}, without them {others}."
            ),
            predicted=dollars(t, float(predicted[-1][0])),
            true=dollars(t, float(dataset.y_valid[rows[0]])),
            whole=t.number(float(np.sqrt(whole[-1])), significant=3),
            others=t.number(float(np.sqrt(others[-1] * count / (count - len(rows)))), 3),
        )
    )
