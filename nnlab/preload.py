"""What the fork server imports before its first fork: everything that a worker needs.

While it imports, the server does not listen, and would outlive an app that ends in these
seconds. A timer looks after the app meanwhile; a thread could not, because a process with
threads must not fork. This module stands outside `nnlab.training`: whoever imports that imports
TensorFlow, and the timer would come too late. Which process the app is stands in the environment:
one that ends before this module is imported is nobody's parent any more.
"""

from __future__ import annotations

import gc
import os
import signal
from types import FrameType

CHECK_SECONDS = 0.5

# `nnlab.runs.launch` sets it.
_APP = int(os.environ.get("FORK_SERVER_PARENT") or os.getppid())


def _leave_without_the_app(signum: int, frame: FrameType | None) -> None:
    if os.getppid() != _APP:
        os._exit(0)


signal.signal(signal.SIGALRM, _leave_without_the_app)
signal.setitimer(signal.ITIMER_REAL, CHECK_SECONDS, CHECK_SECONDS)
try:
    import nnlab.training.worker  # noqa: F401

    # Python's search for garbage writes to each object it looks at, and a page that is written to is no longer
    # shared: it cost every worker 80 MB.
    gc.collect()
    gc.freeze()
finally:
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
