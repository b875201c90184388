"""Finding files: NNLAB_DATA_DIR, then the cache, then the network; and waiting for them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pooch
import pytest

from nnlab.datasets import DatasetError, DownloadError
from nnlab.datasets.remote import Download, Downloads, cache_folder, ensure, locate
from nnlab.datasets.sources import RemoteFile

NAME = "lab/points.bin"
Register = Callable[..., RemoteFile]

OTHER_PROCESS = """
import sys
from nnlab.datasets import remote, sources
address, sha256, size = sys.argv[1:]
remote.FILES["lab/points.bin"] = sources.RemoteFile("lab/points.bin", (address,), sha256, int(size))
seen = []
def progress(received, total):
    if received and not seen:
        seen.append(received)
        print("running", flush=True)
remote.ensure("lab/points.bin", progress)
print("done", flush=True)
"""


def other_process(file: RemoteFile) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OTHER_PROCESS, file.urls[0], file.sha256, str(file.size)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def finished(download: Download) -> bool:
    return download.state in ("done", "failed")


@pytest.fixture
def folder(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty NNLAB_DATA_DIR."""
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setenv("NNLAB_DATA_DIR", str(folder))
    return folder


def put(folder: Path, content: bytes) -> Path:
    path = folder / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_data_folder_comes_before_the_cache(folder: Path, cache: Path, register: Register, content: bytes) -> None:
    register(content)
    cached = put(cache, content)
    assert locate(NAME) == cached
    carried = put(folder, content)
    assert locate(NAME) == carried


def test_the_default_cache_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNLAB_CACHE_DIR", raising=False)
    assert cache_folder() == pooch.os_cache("nnlab")


def test_what_is_nowhere_is_missing_and_looking_makes_no_folder(cache: Path, register: Register) -> None:
    register(b"x")
    assert locate(NAME) is None
    assert not cache.exists()


def test_an_unknown_file_is_refused(cache: Path) -> None:
    for ask in (locate, ensure, lambda name: Downloads().request([name])):
        with pytest.raises(DatasetError, match="There is no file “nothing.bin”"):
            ask("nothing.bin")


def test_a_wrong_file_in_the_data_folder_is_named_not_skipped(
    folder: Path, cache: Path, register: Register, content: bytes
) -> None:
    register(content)
    put(cache, content)
    wrong = put(folder, content[:-1])
    for ask in (locate, ensure):
        with pytest.raises(DownloadError, match="is not the file nnlab knows") as caught:
            ask(NAME)
        assert caught.value.reason == "wrong_file"
        assert str(wrong) in str(caught.value)
    assert wrong.read_bytes() == content[:-1]


def test_a_data_folder_that_is_not_there_is_named(
    tmp_path: Path, cache: Path, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(b"x")
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "typo"))
    with pytest.raises(DownloadError, match="NNLAB_DATA_DIR is set to “.*typo”") as caught:
        ensure(NAME)
    assert caught.value.reason == "unreadable"


def test_a_file_where_a_folder_should_be_is_named(folder: Path, register: Register) -> None:
    register(b"x")
    (folder / "lab").write_text("not a folder")
    with pytest.raises(DownloadError, match=r"points.bin” cannot be read: Not a directory") as caught:
        ensure(NAME)
    assert caught.value.reason == "unreadable"
    assert isinstance(caught.value.__cause__, NotADirectoryError)


def test_a_folder_where_a_file_should_be_is_named(folder: Path, register: Register) -> None:
    register(b"x", arrays=(("x", "0"),))
    (folder / NAME).mkdir(parents=True)
    with pytest.raises(DownloadError, match="cannot be read: Is a directory"):
        locate(NAME)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(folder: Path, register: Register, content: bytes) -> None:
    register(content)
    put(folder, content).chmod(0)
    with pytest.raises(DownloadError, match="cannot be read: Permission denied") as caught:
        locate(NAME)
    assert caught.value.reason == "unreadable"


