"""Who is visiting: the language, the theme, and the visitor's connection to the service."""

from __future__ import annotations

import secrets
from dataclasses import replace

import streamlit as st

from nnlab.datasets.remote import Downloads
from nnlab.figures.palette import DARK, LIGHT, Palette
from nnlab.i18n import LANGUAGES, Language, Translator, choose, translator
from nnlab.messages import N_
from nnlab.runs import RunService

PROJECTOR = "projector"
PROJECTOR_SCALE = 1.375
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "ko": "한국어"}


@st.cache_resource(show_spinner=False)
def service() -> RunService:
    """Return the one service of this server."""
    # By then the first page is on its way to be drawn.
    return RunService(spare_after=1.0)


@st.cache_resource(show_spinner=False)
def downloads() -> Downloads:
    """Return the one set of downloads of this server."""
    return Downloads()


def language() -> Translator:
    """Return the visitor's translator: as chosen, else as the link says, else as the browser asks."""
    if "language" not in st.session_state:
        st.session_state["language"] = choose(st.query_params.get("lang"), st.context.locale)
    return translator(st.session_state["language"])


def language_switch(t: Translator) -> None:
    """Show the switch, and write the language into the address.

    Changing the page clears the address's parameters, so it is written at each run: what a
    visitor copies from there always carries the language.
    """
    st.segmented_control(
        t(N_("Language")),
        LANGUAGES,
        format_func=lambda name: LANGUAGE_NAMES[name],
        default=t.language,
        key="language_switch",
        required=True,
        on_change=_switch_language,
        label_visibility="collapsed",
    )
    if st.query_params.get("lang") != t.language:
        st.query_params["lang"] = t.language


def theme() -> Palette:
    """Return the colours of the theme on screen, with larger type and thicker lines for a projector."""
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    return replace(palette, scale=PROJECTOR_SCALE) if st.session_state.get(PROJECTOR) else palette


def projector_switch(t: Translator) -> None:
    """Show the switch for a room that looks at one wall."""
    st.toggle(
        t(N_("Projector mode")),
        key=PROJECTOR,
        persist_state="session",
        help=t(N_("Large type and thick lines, for a screen that a whole class looks at.")),
    )
    if st.session_state.get(PROJECTOR):
        # Streamlit sizes everything in multiples of this.
        st.html(f"<style>html {{ font-size: {16 * PROJECTOR_SCALE:g}px; }}</style>")


def visitor() -> str:
    """Return the visitor's id and tell the service that the visitor is here.

    It is made anew with each session; the id of a run in the address carries the run over.
    """
    name: str = st.session_state.setdefault("visitor", secrets.token_urlsafe(8))
    _presence(name)
    service().arrived(name)
    return name


def _switch_language() -> None:
    st.session_state["language"] = st.session_state["language_switch"]


# Released when the browser's connection ends: the tab is closed, asleep, or the network gone.
@st.cache_resource(scope="session", show_spinner=False, on_release=lambda name: service().left(name))
def _presence(name: str) -> str:
    return name
