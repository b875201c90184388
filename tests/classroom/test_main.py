"""``python -m nnlab.classroom`` prints what the class needs and serves under every name."""

import sys
from types import SimpleNamespace

import pytest

from nnlab.classroom import __main__ as module
from nnlab.classroom.addresses import Host
from nnlab.classroom.invitation import ADDRESS, KEY

FOUND = [Host("192.168.0.7", number=True), Host("teacher.local", number=False)]


@pytest.fixture
def started(monkeypatch):
    """What would have been started, and in which environment."""
    calls = []

    def run(command, env, check):
        calls.append((command, env))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(module.subprocess, "run", run)
    monkeypatch.delenv(KEY, raising=False)
    return calls


def test_every_name_may_be_opened_and_no_other(started, monkeypatch):
    monkeypatch.setattr(module, "hosts", lambda: FOUND)
    assert module.main(["--port", "8600"]) == 0
    ((command, environment),) = started

    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert "--server.address=0.0.0.0" in command
    origins = [part.partition("=")[2] for part in command if part.startswith("--server.corsAllowedOrigins")]
    assert origins == ["http://192.168.0.7:8600", "http://teacher.local:8600"]
    named = [part.partition("=")[2] for part in command if part.startswith("--server.allowedHosts")]
    assert named == ["localhost", "127.0.0.1", "192.168.0.7", "teacher.local"]
    assert environment[ADDRESS] == "http://192.168.0.7:8600"


def test_address_code_and_key_are_printed(started, monkeypatch, capsys):
    monkeypatch.setattr(module, "hosts", lambda: FOUND)
    module.main(["--port", "8600"])
    printed = capsys.readouterr().out
    key = started[0][1][KEY]

    assert "http://192.168.0.7:8600" in printed
    assert "http://teacher.local:8600" in printed
    assert f"/status?key={key}" in printed
    assert "▄" in printed
    assert len(key) >= 12


def test_each_start_has_a_key_of_its_own_unless_one_is_given(started, monkeypatch):
    monkeypatch.setattr(module, "hosts", lambda: FOUND)
    module.main([])
    module.main([])
    monkeypatch.setenv(KEY, "ours")
    module.main([])
    first, second, third = (environment[KEY] for _, environment in started)

    assert first != second
    assert third == "ours"


def test_without_a_network_it_says_what_to_do(started, monkeypatch, capsys):
    monkeypatch.setattr(module, "hosts", list)

    assert module.main([]) == 1
    assert "Join the network" in capsys.readouterr().err
    assert started == []
