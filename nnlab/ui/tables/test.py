"""How good the trained network is on samples that it has never seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets import Dataset
from nnlab.figures import classes
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.charts import chart
from nnlab.ui.labels import capital, label
from nnlab.ui.tables.regions import regions
from nnlab.ui.tables.samples import class_names, samples

THRESHOLD = 0.5


def test_views(record: RunRecord | None, t: Translator, palette: Palette) -> None:
    """Show the results on the test set."""
    if record is None or record.test is None:
        st.caption(t(N_("When a run ends, it is tested on samples that it has never seen; the results come here.")))
        return
    dataset = samples(record.experiment.dataset)
    outputs = record.test.predictions.astype(np.float64)
    for column, (name, value) in zip(st.columns(len(record.test.metrics)), record.test.metrics.items(), strict=True):
        written = t.percent(value, places=1) if name == "accuracy" else t.number(value)
        column.metric(t(N_("Test {metric}"), metric=label(t, name)), written)
    if dataset.task == "multilabel":
        _labels(dataset, outputs, t)
        _one_message(dataset, outputs, t, palette)
    else:
        _confusion(dataset, outputs.argmax(axis=1), t)
        if regions(record, "table_regions", t, palette):
            st.caption(t(N_("The regions that the network gives each species, and the flowers of the test set.")))


def _confusion(dataset: Dataset, predicted: NDArray[np.intp], t: Translator) -> None:
    names = class_names(dataset, t)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (dataset.y_test, predicted), 1)
    frame = pd.DataFrame(
        {
            t(N_("taken for {name}"), name=name): [t.integer(int(count)) for count in counts[:, number]]
            for number, name in enumerate(names)
        },
        index=names,
    )
    st.table(frame, border="horizontal")
    st.caption(t(N_("The confusion matrix of the test set: a row for each true species.")))


def _labels(dataset: Dataset, outputs: NDArray[np.float64], t: Translator) -> None:
    predicted, true = outputs > THRESHOLD, dataset.y_test.astype(bool)
    rows = {}
    for number, name in enumerate(class_names(dataset, t)):
        says, is_so = predicted[:, number], true[:, number]
        rows[capital(name)] = {
            t(N_("found")): t.integer(int(np.sum(says & is_so))),
            t(N_("missed")): t.integer(int(np.sum(~says & is_so))),
            t(N_("false alarm")): t.integer(int(np.sum(says & ~is_so))),
            t(N_("rightly left")): t.integer(int(np.sum(~says & ~is_so))),
            t(N_("right")): t.percent(float(np.mean(says == is_so))),
        }
    st.table(pd.DataFrame(rows).T, border="horizontal")
    st.caption(
        t(
            N_(
                "A label is set where its output is above 50%. Accuracy counts every label; both are right for "
                "{both} of the messages."
            ),
            both=t.percent(float(np.mean((predicted == true).all(axis=1)))),
        )
    )


def _one_message(dataset: Dataset, outputs: NDArray[np.float64], t: Translator, palette: Palette) -> None:
    number = st.number_input(
        t(N_("Test message (1 to {count})"), count=t.integer(len(outputs))),
        1,
        len(outputs),
        step=1,
        key="test_message",
        persist_state="session",
    )
    index, names = number - 1, class_names(dataset, t)
    values = ", ".join(
        f"{label(t, name)} {t.integer(int(value))}"
        for name, value in zip(dataset.feature_names, dataset.x_test[index], strict=True)
    )
    st.caption(values)
    true = [name for name, is_so in zip(names, dataset.y_test[index], strict=True) if is_so]
    figure = classes.label_bars([(t(N_("sigmoid")), outputs[index])], names, palette, probability=t(N_("Probability")))
    alt = t(classes.label_bars_alt(outputs[index], names))
    chart(figure, "test_labels", alt)
    st.caption(alt)
    st.write(t(N_("It really is: {labels}."), labels=", ".join(true) or t(N_("neither"))))
