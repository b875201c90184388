"""What a trained network says of the test set, and of any image of it."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets.images import ImagePreview, preview
from nnlab.exercises.book import book_run
from nnlab.figures import images, predictions
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.labels import label

SHARES = ("accuracy",)
QUIET = {"displayModeBar": False}
TO_COME = N_("When a run ends, it is tested on images that it has never seen; the results come here.")


def prediction_views(record: RunRecord | None, t: Translator, palette: Palette) -> None:
    """Show the results on the test set, and any test image with its probabilities."""
    if record is None or record.test is None:
        st.caption(t(TO_COME))
        return
    _metrics(record, t)
    choice = record.experiment.dataset
    _one_image(record.test.predictions, preview(choice.name, **choice.options), t, palette)


def _metrics(record: RunRecord, t: Translator) -> None:
    metrics = record.test.metrics if record.test is not None else {}
    book = book_run(record.experiment)
    for column, (name, value) in zip(st.columns(len(metrics)), metrics.items(), strict=True):
        column.metric(t(N_("Test {metric}"), metric=label(t, name)), _written(name, value, t))
        if book is not None and name in book.test:
            column.caption(t(N_("In the book: {value}"), value=_written(name, book.test[name], t)))


def _written(name: str, value: float, t: Translator) -> str:
    return t.percent(value, places=2) if name in SHARES else t.number(value)


def _one_image(outputs: NDArray[np.float16], shown: ImagePreview, t: Translator, palette: Palette) -> None:
    right = outputs.argmax(axis=1) == shown.y_test
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
            shown.x_test[index : index + 1], [names[true_class]], palette, scale=shown.scale, columns=1, height=220
        )
        st.plotly_chart(figure, key="test_picture", alt=names[true_class], config=QUIET)
    with bars:
        words = predictions.ProbabilityLabels(t(N_("Probability")), t(N_("true class")))
        figure = predictions.probabilities(outputs[index].astype(np.float64), names, true_class, palette, words)
        alt = predictions.probabilities_alt(outputs[index], names, true_class)
        st.plotly_chart(figure, key="test_probabilities", alt=t(alt), config=QUIET)
        st.caption(t(alt))
