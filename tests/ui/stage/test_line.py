import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.websockets import WebSocketDisconnect

from nnlab.events import EpochsEnded
from nnlab.experiment import Experiment
from nnlab.messages import N_, Message
from nnlab.runs import RunError, RunRecord
from nnlab.ui.stage import line as module
from nnlab.ui.stage.line import Reports, answer, line, stamp
from nnlab.ui.stage.report import Report


class Service:
    """One run, and what is asked of it."""

    def __init__(self):
        self.kept = RunRecord("a", Experiment(), "visitor", watched=True)
        self.allowed = []

    def record(self, run_id):
        if run_id != "a":
            raise RunError("This run is no longer kept.")
        return self.kept

    def allow(self, run_id, epoch, seconds):
        self.allowed.append((run_id, epoch))

    def serves(self, run_id):
        return True


@pytest.fixture
def service(monkeypatch):
    made = Service()
    monkeypatch.setattr(module, "service", lambda: made)
    return made


def report(**changes):
    content = {"run": "a", "revision": 0, "epoch": 0, "have": -1, "count": 0, "playing": True, "allowed": 120}
    return json.dumps({**content, "stage": "stage", **changes})


def test_a_report_is_answered_with_what_the_stage_lacks_and_lets_the_run_go_on(service):
    service.kept.append(EpochsEnded("a", 1, (0.1, 0.1), {"loss": (2.0, 1.0)}))
    told = json.loads(answer(report(count=1)))

    assert (told["run"], told["first"], list(told["history"])) == ("a", 1, ["loss"])
    assert told["stamp"] == stamp(service.kept)
    assert service.allowed == [("a", 120)]
    assert module.REPORTS.get("stage").count == 1


def test_a_stage_that_stands_still_lets_nothing_go_on(service):
    answer(report(playing=False))

    assert service.allowed == []


def test_a_run_that_is_no_longer_kept_is_told(service):
    assert json.loads(answer(report(run="another"))) == {"run": "another", "gone": True}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", report(run=None), report(epoch=-1), report(stage=7), report(stage="x" * 65), " " * 4001],
)
def test_what_is_no_report_gets_no_answer(service, text):
    assert answer(text) is None


def test_the_stamp_changes_whenever_the_page_has_other_words_to_say(service):
    record = service.kept
    stamps = [stamp(record)]
    for change in (
        lambda: record.wait_at(3),
        lambda: record.enter("running"),
        lambda: record.begin("training"),
        lambda: record.note(Message(N_("Paused"))),
        lambda: record.rewind(0),
        lambda: record.enter("stopped"),
    ):
        change()
        stamps.append(stamp(record))
    assert len(set(stamps)) == len(stamps)

    record.append(EpochsEnded("a", 1, (0.1,), {"loss": (2.0,)}))
    assert stamp(record) == stamps[-1]
    assert stamp(None) == ""


def test_only_so_many_reports_are_kept():
    reports = Reports(limit=2)
    for name in "abc":
        reports.keep(name, Report(run=name))

    assert [reports.get(name).run for name in "abc"] == [None, "b", "c"]


class Socket:
    """The server's end of a line whose other end says so much and hangs up."""

    def __init__(self, *texts):
        self.texts = list(texts)
        self.sent = []
        self.code = None

    async def accept(self):
        self.accepted = True

    async def receive_text(self):
        if not self.texts:
            raise WebSocketDisconnect
        return self.texts.pop(0)

    async def send_text(self, text):
        self.sent.append(json.loads(text))

    async def close(self, code):
        self.code = code


def serve(socket):
    # A thread of its own: where browser tests ran before, Playwright's loop is still running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, line(socket)).result()


def test_the_line_answers_until_the_browser_hangs_up(service):
    socket = Socket(report(), report())
    serve(socket)

    assert [told["run"] for told in socket.sent] == ["a", "a"]
    assert socket.code is None


def test_the_line_is_cut_at_the_first_thing_that_is_no_report(service):
    socket = Socket(report(), "nonsense", report())
    serve(socket)

    assert len(socket.sent) == 1
    assert socket.code == 1008
