"""What the browser's stage reports: checked before anything is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# An epoch beyond this is no epoch: a run at full speed would need years for it.
MOST = 2**53
MOST_COMMANDS = 200
LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Command:
    """Something that the visitor wants.

    Parameters
    ----------
    number : int
        Grows from one to the next.
    kind : str
        Such as ``"pause"``.
    run : str or None
        The run that was on screen.
    details : mapping
        The rest, unchecked.
    """

    number: int
    kind: str
    run: str | None
    details: Mapping[str, Any]

    def whole(self, name: str, most: int = MOST) -> int | None:
        """Return a detail if it is a whole number from 0 to `most`."""
        return _whole(self.details.get(name), most)


@dataclass(frozen=True, slots=True)
class Report:
    """What the stage shows and has.

    Parameters
    ----------
    run : str or None
        The run on screen.
    revision : int
        The revision of its record that the stage knows.
    epoch : int
        The epoch on screen.
    have : int
        The last epoch whose weights it has, -1 for none.
    count : int
        How many epochs of the history it has.
    playing : bool
        Whether it moves on.
    allowed : int or None
        Up to which epoch it wants the run to train; None: as far as it can.
    commands : tuple of Command
        What the visitor wants, in order.
    band : str
        The key of the band that the stage has; empty for none.
    at : int
        When it was sent, in milliseconds by the browser's clock.
    """

    run: str | None = None
    revision: int = 0
    epoch: int = 0
    have: int = -1
    count: int = 0
    playing: bool = False
    allowed: int | None = 0
    commands: tuple[Command, ...] = ()
    band: str = ""
    at: int = 0


def read_report(content: object) -> Report | None:
    """Return the report, None if it is none: whoever speaks the protocol can send anything."""
    if not isinstance(content, dict):
        return None
    run, commands, allowed = content.get("run"), content.get("commands"), content.get("allowed")
    revision, epoch, count = (_whole(content.get(name)) for name in ("revision", "epoch", "count"))
    have = -1 if content.get("have") == -1 else _whole(content.get("have"))
    if revision is None or epoch is None or count is None or have is None:
        return None
    if not (run is None or isinstance(run, str)) or not (allowed is None or _whole(allowed) is not None):
        return None
    return Report(
        run=run,
        revision=revision,
        epoch=epoch,
        have=have,
        count=count,
        playing=content.get("playing") is True,
        allowed=allowed,
        commands=tuple(_commands(commands if isinstance(commands, list) else [])),
        band=_text(content.get("band")),
        at=_whole(content.get("at")) or 0,
    )


def _commands(contents: list[object]) -> list[Command]:
    commands = []
    for content in contents[:MOST_COMMANDS]:
        if not isinstance(content, dict):
            continue
        number, kind, run = _whole(content.get("id")), content.get("kind"), content.get("run")
        if number is not None and isinstance(kind, str) and (run is None or isinstance(run, str)):
            commands.append(Command(number, kind, run, content))
    return commands


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_KEY else ""


def _whole(value: object, most: int = MOST) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None
