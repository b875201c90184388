"""Many seeds on the pages: what the page answers while they train, Stop, and the band behind a run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from benchmarks.processes import wait_until_quiet
from benchmarks.report import Bar, Figure, positive, run
from benchmarks.visit import WAIT_SECONDS, Visit, toy, visit
from nnlab.exercises.parts import PARTS
from nnlab.experiment import Layer
from nnlab.permalink import Link, encode

ANSWER = Bar(0.3, "at most", "max")
STOP = Bar(0.5, "at most", "max")
BAND = Bar(2.0, "at most", "max")
PROGRESS, QUESTION, NOTE = "[data-testid=stProgress]", "[data-testid=stMain] h3", ".nnlab-band-note"
PAUSE_MILLISECONDS = 300
# More than are needed, so that Stop comes before the end.
EPOCHS = 5_000


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Use the exercises while a study runs, end it, and have the band drawn in the playground."""
    answers, stops = [], []
    with visit() as visitor:
        for number in range(options.rounds):
            _begin(visitor, number)
            answers += [_another_part(visitor, name) for name in ("1a", "1c") * 4]
            visitor.page.wait_for_selector(PROGRESS, timeout=WAIT_SECONDS * 1000)
            stop = visitor.page.get_by_role("button", name="Stop", exact=True).last
            stops.append(visitor.until("gone", PROGRESS, stop.click))
    yield Figure("another part, while a study runs", "s", answers, ANSWER)
    yield Figure("Stop of a study, until the page says so", "s", stops, STOP)
    yield from _bands(options.rounds)


def _begin(visitor: Visit, number: int) -> None:
    experiment = replace(PARTS["c"].experiment, epochs=EPOCHS + number)
    query = {"lang": "en", "part": "c", "x": encode(Link(experiment))}
    page = visitor.page
    page.goto(f"{visitor.server.address}/exercises?{urlencode(query)}", wait_until="commit")
    page.get_by_role("button", name="This is my prediction").click(timeout=WAIT_SECONDS * 1000)
    page.get_by_role("button", name="Train all seeds").click(timeout=WAIT_SECONDS * 1000)
    page.wait_for_selector(PROGRESS, timeout=WAIT_SECONDS * 1000)


def _another_part(visitor: Visit, name: str) -> float:
    visitor.page.wait_for_timeout(PAUSE_MILLISECONDS)
    part = visitor.page.get_by_role("radio", name=name)
    return visitor.response(part, QUESTION)


def _bands(rounds: int) -> Iterator[Figure]:
    waited, at_once, after = [], [], []
    with visit() as visitor:
        for number in range(rounds):
            # Networks of their own, so that no program is there from the round before.
            _want_band(visitor, 2 * number)
            wait_until_quiet(visitor.server.process)
            waited.append(visitor.until("band", NOTE, visitor.button("Train").click))
            rate = visitor.page.get_by_role("spinbutton", name="Learning rate η")
            rate.fill("0.1")
            after.append(visitor.until("anotherBand", NOTE, partial(rate.press, "Enter")))
            _want_band(visitor, 2 * number + 1)
            at_once.append(visitor.until("band", NOTE, visitor.button("Train").click))
    yield Figure("Train → band, “100 seeds” chosen before", "s", waited, BAND)
    yield Figure("Train → band, “100 seeds” chosen just now", "s", at_once, BAND)
    yield Figure("another learning rate → another band", "s", after, BAND)


def _want_band(visitor: Visit, number: int) -> None:
    visitor.open("/playground", replace(toy(None), layers=(Layer(3 + number, "tanh"),)))
    visitor.page.get_by_label("100 seeds").check()


if __name__ == "__main__":
    run("seeds_page", __doc__, measure, lambda parser: parser.add_argument("--rounds", type=positive, default=3))
