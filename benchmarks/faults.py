"""What goes wrong in a class: workers and the fork server killed, tabs closed, links forged, greedy visitors."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from dataclasses import replace
from urllib.parse import urlencode

import psutil

from benchmarks.player import Player
from benchmarks.processes import workers
from benchmarks.tab import Tab
from benchmarks.visit import toy
from nnlab.experiment import Layer

KILL_SECONDS = 30.0
FORGE_SECONDS = 5.0
FORK_SERVER_TURN = 3
AWAY_SECONDS = 1.0


async def kill(app: psutil.Process, end: float) -> None:
    """Kill a worker every 30 seconds, and the fork server once."""
    known: set[int] = set()
    for turn in itertools.count(1):
        await asyncio.sleep(KILL_SECONDS)
        # Those of a fork server that was killed go on without it.
        known = {pid for pid in known | workers(app) if psutil.pid_exists(pid)}
        if time.monotonic() > end - KILL_SECONDS:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            if turn == FORK_SERVER_TURN:
                _fork_server(app).kill()
            else:
                psutil.Process(random.choice(sorted(known))).kill()


async def close_at_once(leaving: list[Player], end: float) -> None:
    """Close tabs at once, half way to `end`, and open them again."""
    await asyncio.sleep((end - time.monotonic()) / 2)
    await asyncio.gather(*(player.close() for player in leaving))
    await asyncio.sleep(AWAY_SECONDS)
    for player in leaving:
        player.errors.clear()
        await player.open()


async def forge(address: str, end: float, errors: list[str]) -> None:
    """Open links that nobody made."""
    generator = random.Random(7)
    while time.monotonic() < end - FORGE_SECONDS:
        token = "1." + "".join(generator.choices("abcXYZ019-_%", k=generator.randrange(300)))
        tab = Tab(address, "playground", urlencode({"lang": "en", "x": token}))
        await tab.open()
        await tab.until(lambda tab=tab: tab.runs_finished, "the page of a forged link")  # type: ignore[misc]
        errors += [f"forged link: {error}" for error in tab.errors]
        await tab.close()
        await asyncio.sleep(FORGE_SECONDS)


async def train_a_monster(address: str, end: float) -> None:
    """Train the largest network that there is, all of its layers with batch normalization and dropout.

    What becomes of it is told to that visitor alone: it may wait or be refused.
    """
    layers = tuple(Layer(64, "relu", batch_norm=True, dropout=0.2) for _ in range(16))
    player = Player(address, replace(toy(None), layers=layers))
    with contextlib.suppress(TimeoutError):
        await player.open()
        await player.train()
        await asyncio.sleep(max(0.0, end - time.monotonic()))
    await player.close()


async def start_in_a_loop(address: str, end: float) -> None:
    """Press Reset and Train as fast as the page allows; from some time on the page asks to wait."""
    player = Player(address, toy(None).with_seed(999))
    with contextlib.suppress(TimeoutError):
        await player.open()
        await player.train()
        while time.monotonic() < end:
            async with asyncio.timeout(max(0.1, end - time.monotonic())):
                await player.start_anew()
    await player.close()


def _fork_server(app: psutil.Process) -> psutil.Process:
    return max(app.children(), key=lambda child: len(child.children()))
