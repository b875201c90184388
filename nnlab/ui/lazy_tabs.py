"""Tabs of which only the open one is drawn, so that what nobody looks at costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from nnlab.i18n import Translator


def lazy_tabs(page: str, t: Translator, views: Mapping[str, Callable[[], None]]) -> None:
    """Show tabs, and draw what is in the open one.

    Parameters
    ----------
    page : str
        Prefix of the keys.
    t : Translator
        The visitor's language; another one keeps the tab that is open.
    views : mapping of str to callable
        English title, the gettext id, to what draws the tab.
    """
    titles = {t(title): title for title in views}
    # Streamlit knows a tab by its title, which is another one in another language.
    key = f"{page}_tabs_{t.language}"
    kept = open_tab(page)
    if key not in st.session_state and kept is not None and kept in views:
        # Not as `default`: with another one it is another widget, and a click on its way to the one before is lost.
        st.session_state[key] = t(kept)
    places = st.tabs(list(titles), key=key, on_change=_remember, args=(page, key, titles))
    for place, view in zip(places, views.values(), strict=True):
        if place.open:
            with place:
                view()


def open_tab(page: str) -> str | None:
    """Return the English title of the tab that was opened last; None before any was."""
    title: str | None = st.session_state.get(f"{page}_tab")
    return title


def _remember(page: str, key: str, titles: Mapping[str, str]) -> None:
    st.session_state[f"{page}_tab"] = titles.get(st.session_state[key])
