"""What a reader is told of a worker that has ended."""

from __future__ import annotations

from nnlab.messages import N_, Message

# So often may a worker end because of the same work.
STRIKES = 2

TOO_LARGE = N_(
    "The worker needed more than {limit} MB of memory and was ended; what was learned so far is kept. "
    "Use fewer units or a smaller batch."
)
STUCK = N_(
    "The worker gave no sign of life for {seconds} seconds and was ended; what was learned so far is kept. "
    "Use fewer layers or units, and train again."
)
KILLED = N_(
    "The worker process was ended from outside (signal {signal}); what was learned so far is kept. "
    "Press Train to run it again."
)
CRASHED = N_(
    "The worker process ended unexpectedly (exit code {code}); what was learned so far is kept. "
    "Press Train to run it again."
)


def why(code: int | None) -> Message:
    """Return what a reader is told of a process that ended with this exit code."""
    if code is not None and code < 0:
        return Message(KILLED, {"signal": -code})
    return Message(CRASHED, {"code": "?" if code is None else code})
