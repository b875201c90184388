"""The plane of two inputs: the data, and what the network makes of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from nnlab.datasets import Dataset, features, load
from nnlab.events import BoundaryDrawn
from nnlab.experiment import DatasetChoice, Experiment
from nnlab.figures import boundary
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.components import live_figure
from nnlab.ui.labels import label

HEIGHT = 430


def boundary_view(page: str, record: RunRecord | None, experiment: Experiment, t: Translator, palette: Palette) -> None:
    """Show the data of `experiment`, and the boundary of the run if that is about these data.

    Parameters
    ----------
    page : str
        Prefix of the keys.
    record : RunRecord or None
        The page's run.
    experiment : Experiment
        What the controls show.
    t : Translator
        The visitor's language.
    palette : Palette
        The theme's.
    """
    show_validation = st.toggle(t(N_("Show validation data")), key=f"{page}_validation", persist_state="session")
    if record is not None and record.experiment.dataset == experiment.dataset:
        drawn, experiment = record.boundary, record.experiment
    else:
        drawn = None
    pair = _pair(experiment)
    if pair is None:
        st.caption(t(N_("The boundary can be drawn for two inputs. Choose exactly two features to see it.")))
        return
    shown = (drawn.run_id, drawn.epoch) if drawn else (experiment.dataset, pair)
    state = (shown, show_validation, palette.name, t.language)
    kept = st.session_state.get(f"{page}_plane")
    if kept is None or kept[0] != state:
        # The timer ticks more often than the boundary changes.
        kept = st.session_state[f"{page}_plane"] = (state, *_draw(experiment, drawn, pair, show_validation, t, palette))
    live_figure(key=f"{page}_boundary", figure=kept[1], alt=kept[2], height=HEIGHT, translate=t)


def _draw(
    experiment: Experiment,
    drawn: BoundaryDrawn | None,
    pair: tuple[str, str],
    show_validation: bool,
    t: Translator,
    palette: Palette,
) -> tuple[str, str]:
    surface = _surface(experiment, drawn, t)
    names = {"x1": label(t, pair[0]), "x2": label(t, pair[1])}
    labels = boundary.BoundaryLabels(t(N_("training")), t(N_("validation")), t(N_("prediction")), **names)
    plane = features.select(_data(experiment.dataset), pair)
    figure = boundary.figure(
        surface,
        labels,
        palette,
        training=boundary.Points(plane.x_train, plane.y_train),
        test=boundary.Points(plane.x_valid, plane.y_valid) if show_validation else None,
        height=HEIGHT,
    )
    alt = boundary.alt(surface, drawn.epoch) if drawn else NO_BOUNDARY
    return str(figure.to_json()), t(alt)


NO_BOUNDARY = N_("The data in the plane. The network has not been trained yet.")


def _pair(experiment: Experiment) -> tuple[str, str] | None:
    """Return the columns that span the plane: a toy's raw coordinates, or a table's chosen two."""
    if experiment.dataset.info.kind == "toy":
        return ("x1", "x2")
    return (experiment.features[0], experiment.features[1]) if len(experiment.features) == 2 else None


def _surface(experiment: Experiment, drawn: BoundaryDrawn | None, t: Translator) -> boundary.Surface:
    names = tuple(t(name) for name in _data(experiment.dataset).class_names)
    extent = drawn.extent if drawn else _extent(experiment)
    if drawn is None:
        # What a network that knows nothing says: every class as likely as any other, or nought.
        shape = (2, 2, len(names)) if len(names) > 2 else (2, 2)
        return boundary.Surface(np.full(shape, 1 / len(names) if names else 0.0), names, extent)
    outputs = drawn.outputs
    if len(names) <= 2:
        outputs = outputs[..., -1]
    return boundary.Surface(outputs, names, extent)


def _extent(experiment: Experiment) -> tuple[float, float, float, float]:
    if experiment.dataset.info.kind == "toy":
        return boundary.PLANE
    return features.extent(_data(experiment.dataset), experiment.features)


def _data(choice: DatasetChoice) -> Dataset:
    return _load(choice.name, tuple(choice.options.items()))


# A few kilobytes each; everybody who looks at the same data shares them.
@lru_cache(maxsize=32)
def _load(name: str, options: tuple[tuple[str, float], ...]) -> Dataset:
    return load(name, **dict(options))
