"""How workers are started is chosen by one variable."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nnlab.runs.launch import LaunchError, start_method


def test_by_default_linux_forks_from_a_server_and_others_start_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNLAB_START_METHOD", raising=False)
    for platform, method in (("linux", "forkserver"), ("darwin", "spawn"), ("win32", "spawn")):
        monkeypatch.setattr(sys, "platform", platform)
        assert start_method() == method


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_the_variable_decides(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setenv("NNLAB_START_METHOD", method)

    assert start_method() == method


@pytest.mark.parametrize("method", ["fork", "", "Spawn"])
def test_another_value_is_named_with_those_there_are(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setenv("NNLAB_START_METHOD", method)

    with pytest.raises(LaunchError) as caught:
        start_method()
    assert f"“{method}”" in str(caught.value)
    assert "forkserver or spawn" in str(caught.value)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="nothing is forked there")
def test_what_is_preloaded_stays_shared_with_the_workers() -> None:
    # Objects that the search for garbage leaves alone are not written to.
    code = "import nnlab.preload, gc; print(gc.get_freeze_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)

    assert int(done.stdout) > 100_000
