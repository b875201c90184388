"""A lock between processes that ends with its holder."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def exclusive(path: Path, while_waiting: Callable[[], None], interval: float = 0.1) -> Iterator[None]:
    """Hold the lock file `path`, alone among all threads and processes of this machine.

    The operating system itself releases the lock when its holder ends, however it ends. The
    empty file stays: to delete it would let two others lock two different files of its name.

    Parameters
    ----------
    path : Path
        The lock file; created when missing.
    while_waiting : callable
        Called every `interval` seconds while another holds the lock.
    interval : float
        In seconds.

    Raises
    ------
    OSError
        The file cannot be created or locked.
    """
    with path.open("ab") as file:
        while not _try_lock(file):
            while_waiting()
            time.sleep(interval)
        try:
            yield
        finally:
            _unlock(file)
