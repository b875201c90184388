"""The code behind a study: each of its networks, from each of its seeds, as a program of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from nnlab.events.studies import Study
from nnlab.export import keras_script
from nnlab.messages import N_
from nnlab.ui.code import code_on_demand, run_to_repeat, script_files, script_text
from nnlab.ui.exercises.room import Room


def study_code(room: Room, study: Study, title: Callable[[str], str]) -> None:
    """Show the script of one network of a study, once that is asked for.

    Parameters
    ----------
    room : Room
        The part of the exercise.
    study : Study
        What it trains.
    title : callable
        Names a network of the study in the visitor's language.
    """
    code_on_demand(room.t, room.key("code"), partial(_code, room, study, title))


def _code(room: Room, study: Study, title: Callable[[str], str]) -> None:
    t = room.t
    st.write(t(N_("Each of these networks as a program of its own, which does without nnlab. Choose one.")))
    name, seed = _choice(room, study, title)
    experiment = next(part.experiment for part in study.parts if part.name == name).with_seed(seed)
    script = keras_script(run_to_repeat(None, experiment))
    with st.container(horizontal=True):
        script_files(room.key("code"), script, t)
    script_text(script, t)


def _choice(room: Room, study: Study, title: Callable[[str], str]) -> tuple[str, int]:
    t, names = room.t, [part.name for part in study.parts]
    network, start = st.columns([3, 1])
    with start:
        seed = st.selectbox(t(N_("Seed")), study.seeds, key=room.key("code_seed"))
    if len(names) == 1:
        return names[0], seed
    with network:
        return st.selectbox(t(N_("Network")), names, format_func=title, key=room.key("code_of")), seed
