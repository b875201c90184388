"""The parts of the plane that a model of two features gives each class."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from nnlab.figures import classes
from nnlab.figures.classes import Line
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunError, RunRecord
from nnlab.ui.charts import chart
from nnlab.ui.questions import ask, wait
from nnlab.ui.tables.samples import columns, plane_labels, plane_of, samples


def regions(record: RunRecord, key: str, t: Translator, palette: Palette, lines: Sequence[Line] = ()) -> bool:
    """Ask a worker what the model makes of the plane, and show it with the test set; return whether it is there.

    Parameters
    ----------
    record : RunRecord
        Whose model.
    key : str
        The chart's.
    t : Translator
        The visitor's language.
    palette : Palette
        The theme.
    lines : sequence of Line
        What is drawn over it.
    """
    names = record.experiment.features
    if len(names) != 2:
        st.caption(
            t(N_("Train with exactly two features: then the regions that the model gives each species come here."))
        )
        return False
    dataset = samples(record.experiment.dataset)
    extent = plane_of(dataset, names)
    try:
        answers = ask(key, record, classes.grid(extent))
    except RunError as error:
        st.warning(t(error.message), icon=":material/info:")
        return False
    if answers is None:
        wait(t)
        return False
    found, labels = answers[0].argmax(axis=1), plane_labels(dataset, names, t)
    x, y = columns(dataset, dataset.x_test, names), dataset.y_test
    figure = classes.plane(x, y, extent, palette, labels, regions=found, lines=lines)
    chart(figure, key, t(classes.plane_alt(y, labels, found)))
    return True
