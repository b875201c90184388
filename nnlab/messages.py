"""What nnlab says to a reader, before it is translated.

Below ``nnlab.ui`` nothing knows the visitor's language. A message therefore travels as
its English template and the values that go into it; the template is the gettext id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self


def N_(template: str) -> str:
    """Mark `template` for the gettext catalogs and return it unchanged.

    Examples
    --------
    >>> N_("Train")
    'Train'
    """
    return template


@dataclass(frozen=True, slots=True)
class Message:
    """An English template with ``{named}`` places, and the values for them.

    Examples
    --------
    >>> str(Message("{seconds} s left", {"seconds": 3}))
    '3 s left'
    """

    template: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.translated(lambda template: template)

    def translated(self, gettext: Callable[[str], str]) -> str:
        """Fill the template that `gettext` gives for this one, messages among the values likewise."""
        values = {
            name: value.translated(gettext) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return gettext(self.template).format(**values)


class ExplainedError(Exception):
    """The base of every error that a reader may see: what is wrong and what to do.

    Parameters
    ----------
    template : str
        English sentences with ``{named}`` places; the gettext id.
    **values : object
        What goes into the places.
    """

    def __init__(self, template: str, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[object, ...]]:
        # An exception's default way through a pipe would lose the values.
        return _rebuild, (type(self), self.__dict__)  # type: ignore[return-value]


def _rebuild(kind: type[ExplainedError], state: dict[str, object]) -> ExplainedError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    error.args = (str(state["message"]),)
    return error
