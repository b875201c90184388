"""A class at one server: thirty visitors train at once while workers are killed, tabs closed, links forged.

Visitors are `Player` and `Tab`: real WebSockets that speak Streamlit's protocol and the stage's own, with the
messages and at the times of a browser. See there for what they leave out, and why that costs the server nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks import faults
from benchmarks.app_server import AppServer
from benchmarks.lab import Lab
from benchmarks.player import Player
from benchmarks.processes import Family
from benchmarks.report import Bar, CannotMeasureError, Figure, positive, run
from benchmarks.visit import digits, pictures, toy
from nnlab.exercises.book import CALIFORNIA_HOUSING
from nnlab.experiment import Experiment, Layer

FIRST = Bar(0.8, "at most")
FIRST_95 = Bar(1.5, "at most", "max")
UPDATES = Bar(5.0, "at least", "min")
MEMORY = Bar(2700.0, "at most", "max")
NONE = Bar(0.0, "at most", "max")
TOYS, TABLES, IMAGES = 0.8, 0.15, 0.05
PRESS_EVERY, QUEUE_SECONDS = 2.0, 180.0
CHANGE_SECONDS = 20.0
CALM_SECONDS = 20.0
SETTLE_SECONDS = 15.0
CLOSED_AT_ONCE = 10
SAME_EPOCHS = 60


@dataclass(slots=True)
class Memory:
    """The resident memory of a server and all its processes."""

    family: Family
    peak: float = 0.0
    app_peak: float = 0.0

    async def watch(self) -> None:
        """Look twice a second."""
        while True:
            held = self.family.megabytes()
            self.peak, self.app_peak = max(self.peak, sum(held)), max(self.app_peak, held[0])
            await asyncio.sleep(0.5)


def experiments(count: int) -> Iterator[Experiment]:
    """Yield toys of several structures; the first and the second half of a class have the same ones."""
    nets = ((4, 2), (8,), (3,), (6, 4), (8, 8, 8, 8))
    for number in range(count):
        member = number % max(1, count // 2)
        layers = tuple(Layer(units, "tanh") for units in nets[member % len(nets)])
        yield replace(toy(None), layers=layers).with_seed(member + 1)


async def together(tasks: list[Awaitable[None]], errors: list[str]) -> None:
    """Wait for all; what one could not do is told, and stops nobody else."""
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, BaseException):
            errors.append(repr(outcome))


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Be a class."""
    with AppServer() as server:
        yield from asyncio.run(_class(server, options))


async def _class(server: AppServer, options: argparse.Namespace) -> list[Figure]:
    memory, errors = Memory(Family(server.process)), []
    watching = asyncio.create_task(memory.watch())
    toys = [Player(server.address, experiment) for experiment in experiments(round(TOYS * options.visitors))]
    try:
        await together([player.open() for player in toys], errors)
        # Workers have started and compiled what is looked at; with so many tabs open the app is never quite idle.
        await asyncio.sleep(SETTLE_SECONDS)
        await together([_train_within(player, options.minute) for player in toys], errors)
        figures = await _calm(toys)
        errors += _crosstalk(toys)
        if options.queue:
            figures += await _queue(server.address, options.queue)
        labs = _labs(server.address, options.visitors)
        end = time.monotonic() + options.seconds
        tasks: list[Awaitable[None]] = [*(_change(player, end) for player in toys), *(lab.train(end) for lab in labs)]
        if options.faults:
            tasks += [
                faults.kill(server.process, end),
                faults.close_at_once(toys[:CLOSED_AT_ONCE], end),
                faults.forge(server.address, end, errors),
                faults.train_a_monster(server.address, end),
                faults.start_in_a_loop(server.address, end),
            ]
        await together(tasks, errors)
        figures += _figures(toys, labs, memory, errors)
    finally:
        watching.cancel()
        await asyncio.gather(*(player.close() for player in toys), return_exceptions=True)
    return figures


async def _train_within(player: Player, seconds: float) -> None:
    await asyncio.sleep(random.uniform(0, seconds))
    await player.train()


async def _calm(toys: list[Player]) -> list[Figure]:
    """Watch all play, with nothing else going on."""
    begun = time.monotonic()
    await asyncio.sleep(CALM_SECONDS)
    rates = [sum(at >= begun for at in player.shown) / CALM_SECONDS for player in toys]
    times = [seconds for player in toys for seconds in player.first_frames[:1]]
    if not times:
        raise CannotMeasureError("no visitor saw a picture.")
    return [
        Figure("click Train to first picture, all within a minute", "s", times, FIRST),
        Figure("… 95th percentile", "s", [float(np.quantile(times, 0.95))], FIRST_95),
        Figure("updates of each visitor's picture while all play", "/s", rates, UPDATES),
    ]