def test_a_cache_that_cannot_be_made_is_named(cache: Path, register: Register, server, content: bytes) -> None:
    register(content, server.gives("/points", content))
    cache.write_text("a file where the cache should be")
    with pytest.raises(DownloadError, match="cannot write to its cache “.*cache”.*NNLAB_CACHE_DIR") as caught:
        ensure(NAME)
    assert caught.value.reason == "unwritable"
    assert isinstance(caught.value.__cause__, OSError)
    assert not server.requests


def test_a_good_file_is_fetched_once_and_found_afterwards(
    cache: Path, register: Register, server, content: bytes, kept
) -> None:
    register(content, server.gives("/points", content))
    seen: list[tuple[int, int]] = []
    path = ensure(NAME, lambda received, total: seen.append((received, total)))
    assert path == cache / NAME == ensure(NAME) == locate(NAME)
    assert path.read_bytes() == content
    assert server.requests["/points"] == 1
    assert kept(cache) == [NAME]
    assert seen == sorted(seen)
    assert seen[-1] == (len(content), len(content))
    assert len(seen) > 3


def test_a_broken_file_in_the_cache_is_replaced(cache: Path, register: Register, server, content: bytes) -> None:
    register(content, server.gives("/points", content))
    put(cache, content[:100])
    assert locate(NAME) is None
    assert ensure(NAME).read_bytes() == content


def test_a_broken_file_in_the_cache_does_not_stay_when_the_download_fails(
    cache: Path, register: Register, server, content: bytes, kept
) -> None:
    register(content, server.refuses("/points", 503))
    put(cache, content[:100])
    with pytest.raises(DownloadError):
        ensure(NAME)
    assert kept(cache) == []


def test_an_archive_packed_anew_is_taken_from_the_data_folder(folder: Path, register: Register) -> None:
    array = np.arange(200, dtype=np.uint8)
    register(b"another packing", arrays=(("x", hashlib.sha256(array.tobytes()).hexdigest()),))
    (folder / "lab").mkdir()
    np.savez(folder / "lab" / "points.npz", x=array)
    (folder / "lab" / "points.npz").rename(folder / NAME)
    assert locate(NAME) == folder / NAME


def test_everybody_who_asks_sees_the_same_download(cache: Path, register: Register, server, content: bytes) -> None:
    register(content, server.gives_half_until_the_gate_opens("/points", content))
    downloads = Downloads()
    (mine,) = downloads.request([NAME])
    until(lambda: mine.state == "running" and mine.received_bytes > 0)
    (yours,) = downloads.request([NAME])
    assert yours is mine
    assert 0 < mine.received_bytes < mine.total_bytes == len(content)
    assert mine.path is None
    server.gate.set()
    until(lambda: finished(mine))
    assert (mine.state, mine.error, mine.received_bytes) == ("done", None, len(content))
    assert mine.path == cache / NAME
    assert downloads.request([NAME]) == (mine,)
    assert server.requests["/points"] == 1


def test_asking_does_not_wait(cache: Path, register: Register, server) -> None:
    register(b"x", server.says_nothing("/points"))
    start = time.monotonic()
    (download,) = Downloads().request([NAME])
    # The server would keep whoever waits for a minute.
    assert time.monotonic() - start < 10
    assert download.state == "waiting"
    server.gate.set()
    until(lambda: finished(download))


def test_a_file_that_is_here_is_done_without_a_download(
    folder: Path, register: Register, server, content: bytes
) -> None:
    register(content, server.gives("/points", content))
    put(folder, content)
    (download,) = Downloads().request([NAME])
    until(lambda: finished(download))
    assert (download.state, download.path) == ("done", folder / NAME)
    assert download.received_bytes == download.total_bytes == len(content)
    assert not server.requests


