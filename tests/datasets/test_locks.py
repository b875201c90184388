from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from nnlab.datasets.locks import exclusive

HOLDER = """
import pathlib, sys, time
from nnlab.datasets.locks import exclusive
with exclusive(pathlib.Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    time.sleep(60)
"""


def never() -> None:
    raise AssertionError("nobody else holds the lock")


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "lock", never):
        raise ZeroDivisionError
    with exclusive(tmp_path / "lock", never):
        pass


def test_threads_hold_the_lock_one_after_another(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(20):
            with exclusive(tmp_path / "lock", lambda: None, interval=0.0005):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 80
    assert max(most) == 1


def test_a_lock_waits_for_another_process_and_survives_its_death(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    waits: list[int] = []
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"

            def kill_at_the_third_wait() -> None:
                waits.append(1)
                if len(waits) == 3:
                    holder.kill()

            with exclusive(lock, kill_at_the_third_wait, interval=0.01):
                assert len(waits) >= 3
        finally:
            holder.kill()
