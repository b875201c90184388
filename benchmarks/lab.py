"""A visitor of a page with a run panel: presses Train, waits in the queue, sees the run end, and begins again."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.tab import Tab
from nnlab.experiment import Experiment
from nnlab.permalink import Link, encode

PLACE = re.compile(r"place (\d+)")
# What has come out is looked at before the next run.
LOOK_SECONDS = 8.0
OVER = ("Finished", "Stopped early", "Failed")


@dataclass(slots=True)
class Lab:
    """A visitor who trains one run after another.

    Parameters
    ----------
    address : str
        The server's.
    page : str
        Which page, such as ``"images"``.
    experiment : Experiment
        What is trained.

    Attributes
    ----------
    places : list of int
        The places in the queue that were shown, in order.
    began : list of float
        When each run left the queue.
    ended : int
        How many runs have come to their end.
    """

    address: str
    page: str
    experiment: Experiment
    errors: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    ended: int = 0

    async def train(self, end: float, runs: float = float("inf")) -> None:
        """Train again and again until `end`, or so many times."""
        tab = Tab(self.address, self.page, urlencode({"lang": "en", "x": encode(Link(self.experiment))}))
        await tab.open()
        with contextlib.suppress(TimeoutError):
            while time.monotonic() < end and self.ended < runs:
                button = await tab.until(lambda: tab.button("Train"), "Train", end - time.monotonic())
                await tab.press(button)
                await tab.until(lambda: not _is_over(tab), "a run", end - time.monotonic())
                await tab.until(lambda: self._follow(tab), "the end of a run", end - time.monotonic())
                await asyncio.sleep(LOOK_SECONDS)
        self.errors += tab.errors
        await tab.close()

    @property
    def waits(self) -> list[list[int]]:
        """The places that were shown, a list for each wait: one that follows place 1 begins another."""
        waits: list[list[int]] = []
        for place in self.places:
            if not waits or waits[-1][-1] == 1:
                waits.append([])
            waits[-1].append(place)
        return waits

    def _follow(self, tab: Tab) -> bool:
        text = _status(tab)
        if (found := PLACE.search(text)) and (place := int(found[1])) not in self.places[-1:]:
            self.places.append(place)
        if "**Training**" in text and len(self.began) == self.ended:
            self.began.append(time.monotonic())
        if "**Failed**" in text:
            self.errors.append(text)
        over = _is_over(tab)
        self.ended += over
        return over


def _is_over(tab: Tab) -> bool:
    return any(f"**{word}**" in _status(tab) for word in OVER)


def _status(tab: Tab) -> str:
    return " ".join(shown.element.text for shown in tab.all("progress"))
