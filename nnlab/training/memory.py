"""What compiling frees goes back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Return to the system what has been freed.

    The C library of Linux keeps it for later. A compilation needs much for a second: of the 25 MB that each
    left behind, a fifth could be given back, in 0.04 s.
    """
    # Other systems do so by themselves, and so do other C libraries of Linux.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
