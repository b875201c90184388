from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests
from playwright.sync_api import Browser, sync_playwright

from nnlab.datasets.remote import FILES, locate

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="session")
def real_data() -> dict[str, Path]:
    """Where each file of the real data sets is; without them the test is skipped, or fails where they are required."""
    places = {name: locate(name) for name in FILES}
    missing = [name for name, path in places.items() if path is None]
    if missing:
        reason = (
            f"the data files {', '.join(missing)} are neither in NNLAB_DATA_DIR nor in the cache: "
            "run “python -m nnlab.datasets fetch”"
        )
        if os.environ.get("NNLAB_REQUIRE_DATA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return {name: path for name, path in places.items() if path is not None}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("NNLAB_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("no Chromium was found: set NNLAB_CHROMIUM to the path of one")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=path, args=options)
        yield chromium
        chromium.close()


@dataclass(frozen=True)
class Server:
    """A Streamlit server in a process group and session of its own, as a terminal would start it."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def family(self) -> list[psutil.Process]:
        """The server and all that it has started, however far down, as long as they live."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        with suppress(ProcessLookupError, psutil.NoSuchProcess):
            return os.getsid(process.pid) == self.process.pid and process.status() != psutil.STATUS_ZOMBIE
        return False

    def left_after(self, seconds: float) -> list[psutil.Process]:
        """Wait until nothing of the family is left, or so long; return what is."""
        deadline = time.monotonic() + seconds
        while (family := self.family) and time.monotonic() < deadline:
            # Without its parent's wait a process that has ended stays in the list.
            self.process.poll()
            time.sleep(0.05)
        return family


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., AbstractContextManager[Server]]:
    """A function that runs a script under Streamlit for the time of a with block.

    It takes the script and changes to the environment, in which None takes a variable away.
    """

    @contextmanager
    def served(script: Path, environment: Mapping[str, str | None] | None = None) -> Iterator[Server]:
        server = started(script, tmp_path_factory.mktemp("server") / "log.txt", environment or {})
        try:
            wait_until_healthy(server)
            yield server
        finally:
            server.process.terminate()
            # How fast it has to be is a test's business; what stays on is a fault in any case.
            left = server.left_after(60)
            for process in left:
                process.kill()
            server.process.wait(timeout=10)
        assert left == [], "the server ended, but these processes of it did not"

    return served


def started(script: Path, log: Path, environment: Mapping[str, str | None]) -> Server:
    """Run `script` with the project's own settings, so that the real theme is on screen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.headless=true", "--server.address=127.0.0.1"]
    changed = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env=changed, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True
        )
    return Server(f"http://127.0.0.1:{port}", process, log)


def wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if requests.get(f"{server.address}/_stcore/health", timeout=1).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{server.log.read_text()}")
