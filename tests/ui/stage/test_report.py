import pytest

from nnlab.ui.stage.report import Command, Report, read_report

GOOD = {
    "run": "a",
    "revision": 1,
    "epoch": 7,
    "have": 9,
    "count": 9,
    "playing": True,
    "allowed": 127,
    "commands": [{"id": 3, "kind": "pause", "run": "a", "epoch": 7}],
}


def test_a_report_is_read():
    report = read_report(GOOD)

    assert report is not None
    assert (report.run, report.revision, report.epoch, report.have, report.count) == ("a", 1, 7, 9, 9)
    assert (report.playing, report.allowed) == (True, 127)
    assert [(command.number, command.kind, command.run) for command in report.commands] == [(3, "pause", "a")]
    assert report.commands[0].whole("epoch") == 7


def test_a_stage_that_has_nothing_yet_reports_so():
    report = read_report({"run": None, "revision": 0, "epoch": 0, "have": -1, "count": 0, "allowed": None})

    assert report == Report(allowed=None)


@pytest.mark.parametrize("content", [None, 3, "x", [], {}])
def test_what_is_no_report_is_none(content):
    assert read_report(content) is None


@pytest.mark.parametrize("name", ["revision", "epoch", "have", "count", "allowed"])
@pytest.mark.parametrize("value", [-2, 1.5, "7", True, [], 2**53 + 1, float("nan")])
def test_a_number_that_is_none_makes_no_report(name, value):
    assert read_report({**GOOD, name: value}) is None


@pytest.mark.parametrize("bad", [None, 3, "x", {"id": 1}, {"id": -1, "kind": "stop"}, {"id": 1, "kind": 2}])
def test_a_command_that_is_none_is_left_out(bad):
    report = read_report({**GOOD, "commands": [bad, *GOOD["commands"]]})

    assert report is not None
    assert [command.kind for command in report.commands] == ["pause"]


def test_a_flood_of_commands_is_cut_off():
    commands = [{"id": number, "kind": "step", "run": "a"} for number in range(10_000)]
    report = read_report({**GOOD, "commands": commands})

    assert report is not None
    assert len(report.commands) == 200


def test_a_detail_beyond_its_bound_is_none():
    assert Command(1, "units", "a", {"units": 17}).whole("units", 16) is None
    assert Command(1, "units", "a", {"units": 16}).whole("units", 16) == 16
