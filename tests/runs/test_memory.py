"""What the app takes of the machine: shared pages once, and workers whose server has gone too."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from nnlab.runs import memory

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is forked there")

HELD = 100
# It holds so many megabytes, and so do its two children, who share them with it.
PARENT = f"""
import os, sys, time
held = bytearray(os.urandom(1_000_000) * {HELD})
children = []
for _ in range(2):
    child = os.fork()
    if not child:
        time.sleep(600)
        os._exit(0)
    children.append(child)
print(*children, flush=True)
time.sleep(600)
"""


@pytest.fixture
def parent_and_children() -> Iterator[tuple[psutil.Process, list[psutil.Process]]]:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        yield psutil.Process(parent.pid), children
        for process in (parent, *children):
            process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how many share a page")
def test_what_processes_share_counts_once(parent_and_children) -> None:
    parent, children = parent_and_children
    family = memory.family([])

    together = sum(family[process.pid] for process in (parent, *children))
    assert HELD < together < 1.5 * HELD
    assert psutil.Process().pid in family


def test_a_worker_counts_whose_server_was_killed(parent_and_children) -> None:
    parent, children = parent_and_children
    parent.kill()
    parent.wait()

    assert not {child.pid for child in children} & set(memory.family([]))
    assert {child.pid for child in children} <= set(memory.family([child.pid for child in children]))


def test_a_worker_that_has_just_ended_holds_nothing(parent_and_children) -> None:
    parent, (gone, _) = parent_and_children
    gone.kill()
    psutil.wait_procs([gone], timeout=10)

    family = memory.family([gone.pid])
    assert family[parent.pid] > 0
    assert family.get(gone.pid, 0) == 0
