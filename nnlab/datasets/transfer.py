"""One file from the network into the cache: whole and checked, or not at all."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn
from urllib.parse import urlsplit

import pooch

from nnlab.datasets import DownloadError
from nnlab.datasets.sources import Archive, RemoteFile

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a server to take the connection."""

READ_TIMEOUT = 30.0
"""Seconds to wait for the next bytes."""

CHUNK = 1 << 16
Progress = Callable[[int, int], None]


def part_of(target: Path) -> Path:
    """Return the temporary name under which `target` is downloaded."""
    return target.with_name(target.name + ".part")


def fetch(file: RemoteFile, target: Path, progress: Progress) -> None:
    """Download `file` and put it at `target` once it is known to be good.

    The caller holds the lock on `target`. Whatever goes wrong, nothing is left behind.

    Parameters
    ----------
    file : RemoteFile
        What to fetch. Its addresses are tried in order.
    target : Path
        Where it belongs, in a folder that exists.
    progress : callable
        Called with the bytes received and the bytes in all (0 while unknown).

    Raises
    ------
    DownloadError
        No address gave the file; the reason is that of the first.
    OSError
        It cannot be written.
    """
    failures: list[DownloadError] = []
    part = part_of(target)
    try:
        for url in file.urls:
            try:
                _download(file, url, part, progress)
            except DownloadError as error:
                failures.append(error)
                continue
            if file.archive:
                _unpack(file, file.archive, part)
            os.replace(part, target)
            return
    finally:
        part.unlink(missing_ok=True)
    raise failures[0]


@dataclass(slots=True)
class _Body:
    """What pooch writes to, and also the progress bar it reports to.

    Of the progress bar only `total` is of use: pooch counts in whole chunks, while the bytes
    written are exact.
    """

    file: IO[bytes]
    limit: int
    host: str
    name: str
    progress: Progress
    total: int = 0
    received: int = 0

    def write(self, content: bytes) -> int:
        self.received += len(content)
        if self.received > self.limit:
            _raise_wrong_content(self.name, self.host)
        self.progress(self.received, self.total)
        return self.file.write(content)

    def flush(self) -> None:
        self.file.flush()

    def update(self, size: int) -> None:
        """Ignore pooch's own count."""

    def reset(self) -> None:
        """Keep the exact count."""

    def close(self) -> None:
        """Leave the file to the one who opened it."""


def _download(file: RemoteFile, url: str, part: Path, progress: Progress) -> None:
    # requests costs the app's process 5 MB; most of the time every file is there.
    import requests

    host = urlsplit(url).netloc
    limit = file.archive.limit if file.archive else file.size
    with part.open("wb") as stream, ExitStack() as responses:

        def close_in_the_end(response: requests.Response, **_: object) -> None:
            # pooch leaves the connection of a download that fails open.
            responses.callback(response.close)

        downloader = pooch.HTTPDownloader(
            chunk_size=CHUNK,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            # Compressed again on the way, the count of bytes could not be compared with the total.
            headers={"Accept-Encoding": "identity"},
            hooks={"response": close_in_the_end},
        )
        body = downloader.progressbar = _Body(stream, limit, host, file.name, progress, file.download_size)
        try:
            downloader(url, body, None)
        except requests.RequestException as error:
            _explain(error, file, host, body)
    expected = body.total or file.download_size
    if body.received < expected:
        _raise_cut_off(file.name, body.received, expected)
    if pooch.file_hash(str(part), alg="sha256") != (file.archive.sha256 if file.archive else file.sha256):
        _raise_wrong_content(file.name, host)


def _unpack(file: RemoteFile, archive: Archive, part: Path) -> None:
    """Replace the archive at `part` by the one member that is wanted."""
    unpacked = part.with_suffix(".unpacked")
    try:
        with tarfile.open(part, "r:gz") as tar:
            member = tar.getmember(archive.member)
            content = tar.extractfile(member)
            if content is None or member.size != file.size:
                _raise_wrong_content(file.name, archive.member)
            with content, unpacked.open("wb") as stream:
                shutil.copyfileobj(content, stream)
        if pooch.file_hash(str(unpacked), alg="sha256") != file.sha256:
            _raise_wrong_content(file.name, archive.member)
        os.replace(unpacked, part)
    finally:
        unpacked.unlink(missing_ok=True)


def _explain(error: Exception, file: RemoteFile, host: str, body: _Body) -> NoReturn:
    """Raise what requests reports as a sentence for the reader."""
    from requests import exceptions

    if isinstance(error, exceptions.HTTPError) and error.response is not None:
        raise DownloadError(
            "{host} answered “{status} {phrase}” when asked for “{name}”. Try again later. If it stays so, get the "
            "file on another way and set NNLAB_DATA_DIR to the folder it is in.",
            reason="http",
            host=host,
            status=error.response.status_code,
            phrase=error.response.reason,
            name=file.name,
        ) from error
    if _timed_out(error):
        raise DownloadError(
            "{host} sent nothing for a while, so the download of “{name}” was given up. Nothing broken was kept. "
            "Try again; if the network is slow, fetch the data beforehand: “python -m nnlab.datasets fetch”.",
            reason="timeout",
            host=host,
            name=file.name,
        ) from error
    if isinstance(error, exceptions.ChunkedEncodingError):
        _raise_cut_off(file.name, body.received, body.total or file.download_size, error)
    raise DownloadError(
        "{host} cannot be reached, so “{name}” is missing: there is no network, or something on the way blocks it. "
        "Connect and try again. To work without a network, run “python -m nnlab.datasets fetch” beforehand, or set "
        "NNLAB_DATA_DIR to a folder that has the file.",
        reason="no_network",
        host=host,
        name=file.name,
    ) from error


def _timed_out(error: Exception) -> bool:
    from requests import exceptions
    from urllib3.exceptions import ReadTimeoutError

    # While the body is read, requests reports a timeout as a ConnectionError that wraps urllib3's.
    return isinstance(error, exceptions.Timeout) or any(isinstance(inner, ReadTimeoutError) for inner in error.args)


def _raise_cut_off(name: str, received: int, expected: int, cause: Exception | None = None) -> NoReturn:
    raise DownloadError(
        "The download of “{name}” broke off after {received:,} of {expected:,} bytes. Nothing broken was kept. "
        "Try again.",
        reason="cut_off",
        name=name,
        received=received,
        expected=expected,
    ) from cause


def _raise_wrong_content(name: str, origin: str) -> NoReturn:
    raise DownloadError(
        "What {origin} gave as “{name}” is not the file nnlab knows: its checksum differs. Nothing of it was kept. "
        "Try again; the usual cause is a log-in page or a proxy that answers in the server's place.",
        reason="wrong_hash",
        name=name,
        origin=origin,
    )
