"""Where a trained network is wrong: which classes it mixes up, and when it is most sure of a mistake."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets.images import ImagePreview, preview
from nnlab.events import Tested
from nnlab.figures import images, predictions
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.images.predictions import QUIET, TO_COME

MATRIX, TRUE, PREDICTED = "confusion", "confusion_true", "confusion_predicted"
CELL_IMAGES = 12
MOST_SURE = (12, 24, 48)
COLUMNS = 4


def mistake_views(record: RunRecord | None, t: Translator, palette: Palette) -> None:
    """Show the confusion matrix with the images of a cell, and the mistakes that the network was most sure of."""
    if record is None or record.test is None:
        st.caption(t(TO_COME))
        return
    choice = record.experiment.dataset
    shown = preview(choice.name, **choice.options)
    names = [t(name) for name in shown.class_names]
    outputs = record.test.predictions
    chosen = outputs.argmax(axis=1)
    _start_at_the_commonest(record.test, shown.y_test, chosen, record.run_id)
    matrix, cell = st.columns([3, 2], gap="medium")
    with matrix:
        _matrix(shown.y_test, chosen, names, t, palette)
    with cell:
        _cell(shown, outputs, chosen, names, t, palette)
    _most_sure(shown, outputs, chosen, names, t, palette)


def _start_at_the_commonest(test: Tested, true: NDArray[np.uint8], chosen: NDArray[np.intp], run_id: str) -> None:
    """Choose the most frequent mistake of a run that is shown for the first time."""
    if st.session_state.get("confusion_of") != run_id:
        counts = predictions.confusion_counts(true, chosen, test.predictions.shape[1])
        np.fill_diagonal(counts, 0)
        row, column = divmod(int(counts.argmax()), len(counts))
        st.session_state.update({"confusion_of": run_id, TRUE: row, PREDICTED: column})


def _matrix(
    true: NDArray[np.uint8], chosen: NDArray[np.intp], names: Sequence[str], t: Translator, palette: Palette
) -> None:
    counts = predictions.confusion_counts(true, chosen, len(names))
    words = predictions.ConfusionLabels(t(N_("True class")), t(N_("Predicted class")))
    figure = predictions.confusion(counts, names, palette, words)
    alt = t(predictions.confusion_alt(counts, names))
    st.caption(t(N_("Click a cell to see its images.")))
    st.plotly_chart(
        figure,
        key=MATRIX,
        alt=alt,
        config=QUIET,
        on_select=lambda: _click(len(names)),
        selection_mode="points",
    )
    st.caption(alt)


def _click(classes: int) -> None:
    points = st.session_state[MATRIX]["selection"]["points"]
    if points:
        row, column = divmod(int(points[0]["point_index"]), classes)
        st.session_state.update({TRUE: row, PREDICTED: column})


def _cell(
    shown: ImagePreview,
    outputs: NDArray[np.float16],
    chosen: NDArray[np.intp],
    names: Sequence[str],
    t: Translator,
    palette: Palette,
) -> None:
    numbers = range(len(names))
    true = st.selectbox(
        t(N_("True class")), numbers, format_func=lambda number: names[number], key=TRUE, persist_state="session"
    )
    predicted = st.selectbox(
        t(N_("Predicted class")),
        numbers,
        format_func=lambda number: names[number],
        key=PREDICTED,
        persist_state="session",
    )
    found = np.flatnonzero((shown.y_test == true) & (chosen == predicted))
    count = t.ngettext("{count} test image", "{count} test images", len(found))
    st.caption(count if len(found) <= CELL_IMAGES else t(N_("{count}, the surest first"), count=count))
    if len(found):
        surest = found[np.argsort(-outputs[found, predicted], kind="stable")][:CELL_IMAGES]
        captions = [t.percent(float(outputs[index, predicted]), places=0) for index in surest]
        figure = images.samples(shown.x_test[surest], captions, palette, scale=shown.scale, columns=COLUMNS)
        sentence = N_("“{true}” taken for “{predicted}”: {count}.")
        alt = t(sentence, true=names[true], predicted=names[predicted], count=count)
        st.plotly_chart(figure, key="confusion_images", alt=alt, config=QUIET)


def _most_sure(
    shown: ImagePreview,
    outputs: NDArray[np.float16],
    chosen: NDArray[np.intp],
    names: Sequence[str],
    t: Translator,
    palette: Palette,
) -> None:
    wrong = np.flatnonzero(chosen != shown.y_test)
    st.subheader(t(N_("The surest mistakes")), anchor=False)
    if not len(wrong):
        st.caption(t(N_("There are no mistakes on the test set.")))
        return
    st.caption(t(N_("Below each: what it is, what the network took it for, and how sure it was.")))
    count = st.segmented_control(
        t(N_("How many")),
        MOST_SURE,
        default=MOST_SURE[0],
        key="most_sure",
        persist_state="session",
        required=True,
        label_visibility="collapsed",
    )
    surest = wrong[np.argsort(-outputs[wrong, chosen[wrong]], kind="stable")][:count]
    captions = [
        f"{names[int(shown.y_test[index])]}<br>→ {names[int(chosen[index])]}<br>"
        f"{t.percent(float(outputs[index, chosen[index]]))}"
        for index in surest
    ]
    figure = images.samples(shown.x_test[surest], captions, palette, scale=shown.scale, columns=COLUMNS)
    alt = N_("The {count} mistakes that the network was most sure of, the first: {first}.")
    first = captions[0].replace("<br>", " ")
    st.plotly_chart(figure, key="surest_mistakes", alt=t(alt, count=len(surest), first=first), config=QUIET)
