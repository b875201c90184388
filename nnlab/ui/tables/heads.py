"""What stands at the end of a network for each task, and what sigmoid and softmax make of the same sums."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from nnlab.datasets.catalog import Task
from nnlab.experiment import DatasetChoice
from nnlab.experiment.head import resolve
from nnlab.figures import classes
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.ui.charts import chart
from nnlab.ui.labels import capital, label
from nnlab.ui.tables.samples import class_names, samples

UNITS: dict[Task, str] = {
    "binary": N_("one"),
    "multilabel": N_("one for each label"),
    "multiclass": N_("one for each class"),
    "regression": N_("one for each number"),
}
"""Task -> how many units the output layer has, in the order of the chapter's table."""
LARGEST_SUM = 6.0
FIRST_SUMS = (2.0, 1.0, -1.0)


def head_views(choice: DatasetChoice, t: Translator, palette: Palette) -> None:
    """Show the output layer and the loss of each task, and sums by hand through sigmoid and softmax."""
    rows = {}
    for task, units in UNITS.items():
        head = resolve(task, 1 if task in ("binary", "regression") else 2, None, "auto", "auto")
        rows[capital(label(t, task))] = {
            t(N_("Units")): t(units),
            t(N_("Activation")): t(N_("none")) if head.activation == "linear" else head.activation,
            t(N_("Loss")): label(t, head.loss),
        }
    st.table(pd.DataFrame(rows).T, border="horizontal")
    st.caption(
        t(
            N_(
                "The hidden layers are alike in all four; the output layer and the loss follow from the question. "
                "“{dataset}” is a case of {task}."
            ),
            dataset=t(choice.info.title),
            task=label(t, choice.task),
        )
    )
    st.fragment(_by_hand)(choice, t, palette)


def _by_hand(choice: DatasetChoice, t: Translator, palette: Palette) -> None:
    names = class_names(samples(choice), t)
    st.subheader(t(N_("From sums to probabilities")), anchor=False)
    st.write(t(N_("Each unit adds up its weighted inputs. Set the sums by hand: what do the two activations say?")))
    sums = [
        column.slider(
            capital(name),
            -LARGEST_SUM,
            LARGEST_SUM,
            first,
            0.1,
            format="%.1f",
            key=f"sum_{choice.name}_{number}",
            persist_state="session",
        )
        for number, (column, name, first) in enumerate(zip(st.columns(len(names)), names, FIRST_SUMS, strict=False))
    ]
    sigmoid, softmax = classes.sigmoid(sums), classes.softmax(sums)
    rows = [(t(N_("sigmoid")), sigmoid), (t(N_("softmax")), softmax)]
    chart(
        classes.label_bars(rows, names, palette, probability=t(N_("Probability"))),
        "sums_by_hand",
        t(classes.label_bars_alt(sigmoid, names)),
    )
    st.caption(
        t(
            N_(
                "Sigmoid answers for each unit alone: together {sum}. Softmax shares out 100%: whoever raises one sum "
                "takes from the others, and raising all alike changes nothing."
            ),
            sum=t.percent(float(np.sum(sigmoid)), places=0),
        )
    )
