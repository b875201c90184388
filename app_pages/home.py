"""Home: what nnlab is, and where to begin."""

import streamlit as st

from nnlab.ui.home import doors, welcome
from nnlab.ui.visit import language

t = language()
welcome(t)
doors(t, {"playground": "app_pages/playground.py", "images": "app_pages/images.py"})
st.caption(t("nnlab runs on this server alone: no page asks any other host, and nothing about you is kept."))
