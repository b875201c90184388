"""Run all benchmarks, or those that are named, and print one table."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any

from benchmarks.app_server import ROOT
from benchmarks.report import machine_line, progress, table

BENCHMARKS = (
    "startup",
    "first_point",
    "live_updates",
    "stop",
    "growth",
    "fashion_mnist",
    "housing",
    "mnist",
    "fit_speed",
    "forward_pass",
    "playback",
    "live_change",
    "class_load",
    "visitor_cost",
    "structures",
    "replicas",
    "seeds_page",
)


def main() -> int:
    """Run each in a process of its own; return 1 if one could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    names = options.names or BENCHMARKS
    results = [result for name in names if (result := measure(name)) is not None]
    if options.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
    elif results:
        print(table(figure for result in results for figure in result["figures"]))
        for result in results:
            print(f"{result['benchmark']}: {machine_line(result['machine'])}")
    return int(len(results) < len(names))


def measure(name: str) -> dict[str, Any] | None:
    """Return what the benchmark's command says as JSON, or None where it could not measure and has said why."""
    progress(f"measuring {name}")
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json"]
    finished = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    if finished.returncode != 0:
        return None
    result: dict[str, Any] = json.loads(finished.stdout)
    return result


if __name__ == "__main__":
    sys.exit(main())
