"""A sample of the visitor's own, by sliders: a message with its two probabilities, or a flower."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets import Dataset
from nnlab.figures import classes
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunError, RunRecord
from nnlab.ui.charts import chart
from nnlab.ui.labels import label
from nnlab.ui.questions import Outputs, ask, wait
from nnlab.ui.tables.samples import class_names, samples

WHOLE_STEP, STEP = 1.0, 0.1


def own_sample(record: RunRecord | None, t: Translator, palette: Palette) -> None:
    """Show sliders for each feature and what the network says of that sample."""
    if record is None or not record.ended or not record.weight_epochs:
        st.caption(t(N_("Train a network: then a sample of your own, put together by sliders, is judged here.")))
        return
    st.fragment(_sample)(record, t, palette)


def _sample(record: RunRecord, t: Translator, palette: Palette) -> None:
    dataset = samples(record.experiment.dataset)
    answer_place = st.container()
    x = _sliders(dataset, record.experiment.features, t)
    with answer_place:
        try:
            answers = ask("own", record, x)
        except RunError as error:
            st.warning(t(error.message), icon=":material/info:")
            return
        if answers is None:
            wait(t)
        elif dataset.task == "multilabel":
            _labels(dataset, answers[0], t, palette)
        else:
            _classes(dataset, answers[0], t, palette)


def _sliders(dataset: Dataset, names: tuple[str, ...], t: Translator) -> NDArray[np.float32]:
    values = []
    places = st.columns(2, gap="medium")
    for position, name in enumerate(names):
        column = dataset.x_train[:, dataset.feature_names.index(name)]
        whole = bool(np.all(column == np.round(column)))
        step = WHOLE_STEP if whole else STEP
        low, high, middle = (round(float(value), 1) for value in (column.min(), column.max(), np.median(column)))
        values.append(
            places[2 * position // len(names)].slider(
                label(t, name),
                low,
                high,
                middle,
                step=step,
                format="%.0f" if whole else "%.1f",
                key=f"own_{dataset.name}_{name}",
                persist_state="session",
            )
        )
    return np.array([values], np.float32)


def _labels(dataset: Dataset, outputs: Outputs, t: Translator, palette: Palette) -> None:
    names, sigmoid = class_names(dataset, t), outputs[0].astype(np.float64)
    softmax = classes.softmax(classes.logits(sigmoid))
    rows = [(t(N_("two sigmoids, as trained")), sigmoid), (t(N_("softmax of the same sums")), softmax)]
    figure = classes.label_bars(rows, names, palette, probability=t(N_("Probability")))
    chart(figure, "own_labels", t(classes.label_bars_alt(sigmoid, names)))
    st.caption(
        t(
            N_(
                "The two sigmoids add up to {sum}, and they need not give 100%: each answers a question of its own. "
                "Softmax would make the labels compete: it could never say that a message is both, or neither."
            ),
            sum=t.percent(float(sigmoid.sum()), places=0),
        )
    )


def _classes(dataset: Dataset, outputs: Outputs, t: Translator, palette: Palette) -> None:
    names = class_names(dataset, t)
    figure = classes.label_bars([(t(N_("softmax")), outputs[0])], names, palette, probability=t(N_("Probability")))
    alt = t(classes.label_bars_alt(outputs[0], names))
    chart(figure, "own_labels", alt)
    st.caption(alt)
