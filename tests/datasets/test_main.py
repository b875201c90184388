"""`python -m nnlab.datasets`."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nnlab.datasets.__main__ import main
from nnlab.datasets.catalog import CATALOG

HOUSING = "housing/cal_housing.data"


@pytest.fixture
def small_world(server, cache: Path, register, content: bytes, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """All data sets need one small file only."""
    register(content, server.gives("/points", content))
    for name, info in CATALOG.items():
        if info.files:
            monkeypatch.setitem(CATALOG, name, replace(info, files=("lab/points.bin",)))
    return content


def test_fetch_brings_every_file_and_says_where_it_is(
    small_world: bytes, server, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch"]) == 0
    assert (cache / "lab/points.bin").read_bytes() == small_world
    assert f"lab/points.bin: {cache / 'lab/points.bin'}" in capsys.readouterr().out
    assert server.requests["/points"] == 1


def test_fetch_takes_names_of_data_sets(small_world: bytes, server, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "iris", "mnist"]) == 0
    out = capsys.readouterr().out
    assert "iris: needs no download" in out
    assert "lab/points.bin" in out


def test_a_failed_fetch_ends_with_1_and_the_sentence(
    small_world: bytes, server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.refuses("/points", 404)
    assert main(["fetch", "mnist"]) == 1
    captured = capsys.readouterr()
    assert "answered “404 Not Found” when asked for “lab/points.bin”" in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_an_unknown_name_ends_with_1_before_anything_is_fetched(
    small_world: bytes, server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", "mnist", "nmist"]) == 1
    assert "There is no data set “nmist”" in capsys.readouterr().err
    assert not server.requests


def test_a_terminal_shows_a_bar(
    small_world: bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["fetch", "mnist"]) == 0
    bars = capsys.readouterr().err.split("\r")[1:]
    assert bars[-1] == f"lab/points.bin [{'#' * 30}] 0.5 MB\n"
    assert any("#." in bar for bar in bars)


def test_list_names_every_data_set_and_what_is_missing(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = {line.split()[0]: line for line in lines[1:] if line.split() and line.split()[0] in CATALOG}
    assert list(rows) == list(CATALOG)
    assert rows["circle"].endswith("drawn by a formula")
    assert rows["digits"].endswith("inside scikit-learn")
    assert rows["fashion_mnist"].endswith("30.9 MB  missing")
    assert str(cache) in lines[-1]


def test_list_says_where_the_files_are(real_data: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert str(real_data[HOUSING].parent) in capsys.readouterr().out


def test_list_says_which_of_several_files_are_missing(
    small_world: bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["fetch", "mnist"])
    monkeypatch.setitem(CATALOG, "mnist", replace(CATALOG["mnist"], files=("lab/points.bin", HOUSING)))
    capsys.readouterr()
    assert main(["list"]) == 0
    assert f"missing: {HOUSING}" in capsys.readouterr().out


def test_list_names_a_wrong_file_and_ends_with_1(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / HOUSING
    wrong.parent.mkdir()
    wrong.write_text("-122.23,37.88")
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    assert main(["list"]) == 1
    assert f"“{wrong}” is not the file nnlab knows" in capsys.readouterr().out


def test_the_command_runs_as_a_module(cache: Path) -> None:
    command = [sys.executable, "-m", "nnlab.datasets", "list"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"}, check=True)
    assert "Fashion-MNIST" in done.stdout
    assert done.stderr == ""
