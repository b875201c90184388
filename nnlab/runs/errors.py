"""What can go wrong when a run is asked for."""

from nnlab.messages import ExplainedError


class RunError(ExplainedError):
    """A run cannot be found or cannot do what is asked of it."""


class LimitError(RunError):
    """A limit of this server bites."""
