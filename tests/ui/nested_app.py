"""A page with a fragment in a fragment, which is slow enough for the next click to come before it is drawn."""

import sys
import time

import streamlit as st

from nnlab.ui.delivery import deliver_what_is_drawn

deliver_what_is_drawn()
# As on a busy server: what a run draws is not sent at once.
sys.setswitchinterval(0.1)


@st.fragment(run_every=0.5)
def inner() -> None:
    st.caption("inner")


@st.fragment
def outer() -> None:
    above = st.container()
    value = st.slider("Value", 0, 100, 50)
    with above:
        time.sleep(0.1)
        st.write(f"The value is {value}.")
        if value % 2:
            st.caption("odd")
            inner()


outer()
