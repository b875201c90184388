"""The address of a part: which one, as it is set, and whether a teacher has locked that."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from nnlab.exercises.parts import PARTS, Part
from nnlab.experiment import Experiment
from nnlab.i18n import Translator
from nnlab.messages import N_, Message
from nnlab.permalink import Link, PermalinkError, decode, encode
from nnlab.ui.exercises.room import Room, Steps, place

CURRENT, LOCKED, NOTICE, TAKEN = "exercise_part", "exercise_locked", "exercise_notice", "exercise_token"
CHOOSER = "exercise_chooser"
# What a locked link hides, in the words of the playground's own links.
LOCK = ("learning_rate", "activation", "dataset", "batch_size", "hidden_layers", "seed", "optimizer")
MOST_SEEDS = 200


def open_part() -> str:
    """Return the part that the address names, or the one that was open; take over its setting, once."""
    asked = st.query_params.get("part")
    token = st.query_params.get("x")
    if token and token != st.session_state.get(TAKEN):
        st.session_state[TAKEN] = token
        _take(asked or "a", token, st.query_params.get("seeds", ""))
    if CURRENT not in st.session_state:
        st.session_state[CURRENT] = asked if asked in PARTS else "a"
    return str(st.session_state[CURRENT])


def write_part(name: str) -> None:
    """Put the part into the address."""
    if st.query_params.get("part") != name:
        st.query_params["part"] = name


def locked() -> bool:
    """Whether a teacher's link has locked the setting."""
    return bool(st.session_state.get(LOCKED, False))


def notice() -> Message | None:
    """Return what could not be done with a link."""
    found: Message | None = st.session_state.get(NOTICE)
    return found


def share_part(room: Room) -> None:
    """Show the button with the link to this part, for teachers with its setting locked."""
    t, steps = room.t, room.steps
    with st.popover(t(N_("Share")), icon=":material/share:", help=t(N_("A link to this part, as it is set."))):
        lock = st.toggle(
            t(N_("Lock the setting")),
            key=room.key("lock"),
            help=t(N_("For teachers: who opens the link sees this part only and cannot change its setting.")),
        )
        link = Link(steps.experiment, hidden=LOCK if lock else ())
        here = urlsplit(st.context.url or "")
        query = urlencode({"lang": t.language, "part": room.part.name, "seeds": steps.seeds, "x": encode(link)})
        st.code(urlunsplit((here.scheme, here.netloc, here.path, query, "")), language=None, wrap_lines=True)


def _take(name: str, token: str, seeds: str) -> None:
    st.session_state.pop(NOTICE, None)
    try:
        link = decode(token)
    except PermalinkError as error:
        st.session_state[NOTICE] = error.message
        return
    part = PARTS.get(name)
    if part is None or not fits(part, link.experiment):
        st.session_state[NOTICE] = Message(
            N_("This link's setting does not belong to this part of the exercise, so the part has its own.")
        )
        return
    count = int(seeds) if seeds.isascii() and seeds.isdigit() and len(seeds) < 4 else part.seeds
    st.session_state[place(name)] = Steps(link.experiment, min(max(count, 1), MOST_SEEDS), drawing=[])
    st.session_state[CURRENT] = name
    st.session_state.pop(CHOOSER, None)
    st.session_state[LOCKED] = bool(link.hidden)


def fits(part: Part, experiment: Experiment) -> bool:
    """Whether an experiment is this part's, but for what its setting lets one change.

    Examples
    --------
    >>> fits(PARTS["c"], PARTS["c"].experiment), fits(PARTS["c"], PARTS["f"].experiment)
    (True, False)
    """
    own = part.experiment
    if part.name == "g":
        return experiment.dataset.info.kind == "toy" and experiment.epochs is not None
    return (
        experiment.epochs is not None
        and experiment.mode == own.mode
        and experiment.dataset.name == own.dataset.name
        and len(experiment.layers) == len(own.layers)
    )


def title(t: Translator, part: Part) -> str:
    """Return the part's title with its letter."""
    return f"1{part.name} · {t(part.title)}"
