"""Pictures: what is in the data, and what a trained network says of them."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets.images import ImagePreview, preview
from nnlab.experiment import DatasetChoice
from nnlab.figures import images
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.labels import label

SHARES = ("accuracy",)
QUIET = {"displayModeBar": False}


def data_views(choice: DatasetChoice, t: Translator, palette: Palette) -> None:
    """Show samples of each class with its name, and how many there are of each."""
    shown = preview(choice.name, **choice.options)
    names = [t(name) for name in shown.class_names]
    training, validation, test = (t.integer(size) for size in shown.sizes)
    st.write(
        t(
            N_(
                "{training} images for training, {validation} for validation and {test} for testing, "
                "{rows} × {columns} pixels each."
            ),
            training=training,
            validation=validation,
            test=test,
            rows=shown.x_test.shape[1],
            columns=shown.x_test.shape[2],
        )
    )
    classes = len(names)
    per_class = shown.samples.shape[1] // 2
    pictures = shown.samples[:, :per_class].reshape(classes * per_class, *shown.samples.shape[2:])
    labels = np.repeat(np.arange(classes), per_class)
    figure = images.by_class(pictures, labels, names, palette, scale=shown.scale, per_class=per_class)
    alt = images.samples_alt([names[label] for label in labels])
    st.plotly_chart(figure, key="image_samples", alt=t(alt), config=QUIET)
    counts = images.counts(
        shown.class_counts.tolist(), names, palette, title=t(N_("Images for training and validation"))
    )
    st.plotly_chart(
        counts, key="image_counts", alt=t(images.counts_alt(shown.class_counts.tolist(), names)), config=QUIET
    )


def test_views(record: RunRecord | None, t: Translator, palette: Palette) -> None:
    """Show the results on the test set, and any test image with its probabilities."""
    if record is None or record.test is None:
        st.caption(t(N_("When a run ends, it is tested on images that it has never seen; the results come here.")))
        return
    metrics = record.test.metrics
    columns = st.columns(len(metrics))
    for column, (name, value) in zip(columns, metrics.items(), strict=True):
        written = t.percent(value, places=2) if name in SHARES else t.number(value)
        column.metric(t(N_("Test {metric}"), metric=label(t, name)), written)
    choice = record.experiment.dataset
    _one_image(record.test.predictions, preview(choice.name, **choice.options), t, palette)


def _one_image(predictions: NDArray[np.float16], shown: ImagePreview, t: Translator, palette: Palette) -> None:
    right = predictions.argmax(axis=1) == shown.y_test
    only_wrong = st.toggle(t(N_("Mistakes only")), key="test_mistakes", persist_state="session")
    indices = np.flatnonzero(~right) if only_wrong else np.arange(len(right))
    if not len(indices):
        st.caption(t(N_("There are no mistakes on the test set.")))
        return
    number = st.number_input(
        t(N_("Test image (1 to {count})"), count=t.integer(len(indices))),
        1,
        len(indices),
        step=1,
        key=f"test_image_{only_wrong}",
    )
    index = int(indices[number - 1])
    names = [t(name) for name in shown.class_names]
    picture, bars = st.columns([1, 2], gap="medium", vertical_alignment="center")
    true_class = int(shown.y_test[index])
    with picture:
        figure = images.samples(
            shown.x_test[index : index + 1], [names[true_class]], palette, scale=shown.scale, columns=1
        )
        st.plotly_chart(figure, key="test_picture", alt=names[true_class], config=QUIET)
    with bars:
        words = images.ProbabilityLabels(t(N_("Probability")), t(N_("true class")))
        figure = images.probabilities(predictions[index].astype(np.float64), names, true_class, palette, words)
        alt = images.probabilities_alt(predictions[index], names, true_class)
        st.plotly_chart(figure, key="test_probabilities", alt=t(alt), config=QUIET)
        st.caption(t(alt))
