"""What a table holds: samples over two columns, kinds of messages, and how each column is spread."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from nnlab.datasets import Dataset
from nnlab.experiment import Experiment
from nnlab.figures import classes, distributions
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.ui.charts import chart
from nnlab.ui.labels import label
from nnlab.ui.tables.samples import PETALS, class_names, columns, plane_labels, plane_of, samples


def data_views(experiment: Experiment, t: Translator, palette: Palette) -> None:
    """Show how many samples there are and what they look like."""
    dataset = samples(experiment.dataset)
    training, validation, test = (t.integer(len(part)) for part in (dataset.y_train, dataset.y_valid, dataset.y_test))
    if dataset.task == "multilabel":
        st.write(
            t(
                N_(
                    "{training} messages for training, {validation} for validation and {test} for testing. They are "
                    "made up: labels and numbers are drawn by chance, nobody has ever sent one. A message can be spam, "
                    "urgent, both or neither, so each label is a yes or no of its own."
                ),
                training=training,
                validation=validation,
                test=test,
            )
        )
        _kinds(dataset, t)
    else:
        st.write(
            t(
                N_(
                    "150 iris flowers of three species, measured in cm: {training} for training, {validation} for "
                    "validation and {test} for testing, a tenth taken out twice. So few flowers make the figures "
                    "coarse: one of {validation} is {share}."
                ),
                training=training,
                validation=validation,
                test=test,
                share=t.percent(1 / len(dataset.y_valid)),
            )
        )
        _plane(dataset, experiment.features, t, palette)
    histograms = [
        distributions.histogram(label(t, name), dataset.x_train[:, index])
        for index, name in enumerate(dataset.feature_names)
    ]
    chart(
        distributions.histograms(histograms, palette), "table_histograms", t(distributions.histograms_alt(histograms))
    )


def _plane(dataset: Dataset, chosen: tuple[str, ...], t: Translator, palette: Palette) -> None:
    names = chosen if len(chosen) == 2 else PETALS
    labels = plane_labels(dataset, names, t)
    figure = classes.plane(
        columns(dataset, dataset.x_train, names), dataset.y_train, plane_of(dataset, names), palette, labels
    )
    alt = t(classes.plane_alt(dataset.y_train, labels))
    chart(figure, "table_plane", alt)
    st.caption(t(N_("The training set. Setosa stands apart; the other two overlap a little.")))


def _kinds(dataset: Dataset, t: Translator) -> None:
    spam, urgent = dataset.y_train.astype(bool).T
    first, second = class_names(dataset, t)
    counts = {
        second: [np.sum(spam & urgent), np.sum(~spam & urgent)],
        t(N_("not {label}"), label=second): [np.sum(spam & ~urgent), np.sum(~spam & ~urgent)],
    }
    frame = pd.DataFrame(
        {name: [t.integer(int(count)) for count in column] for name, column in counts.items()},
        index=[first, t(N_("not {label}"), label=first)],
    )
    st.table(frame, border="horizontal")
    st.caption(t(N_("Messages of the training set by what they are.")))
    means = pd.DataFrame(
        {
            name: [t.number(float(value), significant=2) for value in dataset.x_train[rows].mean(axis=0)]
            for name, rows in ((t(N_("Neither")), ~spam & ~urgent), (first, spam), (second, urgent))
        },
        index=[label(t, name) for name in dataset.feature_names],
    )
    st.table(means, border="horizontal")
    st.caption(t(N_("Means of what is known of a message: the signs by which the network can tell.")))
