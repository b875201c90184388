"""What was freed goes back to the system."""

import ctypes
import sys

import psutil
import pytest

from nnlab.training.memory import give_back

BLOCKS, BYTES = 4000, 50_000


@pytest.mark.skipif(sys.platform != "linux", reason="other systems give it back by themselves")
def test_memory_that_was_freed_is_no_longer_resident() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    blocks = [library.malloc(BYTES) for _ in range(BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, BYTES)
    full = psutil.Process().memory_info().rss
    # The last block stays, so that what lies below it is not given back by itself.
    for block in blocks[:-1]:
        library.free(ctypes.c_void_p(block))
    give_back()

    assert full - psutil.Process().memory_info().rss > 0.9 * BLOCKS * BYTES
    library.free(ctypes.c_void_p(blocks[-1]))
