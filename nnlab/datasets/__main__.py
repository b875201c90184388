"""`python -m nnlab.datasets`: fetch the data before a class, or see what is there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from nnlab.datasets import DatasetError, dataset_info
from nnlab.datasets.catalog import CATALOG, DatasetInfo
from nnlab.datasets.remote import FILES, cache_folder, ensure, locate

BAR_WIDTH = 30
MEGABYTE = 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 1 when something failed.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows ``python -m nnlab.datasets``; taken from `sys.argv` when None.
    """
    parser = argparse.ArgumentParser(
        prog="python -m nnlab.datasets",
        description="The files of nnlab's data sets. NNLAB_DATA_DIR names a folder that has them; "
        "NNLAB_CACHE_DIR says where downloads are kept.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    fetch = commands.add_parser("fetch", help="download what is missing, for working without a network later")
    fetch.add_argument("names", nargs="*", metavar="name", help="data sets; all of them when none is named")
    commands.add_parser("list", help="show every data set, and where its files are")
    chosen = parser.parse_args(arguments)
    return _list() if chosen.command == "list" else _fetch(chosen.names)


def _fetch(names: Sequence[str]) -> int:
    failed = False
    try:
        for name in names:
            dataset_info(name)
    except DatasetError as error:
        return _fail(error)
    for name in names or [name for name, info in CATALOG.items() if info.files]:
        info = CATALOG[name]
        if not info.files:
            print(f"{name}: needs no download")
        for file in info.files:
            failed |= not _fetch_file(file)
    return int(failed)


def _fetch_file(name: str) -> bool:
    bar = _Bar(name)
    try:
        path = ensure(name, bar.show)
    except DatasetError as error:
        bar.end()
        _fail(error)
        return False
    bar.end()
    print(f"{name}: {path}")
    return True


def _fail(error: DatasetError) -> int:
    print(error, file=sys.stderr)
    return 1


class _Bar:
    """A progress bar that draws over itself, in a terminal only."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown = ""

    def show(self, received: int, total: int) -> None:
        done = min(received / total, 1.0) if total else 0.0
        filled = round(BAR_WIDTH * done)
        line = f"{self._name} [{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {received / MEGABYTE:.1f} MB"
        if sys.stderr.isatty() and line != self._shown:
            self._shown = line
            print(f"\r{line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._shown:
            print(file=sys.stderr)


def _list() -> int:
    rows = [("name", "title", "size", "files")]
    failed = False
    for name, info in CATALOG.items():
        try:
            place = _place(info)
        except DatasetError as error:
            place, failed = str(error), True
        megabytes = sum(FILES[file].size for file in info.files) / MEGABYTE
        rows.append((name, info.title, f"{megabytes:.1f} MB" if info.files else "", place))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for name, title, size, place in rows:
        print(f"{name:<{widths[0]}}  {title:<{widths[1]}}  {size:>{widths[2]}}  {place}".rstrip())
    print(f"\nDownloads are kept in {cache_folder()}")
    return int(failed)


def _place(info: DatasetInfo) -> str:
    if not info.files:
        return "drawn by a formula" if info.kind == "toy" else "inside scikit-learn"
    paths = [locate(file) for file in info.files]
    missing = [file for file, path in zip(info.files, paths, strict=True) if path is None]
    if not missing:
        return ", ".join(sorted({str(path.parent) for path in paths if path}))
    return "missing" if len(missing) == len(paths) else f"missing: {', '.join(missing)}"


if __name__ == "__main__":
    sys.exit(main())
