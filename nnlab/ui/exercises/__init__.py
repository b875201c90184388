"""The page of the chapter's first exercise: predict, run, explain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from nnlab.events.studies import Study
from nnlab.exercises.claims import Verdict
from nnlab.exercises.depth import depth_study
from nnlab.exercises.free_play import free_study
from nnlab.exercises.parts import PARTS, activations_study, layers_study, neurons_study
from nnlab.experiment import Experiment
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.ui.exercises import corners, depth, free, link, neurons, pictures
from nnlab.ui.exercises.memory import browser_memory, note, progress, progress_popover
from nnlab.ui.exercises.room import Room, steps_of
from nnlab.ui.exercises.steps import CHALLENGE_IS, SEEDS_SAY, prediction_in_words, question, setting, verdict_view, why
from nnlab.ui.exercises.study_code import study_code


def _as_it_is(t: Translator, name: str) -> str:
    return name


@dataclass(frozen=True, slots=True)
class PartView:
    """What is particular to a part.

    Parameters
    ----------
    predict : callable
        Asks for the prediction, or says it; returns whether it is made.
    run : callable
        Runs what has to be run; returns the results, None until they are there.
    compare : callable
        Lays prediction and results over each other; returns the verdicts, and the result in a few words.
    study : callable
        Returns what is trained, given the setting and how many seeds.
    title : callable
        Names a network of the study.
    free : bool
        Whether it sets what is trained itself, and one verdict that holds is enough.
    """

    predict: Callable[[Room], bool]
    run: Callable[[Room], Any]
    compare: Callable[[Room, Any], tuple[tuple[Verdict, ...], str]]
    study: Callable[[Experiment, int], Study]
    title: Callable[[Translator, str], str] = _as_it_is
    free: bool = False


_NEURONS = PartView(neurons.predict, neurons.run, neurons.compare, neurons_study, neurons.title)
VIEWS: dict[str, PartView] = {
    "a": PartView(pictures.predict, pictures.run, pictures.compare, layers_study),
    "b": PartView(corners.predict, corners.run, corners.compare, activations_study, corners.title),
    "c": _NEURONS,
    "d": _NEURONS,
    "e": _NEURONS,
    "f": PartView(depth.predict, depth.run, depth.compare, depth_study, depth.title),
    "g": PartView(free.predict, free.run, free.compare, free_study, free=True),
}


def exercises(t: Translator, palette: Palette) -> None:
    """Show the page.

    Parameters
    ----------
    t : Translator
        The visitor's language.
    palette : Palette
        The theme's.
    """
    name = link.open_part()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(t(N_("Exercises")), anchor=False)
        tools = st.container(horizontal=True, width="content")
    notice = link.notice()
    if notice is not None:
        st.warning(t(notice), icon=":material/link_off:")
    if not link.locked():
        name = _chooser(t, name)
    room = Room(PARTS[name], t, palette, steps_of(name), link.locked())
    _part(room, VIEWS[name])
    with tools:
        progress_popover(t, {part.name: t(part.title) for part in PARTS.values()})
        if not room.locked:
            link.share_part(room)
    link.write_part(name)
    browser_memory()


def _chooser(t: Translator, name: str) -> str:
    done = progress()

    def label(part: str) -> str:
        mark = ":material/check: " if part in done and done[part].passed else ""
        return f"{mark}{link.title(t, PARTS[part])}"

    chosen = st.pills(
        t(N_("Part")),
        list(VIEWS),
        default=name if name in VIEWS else next(iter(VIEWS)),
        format_func=label,
        key=link.CHOOSER,
        label_visibility="collapsed",
        required=True,
    )
    st.session_state[link.CURRENT] = chosen
    return str(chosen)


def _part(room: Room, view: PartView) -> None:
    t = room.t
    left, right = st.columns([1, 2], gap="medium")
    with left:
        question(room)
        if not view.free:
            setting(room)
        predicted = view.predict(room)
    with right:
        if not predicted:
            st.info(
                t(N_("Predict first: then the networks are trained, and you see how close you were.")),
                icon=":material/psychology_alt:",
            )
            return
        results = view.run(room)
        if results is None:
            return
        verdicts, found = view.compare(room, results)
        for verdict in verdicts:
            verdict_view(room, verdict, CHALLENGE_IS if view.free else SEEDS_SAY)
        right_answer = why(room)
        enough = any if view.free else all
        _check(room, view, enough(verdict.holds for verdict in verdicts), found, right_answer)
        study_code(room, view.study(room.steps.experiment, room.steps.seeds), partial(view.title, t))


def _check(room: Room, view: PartView, borne_out: bool, found: str, right_answer: bool) -> None:
    t = room.t
    passed = borne_out and right_answer
    said = "–" if view.free else prediction_in_words(room)
    if room.steps.answer is not None and note(room.part.name, said, found, passed=passed):
        # The names of the parts, above, show it too.
        st.rerun()
    with st.container(key="exercise_check"):
        if passed:
            st.success(t(N_("Part 1{part} is done."), part=room.part.name), icon=":material/task_alt:")
        elif not borne_out:
            st.warning(t(CHALLENGES_OPEN if view.free else NOT_BORNE_OUT), icon=":material/pending:")
        else:
            st.caption(t(N_("Answer the “why” to finish this part.")))


NOT_BORNE_OUT = N_("Not yet: with this setting the seeds do not bear the claim out. The lines above tell why.")
CHALLENGES_OPEN = N_("Not yet: meet one of the three challenges to finish this part.")
