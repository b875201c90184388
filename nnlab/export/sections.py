"""What a script is made of: sections of code, each with a heading and a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nnlab.messages import Message

WIDTH = 100
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Section:
    """A step of a script.

    Parameters
    ----------
    title : str
        In English; the gettext id.
    text : tuple of Message
        What a reader should know of it, a paragraph each.
    code : str
        Python, without a line break at its end.
    """

    title: str
    text: tuple[Message, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Script:
    """A run as a program of its own.

    Parameters
    ----------
    name : str
        For its file, without the ending.
    title : Message
        What it trains.
    text : tuple of Message
        How to run it.
    command : str
        What installs the packages that it needs.
    sections : tuple of Section
        In order.
    """

    name: str
    title: Message
    text: tuple[Message, ...]
    command: str
    sections: tuple[Section, ...]


def call(name: str, *arguments: str) -> str:
    """Return the source of a call, on one line if it is short enough.

    Examples
    --------
    >>> call("keras.layers.Dense", "10", 'activation="relu"')
    'keras.layers.Dense(10, activation="relu")'
    """
    return _joined(f"{name}(", arguments, ")")


def listed(items: Sequence[str]) -> str:
    """Return the source of a list, on one line if it is short enough.

    Examples
    --------
    >>> listed(["1", "2"])
    '[1, 2]'
    """
    return _joined("[", items, "]")


def indented(code: str, levels: int = 1) -> str:
    """Return code moved to the right; empty lines stay empty."""
    return "\n".join(INDENT * levels + line if line else line for line in code.split("\n"))


def _joined(begin: str, items: Sequence[str], end: str) -> str:
    line = begin + ", ".join(items) + end
    # Room for a name and an equals sign before it, in a loop or a list.
    if "\n" not in line and len(line) <= WIDTH - 4 * len(INDENT):
        return line
    inner = "".join(f"{indented(item)},\n" for item in items)
    return f"{begin}\n{inner}{end}"
