"""`Counters`: the state of a server in numbers, none of them about anybody in particular."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnlab.runs.limits import MEGABYTE
from nnlab.runs.progress import Status

if TYPE_CHECKING:
    from nnlab.runs.house import House


@dataclass(slots=True, eq=False)
class Counts:
    """What has happened since the server started.

    Parameters
    ----------
    begun : float
        When that was.
    runs : int
        Runs that were started, shown networks left out.
    programs : int
        Programs compiled by workers that have ended since.
    restarts : int
        Workers that ended before they were told to.
    """

    begun: float
    runs: int = 0
    programs: int = 0
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """One worker.

    Parameters
    ----------
    large : bool
        Whether it serves large runs.
    runs : int
        Runs that it has.
    pid : int or None
        The id of its process, as the standard library tells it: None before it has begun.
    busy : float
        The share of the time in which it has trained lately, 0 to 1.
    programs : int
        How many it has compiled.
    """

    large: bool
    runs: int
    pid: int | None
    busy: float
    programs: int


@dataclass(frozen=True, slots=True)
class Counters:
    """A server at one moment.

    Parameters
    ----------
    uptime : float
        Seconds since it started.
    visitors : int
        Visitors that are connected.
    runs : mapping of str to int
        Records by the status of their run.
    queued : int
        Large runs that wait.
    workers : tuple of WorkerFacts
        Its workers.
    started : int
        Runs started so far.
    compilations : int
        Programs compiled so far.
    restarts : int
        Workers that have ended before they were told to.
    replaced : int
        Workers that were replaced because they had grown.
    record_megabytes : float
        What all records hold.
    """

    uptime: float
    visitors: int
    runs: Mapping[Status, int]
    queued: int
    workers: tuple[WorkerFacts, ...]
    started: int
    compilations: int
    restarts: int
    replaced: int
    record_megabytes: float


def counters(house: House) -> Counters:
    """Return the counters of this moment; the service's lock is held."""
    counts, everyone = house.counts, house.pool.everyone
    return Counters(
        uptime=house.clock() - counts.begun,
        visitors=house.visitors.count,
        runs=Counter(record.status for record in house.shelf.all()),
        queued=len(house.dispatcher.queue),
        workers=tuple(
            WorkerFacts(
                large=worker.large,
                runs=len(worker.places),
                pid=worker.process.pid,
                busy=worker.busy,
                programs=worker.programs,
            )
            for worker in everyone
        ),
        started=counts.runs,
        compilations=counts.programs + sum(worker.programs for worker in everyone),
        restarts=counts.restarts,
        replaced=house.pool.replaced,
        record_megabytes=house.shelf.bytes / MEGABYTE,
    )
