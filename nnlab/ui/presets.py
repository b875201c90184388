"""Presets as buttons, all behind one or side by side; what to look for is said beneath."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from nnlab.exercises.presets import PRESETS, Preset, preset_of
from nnlab.messages import N_
from nnlab.ui.controls.form import Form

GROUPS = {False: N_("They work"), True: N_("They fail, and why")}
"""Whether a preset fails -> the heading that it stands under."""


def presets(form: Form) -> None:
    """Show the chooser, and the sentences of the preset that the settings are.

    The sentences stay until a setting other than a seed is changed. Call it after the settings, in a
    container if it is to stand above them: before them it would know the last run's only.
    """
    t = form.t
    chosen = preset_of(form.experiment)
    with st.container(key=form.key("presets"), gap="small"):
        # A new key with each choice closes it: the sentences must not lie behind it.
        with st.popover(t(N_("Presets")), icon=":material/auto_stories:", key=form.key("presets_open")):
            for fails, heading in GROUPS.items():
                st.caption(t(heading))
                with st.container(gap=None):
                    _buttons(form, [preset for preset in PRESETS if preset.fails == fails], chosen)
        if chosen is not None:
            st.markdown(f"**{t(chosen.title)}**  \n{t(chosen.look_for)}")


def preset_buttons(form: Form, choices: Sequence[Preset]) -> None:
    """Show a button for each of a few presets, and the sentences of the one that the settings are.

    As with `presets`, call it after the settings.
    """
    t = form.t
    chosen = preset_of(form.experiment, choices)
    with st.container(horizontal=True, gap="small"):
        for preset in choices:
            st.button(
                t(preset.title),
                icon=":material/check:" if preset is chosen else None,
                on_click=form.fill,
                args=(preset.experiment,),
                key=f"{form.page}_preset_{preset.name}",
            )
    st.caption(t(chosen.look_for) if chosen is not None else t(N_("Settings of your own.")))


def _buttons(form: Form, group: Sequence[Preset], chosen: Preset | None) -> None:
    for preset in group:
        st.button(
            form.t(preset.title),
            icon=":material/check:" if preset is chosen else None,
            type="tertiary",
            on_click=form.fill,
            args=(preset.experiment,),
            key=f"{form.page}_preset_{preset.name}",
        )
