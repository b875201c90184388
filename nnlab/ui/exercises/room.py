"""What every part of the exercises needs: its setting, and what the visitor has said and run so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from nnlab.exercises.parts import PARTS, Part
from nnlab.experiment import Experiment
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator

SEED_COUNTS = (10, 20, 40, 100)


@dataclass(slots=True)
class Steps:
    """How far a visitor is with a part.

    Parameters
    ----------
    experiment : Experiment
        As it is set.
    seeds : int
        How many are trained.
    prediction : object
        What the visitor expects; None while that is open.
    answer : int or None
        Which answer to the “why” was given last.
    drawing : list
        Lines drawn by hand, as the browser told them.
    version : int
        Of the drawing.
    generation : int
        How often the part was begun again.
    """

    experiment: Experiment
    seeds: int
    prediction: Any = None
    answer: int | None = None
    drawing: list[Any] | None = None
    version: int = 0
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """One part with its visitor.

    Parameters
    ----------
    part : Part
        Which.
    t : Translator
        The visitor's language.
    palette : Palette
        The theme's.
    steps : Steps
        How far the visitor is.
    locked : bool
        Whether a teacher's link has locked the setting.
    """

    part: Part
    t: Translator
    palette: Palette
    steps: Steps
    locked: bool = False

    def key(self, name: str) -> str:
        """Return the key of a widget; a part begun again has new ones."""
        return f"exercise_{self.part.name}_{self.steps.generation}_{name}"

    def begin_again(self) -> None:
        """Forget what was predicted and answered; the setting stays."""
        steps = self.steps
        st.session_state[place(self.part.name)] = Steps(
            steps.experiment, steps.seeds, version=steps.version + 1, drawing=[], generation=steps.generation + 1
        )


def place(name: str) -> str:
    """Return where the session keeps how far a part is."""
    return f"exercise_steps_{name}"


def steps_of(name: str) -> Steps:
    """Return how far the visitor is with a part."""
    part = PARTS[name]
    found: Steps = st.session_state.setdefault(place(name), Steps(part.experiment, part.seeds))
    return found
