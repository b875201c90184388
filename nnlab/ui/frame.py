"""What surrounds every page: the sidebar's switches and a few lines of style."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.figures.palette import DARK
from nnlab.i18n import Translator
from nnlab.ui.components import ensure_plotly_js
from nnlab.ui.visit import language, language_switch, projector_switch, service, theme

ICON = Path(__file__).with_name("icon.png")

# Figures that change must not jiggle, and Korean lines must not break within a word.
STYLE = """
<style>
.stApp { font-variant-numeric: tabular-nums; word-break: keep-all; overflow-wrap: anywhere; }
/* Streamlit's paragraphs have a rule of their own. */
.stApp :is([data-testid="stMarkdownContainer"], [data-testid="stCaptionContainer"]) p { word-break: keep-all; }
/* An icon stands for the name of a button, which a screen reader still reads. */
[class*="_more_"] [data-testid="stPopoverButton"] [data-testid="stMarkdownContainer"] {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
/* A data set is chosen by its picture; Streamlit keeps pictures in a button as small as its letters. */
[class*="_pictures"] [data-testid="stButtonGroup"] button { height: auto; padding: 6px; border-radius: 8px; }
[class*="_pictures"] button p {
  display: flex; flex-direction: column; align-items: center; gap: 4px; width: 64px;
  font-size: 12px; line-height: 1.2; white-space: normal; text-align: center;
}
[class*="_pictures"] button img { width: 56px; height: 56px; max-height: none; margin: 0; border-radius: 4px; }
/* Streamlit's own button of that name would end the drawing of the page, not the run. */
[data-testid="stStatusWidget"] button { display: none; }
[class*="_summary"] :is(th, td) { padding: 0.25rem; }
[class*="_summary"] :is(th, td):last-child { text-align: right !important; }
.stMainBlockContainer { padding: 4.25rem clamp(1rem, 2.5vw, 3rem) 4rem; }
/* On a phone the picture comes first and the settings below it. */
@media (max-width: 640px) {
  .st-key-settings_and_run > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] {
    flex-wrap: wrap-reverse;
  }
}
</style>
"""
# Streamlit writes white on the primary colour, which is light here.
DARK_STYLE = f"""
<style>
.stApp [data-testid="stBaseButton-primary"] {{ color: {DARK.background}; }}
</style>
"""


def two_columns() -> list[DeltaGenerator]:
    """Return the columns of a page: settings at the left, the run at the right; on a phone the run is above."""
    with st.container(key="settings_and_run"):
        return st.columns([1, 2], gap="medium")


def frame() -> Translator:
    """Show the frame and return the visitor's translator."""
    # Both take a moment, once a server: better before the first click than after it.
    ensure_plotly_js()
    service()
    st.html(STYLE + (DARK_STYLE if theme().name == "dark" else ""))
    t = language()
    with st.sidebar:
        language_switch(t)
        projector_switch(t)
    return t
