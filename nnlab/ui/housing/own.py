"""A district of the visitor's own, by sliders, valued by the trained network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets import Dataset
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunError, RunRecord
from nnlab.ui.housing.districts import LATITUDE, LONGITUDE, columns, districts, dollars
from nnlab.ui.labels import label
from nnlab.ui.questions import ask, wait

STEPS = (0.1, 1.0, 0.1, 0.05, 10.0, 0.1, 0.01, 0.01)
"""Of the sliders, in the order of the features."""
DRAWN_SHARES = (0.005, 0.995)
DEGREE_KILOMETRES = 111.2
FAR_KILOMETRES = 25
VALUES, GENERATION, DISTRICT = "own_district", "own_district_generation", "own_district_number"


@dataclass(frozen=True, slots=True)
class Range:
    """The ends, the start and the step of a slider."""

    low: float
    high: float
    median: float
    step: float


@lru_cache(maxsize=1)
def ranges() -> tuple[Range, ...]:
    """Return a slider's range for each feature: where nearly all training districts lie, on round numbers."""
    found = []
    for column, step in zip(districts().x_train.T, STEPS, strict=True):
        low, high = np.quantile(column, DRAWN_SHARES)
        steps = (math.floor(low / step), math.ceil(high / step), round(float(np.median(column)) / step))
        low, high, median = (round(count * step, 2) for count in steps)
        found.append(Range(low, high, median, step))
    return tuple(found)


def own_district(record: RunRecord | None, other: RunRecord | None, t: Translator) -> None:
    """Show the sliders and what the network makes of them.

    Parameters
    ----------
    record : RunRecord or None
        The page's run.
    other : RunRecord or None
        That of scikit-learn's MLP, which is asked too once it is fitted.
    t : Translator
        The visitor's language.
    """
    if record is None or not record.weight_epochs or not record.ended:
        st.caption(t(N_("Train a network: then a district of your own, put together by sliders, is valued here.")))
        return
    st.fragment(_district)(record, other, t)


def _district(record: RunRecord, other: RunRecord | None, t: Translator) -> None:
    dataset = districts()
    st.write(t(N_("Put a district together and see what the network takes its houses for.")))
    true = _take_over(dataset, t)
    answers = st.container()
    x = _sliders(dataset, record.experiment.features, t)
    with answers:
        _answers(record, other, x, true, t)
        _nearest(dataset, x, t)


def _take_over(dataset: Dataset, t: Translator) -> float | None:
    """Show the way to the values of a test district; return its true price as long as the sliders stand there."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input(
            t(N_("Test district (1 to {count})"), count=t.integer(len(dataset.y_test))),
            1,
            len(dataset.y_test),
            step=1,
            key=DISTRICT,
            persist_state="session",
            width=220,
        )
        st.button(t(N_("Take its values")), on_click=_fill, args=(number - 1,), icon=":material/input:")
        st.button(t(N_("Middle of all")), on_click=_fill, args=(None,), icon=":material/replay:")
    index: int | None = st.session_state.get(f"{VALUES}_index")
    return None if index is None else float(dataset.y_test[index])


def _fill(index: int | None) -> None:
    st.session_state[VALUES] = None if index is None else districts().x_test[index].tolist()
    st.session_state[f"{VALUES}_index"] = index
    st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1


def _moved() -> None:
    # Its price is no longer that of the test district.
    st.session_state[f"{VALUES}_index"] = None


def _sliders(dataset: Dataset, features: tuple[str, ...], t: Translator) -> NDArray[np.float32]:
    taken: list[float] | None = st.session_state.get(VALUES)
    generation = st.session_state.get(GENERATION, 0)
    values = [taken[index] if taken else one.median for index, one in enumerate(ranges())]
    places = st.columns(2, gap="medium")
    for position, name in enumerate(features):
        index = dataset.feature_names.index(name)
        one, value = ranges()[index], values[index]
        values[index] = places[2 * position // len(features)].slider(
            label(t, name),
            # A test district may lie beyond.
            min(one.low, value),
            max(one.high, value),
            value,
            step=one.step,
            format="%.0f" if one.step >= 1 else "%.1f" if one.step == 0.1 else "%.2f",
            key=f"{VALUES}_{generation}_{name}",
            on_change=_moved,
        )
    # Streamlit forgets a widget that another page does not show.
    st.session_state[VALUES] = values
    return np.array([values], np.float32)


def _answers(
    record: RunRecord,
    other: RunRecord | None,
    x: NDArray[np.float32],
    true: float | None,
    t: Translator,
) -> None:
    asked = {t(N_("The network's answer")): ("own_keras", record)}
    if other is not None and other.ended and other.weight_epochs:
        asked[t(N_("scikit-learn's answer"))] = ("own_mlp", other)
    places = st.columns(len(asked) + (true is not None))
    waiting = False
    for place, (title, (name, run)) in zip(places, asked.items(), strict=False):
        try:
            answer = ask(name, run, columns(districts(), x, run.experiment.features))
        except RunError as error:
            st.warning(t(error.message), icon=":material/info:")
            continue
        waiting = waiting or answer is None
        place.metric(title, "…" if answer is None else dollars(t, float(answer[0][0, 0])))
    if true is not None:
        places[-1].metric(t(N_("True value")), dollars(t, true))
    if waiting:
        wait(t)


def _nearest(dataset: Dataset, x: NDArray[np.float32], t: Translator) -> None:
    """Say so when the place is far from all districts that the network knows."""
    north = dataset.x_train[:, LATITUDE] - x[0, LATITUDE]
    east = (dataset.x_train[:, LONGITUDE] - x[0, LONGITUDE]) * math.cos(math.radians(float(x[0, LATITUDE])))
    kilometres = DEGREE_KILOMETRES * float(np.sqrt(north**2 + east**2).min())
    if kilometres > FAR_KILOMETRES:
        st.info(
            t(
                N_(
                    "The nearest training district is {kilometres} km from there: in the sea, the desert or another "
                    "state. The network answers nevertheless, without any ground for it."
                ),
                kilometres=t.integer(round(kilometres)),
            ),
            icon=":material/explore_off:",
        )