def _crosstalk(toys: list[Player]) -> list[str]:
    """Compare the runs of those who train the same, to the last bit, and of those who do not."""
    pairs = zip(toys[: len(toys) // 2], toys[len(toys) // 2 :], strict=False)
    errors = [
        f"twins differ: {one.experiment.seed}"
        for one, other in pairs
        if one.losses[:SAME_EPOCHS] != other.losses[:SAME_EPOCHS] or len(one.losses) < SAME_EPOCHS
    ]
    half = [tuple(player.losses[:SAME_EPOCHS]) for player in toys[: len(toys) // 2]]
    return errors + ["two runs of different seeds are the same"] * (len(half) - len(set(half)))


async def _queue(address: str, visitors: int) -> list[Figure]:
    """Have some press Train on Fashion-MNIST one after the other while all toys play."""
    labs = [Lab(address, "images", pictures("fashion_mnist", 3).with_seed(seed)) for seed in range(visitors)]

    async def press(number: int, lab: Lab) -> None:
        await asyncio.sleep(number * PRESS_EVERY)
        await lab.train(time.monotonic() + QUEUE_SECONDS, runs=1)

    await asyncio.gather(*(press(number, lab) for number, lab in enumerate(labs)))
    if any(not lab.began for lab in labs):
        raise CannotMeasureError(f"not all large runs began within {QUEUE_SECONDS:g} s.")
    began = [lab.began[0] for lab in labs]
    overtaken = sum(later < earlier for earlier, later in itertools.pairwise(began))
    # Who presses as number k has at most k - 1 waiting or training before them, and only ever fewer.
    wrong = sum(
        lab.places != sorted(set(lab.places), reverse=True) or any(place > number for place in lab.places)
        for number, lab in enumerate(labs)
    )
    print("places shown:", *(lab.places for lab in labs))
    return [
        Figure(f"{visitors} large runs one after the other, overtaken", "", [overtaken], NONE),
        Figure("… whose place shown was wrong", "", [wrong], NONE),
    ]


def _labs(address: str, visitors: int) -> list[Lab]:
    digit_labs = [Lab(address, "images", digits(60).with_seed(seed)) for seed in range(round(TABLES * visitors / 2))]
    housing = [
        Lab(address, "housing", CALIFORNIA_HOUSING.with_seed(seed))
        for seed in range(round(TABLES * visitors) - len(digit_labs))
    ]
    fashion = pictures("fashion_mnist", 3)
    images = [Lab(address, "images", fashion.with_seed(seed)) for seed in range(round(IMAGES * visitors))]
    return [*digit_labs, *housing, *images]


async def _change(player: Player, end: float) -> None:
    """Do something every 20 seconds: another learning rate, or all anew."""
    await asyncio.sleep(random.uniform(0, CHANGE_SECONDS))
    for turn in itertools.count():
        if time.monotonic() > end - CHANGE_SECONDS:
            return
        if turn % 3 == 2:
            await player.start_anew()
        else:
            await player.learning_rate(0.01 + 0.01 * (turn % 4))
        await asyncio.sleep(CHANGE_SECONDS)


# Figures ---------------------------------------------------------------------------------


def _figures(toys: list[Player], labs: list[Lab], memory: Memory, errors: list[str]) -> list[Figure]:
    told = [*errors, *(error for visitor in (*toys, *labs) for error in visitor.errors)]
    told += [error for player in toys for error in player.tab.errors]
    for error in told:
        print(f"error: {error}")
    again = [seconds for player in toys for seconds in player.first_frames[1:]]
    images = [lab for lab in labs if lab.experiment.dataset.name == "fashion_mnist"]
    unfair = sum(places != sorted(places, reverse=True) for lab in images for places in lab.waits)
    return [
        *([Figure("Reset and Train to first picture, under load and faults", "s", again)] if again else []),
        Figure("resident memory of all processes, peak", "MB", [memory.peak], MEMORY),
        Figure("… of the app's own", "MB", [memory.app_peak]),
        Figure("errors, crosstalk, lost epochs", "", [len(told)], NONE),
        Figure("runs of the labs that ended", "", [sum(lab.ended for lab in labs)]),
        Figure("waits in the queue whose place went up", "", [unfair], NONE),
    ]


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--visitors", type=positive, default=30, help="how many (default: %(default)s)")
    parser.add_argument("--seconds", type=positive, default=600, help="how long, with faults (default: %(default)s)")
    parser.add_argument("--minute", type=positive, default=60, help="all press Train within so many seconds")
    parser.add_argument("--queue", type=int, default=4, help="large runs one after the other (default: %(default)s)")
    parser.add_argument("--no-faults", dest="faults", action="store_false", help="kill and forge nothing")


if __name__ == "__main__":
    run("class_load", __doc__, measure, _options)
