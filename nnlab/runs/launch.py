"""Starting a worker process: the only place where the app names what runs inside one."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from multiprocessing import connection
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import Any

from nnlab.messages import ExplainedError
from nnlab.runs.handle import WorkerHandle

PRELOAD = "nnlab.preload"
START_METHODS = ("forkserver", "spawn")

_starting = threading.Lock()


class LaunchError(ExplainedError):
    """A worker cannot be started."""


def start_worker(threads: int) -> WorkerHandle:
    """Start a worker whose TensorFlow operations use so many threads.

    On Linux it is forked from a server that has TensorFlow imported but has never run an
    operation of it; elsewhere, or with ``NNLAB_START_METHOD=spawn``, it starts afresh.
    It takes a third of a second by fork, and several seconds for the first one and by spawn.

    Raises
    ------
    LaunchError
        ``NNLAB_START_METHOD`` is not known.
    OSError
        The system gives no further process.
    """
    context = _context()
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, threads), name="nnlab worker", daemon=True)
    # Two threads that start processes at once would inherit each other's pipe ends by spawn,
    # and an end that somebody else holds open never tells its other end that we are gone.
    with _starting:
        process.start()
        theirs.close()
    return WorkerHandle(process, ours, threads)


def start_method() -> str:
    """Return how workers are started here: ``"forkserver"`` or ``"spawn"``.

    Raises
    ------
    LaunchError
        ``NNLAB_START_METHOD`` is not known.
    """
    method = os.environ.get("NNLAB_START_METHOD")
    if method is None:
        return "forkserver" if sys.platform == "linux" else "spawn"
    if method not in START_METHODS:
        raise LaunchError(
            "The environment variable NNLAB_START_METHOD is “{method}”; it can be {methods}.",
            method=method,
            methods=" or ".join(START_METHODS),
        )
    return method


def _context() -> ForkServerContext | SpawnContext:
    method = start_method()
    if method == "forkserver":
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([PRELOAD])
        return context
    return multiprocessing.get_context("spawn")


def _work(commands: connection.Connection[Any, Any], threads: int) -> None:
    # First of all: importing TensorFlow takes seconds, and the app may end in them.
    threading.Thread(target=_leave_with_the_app, name="leave with the app", daemon=True).start()
    from nnlab.training import worker

    worker.main(commands, threads)


def _leave_with_the_app() -> None:
    # A pipe's end is noticed between two slices only; this thread also ends a worker that
    # hangs in a long operation when the app is killed.
    app = multiprocessing.parent_process()
    if app is not None:
        connection.wait([app.sentinel])
        os._exit(0)
