"""Running a study on a page: the button, how far it is, Pause and Stop, and what it has come to."""

from __future__ import annotations

import streamlit as st

from nnlab.events.studies import Study
from nnlab.i18n import Translator
from nnlab.messages import N_, ExplainedError
from nnlab.runs import RunError
from nnlab.runs.study_record import StudyRecord
from nnlab.ui.exercises.room import Room
from nnlab.ui.visit import service, visitor

TICK_SECONDS = 0.5
# Where the session keeps which studies it has had done; the service keeps their results.
STUDIES = "exercise_studies"
PROBLEM = "exercise_problem"


def study_panel(room: Room, study: Study) -> StudyRecord | None:
    """Show the button that starts a study, or how far it is; return its record once all of it is done."""
    t, record = room.t, record_of(study)
    if record is not None and record.state == "finished":
        return record
    if not under_way(t, record):
        st.button(
            t(N_("Train all seeds")),
            icon=":material/play_arrow:",
            type="primary",
            key=room.key("run"),
            on_click=start_study,
            args=(study,),
        )
        networks = len(study.seeds) * len(study.parts)
        st.caption(t.ngettext("{count} network is trained.", "{count} networks are trained.", networks))
    return None


def under_way(t: Translator, record: StudyRecord | None) -> bool:
    """Show how far a study is, or what ended it early; return whether it is under way."""
    problem = st.session_state.get(PROBLEM)
    if problem is not None:
        st.warning(t(problem), icon=":material/info:")
    if record is not None and not record.ended:
        st.fragment(_progress, run_every=TICK_SECONDS)(record, t)
        return True
    if record is not None and record.message is not None:
        st.warning(t(record.message), icon=":material/info:")
    return False


def record_of(study: Study) -> StudyRecord | None:
    """Return the record of a study that this visitor has had done, if it is still kept."""
    known: list[tuple[Study, str]] = st.session_state.setdefault(STUDIES, [])
    for kept, study_id in reversed(known):
        if kept == study:
            try:
                return service().study_record(study_id)
            except RunError:
                known.remove((kept, study_id))
                return None
    return None


def start_study(study: Study) -> None:
    """Have a study done; what speaks against it is shown in the panel."""
    st.session_state.pop(PROBLEM, None)
    try:
        st.session_state.setdefault(STUDIES, []).append((study, service().study(visitor(), study)))
    except ExplainedError as error:
        st.session_state[PROBLEM] = error.message


def _progress(record: StudyRecord, t: Translator) -> None:
    if record.ended:
        st.rerun()
    progress = record.progress
    st.progress(min(1.0, progress.share), text=_state(record, t))
    studies = service().studies
    with st.container(horizontal=True):
        if record.state == "paused":
            st.button(t(N_("Resume")), icon=":material/play_arrow:", on_click=studies.resume, args=(record.study_id,))
        else:
            st.button(t(N_("Pause")), icon=":material/pause:", on_click=studies.pause, args=(record.study_id,))
        st.button(t(N_("Stop")), icon=":material/stop:", on_click=studies.stop, args=(record.study_id,))


def _state(record: StudyRecord, t: Translator) -> str:
    progress = record.progress
    done = t(N_("{done} of {all} networks trained"), done=t.integer(progress.seeds_done), all=t.integer(progress.seeds))
    if record.state == "queued":
        return t(N_("Waiting for a free place"))
    if record.state == "paused":
        return t(N_("Paused. {done}"), done=done)
    if progress.compiling:
        return t(N_("{done} · getting the next program ready"), done=done)
    if progress.seconds_left is None:
        return done
    return t(N_("{done} · about {time} left"), done=done, time=t.duration(max(1.0, progress.seconds_left)))
