"""How the stage of the playground plays: frames and epochs a second, at full speed, and how fast it rewinds."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from benchmarks.processes import wait_until_quiet
from benchmarks.report import Bar, Figure, positive, run
from benchmarks.visit import Visit, toy, visit
from nnlab.experiment import Experiment, Layer

FRAMES = Bar(50.0, "at least")
SLOWED_FRAMES = Bar(25.0, "at least")
EPOCHS = Bar(2000.0, "at least")
SCRUB = Bar(50.0, "at most", "max")
NONE = Bar(0.0, "at most", "max")
NETS = {"4-2": (4, 2), "8-8-8-8": (8, 8, 8, 8)}
WARM_EPOCHS = 60
SCRUBS = 30


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Watch the stage from inside the page."""
    for name, units in NETS.items():
        with visit() as visitor:
            with _playing(visitor, units, WARM_EPOCHS):
                yield from _frames(visitor, name, options.seconds, FRAMES)
            yield from _scrubs(visitor, name)
    for name, units in NETS.items():
        with visit(width=390, height=844, slowed=4) as visitor, _playing(visitor, units, WARM_EPOCHS):
            yield from _frames(visitor, f"{name}, 390 px, processor slowed 4 times", options.seconds, SLOWED_FRAMES)
    with visit() as visitor:
        visitor.open("/playground", _net(NETS["4-2"]))
        visitor.page.get_by_label("Speed").select_option(label="as fast as it computes")
        with _playing(visitor, NETS["4-2"], 1000, opened=True):
            seen = visitor.page.evaluate("ms => nnlabBenchmark.watchStage(ms)", 1000 * options.seconds)
        yield Figure("epochs at full speed, 4-2", "/s", [seen["advance"] / seen["seconds"]], EPOCHS)


def _net(units: tuple[int, ...]) -> Experiment:
    return replace(toy(None), layers=tuple(Layer(count, "tanh") for count in units))


@contextmanager
def _playing(visitor: Visit, units: tuple[int, ...], epochs: int, *, opened: bool = False) -> Iterator[None]:
    """Train, wait for so many epochs on screen, and pause at the end."""
    if not opened:
        visitor.open("/playground", _net(units))
    wait_until_quiet(visitor.server.process)
    visitor.button("Train").click()
    visitor.wait_until(f"nnlabBenchmark.epoch() >= {epochs}", f"epoch {epochs} on screen")
    yield
    visitor.button("Pause").click()


def _frames(visitor: Visit, name: str, seconds: float, bar: Bar) -> Iterator[Figure]:
    seen = visitor.page.evaluate("ms => nnlabBenchmark.watchStage(ms)", 1000 * seconds)
    yield Figure(f"frames, {name}", "/s", [seen["frames"] / seen["seconds"]], bar)
    yield Figure(f"different epochs on screen, {name}", "/s", [seen["epochs"] / seen["seconds"]], bar)
    yield Figure(f"… each with different pixels, {name}", "/s", [seen["pictures"] / seen["seconds"]], bar)
    yield Figure(f"longest frame, {name}", "ms", [seen["longestFrame"]])
    yield Figure(f"points on a side of the plane, {name}", "", [seen["resolution"]])


def _scrubs(visitor: Visit, name: str) -> Iterator[Figure]:
    """Drag the slider over recorded epochs, and count what goes to the server meanwhile."""
    visitor.page.wait_for_timeout(2000)
    sent: list[str] = []
    visitor.count_messages(sent)
    times = visitor.page.evaluate("count => nnlabBenchmark.scrub(count)", SCRUBS)
    yield Figure(f"slider to picture, {name}", "ms", times, SCRUB)
    yield Figure(f"messages to the server meanwhile, {name}", "", [len(sent)], NONE)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=positive, default=5, help="how long to watch (default: %(default)s)")


if __name__ == "__main__":
    run("playback", __doc__, measure, _options)
