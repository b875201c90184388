import argparse
import json
from pathlib import Path

import pytest

from benchmarks import __main__ as everything
from benchmarks.report import Bar, CannotMeasureError, Figure, machine, machine_line, positive, run, table

FOLDER = Path(everything.__file__).parent


@pytest.mark.parametrize(
    ("bar", "values", "met"),
    [
        (Bar(1.5, "at most"), [9.0, 1.5, 1.0], True),
        (Bar(1.5, "at most"), [9.0, 1.51, 1.0], False),
        (Bar(0.5, "at most", "max"), [0.1, 0.1, 0.51], False),
        (Bar(8, "at least", "min"), [8, 20], True),
        (Bar(8, "at least", "min"), [7.9, 20], False),
        (Bar(0.88, "at least"), [0.8799], False),
    ],
)
def test_a_bar_is_met_on_its_side_by_its_statistic(bar, values, met):
    assert bar.met_by(values) is met


def test_a_figure_tells_what_it_is_held_against_and_every_repetition():
    figure = Figure("Stop", "s", [0.3, 0.1, 0.7], Bar(0.5, "at most", "max")).as_json()

    assert json.loads(json.dumps(figure)) == {
        "what": "Stop",
        "unit": "s",
        "n": 3,
        "median": 0.3,
        "min": 0.1,
        "max": 0.7,
        "values": [0.3, 0.1, 0.7],
        "bar": {"limit": 0.5, "direction": "at most", "statistic": "max"},
        "met": False,
    }


def test_what_has_no_bar_is_neither_met_nor_missed():
    assert Figure("frames", "/s", [60]).as_json()["met"] is None


def test_a_figure_without_a_measurement_is_not_told():
    with pytest.raises(CannotMeasureError, match="frames"):
        Figure("frames", "/s", [])


def test_the_table_says_loudly_which_bar_is_missed():
    missed = Figure("first point", "s", [2.0, 1.0, 4.0], Bar(1.5, "at most"))
    met = Figure("memory", "MB", [249.5], Bar(250, "at most", "max"))
    header, rule, *rows = table([missed.as_json(), met.as_json()]).splitlines()

    assert header.split() == ["what", "n", "median", "min", "max", "bar", "met"]
    assert set(rule) == {"-"}
    assert rows[0].split() == ["first", "point", "3", *["2", "s", "1", "s", "4", "s", "median", "≤", "1.5", "s", "NO"]]
    assert rows[1].split()[-1] == "yes"
    assert len(rows) == 2


def test_the_machine_is_told_with_its_load():
    facts = machine() | {"cores": 2, "load_average_at_start": [0.5, 1.0, 2.25]}

    assert machine_line(facts).startswith("2 cores, load average at start 0.5 1 2.25")
    assert "not known" in machine_line(facts | {"load_average_at_start": None})


@pytest.mark.parametrize("text", ["0", "-1", "2.5", "many", ""])
def test_a_number_of_repetitions_is_whole_and_above_0(text):
    with pytest.raises(argparse.ArgumentTypeError, match="whole number"):
        positive(text)


def run_with(monkeypatch, arguments, measure):
    monkeypatch.setattr("sys.argv", ["example", *arguments])
    run("example", "An example.", measure)


def test_a_missed_bar_is_no_failure_of_the_command(monkeypatch, capsys):
    run_with(monkeypatch, ["--json"], lambda _: [Figure("seconds", "s", [3.0], Bar(1, "at most"))])
    result = json.loads(capsys.readouterr().out)

    assert result["benchmark"] == "example"
    assert result["machine"]["cores"] >= 1
    assert [figure["met"] for figure in result["figures"]] == [False]


def test_what_could_not_be_measured_fails_with_a_sentence(monkeypatch, capsys):
    def measure(_):
        yield Figure("seconds", "s", [3.0])
        raise CannotMeasureError("there is no browser.")

    with pytest.raises(SystemExit, match="example could not be measured: there is no browser"):
        run_with(monkeypatch, [], measure)
    assert capsys.readouterr().out == ""


def test_the_command_for_all_knows_every_benchmark():
    commands = {path.stem for path in FOLDER.glob("*.py") if "\n    run(" in path.read_text("utf-8")}

    assert set(everything.BENCHMARKS) == commands
