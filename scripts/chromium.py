"""Print the path of a Chromium that runs here, after installing one where that is possible.

The tests read the path from NNLAB_CHROMIUM. What an installer prints goes to the standard error stream.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HELP = (
    "No Chromium was found and none could be installed. Install Chromium or Google Chrome "
    "(Debian, Ubuntu: sudo apt-get install chromium), or name one: NNLAB_CHROMIUM=/path/to/chromium"
)


def candidates() -> Iterator[str]:
    """Yield the paths where a browser may be: on this machine first, Playwright's own last."""
    yield from filter(None, map(shutil.which, NAMES))
    yield from MACOS
    yield playwright_path()


def playwright_path() -> str:
    """Return where Playwright would put its Chromium, present or not."""
    program = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def runs(path: str) -> bool:
    """Whether `path` starts: Ubuntu's chromium-browser is a stub that only asks for a snap."""
    if not Path(path).is_file():
        return False
    if sys.platform == "win32":
        # There, Chrome takes --version for a page to open in a window.
        return True
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def is_root() -> bool:
    """Whether packages of the system may be installed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def installers() -> Iterator[list[list[str]]]:
    """Yield the commands of each way to install a Chromium."""
    if is_root() and shutil.which("apt-get"):
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
        yield [["apt-get", "update"], install]
    dependencies = ["--with-deps"] if is_root() and sys.platform == "linux" else []
    yield [[sys.executable, "-m", "playwright", "install", *dependencies, "chromium"]]


def succeed(commands: list[list[str]]) -> bool:
    """Run commands until one fails; whether none did."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return all(subprocess.run(command, stdout=sys.stderr, env=environment).returncode == 0 for command in commands)


def find() -> str | None:
    """Return the first candidate that runs."""
    return next(filter(runs, candidates()), None)


def main() -> str:
    """Return the path of a Chromium that runs, or leave with a sentence that says what to install."""
    named = os.environ.get("NNLAB_CHROMIUM")
    if named:
        return named if runs(named) else sys.exit(f"NNLAB_CHROMIUM is {named}, which does not start as a browser.")
    found = find()
    for commands in () if found else installers():
        if succeed(commands) and (found := find()):
            break
    return found or sys.exit(HELP)


if __name__ == "__main__":
    print(main())
