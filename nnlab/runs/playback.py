"""`Playback`: how far a watched run may go, where it stands still, and what it is to be told."""

from __future__ import annotations

from dataclasses import dataclass, field

from nnlab.events import Allow, Change, Edit


@dataclass(slots=True, eq=False)
class Playback:
    """What a stage has asked of the run that it plays.

    Parameters
    ----------
    allowance : Allow or None
        How far it may train.
    paused_at : int or None
        The epoch that was on screen when it was paused.
    step_to : int or None
        The epoch at whose end it pauses.
    waiting, aside : bool
        Whether it has used up its allowance, and lost its worker while it had.
    commands : list of Change and Edit
        What its next worker has to be told.
    """

    allowance: Allow | None = None
    paused_at: int | None = None
    step_to: int | None = None
    waiting: bool = False
    aside: bool = False
    commands: list[Change | Edit] = field(default_factory=list)

    def remember(self, command: Change | Edit) -> None:
        """Keep a command until a worker comes; what would have happened beyond its epoch will not."""
        at = command.epoch or 0
        self.commands = [*(kept for kept in self.commands if (kept.epoch or 0) <= at), command]
