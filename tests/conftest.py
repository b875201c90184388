from __future__ import annotations

import functools
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
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner

from nnlab.datasets.remote import FILES, locate

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# A slow machine that does other things too. Whatever waits for a page, waits for a condition; milliseconds.
PATIENCE = 120_000

# What an example takes says how busy the machine is, and nothing about what is tested.
settings.register_profile("nnlab", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("nnlab")


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


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session", autouse=True)
def quick_app_tests() -> Iterator[None]:
    """Spare each `AppTest` what takes Streamlit a fifth of a second, twice.

    It looks for components in all that is installed, and clears the session of a Keras that other tests
    have imported into this process; the app has none.
    """
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


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

    def one_at_work(self) -> psutil.Process:
        """Wait until a single process beside the server works, the one that trains, and return it.

        A spare that is still starting works too, harder than any, and cannot be interrupted.
        """
        deadline = time.monotonic() + 120
        while True:
            before = self._seconds_used()
            time.sleep(2)
            busy = [pid for pid, seconds in self._seconds_used().items() if seconds - before.get(pid, 0) > 0.02]
            if len(busy) == 1 and busy[0] in before:
                return psutil.Process(busy[0])
            assert time.monotonic() < deadline, f"at work are {busy or 'none'}"

    def _seconds_used(self) -> dict[int, float]:
        """What each process but the server has had of the processor, by its id."""
        used = {}
        for process in self.family:
            with suppress(psutil.NoSuchProcess):
                used[process.pid] = sum(process.cpu_times()[:2])
        used.pop(self.process.pid, None)
        return used

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
        log = tmp_path_factory.mktemp("server") / "log.txt"
        server = started(script, log, environment or {})
        try:
            attempts = 1
            while not answers(server):
                assert attempts < 3, f"the server does not start:\n{log.read_text()}"
                # Between being found and being used its port may have gone to somebody else.
                server, attempts = started(script, log, environment or {}), attempts + 1
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


def answers(server: Server) -> bool:
    """Wait until the server answers; False if it ends instead."""
    deadline = time.monotonic() + 60
    while server.process.poll() is None:
        try:
            if requests.get(f"{server.address}/_stcore/health", timeout=1).ok:
                return True
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
        assert time.monotonic() < deadline, f"the server does not answer:\n{server.log.read_text()}"
    return False
