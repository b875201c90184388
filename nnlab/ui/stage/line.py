"""The line between a stage in the browser and its run: a WebSocket that Streamlit has no part in.

Through Streamlit a report has the server run a script and the browser draw its whole page again: 10 ms here, two
frames there, four times a second. Over the line it is a message and its answer. What needs words or the visitor's
session goes the other way, through ``run_feed``: commands, and whatever `stamp` says has changed. Where a proxy
lets no WebSocket through but Streamlit's own, the reports go that way too.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import OrderedDict

from starlette.websockets import WebSocket, WebSocketDisconnect

from nnlab.runs import RunError, RunRecord
from nnlab.ui.stage.band import BANDS, band_update
from nnlab.ui.stage.report import Report, read_report
from nnlab.ui.stage.update import stage_update
from nnlab.ui.visit import service

PATH = "/nnlab/line"
# A report comes several times a second; without one for so long nobody looks, and the run waits.
ALLOWED_SECONDS = 3.0
# The longest honest report is a tenth of this.
MOST_LETTERS = 4000
# Who asks more often waits for the answer.
LEAST_SECONDS = 0.02
REFUSED = 1008


class Reports:
    """The last report of each stage, by the name that its session has given it; the oldest are forgotten.

    Parameters
    ----------
    limit : int
        How many are kept.
    """

    def __init__(self, limit: int = 2000) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, Report] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, stage: str) -> Report:
        """Return what a stage has reported; an empty report if it has not."""
        return self._kept.get(stage, Report())

    def keep(self, stage: str, report: Report) -> None:
        """Keep the newest report of a stage."""
        with self._lock:
            self._kept[stage] = report
            self._kept.move_to_end(stage)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)


REPORTS = Reports()


async def line(socket: WebSocket) -> None:
    """Answer the reports of one stage until it hangs up, or sends what is no report."""
    await socket.accept()
    try:
        while (text := answer(await socket.receive_text())) is not None:
            await socket.send_text(text)
            await asyncio.sleep(LEAST_SECONDS)
        await socket.close(REFUSED)
    except WebSocketDisconnect:
        return


def answer(text: str) -> str | None:
    """Return the answer to a report, as JSON; None to what is no report.

    Whoever knows a run's id may look at it, as with the address of a page: it cannot be guessed.
    """
    report, stage = _read(text)
    if report is None or report.run is None:
        return None
    try:
        record = service().record(report.run)
    except RunError:
        return json.dumps({"run": report.run, "gone": True})
    REPORTS.keep(stage, report)
    look_at(record, report)
    paused = record.status == "paused"
    BANDS.follow(service(), stage, record, report.epoch)
    band = band_update(service(), stage, report.band)
    return json.dumps({**stage_update(record, report), **band, "stamp": stamp(record), "paused": paused})


def look_at(record: RunRecord, report: Report) -> None:
    """Let a run train as far as the stage that plays it allows."""
    if report.run == record.run_id and report.playing and not record.ended:
        service().allow(record.run_id, report.allowed, ALLOWED_SECONDS)


def stamp(record: RunRecord | None) -> str:
    """Return a text that is another one whenever the page has other words to say of a run."""
    if record is None:
        return ""
    progress = record.progress
    said = (record.message, record.notice)
    serves = record.ended and service().serves(record.run_id)
    where = (progress.status, progress.phase, progress.place, serves, record.rewinds.revision, len(record.changes))
    return " ".join(map(str, (*where, hash(repr(said)))))


def _read(text: str) -> tuple[Report | None, str]:
    if len(text) > MOST_LETTERS:
        return None, ""
    try:
        content = json.loads(text)
    except ValueError:
        return None, ""
    report = read_report(content)
    stage = content.get("stage") if report is not None else None
    return (report, stage) if isinstance(stage, str) and len(stage) <= 64 else (None, "")
