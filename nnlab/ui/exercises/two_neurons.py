"""Why two neurons can never fence the disc in: the argument, with a picture."""

from __future__ import annotations

from math import radians

import streamlit as st

from nnlab.figures.directions import direction_chart
from nnlab.messages import N_
from nnlab.ui.charts import chart
from nnlab.ui.exercises.room import Room

TWO = (radians(20), radians(140))
THREE = (radians(20), radians(140), radians(260))


def two_neurons(room: Room) -> None:
    """Show the arrows of two neurons and of three, and say what follows."""
    t = room.t
    st.markdown(f"**{t(N_('Why two are never enough'))}**")
    st.write(
        t(
            N_(
                "The output is a bias plus one contribution of each hidden neuron. A neuron's contribution only ever "
                "rises, or stays the same, along one direction: its arrow. It does not fall for anyone who walks "
                "within a right angle of the arrow. Two such half-planes always overlap. Walk from the centre into the "
                "shaded wedge: neither contribution falls, so the output is never lower than in the centre. If the "
                "centre is taken for the disc, so is the ring out there, whatever the weights. This holds for ReLU, "
                "tanh and sigmoid alike. Three arrows can point so that no direction is left."
            )
        )
    )
    words = (t(N_("never falls")), t(N_("no way out is left")))
    left, right = st.columns(2)
    with left:
        st.caption(t(N_("Two neurons: in the wedge the output never falls.")))
        chart(
            direction_chart(TWO, words, room.palette),
            room.key("two"),
            t(N_("Two arrows from the centre, and between them a wedge that leads out through the ring.")),
        )
    with right:
        st.caption(t(N_("Three neurons: every direction is held down by one of them.")))
        chart(
            direction_chart(THREE, words, room.palette),
            room.key("three"),
            t(N_("Three arrows a third of a turn apart; no direction is within a right angle of all three.")),
        )
