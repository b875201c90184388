"""The wall of a classroom, and large type for it."""

import time

import pytest

from nnlab.classroom.invitation import ADDRESS, KEY
from nnlab.experiment import Experiment


@pytest.mark.parametrize(("language", "word"), [("en", "network"), ("ko", "네트워크")])
def test_a_class_sees_the_address_and_its_code(site, monkeypatch, language, word):
    monkeypatch.setenv(ADDRESS, "http://192.168.0.7:8501")
    shown = site("class", lang=language)

    assert any("http://192.168.0.7:8501" in block.proto.body for block in shown.app.get("html"))
    assert len(shown.app.get("image")) == 1
    assert any(word in text.value for text in shown.app.markdown)


def test_without_a_class_the_page_says_how_to_start_for_one(site, monkeypatch):
    monkeypatch.delenv(ADDRESS, raising=False)
    shown = site("class")

    assert [code.value for code in shown.app.code] == ["make class"]


def test_projector_mode_makes_type_and_lines_larger(site):
    shown = site("playground")
    assert not any("html { font-size" in block.proto.body for block in shown.app.get("html"))
    shown.set("toggle", "Projector mode", True)

    assert any("html { font-size: 22px" in block.proto.body for block in shown.app.get("html"))


def in_training(service, experiment, visitor):
    """Start a run and wait until a worker has it."""
    record = service.record(service.start(experiment, visitor=visitor))
    deadline = time.monotonic() + 30
    while record.status != "running":
        assert time.monotonic() < deadline, f"the run is {record.status}"
        time.sleep(0.01)
    return record


def numbers(shown):
    return {metric.label: metric.value for metric in shown.app.metric}


def test_anybody_sees_totals_and_nobody_without_the_key_the_reins(site, monkeypatch, service):
    monkeypatch.setenv(KEY, "correct horse")
    in_training(service, Experiment(epochs=None), "somebody")
    for query in ({}, {"key": "wrong"}, {"key": ""}):
        shown = site("status", **query)
        assert numbers(shown)["Runs in training"] == "1"
        assert not [button for button in shown.app.button if button.label in ("Pause all", "Reset all")]
        assert not shown.app.dataframe
        assert bool(shown.app.warning) == (query.get("key") == "wrong")


def test_where_no_key_is_set_none_opens_anything(site, monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    shown = site("status", key="")

    assert not [button for button in shown.app.button if button.label == "Reset all"]


def test_the_teacher_sees_the_workers_and_can_pause_and_end_all_runs(site, monkeypatch, service):
    monkeypatch.setenv(KEY, "correct horse")
    records = [in_training(service, Experiment(epochs=None).with_seed(seed), f"student {seed}") for seed in range(3)]
    shown = site("status", key="correct horse")
    assert numbers(shown)["Runs in training"] == "3"
    assert sum(shown.app.dataframe[0].value["Runs"]) == 3
    shown.click("Pause all")
    assert [record.status for record in records] == ["paused"] * 3
    assert "Runs paused: 3." in shown.app.success[0].value
    service.resume(records[0].run_id)
    shown.click("Reset all")

    assert [record.status for record in records] == ["stopped"] * 3
    assert "The teacher has ended all runs" in str(records[2].message)


def test_a_korean_teacher_reads_the_status_in_korean(site, monkeypatch):
    monkeypatch.setenv(KEY, "k")
    shown = site("status", key="k", lang="ko")

    assert "접속자" in numbers(shown)
