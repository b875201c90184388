"""Exercises: the chapter's first exercise with evidence over many seeds."""

import streamlit as st

from nnlab.ui.exercises import exercises
from nnlab.ui.visit import language, theme, visitor

visitor()
with st.container(key="exercises"):
    exercises(language(), theme())
