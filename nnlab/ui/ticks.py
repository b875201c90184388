"""How often the run panels of all visitors are drawn anew: less often, the more of them there are.

A browser asks for the next drawing whether or not the last one has come. Six panels at full pace ask for sixty a
second, at some 20 ms each; whatever else the app has to do waits behind them, 20 s were measured.
"""

from __future__ import annotations

from nnlab.runs import RunRecord
from nnlab.ui.visit import service

# The browser builds anew what a tick draws: buttons and words may take their time, pictures may not.
PANEL_SECONDS = 0.4
VIEWS_SECONDS = 0.1
# So many may be watched at full pace.
FEW = 2
# An epoch of a large run takes half a second; drawing more often than that only takes the processor from it.
LARGE_VIEWS_SECONDS = 0.4
# Beyond, all together are drawn about as often as those few, down to this pace for each.
SLOWEST_VIEWS_SECONDS = 1.6


def views_seconds(panels: int, *, large: bool = False) -> float:
    """Return the seconds between two drawings of the views of a run, large or not, with so many runs on panels.

    Steps of two, so that one who comes or goes changes nothing for most of the time.

    Examples
    --------
    >>> [views_seconds(panels) for panels in (0, 2, 3, 6, 30, 1000)]
    [0.1, 0.1, 0.2, 0.4, 1.6, 1.6]
    >>> [views_seconds(panels, large=True) for panels in (0, 6, 30)]
    [0.4, 0.4, 1.6]
    """
    seconds = LARGE_VIEWS_SECONDS if large else VIEWS_SECONDS
    while seconds < min(VIEWS_SECONDS * panels / FEW, SLOWEST_VIEWS_SECONDS):
        seconds *= 2
    return seconds


def panel_seconds(panels: int) -> float:
    """Return the seconds between two drawings of buttons and words, with so many runs on panels.

    Examples
    --------
    >>> [panel_seconds(panels) for panels in (1, 6, 30)]
    [0.4, 0.8, 3.2]
    """
    return max(PANEL_SECONDS, 2 * views_seconds(panels))


def live(record: RunRecord | None) -> bool:
    """Return whether there is more to come of a run by itself, so that a panel has to be drawn anew."""
    # After a stop the worker still has the last epoch and the results on the test set to report.
    return record is not None and (record.active or (record.ended and service().serves(record.run_id)))
