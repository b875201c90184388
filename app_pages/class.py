"""Class: the address of this server on the wall, for a room full of students."""

import streamlit as st

from nnlab.ui.invitation import invitation_view
from nnlab.ui.visit import language, visitor

t = language()
visitor()
st.header(t("For the class"), anchor=False)
invitation_view(t)
