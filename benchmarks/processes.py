"""What an app's process and its workers hold and do, seen from outside."""

from __future__ import annotations

import contextlib
import time

import psutil

from benchmarks.report import CannotMeasureError
from nnlab.runs.limits import MEGABYTE
from nnlab.runs.memory import held

LOOK_SECONDS = 0.5
# An idle app still looks after its workers twice a second; a worker that warms up takes all it can get.
QUIET_SHARE = 0.1
GIVE_UP_SECONDS = 120.0


def megabytes(app: psutil.Process) -> float:
    """Return the resident memory of the process itself."""
    return float(app.memory_info().rss) / MEGABYTE


class Family:
    """An app and all its processes: those too whose fork server has been killed, which nothing else tells apart.

    Parameters
    ----------
    app : psutil.Process
        The app's own. Look often: a process is known from the first look at which it has its place below the app.
    """

    def __init__(self, app: psutil.Process) -> None:
        self._app = app
        self._known: set[psutil.Process] = set()

    def alive(self) -> list[psutil.Process]:
        """Return those that are there, the app first."""
        self._known.update(self._app.children(recursive=True))
        self._known = {process for process in self._known if process.is_running()}
        return [self._app, *self._known]

    def megabytes(self) -> list[float]:
        """Return the resident memory of each, the app's first.

        What they share counts once where the system tells (Linux): pages that a worker shares with its fork
        server are split between them, as a container counts them.
        """
        megabytes = []
        for process in self.alive():
            with contextlib.suppress(psutil.NoSuchProcess):
                megabytes.append(held(process))
        return megabytes


def maps_tensorflow(app: psutil.Process) -> bool:
    """Whether the process itself has a library of TensorFlow mapped.

    Raises
    ------
    CannotMeasureError
        This system does not say what a process has mapped.
    """
    if not hasattr(app, "memory_maps"):
        raise CannotMeasureError("this system does not tell which libraries a process has mapped.")
    return any("tensorflow" in region.path for region in app.memory_maps())


def workers(app: psutil.Process) -> set[int]:
    """Return the numbers of its worker processes: a fork server's children, or spawned ones of its own."""
    found: set[int] = set()
    for child in app.children():
        try:
            found.update(worker.pid for worker in child.children())
            if any("spawn_main" in word for word in child.cmdline()):
                found.add(child.pid)
        except psutil.NoSuchProcess:
            continue
    return found


def wait_until_quiet(app: psutil.Process, seconds: float = 2.0) -> None:
    """Wait until there is a worker and nothing has computed for so long: a warm spare stands ready.

    Raises
    ------
    CannotMeasureError
        It does not come to rest.
    """
    deadline = time.monotonic() + GIVE_UP_SECONDS
    since, last = time.monotonic(), cpu_seconds(app)
    while time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        now = cpu_seconds(app)
        if now - last > LOOK_SECONDS * QUIET_SHARE or not workers(app):
            since = time.monotonic()
        if time.monotonic() - since >= seconds:
            return
        last = now
    raise CannotMeasureError(f"the app computed on for {GIVE_UP_SECONDS:g} s.")


def cpu_seconds(app: psutil.Process) -> float:
    """Return the processor time that an app and all its processes have used so far."""
    total = 0.0
    for process in [app, *app.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
