"""A visitor of the playground without a browser: the page by `Tab`, and the stage's own line beside it.

It reports as often as the stage in a browser does and for the same reasons (`stage/pace.js`), and moves an
epoch on screen as `stage/playback.js` does. It draws nothing: thirty browsers on two cores would be measured
instead of the server. Whether a browser draws what it has is what `benchmarks.playback` measures.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import numpy as np
import websockets

from benchmarks.tab import Tab
from nnlab.experiment import Experiment
from nnlab.permalink import Link, encode

SPEED = 60
AHEAD = 2 * SPEED
LINE = "/nnlab/line"
FIRST_EVERY, ASK_EVERY, RARELY, IN_TIME = 0.04, 0.12, 1.0, 0.5
REPORT_EVERY, FIRST_PATIENCE, MOST_PATIENCE = 0.25, 0.3, 4.8
PATIENCE = 5.0
PRESS_SECONDS = 60.0
PATIENT_ANSWERS = 3


@dataclass(slots=True)
class Player:
    """One visitor and one stage.

    Parameters
    ----------
    address : str
        The server's.
    experiment : Experiment
        What is trained.

    Attributes
    ----------
    first_frames : list of float
        Seconds from each Train to the first epoch that could be drawn.
    shown : list of float
        When the epoch on screen changed.
    errors : list of str
        What went wrong, for this visitor.
    losses : list of float
        The validation losses of the run, epoch by epoch.
    """

    address: str
    experiment: Experiment
    first_frames: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    tab: Tab = field(init=False)
    _feed: Any = None
    _news: dict[str, Any] = field(default_factory=dict)
    _commands: list[dict[str, Any]] = field(default_factory=list)
    _number: int = 0
    _wish: int = 0
    _revision: int = 0
    _newest: int = -1
    _gaps: int = 0
    _spoken: float = 0.0
    _unanswered: int = 0
    _position: float = 0.0
    _playing: bool = False
    _pressed: float | None = None
    _stamp: str = ""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        query = urlencode({"lang": "en", "x": encode(Link(self.experiment))})
        self.tab = Tab(self.address, "playground", query, on_component=self._take)

    async def open(self) -> None:
        """Open the page and wait for the network on it."""
        await self.tab.open()
        await self.tab.until(lambda: self._news.get("run"), "a network on the stage", PRESS_SECONDS)
        self._tasks = [asyncio.create_task(self._talk()), asyncio.create_task(self._play())]

    async def close(self) -> None:
        """Close the tab."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        await self.tab.close()

    async def train(self) -> None:
        """Press Train and wait for the first picture.

        Raises
        ------
        TimeoutError
            None comes.
        """
        self._pressed, self._playing = time.monotonic(), True
        await self._order("train")
        end = time.monotonic() + PRESS_SECONDS
        while self._pressed is not None:
            if time.monotonic() > end:
                raise TimeoutError(f"no picture within {PRESS_SECONDS:g} s: {self._news.get('status')}")
            await asyncio.sleep(0.01)

    async def learning_rate(self, value: float) -> None:
        """Type another learning rate, while it plays."""
        shown = self.tab.widget("number_input", "learning_rate")
        if shown is not None:
            await self.tab.type(shown, value)

    async def start_anew(self) -> None:
        """Press Reset, and Train."""
        run = self._news.get("run")
        await self._order("reset")
        await self.tab.until(lambda: self._news.get("run") not in (None, run), "another run", PRESS_SECONDS)
        await self.train()

    # The stage ----------------------------------------------------------------------------

    async def _order(self, kind: str, **details: Any) -> None:
        self._number += 1
        self._commands.append({"id": self._number, "kind": kind, "run": self._news.get("run"), **details})
        await self._report()

    async def _report(self) -> None:
        report = {**self._state(), "commands": self._commands, "at": int(1000 * time.time())}
        self._spoken = time.monotonic()
        self._unanswered += 1
        await self.tab.trigger(self._feed, "report", report)

    def _state(self) -> dict[str, Any]:
        epoch = int(self._position)
        return {
            "run": self._news.get("run"),
            "revision": self._revision,
            "epoch": epoch,
            "have": self._newest,
            "count": len(self.losses),
            "playing": self._playing,
            "allowed": epoch + AHEAD,
        }

    def _take(self, name: str, element: Any, at: float) -> None:
        """Take what the page says through Streamlit."""
        if name != "nnlab.run_feed":
            return
        self._feed = next(shown for shown in self.tab.shown.values() if shown.element is element)
        update = json.loads(element.json)
        self._unanswered = 0
        if update["run"] != self._news.get("run"):
            self._begin()
        self._commands = [command for command in self._commands if command["id"] > update["ack"]]
        self._number = max(self._number, update["ack"])
        self._news = update
        self._merge(update)
        if update["wish"] > self._wish:
            self._wish = update["wish"]
            task = asyncio.get_running_loop().create_task(self._order("apply", epoch=int(self._position)))
            self._tasks.append(task)

    def _begin(self) -> None:
        self._revision, self._newest, self._position, self.losses = 0, -1, 0.0, []

    def _merge(self, update: dict[str, Any]) -> None:
        if update.get("gone"):
            self.errors.append("the run is no longer kept")
            return
        if update["run"] is None or update["revision"] < self._revision:
            return
        if update["revision"] > self._revision:
            kept = update["rewound_to"] or 0
            del self.losses[kept:]
            self._newest = min(self._newest, kept)
            self._revision = update["revision"]
        self._append(update["first"], _floats(update["history"].get("val_loss", "")))
        if update["epochs"]:
            self._newest = max(self._newest, int(np.frombuffer(base64.b64decode(update["epochs"]), np.int32)[-1]))
        self._position = max(0.0, min(self._position, self._newest))
        if self._pressed is not None and self._newest >= 1:
            self.first_frames.append(time.monotonic() - self._pressed)
            self._pressed = None

    def _append(self, first: int, values: list[float]) -> None:
        if first > len(self.losses):
            # Answers on two ways may overtake each other; what is missing is asked for again, as in `run_store.js`.
            self._gaps += 1
            if self._gaps == PATIENT_ANSWERS:
                self.errors.append(f"epochs {len(self.losses)} to {first} were lost")
            return
        self._gaps = 0
        if first + len(values) > len(self.losses):
            self.losses[first:] = values

    async def _play(self) -> None:
        last = time.monotonic()
        while True:
            # As often as the bar needs several times over; a browser would do so at each of its frames.
            await asyncio.sleep(0.02)
            now = time.monotonic()
            if self._playing and self._newest >= 0:
                before = int(self._position)
                self._position = min(self._position + min(now - last, 0.25) * SPEED, self._newest)
                if int(self._position) != before:
                    self.shown.append(now)
            last = now

    async def _talk(self) -> None:
        address = self.address.replace("http", "ws", 1) + LINE
        while True:
            try:
                async with websockets.connect(address, compression=None, max_size=None) as line:
                    await self._talk_on(line)
            except (OSError, websockets.WebSocketException, TimeoutError) as error:
                self.errors.append(f"the line: {error!r}")
                await asyncio.sleep(1 + random.random())

    async def _talk_on(self, line: Any) -> None:
        while True:
            await asyncio.sleep(self._wait())
            if self._has_to_speak() and time.monotonic() - self._spoken > self._pause():
                await self._report()
            if not self._news["live"]:
                continue
            await line.send(json.dumps({**self._state(), "stage": self._news["stage"]}))
            # Not `wait_for`: before Python 3.12 it may swallow the cancellation by which a tab is closed.
            async with asyncio.timeout(PATIENCE):
                answer = json.loads(await line.recv())
            if answer["run"] == self._news["run"]:
                self._stamp = answer.get("stamp", "")
                self._merge(answer)

    def _wait(self) -> float:
        if self._newest < 1:
            return FIRST_EVERY
        in_hand = 0.0 if self._has_to_speak() or not self._playing else (self._newest - self._position) / SPEED
        return max(ASK_EVERY, min(RARELY, in_hand - IN_TIME))

    def _pause(self) -> float:
        """Return how long to wait from one report to the next, as `patience.js` does."""
        if self._unanswered:
            return min(FIRST_PATIENCE * 2 ** (self._unanswered - 1), MOST_PATIENCE)
        return 2 * FIRST_EVERY if self._newest < 1 else REPORT_EVERY

    def _has_to_speak(self) -> bool:
        return bool(self._commands) or self._stamp not in ("", self._news["stamp"])


def _floats(text: str) -> list[float]:
    return np.frombuffer(base64.b64decode(text), np.float32).tolist()
