"""One download and all the ways in which it can go wrong, against a real server."""

from __future__ import annotations

import errno
import hashlib
import io
import socket
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from nnlab.datasets import DownloadError, transfer
from nnlab.datasets.remote import FILES, ensure
from nnlab.datasets.sources import Archive, RemoteFile
from nnlab.datasets.transfer import part_of

NAME = "lab/points.bin"
Register = Callable[..., RemoteFile]
Kept = Callable[[Path], list[str]]


@pytest.fixture
def failure(cache: Path, kept: Kept) -> Callable[[], DownloadError]:
    """Fetch the file in vain, and see that nothing broken is left."""

    def fail() -> DownloadError:
        with pytest.raises(DownloadError) as caught:
            ensure(NAME)
        assert kept(cache) == []
        return caught.value

    return fail


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "CONNECT_TIMEOUT", 0.3)
    monkeypatch.setattr(transfer, "READ_TIMEOUT", 0.3)


def test_other_content_of_the_same_length_is_refused(register: Register, server, content, failure) -> None:
    register(content, server.gives("/points", content[::-1]))
    error = failure()
    assert error.reason == "wrong_hash"
    assert "127.0.0.1" in str(error)
    assert "log-in page" in str(error)


def test_a_complete_but_shorter_answer_is_the_wrong_file(register: Register, server, content, failure) -> None:
    register(content, server.gives("/points", b"<html>Please log in</html>"))
    assert failure().reason == "wrong_hash"


@pytest.mark.parametrize("length", [-1, None])
def test_an_answer_that_never_ends_is_given_up(register: Register, server, content, cache, kept, length) -> None:
    register(content, server.gives("/points", content + bytes(5_000_000), length=length))
    received = []
    with pytest.raises(DownloadError) as caught:
        ensure(NAME, lambda count, total: received.append(count))
    assert caught.value.reason == "wrong_hash"
    assert kept(cache) == []
    assert max(received) <= len(content)


def test_a_body_shorter_than_announced_is_a_broken_download(register: Register, server, content, failure) -> None:
    register(content, server.gives("/points", content[:300_000], length=len(content)))
    error = failure()
    assert error.reason == "cut_off"
    # What came in of the last chunk is not counted.
    assert 200_000 < error.message.values["received"] <= 300_000
    assert "of 512,000 bytes" in str(error)
    assert isinstance(error.__cause__, requests.RequestException)


def test_a_body_without_a_length_that_ends_early_is_a_broken_download(
    register: Register, server, content, failure
) -> None:
    register(content, server.gives("/points", content[:300_000], length=None))
    error = failure()
    assert error.reason == "cut_off"
    assert "300,000 of 512,000" in str(error)


@pytest.mark.parametrize(("status", "phrase"), [(404, "Not Found"), (403, "Forbidden"), (500, "Internal Server Error")])
def test_a_refusal_is_quoted(register: Register, server, failure, status: int, phrase: str) -> None:
    register(b"x", server.refuses("/points", status))
    error = failure()
    assert error.reason == "http"
    assert f"answered “{status} {phrase}”" in str(error)
    assert isinstance(error.__cause__, requests.HTTPError)


def test_without_a_network_the_sentence_says_how_to_work_without_one(register: Register, failure) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Bound but not listening: connections are refused.
        register(b"x", f"http://127.0.0.1:{taken.getsockname()[1]}/points")
        error = failure()
    assert error.reason == "no_network"
    assert "python -m nnlab.datasets fetch" in str(error)
    assert "NNLAB_DATA_DIR" in str(error)
    assert isinstance(error.__cause__, requests.ConnectionError)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_does_not_answer_is_given_up(register: Register, server, failure) -> None:
    register(b"x", server.says_nothing("/points"))
    error = failure()
    assert error.reason == "timeout"
    assert "sent nothing for a while" in str(error)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_stops_in_the_middle_is_given_up(register: Register, server, content, failure) -> None:
    register(content, server.gives_half_until_the_gate_opens("/points", content))
    assert failure().reason == "timeout"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_named_with_what_to_do(register: Register, server, content, cache: Path, failure) -> None:
    register(content, server.gives("/points", content))
    part = part_of(cache / NAME)
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    error = failure()
    assert error.reason == "disk_full"
    assert "The disk is full" in str(error)
    assert "NNLAB_CACHE_DIR" in str(error)
    assert isinstance(error.__cause__, OSError)
    assert error.__cause__.errno == errno.ENOSPC
    assert not part.is_symlink()


