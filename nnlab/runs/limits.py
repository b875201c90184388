"""How much one visitor, one worker and the whole server may use; settable by environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from nnlab.messages import ExplainedError

MEGABYTE = 1_000_000


class LimitsError(ExplainedError):
    """An environment variable holds no usable number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a server; each field can be set by the variable beside it.

    Parameters
    ----------
    workers : int
        Processes that small runs share (``NNLAB_WORKERS``); as many as cores by default.
    runs : int
        Small runs that these have at the same time (``NNLAB_RUNS``).
    runs_per_visitor : int
        Runs of one visitor that train or wait at the same time (``NNLAB_RUNS_PER_VISITOR``).
    runs_per_minute : int
        Runs that one visitor may start, in the long run (``NNLAB_RUNS_PER_MINUTE``).
    visitor_megabytes : int
        Records kept for one visitor (``NNLAB_VISITOR_MEGABYTES``).
    record_megabytes : int
        Records kept for all visitors (``NNLAB_RECORD_MEGABYTES``).
    run_minutes : float
        Training time of one run (``NNLAB_RUN_MINUTES``).
    worker_megabytes : int
        Resident memory of one worker (``NNLAB_WORKER_MEGABYTES``). One that small runs share is
        replaced long before, at no cost to them.
    queue : int
        Large runs that may wait (``NNLAB_QUEUE``).
    """

    workers: int = os.cpu_count() or 1
    runs: int = 100
    runs_per_visitor: int = 1
    runs_per_minute: int = 30
    visitor_megabytes: int = 30
    record_megabytes: int = 250
    run_minutes: float = 30.0
    worker_megabytes: int = 1500
    queue: int = 30

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the limits from ``NNLAB_…`` variables.

        Raises
        ------
        LimitsError
            A variable is not a positive number.

        Examples
        --------
        >>> Limits.from_environment({"NNLAB_QUEUE": "5"}).queue
        5
        """
        found: dict[str, int | float] = {}
        for field in fields(cls):
            variable = f"NNLAB_{field.name.upper()}"
            text = environment.get(variable)
            if text is not None:
                found[field.name] = _positive(variable, text, whole=field.type == "int")
        return cls(**found)  # type: ignore[arg-type]  # each name has the type that its field asks for


def _positive(variable: str, text: str, *, whole: bool) -> int | float:
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise LimitsError(
            "The environment variable {variable} is “{text}”; it has to be a number above 0.",
            variable=variable,
            text=text,
        )
    return value
