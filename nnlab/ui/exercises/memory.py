"""What was done of the exercises: kept by the browser, shown at the part's names, downloaded as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import streamlit as st

from nnlab.exercises.progress import Done, merged, read, written
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.ui.components.exercises import exercise_progress

KEY = "exercise_progress"
# The progress, once the browser has told what it had kept; what was done before that waits in the other place.
KNOWN, DONE = "exercise_progress_known", "exercise_progress_done"


def progress() -> dict[str, Done]:
    """Return what has been done, by the parts' names."""
    found: dict[str, Done] = st.session_state.setdefault(DONE, {})
    return found


def note(name: str, predicted: str, found: str, *, passed: bool) -> bool:
    """Keep what came of a part, and return whether it is news; a check that was passed once stays passed."""
    before = progress()
    after = merged(before, {name: Done(predicted, found, passed, date.today().isoformat())})
    st.session_state[DONE] = after
    return after != before


def browser_memory() -> None:
    """Have the browser keep the progress, and ask it once for what it kept before. Call it last on the page."""
    known = st.session_state.get(KNOWN, False)
    exercise_progress(key=KEY, text=written(progress()) if known else None, on_stored=_take)


def progress_popover(t: Translator, titles: Mapping[str, str]) -> None:
    """Show what has been done, and the file to take along.

    Parameters
    ----------
    t : Translator
        The visitor's language.
    titles : mapping of str to str
        The parts' names to their titles, translated.
    """
    done = progress()
    passed = sum(entry.passed for entry in done.values())
    with st.popover(t(N_("{passed} of {all} done"), passed=passed, all=len(titles)), icon=":material/task_alt:"):
        if not done:
            st.write(t(N_("What you predict and find is kept in this browser, and nowhere else.")))
        for name, entry in done.items():
            icon = ":material/check_circle:" if entry.passed else ":material/pending:"
            st.markdown(
                f"{icon} **1{name} · {titles[name]}**  \n"
                + t(
                    N_("Predicted: {predicted}. Found: {found}. {date}"),
                    predicted=entry.predicted,
                    found=entry.found,
                    date=entry.date,
                )
            )
        st.download_button(
            t(N_("Download (JSON)")),
            json.dumps(json.loads(written(done)), ensure_ascii=False, indent=2),
            "nnlab-exercises.json",
            "application/json",
            icon=":material/download:",
            key="exercise_download",
        )


def _take() -> None:
    kept = st.session_state[KEY]["stored"]
    st.session_state[DONE] = merged(read(kept), progress())
    st.session_state[KNOWN] = True
