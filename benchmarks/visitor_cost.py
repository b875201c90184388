"""What each further visitor costs: processor and memory while 1, 5, 10, 20, 30 of them watch a network learn."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.app_server import AppServer, chromium
from benchmarks.class_load import experiments
from benchmarks.player import Player
from benchmarks.processes import Family, cpu_seconds, wait_until_quiet
from benchmarks.report import Figure, positive, run

VISITORS = (1, 5, 10, 20, 30)
SETTLE_SECONDS = 8.0


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """Let more and more visitors come, all of them training."""
    with AppServer() as server:
        costs = asyncio.run(_costs(server, options.seconds))
    counts, shares, megabytes = (np.array(column) for column in zip(*costs, strict=True))
    for count, share, memory in costs:
        yield Figure(f"processor, {count} visitors", "%", [share])
        yield Figure(f"memory, {count} visitors", "MB", [memory])
    for name, unit, values in (("processor", "%", shares), ("memory", "MB", megabytes)):
        slope, start = np.polyfit(counts, values, 1)
        residual = values - (slope * counts + start)
        yield Figure(f"{name} for each further visitor", unit, [float(slope)])
        yield Figure(f"… R² of the straight line, {name}", "", [1 - float(residual.var() / values.var())])
    if options.plot is not None:
        _plot(counts, {"Processor (% of a core)": shares, "Memory (MB)": megabytes}, options.plot)


async def _costs(server: AppServer, seconds: float) -> list[tuple[int, float, float]]:
    players: list[Player] = []
    costs = []
    for count, experiment in enumerate(experiments(2 * VISITORS[-1]), start=1):
        player = Player(server.address, experiment)
        players.append(player)
        await player.open()
        if count == 1:
            await asyncio.to_thread(wait_until_quiet, server.process)
        await player.train()
        if count in VISITORS:
            await asyncio.sleep(SETTLE_SECONDS)
            before = cpu_seconds(server.process)
            await asyncio.sleep(seconds)
            share = 100 * (cpu_seconds(server.process) - before) / seconds
            costs.append((count, share, sum(Family(server.process).megabytes())))
        if count == VISITORS[-1]:
            break
    await asyncio.gather(*(player.close() for player in players))
    return costs


def _plot(counts: np.ndarray, curves: dict[str, np.ndarray], path: Path) -> None:
    """Have a browser draw it: nothing else here makes pictures."""
    from plotly.subplots import make_subplots

    figure = make_subplots(cols=2, subplot_titles=list(curves))
    for column, values in enumerate(curves.values(), start=1):
        figure.add_scatter(x=counts, y=values, mode="lines+markers", line={"color": "#0072b2"}, row=1, col=column)
        figure.update_yaxes(rangemode="tozero", col=column)
    figure.update_xaxes(title="visitors who train", rangemode="tozero")
    figure.update_layout(width=900, height=340, showlegend=False, template="plotly_white", margin={"t": 40, "b": 40})
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 920, "height": 360})
        page.set_content(figure.to_html(include_plotlyjs=True, config={"staticPlot": True}))
        page.locator(".plotly-graph-div").screenshot(path=path)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=positive, default=15, help="how long to look (default: %(default)s)")
    parser.add_argument("--plot", type=Path, help="where to put a picture of it, such as docs/visitors.png")


if __name__ == "__main__":
    run("visitor_cost", __doc__, measure, _options)
