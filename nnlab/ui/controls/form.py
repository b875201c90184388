"""`Form`: the state of a page's controls, and the experiment that they add up to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import streamlit as st

from nnlab.experiment import Experiment, ExperimentError
from nnlab.i18n import Translator


@dataclass(frozen=True, slots=True)
class Form:
    """The controls of one page.

    The experiment in the session is the owner: widgets start from it when they appear (Streamlit
    forgets a widget that another page does not show), and `read` writes it back.

    Parameters
    ----------
    page : str
        Prefix of all keys.
    t : Translator
        The visitor's language.
    """

    page: str
    t: Translator

    @property
    def experiment(self) -> Experiment:
        """The last valid experiment."""
        experiment: Experiment = st.session_state[self._owner]
        return experiment

    @property
    def problem(self) -> ExperimentError | None:
        """Why the controls, as they stand, give no experiment."""
        problem: ExperimentError | None = st.session_state.get(f"{self._owner}_problem")
        return problem

    def begin(self, default: Experiment) -> None:
        """Take `default` at the first visit of the page."""
        st.session_state.setdefault(self._owner, default)

    def key(self, name: str) -> str:
        """Return the key of the widget `name`; the widget's start value comes from `experiment`."""
        return f"{self.page}_control_{st.session_state.get(self._generation, 0)}_{name}"

    def fill(self, experiment: Experiment) -> None:
        """Show another experiment. Only before the widgets: in a callback or at the top of a page.

        The widgets get new keys and so begin anew. Writing into their state instead is lost in
        the browser when two runs of the page follow each other at once.
        """
        st.session_state[self._generation] = st.session_state.get(self._generation, 0) + 1
        st.session_state[self._owner] = experiment
        st.session_state.pop(f"{self._owner}_problem", None)

    def read(self, content: dict[str, Any]) -> None:
        """Make the experiment of what the widgets say; what they do not say stays as it was.

        Parameters
        ----------
        content : dict
            Fields of an experiment in its JSON form.
        """
        complete = {**json.loads(self.experiment.to_json()), **content}
        try:
            experiment = Experiment.from_json(json.dumps(complete))
            _ = experiment.head
        except ExperimentError as error:
            st.session_state[f"{self._owner}_problem"] = error
            return
        st.session_state[self._owner] = experiment
        st.session_state.pop(f"{self._owner}_problem", None)

    @property
    def _owner(self) -> str:
        return f"{self.page}_experiment"

    @property
    def _generation(self) -> str:
        return f"{self.page}_generation"
