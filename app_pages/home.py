"""Home: what nnlab is, and where to begin."""

import streamlit as st

from nnlab.ui.home import doors, first_light, welcome
from nnlab.ui.visit import language, theme

PAGES = {name: f"app_pages/{name}.py" for name in ("playground", "images", "housing", "tables", "exercises")}

t = language()
welcome(t)
first_light(t, theme(), PAGES["playground"])
doors(t, PAGES)
st.caption(t("nnlab runs on this server alone: no page asks any other host, and nothing about you is kept."))
