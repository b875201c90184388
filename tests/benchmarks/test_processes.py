"""What is measured of an app's processes is all of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from benchmarks.processes import Family

# Tells the number of a process of its own, and sleeps beside it.
PARENT = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def parent_and_child() -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        yield parent, child
        for process in (parent, child):
            with suppress(psutil.NoSuchProcess):
                process.kill()


def test_a_process_whose_parent_was_killed_still_counts(parent_and_child) -> None:
    parent, child = parent_and_child
    family = Family(psutil.Process())
    both = {psutil.Process(parent.pid), child}
    assert both <= set(family.alive())
    parent.kill()
    parent.wait()

    assert both & set(family.alive()) == {child}


@pytest.mark.usefixtures("parent_and_child")
def test_the_apps_own_memory_comes_first() -> None:
    family = Family(psutil.Process())

    assert family.alive()[0] == psutil.Process()
    assert len(family.megabytes()) >= 3
