"""What a benchmark says: figures beside their bars, as a table or as JSON, and the machine they come from."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

Statistic = Literal["median", "min", "max"]
COLUMNS = ("what", "n", "median", "min", "max", "bar", "met")


class CannotMeasureError(Exception):
    """Something that a measurement needs is not there, or did not happen; the text says what."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure is held against.

    Parameters
    ----------
    limit : float
        The bar, in the figure's unit.
    direction : {"at most", "at least"}
        On which side of it the figure has to be.
    statistic : {"median", "min", "max"}
        Which of the repetitions' statistics has to be there.
    """

    limit: float
    direction: Literal["at most", "at least"]
    statistic: Statistic = "median"

    def met_by(self, values: Sequence[float]) -> bool:
        """Whether the statistic of `values` is on the right side; the bar itself is.

        Examples
        --------
        >>> Bar(1.5, "at most").met_by([1.0, 1.5, 9.0])
        True
        >>> Bar(1.5, "at most", "max").met_by([1.0, 1.5, 9.0])
        False
        """
        value = summary(values)[self.statistic]
        return value <= self.limit if self.direction == "at most" else value >= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Parameters
    ----------
    what : str
        What was measured, for a reader of the table.
    unit : str
        Unit of the values; empty for counts.
    values : sequence of float
        One for each repetition, in order.
    bar : Bar or None
        What it is held against; None where it is told for information.

    Raises
    ------
    CannotMeasureError
        There are no values.
    """

    what: str
    unit: str
    values: Sequence[float]
    bar: Bar | None = None

    def __post_init__(self) -> None:
        if not self.values:
            raise CannotMeasureError(f"“{self.what}” was not measured once.")

    def as_json(self) -> dict[str, Any]:
        """Return the figure as plain values."""
        bar = None
        if self.bar is not None:
            bar = {name: getattr(self.bar, name) for name in ("limit", "direction", "statistic")}
        met = self.bar.met_by(self.values) if self.bar is not None else None
        values = [round(float(value), 6) for value in self.values]
        return {
            "what": self.what,
            "unit": self.unit,
            "n": len(values),
            **dict(summary(values).items()),
            "values": values,
            "bar": bar,
            "met": met,
        }


def summary(values: Sequence[float]) -> dict[Statistic, float]:
    """Return median, least and greatest of `values`.

    Examples
    --------
    >>> summary([3, 1, 8, 2])
    {'median': 2.5, 'min': 1, 'max': 8}
    """
    return {"median": median(values), "min": min(values), "max": max(values)}


def machine() -> dict[str, Any]:
    """Return what has to be known of this machine to compare figures; the load is that of this moment."""
    load = [round(value, 2) for value in os.getloadavg()] if hasattr(os, "getloadavg") else None
    return {
        "cores": os.cpu_count(),
        "load_average_at_start": load,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def table(figures: Iterable[dict[str, Any]]) -> str:
    """Return the lines of a table with a row for each figure in its JSON form."""
    rows = [COLUMNS, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if not index else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "-" * sum(widths, 2 * len(widths) - 2), *lines[1:]])


def machine_line(facts: dict[str, Any]) -> str:
    """Return `machine` as a line under a table."""
    load = facts["load_average_at_start"]
    told = " ".join(f"{value:g}" for value in load) if load else "not known on this system"
    return f"{facts['cores']} cores, load average at start {told}, {facts['system']}, Python {facts['python']}"


def run(
    name: str,
    description: str,
    measure: Callable[[argparse.Namespace], Iterable[Figure]],
    options: Callable[[argparse.ArgumentParser], None] | None = None,
) -> None:
    """Measure and print: the whole of a benchmark's command.

    The exit code is 0 whether bars are met or not, and 1 where something could not be measured.

    Parameters
    ----------
    name : str
        The benchmark's name.
    description : str
        For ``--help``.
    measure : callable
        Given the options, returns the figures.
    options : callable, optional
        Adds options of its own to the parser.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=description)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    if options is not None:
        options(parser)
    arguments = parser.parse_args()
    facts = machine()
    try:
        figures = [figure.as_json() for figure in measure(arguments)]
    except CannotMeasureError as error:
        sys.exit(f"{name} could not be measured: {error}")
    if arguments.json:
        print(json.dumps({"benchmark": name, "machine": facts, "figures": figures}, ensure_ascii=False, indent=2))
    else:
        print(f"{table(figures)}\n{machine_line(facts)}")


def progress(text: str) -> None:
    """Tell on the error stream how far a long measurement is; its figures are all that the output holds."""
    print(f"{text} …", file=sys.stderr, flush=True)


def repetitions(default: int) -> Callable[[argparse.ArgumentParser], None]:
    """Return what adds ``--repetitions`` with this default to a parser."""

    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--repetitions", type=positive, default=default, help="(default: %(default)s)")

    return add


def positive(text: str) -> int:
    """Read a whole number above 0 of the command line.

    Raises
    ------
    argparse.ArgumentTypeError
        It is none.
    """
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number above 0")
    return int(text)


def _row(figure: dict[str, Any]) -> tuple[str, ...]:
    unit = f" {figure['unit']}" if figure["unit"] else ""
    bar, told = figure["bar"], "–"
    if bar is not None:
        sign = "≤" if bar["direction"] == "at most" else "≥"
        told = f"{bar['statistic']} {sign} {bar['limit']:g}{unit}"
    met = {True: "yes", False: "NO", None: "–"}[figure["met"]]
    statistics = (f"{_number(figure[name])}{unit}" for name in ("median", "min", "max"))
    return (figure["what"], str(figure["n"]), *statistics, told, met)


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.4g}"
