"""What a browser says of a widget that nobody has touched yet, as Streamlit's protocol has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState


def set_number(state: WidgetState, element: Any, number: float) -> None:
    """Write a number as the widget has them, whole or not."""
    if element.data_type == type(element).INT:
        state.int_value = int(number)
    else:
        state.double_value = float(number)


def _of_number(element: Any) -> WidgetState | None:
    state = WidgetState(id=element.id)
    set_number(state, element, element.value if element.set_value else element.default)
    return state


def _of_choice(element: Any) -> WidgetState | None:
    if element.set_value:
        return WidgetState(id=element.id, string_value=element.raw_value)
    if not element.options:
        return None
    return WidgetState(id=element.id, string_value=element.options[element.default])


def _of_choices(element: Any) -> WidgetState | None:
    state = WidgetState(id=element.id)
    names = [getattr(option, "content", option) for option in element.options]
    chosen = list(element.raw_values) if element.set_value else [names[place] for place in element.default]
    state.string_array_value.data.extend(chosen)
    return state


def _of_slider(element: Any) -> WidgetState | None:
    state = WidgetState(id=element.id)
    if element.options and element.set_value:
        state.string_array_value.data.extend(element.raw_value)
    elif element.options:
        state.string_array_value.data.extend(element.options[int(place)] for place in element.default)
    else:
        state.double_array_value.data.extend(element.value if element.set_value else element.default)
    return state


def _of_switch(element: Any) -> WidgetState | None:
    return WidgetState(id=element.id, bool_value=element.value if element.set_value else element.default)


def _of_text(element: Any) -> WidgetState | None:
    return WidgetState(id=element.id, string_value=element.value if element.set_value else element.default)


DEFAULTS: dict[str, Callable[[Any], WidgetState | None]] = {
    "button_group": _of_choices,
    "checkbox": _of_switch,
    "multiselect": _of_choices,
    "number_input": _of_number,
    "selectbox": _of_choice,
    "slider": _of_slider,
    "text_input": _of_text,
}
