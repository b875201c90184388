"""A server of nnlab of one's own, its processes, and a browser that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import psutil

from benchmarks.report import CannotMeasureError

if TYPE_CHECKING:
    # Workers import a benchmark's command anew and must not pay for Playwright.
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
START_SECONDS = 60.0
END_SECONDS = 10.0


class AppServer:
    """``streamlit run app.py`` on a free port, from entering the context to leaving it.

    It runs in a process group of its own, so that a Ctrl-C reaches the benchmark alone, which
    then ends it: the server, and those of its descendants that do not leave with it.

    Attributes
    ----------
    address : str
        Of the home page, without a slash at the end.
    seconds_to_answer : float
        From the start of the process until it answered.
    """

    def __init__(self) -> None:
        self.address = ""
        self.seconds_to_answer = 0.0
        self._server: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="nnlab-benchmark-", ignore_cleanup_errors=True)
        self._log = Path(self._folder.name) / "server.log"

    def __enter__(self) -> Self:
        port = _free_port()
        self.address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
        command += ["--server.headless=true", "--server.address=127.0.0.1"]
        started = time.monotonic()
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self._end()
            raise
        self.seconds_to_answer = time.monotonic() - started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def process(self) -> psutil.Process:
        """The app's own process."""
        if self._server is None or self._server.poll() is not None:
            raise CannotMeasureError(f"the app is not running. It said:\n{self.log()}")
        return psutil.Process(self._server.pid)

    def log(self) -> str:
        """Return the end of what the server has printed; nothing after it was ended."""
        if not self._log.exists():
            return ""
        return self._log.read_text("utf-8", errors="replace")[-2000:]

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.is_running():
            try:
                with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=1):
                    return
            except (urllib.error.URLError, TimeoutError):
                time.sleep(0.01)
        raise CannotMeasureError(f"the app did not answer within {START_SECONDS:g} s. It said:\n{self.log()}")

    def _end(self) -> None:
        if self._server is None:
            return
        ours: list[psutil.Process] = []
        if self._server.poll() is None:
            ours = psutil.Process(self._server.pid).children(recursive=True)
            self._server.terminate()
        try:
            self._server.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        _, left = psutil.wait_procs(ours, timeout=5)
        for process in left:
            process.kill()
        self._folder.cleanup()


def chromium_path() -> str:
    """Return the path of the browser: that of NNLAB_CHROMIUM, else the first on PATH.

    Raises
    ------
    CannotMeasureError
        There is none.
    """
    path = os.environ.get("NNLAB_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise CannotMeasureError("no Chromium was found: set NNLAB_CHROMIUM to the path of one.")
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser, and turn what it could not do into a `CannotMeasureError`."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(BROWSER_FLAGS))
            try:
                yield browser
            finally:
                browser.close()
    except Error as error:
        raise CannotMeasureError(f"the browser did not get there: {error.message}") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