def test_asking_again_after_a_failure_tries_again(
    cache: Path, register: Register, server, content: bytes, kept
) -> None:
    register(content, server.refuses("/points", 503))
    downloads = Downloads()
    (failed,) = downloads.request([NAME])
    until(lambda: finished(failed))
    assert failed.state == "failed"
    assert isinstance(failed.error, DownloadError)
    assert failed.error.reason == "http"
    assert kept(cache) == []
    server.gives("/points", content)
    (again,) = downloads.request([NAME])
    assert again is not failed
    until(lambda: finished(again))
    assert (again.state, again.error) == ("done", None)
    assert kept(cache) == [NAME]


def test_a_file_that_was_deleted_is_fetched_again(cache: Path, register: Register, server, content: bytes) -> None:
    register(content, server.gives("/points", content))
    downloads = Downloads()
    (first,) = downloads.request([NAME])
    until(lambda: finished(first))
    (cache / NAME).unlink()
    (second,) = downloads.request([NAME])
    until(lambda: finished(second))
    assert second is not first
    assert (second.state, server.requests["/points"]) == ("done", 2)


def test_two_files_come_at_the_same_time(cache: Path, register: Register, server, content: bytes) -> None:
    names = ["lab/a.bin", "lab/b.bin"]
    for name in names:
        register(content, server.gives_half_until_the_gate_opens(f"/{name}", content), name=name)
    both = Downloads().request(names)
    until(lambda: all(download.received_bytes > 0 for download in both))
    server.gate.set()
    until(lambda: all(map(finished, both)))
    assert [download.state for download in both] == ["done", "done"]


def test_a_fault_of_our_own_is_a_failed_download_too(
    cache: Path, register: Register, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    register(b"x", "http://127.0.0.1:9/")
    monkeypatch.setattr("nnlab.datasets.remote.fetch", lambda *arguments: 1 / 0)
    (download,) = Downloads().request([NAME])
    until(lambda: finished(download))
    assert isinstance(download.error, DownloadError)
    assert download.error.reason == "unexpected"
    assert isinstance(download.error.__cause__, ZeroDivisionError)
    assert "ZeroDivisionError" in caplog.text


def test_downloads_do_not_keep_the_interpreter_alive(cache: Path, register: Register, server) -> None:
    register(b"x", server.says_nothing("/points"))
    (download,) = Downloads().request([NAME])
    threads = [thread for thread in threading.enumerate() if thread.name == f"download {NAME}"]
    assert [thread.daemon for thread in threads] == [True]
    server.gate.set()
    until(lambda: finished(download))


def test_threads_that_know_nothing_of_each_other_download_once(
    cache: Path, register: Register, server, content: bytes
) -> None:
    register(content, server.gives_half_until_the_gate_opens("/points", content))
    downloads = [Downloads().request([NAME])[0] for _ in range(3)]
    until(lambda: all(download.received_bytes > 0 for download in downloads))
    server.gate.set()
    until(lambda: all(map(finished, downloads)))
    assert [download.state for download in downloads] == ["done"] * 3
    assert server.requests["/points"] == 1


def test_processes_download_once_and_the_one_that_waits_sees_the_others_progress(
    cache: Path, register: Register, server, content: bytes
) -> None:
    file = register(content, server.gives_half_until_the_gate_opens("/points", content))
    with other_process(file) as first, other_process(file) as second:
        assert (line(first), line(second)) == ("running", "running")
        server.gate.set()
        assert (line(first), line(second)) == ("done", "done")
    assert (first.returncode, second.returncode) == (0, 0)
    assert server.requests["/points"] == 1
    assert locate(NAME) == cache / NAME


def test_a_killed_download_hinders_nobody(cache: Path, register: Register, server, content: bytes, kept) -> None:
    file = register(content, server.gives_half_until_the_gate_opens("/points", content))
    with other_process(file) as victim:
        assert line(victim) == "running"
        victim.kill()
    assert locate(NAME) is None
    server.gives("/points", content)
    assert ensure(NAME).read_bytes() == content
    assert kept(cache) == [NAME]