def test_what_a_crash_left_behind_is_no_hindrance(register: Register, server, content, cache: Path, kept: Kept) -> None:
    register(content, server.gives("/points", content))
    part = part_of(cache / NAME)
    part.parent.mkdir(parents=True)
    part.write_bytes(content * 2)
    assert ensure(NAME).read_bytes() == content
    assert kept(cache) == [NAME]


def test_the_second_address_helps_when_the_first_fails(register: Register, server, content) -> None:
    register(content, server.refuses("/first", 404), server.gives("/second", content))
    assert ensure(NAME, None).read_bytes() == content


def test_when_all_addresses_fail_the_first_one_is_named(register: Register, server, content, failure) -> None:
    register(content, server.refuses("/first", 404), server.gives("/second", b"other"))
    error = failure()
    assert error.reason == "http"


def packed(member: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        entry = tarfile.TarInfo(member)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def test_a_file_is_taken_out_of_its_archive(register: Register, server, content, cache: Path, kept: Kept) -> None:
    archive = packed("Folder/points", content)
    register(
        content,
        server.gives("/points.tgz", archive),
        archive=Archive("Folder/points", hashlib.sha256(archive).hexdigest(), 1_000_000),
    )
    seen: list[tuple[int, int]] = []
    assert ensure(NAME, lambda received, total: seen.append((received, total))).read_bytes() == content
    assert kept(cache) == [NAME]
    assert seen[-1] == (len(archive), len(archive))


def test_another_archive_is_refused_unopened(register: Register, server, content, failure) -> None:
    good, other = packed("Folder/points", content), packed("Folder/points", content[::-1])
    register(
        content,
        server.gives("/points.tgz", other),
        archive=Archive("Folder/points", hashlib.sha256(good).hexdigest(), 1_000_000),
    )
    assert failure().reason == "wrong_hash"


def test_an_archive_that_holds_another_file_is_refused(register: Register, server, content, failure) -> None:
    archive = packed("Folder/points", content[::-1])
    register(
        content,
        server.gives("/points.tgz", archive),
        archive=Archive("Folder/points", hashlib.sha256(archive).hexdigest(), 1_000_000),
    )
    assert failure().reason == "wrong_hash"


def test_a_file_of_another_size_is_left_in_its_archive(
    register: Register, server, content, failure, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[object] = []
    monkeypatch.setattr("shutil.copyfileobj", lambda *arguments: unpacked.append(arguments))
    archive = packed("Folder/points", bytes(50_000_000))
    register(
        content,
        server.gives("/points.tgz", archive),
        archive=Archive("Folder/points", hashlib.sha256(archive).hexdigest(), 1_000_000),
    )
    assert failure().reason == "wrong_hash"
    assert unpacked == []


def test_the_real_files_come_whole_over_the_wire(
    real_data: dict[str, Path], cache: Path, server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("fashion-mnist/t10k-images-idx3-ubyte.gz", "fashion-mnist/t10k-labels-idx1-ubyte.gz"):
        address = server.gives(f"/{name}", real_data[name].read_bytes())
        monkeypatch.setitem(FILES, name, replace(FILES[name], urls=(address,)))
        assert ensure(name).read_bytes() == real_data[name].read_bytes()


def test_housings_archive_is_the_one_scikit_learn_knows() -> None:
    from sklearn.datasets._california_housing import ARCHIVE

    file = FILES["housing/cal_housing.data"]
    assert file.archive is not None
    assert (file.urls, file.archive.sha256) == ((ARCHIVE.url,), ARCHIVE.checksum)
