"""The first screen."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.permalink import Link, encode
from nnlab.ui.recorded import recorded_stage

DOORS = (
    (
        "playground",
        N_("Playground"),
        ":material/science:",
        N_("Points in the plane, a small network, and the boundary that it learns."),
        N_("Open the playground"),
    ),
    (
        "images",
        N_("Images"),
        ":material/image:",
        N_("Clothes and handwritten digits: the chapter's image classifier, trained before your eyes."),
        N_("Open the images"),
    ),
    (
        "housing",
        N_("Housing"),
        ":material/home_work:",
        N_("What houses in California are worth: the chapter's regression, and the districts that lead it astray."),
        N_("Open the housing data"),
    ),
    (
        "tables",
        N_("Tables"),
        ":material/table_chart:",
        N_("Iris flowers beside scikit-learn's models, and messages that can be spam and urgent at once."),
        N_("Open the tables"),
    ),
    (
        "exercises",
        N_("Exercises"),
        ":material/school:",
        N_("Predict, train a hundred networks, explain: the chapter's first exercise, with evidence instead of luck."),
        N_("Open the exercises"),
    ),
)


def welcome(t: Translator) -> None:
    """Say in three sentences what nnlab is."""
    st.title(t(N_("A laboratory for neural networks")), anchor=False)
    st.markdown(
        t(
            N_(
                "Choose data, build a network, press **Train** and watch it learn. "
                "It is a real Keras model: what you see is what `model.fit` does. "
                "The same seed gives the same run, and a link carries your whole setting."
            )
        )
    )


def first_light(t: Translator, palette: Palette, playground: str) -> None:
    """Play a small network that learns the circle, with the way to the same in the playground.

    Parameters
    ----------
    t : Translator
        The visitor's language.
    palette : Palette
        The theme's.
    playground : str
        The file of the page.
    """
    way = st.container()
    experiment = recorded_stage(t, palette)
    if way.button(t(N_("Open in the playground")), type="primary", icon=":material/science:", key="open_recorded"):
        st.switch_page(playground, query_params={"x": encode(Link(experiment)), "lang": t.language})


def doors(t: Translator, pages: Mapping[str, str]) -> None:
    """Show a card for each page.

    Parameters
    ----------
    t : Translator
        The visitor's language.
    pages : mapping of str to str
        A page's name to its file.
    """
    columns = st.columns(len(DOORS), gap="medium")
    for column, (name, title, icon, text, action) in zip(columns, DOORS, strict=True):
        with column.container(border=True, height="stretch"):
            st.subheader(f"{icon} {t(title)}", anchor=False)
            st.write(t(text))
            if st.button(t(action), key=f"door_{name}"):
                st.switch_page(pages[name])
