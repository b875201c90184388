"""Parts of a page that are drawn anew by themselves."""

import pytest
from streamlit.testing.v1 import AppTest


def nested(outer_every: float | None, inner_every: float | None) -> AppTest:
    def script(outer_every: float | None, inner_every: float | None) -> None:
        import streamlit as st

        from nnlab.ui.fragments import fragment

        def inner() -> None:
            st.write("inner")

        def outer() -> None:
            st.write("outer")
            fragment(inner, run_every=inner_every)()

        fragment(outer, run_every=outer_every)()
        fragment(inner, run_every=inner_every)()

    kwargs = {"outer_every": outer_every, "inner_every": inner_every}
    return AppTest.from_function(script, default_timeout=60, kwargs=kwargs).run()


@pytest.mark.parametrize("inner_every", [None, 1.0])
def test_one_without_a_timer_may_hold_others(inner_every: float | None):
    shown = nested(None, inner_every)

    assert [text.value for text in shown.markdown] == ["outer", "inner", "inner"]


@pytest.mark.parametrize("inner_every", [None, 1.0])
def test_one_with_a_timer_may_hold_no_other(inner_every: float | None):
    shown = nested(1.0, inner_every)

    assert len(shown.exception) == 1
    assert [text.value for text in shown.markdown] == ["outer"]
