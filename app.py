"""nnlab: `streamlit run app.py`."""

from __future__ import annotations

import sys

import streamlit as st
from starlette.routing import WebSocketRoute

from main import main
from nnlab.ui.delivery import deliver_what_is_drawn
from nnlab.ui.outside import ask_nobody_outside
from nnlab.ui.stage.line import PATH, line

ask_nobody_outside()
deliver_what_is_drawn()
# A page is a hundred small messages, and after each its thread waits for Python's lock for as long as this. With
# Python's own 5 ms thirty visitors waited for minutes while a third of the processor was idle (benchmarks.class_load).
sys.setswitchinterval(0.0005)
# The pages are in main.py; beside them the server has a line of our own to the stage of the playground.
app = st.App("main.py", routes=[WebSocketRoute(PATH, line)])

if __name__ == "__main__":
    # A host that does not know of `App` runs this file as it runs any script, and has the pages without the line.
    main()
