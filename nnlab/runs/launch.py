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
APP = "FORK_SERVER_PARENT"
START_METHODS = ("forkserver", "spawn")
RUN_ID_BYTES = 64

_starting = threading.Lock()


class LaunchError(ExplainedError):
    """A worker cannot be started."""


def start_worker(threads: int, niceness: int = 0) -> WorkerHandle:
    """Start a worker whose TensorFlow operations use so many threads.

    With niceness it leaves the processor to others, where the system knows how (POSIX).

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
    # Shared memory: it tells what a worker was doing when the worker itself no longer can.
    at_work = context.RawArray("c", RUN_ID_BYTES)
    process = context.Process(target=_work, args=(theirs, threads, niceness, at_work), name="nnlab worker", daemon=True)
    # Two threads that start processes at once would inherit each other's pipe ends by spawn,
    # and an end that somebody else holds open never tells its other end that we are gone.
    with _starting:
        process.start()
        theirs.close()
    return WorkerHandle(process, ours, threads, lambda: at_work.value.decode())


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
        # What is preloaded takes seconds, and ends with this process.
        os.environ[APP] = str(os.getpid())
        return context
    return multiprocessing.get_context("spawn")


def _work(commands: connection.Connection[Any, Any], threads: int, niceness: int, at_work: Any) -> None:
    # First of all: importing TensorFlow takes seconds, and the app may end in them.
    threading.Thread(target=_leave_with_the_app, name="leave with the app", daemon=True).start()
    from nnlab.training import worker

    def note(run_id: str) -> None:
        at_work.value = run_id.encode()[: RUN_ID_BYTES - 1]

    if hasattr(os, "nice"):
        os.nice(niceness)
    worker.main(commands, threads, note)


def _leave_with_the_app() -> None:
    # A pipe's end is noticed between two slices only; this thread also ends a worker that
    # hangs in a long operation when the app is killed.
    app = multiprocessing.parent_process()
    if app is not None:
        connection.wait([app.sentinel])
        os._exit(0)
