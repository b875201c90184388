"""Status: what this server is doing, and for the teacher the reins."""

import streamlit as st

from nnlab.ui.server_status import status_view
from nnlab.ui.visit import language, visitor

t = language()
visitor()
st.header(t("Server status"), anchor=False)
status_view(t)
