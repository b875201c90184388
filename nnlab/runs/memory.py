"""What the app and its processes take of the machine's memory."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import psutil

from nnlab.runs.limits import MEGABYTE


def held(process: psutil.Process) -> float:
    """Return the megabytes that a process holds; of pages that it shares, its part where the system tells that.

    Parameters
    ----------
    process : psutil.Process
        One that may be looked into. On Linux it is its proportional set size, elsewhere its resident memory.
    """
    try:
        full = process.memory_full_info()
    except psutil.AccessDenied:
        return float(process.memory_info().rss) / MEGABYTE
    return float(getattr(full, "pss", full.rss)) / MEGABYTE


def family(workers: Iterable[int]) -> dict[int, float]:
    """Return the megabytes that this process and all that it has started hold, by the ids of the processes.

    Workers share what the server that forks them has loaded: counted whole for each, it would be counted
    many times over. Takes some milliseconds for each process.

    Parameters
    ----------
    workers : iterable of int
        Process ids of the workers. Those whose server has been killed are no longer found below the app.

    Examples
    --------
    >>> import os
    >>> family([])[os.getpid()] > 0
    True
    """
    app = psutil.Process()
    found = {process.pid for process in app.children(recursive=True)}
    megabytes = {}
    for pid in (app.pid, *sorted(found.union(workers))):
        with suppress(psutil.NoSuchProcess):
            megabytes[pid] = held(psutil.Process(pid))
    return megabytes
