"""Files that are not inside a package: found on this machine, or downloaded once.

A file is looked for in the folder that ``NNLAB_DATA_DIR`` names, then in the cache (its place
can be set by ``NNLAB_CACHE_DIR``), then on the network. It is used only if its checksum is
right.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

import pooch

from nnlab.datasets import DatasetError, DownloadError
from nnlab.datasets.locks import exclusive
from nnlab.datasets.sources import FILES, RemoteFile
from nnlab.datasets.transfer import Progress, fetch, part_of
from nnlab.datasets.verify import is_genuine

__all__ = ["FILES", "Download", "Downloads", "cache_folder", "data_folder", "ensure", "locate"]

logger = logging.getLogger(__name__)

State = Literal["waiting", "running", "done", "failed"]


def data_folder() -> Path | None:
    """Return the folder that ``NNLAB_DATA_DIR`` names; None where it is not set."""
    folder = os.environ.get("NNLAB_DATA_DIR")
    return Path(folder).expanduser() if folder else None


def cache_folder() -> Path:
    """Return the folder that downloads are kept in, which may be yet to be made."""
    folder = os.environ.get("NNLAB_CACHE_DIR")
    return Path(folder).expanduser() if folder else Path(pooch.os_cache("nnlab"))


def locate(name: str) -> Path | None:
    """Return where a good copy of a file is on this machine; None where it has to be fetched.

    Parameters
    ----------
    name : str
        A key of `FILES`.

    Raises
    ------
    DownloadError
        ``NNLAB_DATA_DIR`` has a wrong file of that name, or a folder or file cannot be read. A
        wrong file in the cache counts as missing: `ensure` replaces it.
    """
    file = _known(name)
    return _in_data_folder(file) or _in_cache(file)


def ensure(name: str, progress: Progress | None = None) -> Path:
    """Return where a good copy of a file is, after downloading it if it is missing.

    When another thread or process is already downloading the file, this waits for it.

    Parameters
    ----------
    name : str
        A key of `FILES`.
    progress : callable, optional
        Called with the bytes received and the bytes in all (0 while unknown), also while
        another process does the work.

    Raises
    ------
    DownloadError
        The file can be neither found nor fetched. No broken copy is left in the cache.

    Examples
    --------
    >>> ensure("fashion-mnist/t10k-labels-idx1-ubyte.gz").stat().st_size  # doctest: +SKIP
    5148
    """
    found = locate(name)
    return found if found else _into_cache(_known(name), progress or _ignore)


@dataclass(slots=True, eq=False)
class Download:
    """A file on its way; everybody who waits for it sees this object.

    Parameters
    ----------
    name : str
        A key of `FILES`.
    total_bytes : int
        Bytes to download; 0 while unknown.
    received_bytes : int
        Bytes received.
    state : {"waiting", "running", "done", "failed"}
        ``"running"`` from the first bytes on.
    path : Path or None
        Where the file is, once it is done.
    error : DatasetError or None
        Why it failed.
    """

    name: str
    total_bytes: int
    received_bytes: int = 0
    state: State = "waiting"
    path: Path | None = None
    error: DatasetError | None = None

    def run(self) -> None:
        """Fetch the file; the result is in `state`, which changes last."""
        try:
            self.path = ensure(self.name, self._progress)
        except DatasetError as error:
            self.error, self.state = error, "failed"
        except Exception as error:
            logger.exception("The download of %s failed", self.name)
            self.error, self.state = _unexpected(self.name, error), "failed"
        else:
            self.received_bytes = self.total_bytes = self.path.stat().st_size
            self.state = "done"

    @property
    def stale(self) -> bool:
        """Whether asking for the file has to begin anew: it failed, or the file has gone."""
        return self.state == "failed" or (self.path is not None and not os.path.isfile(self.path))

    def _progress(self, received: int, total: int) -> None:
        self.received_bytes, self.total_bytes, self.state = received, total, "running"


class Downloads:
    """All downloads of this process, at most one at a time of each file.

    The methods may be called from any thread and return at once.

    Examples
    --------
    >>> downloads = Downloads()
    >>> [download.state for download in downloads.request(["mnist/mnist.npz"])]  # doctest: +SKIP
    ['waiting']
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._downloads: dict[str, Download] = {}

    def request(self, names: Iterable[str]) -> tuple[Download, ...]:
        """Begin to fetch the files that are not here or on their way, failed ones anew.

        Parameters
        ----------
        names : iterable of str
            Keys of `FILES`, as a data set's entry in the catalog lists them.

        Returns
        -------
        tuple of Download
            One for each name, the same object for everybody who asks while it is under way.

        Raises
        ------
        DatasetError
            There is no file of that name.
        """
        files = [_known(name) for name in names]
        with self._lock:
            return tuple(self._current(file) for file in files)

    def _current(self, file: RemoteFile) -> Download:
        download = self._downloads.get(file.name)
        if download is None or download.stale:
            download = self._downloads[file.name] = Download(file.name, file.download_size)
            # A daemon: the end of the app does not wait for a download.
            threading.Thread(target=download.run, name=f"download {file.name}", daemon=True).start()
        return download


def _known(name: str) -> RemoteFile:
    if name not in FILES:
        raise DatasetError("There is no file “{name}”. There are: {names}.", name=name, names=", ".join(FILES))
    return FILES[name]


def _in_data_folder(file: RemoteFile) -> Path | None:
    folder = data_folder()
    if folder is None:
        return None
    if not os.path.isdir(folder):
        raise DownloadError(
            "NNLAB_DATA_DIR is set to “{folder}”, which is no folder that nnlab can open. Correct it, or unset it "
            "to have the data downloaded.",
            reason="unreadable",
            folder=folder,
        )
    path = folder / file.name
    genuine = _readable(file, path)
    if genuine is False:
        raise DownloadError(
            "“{path}” is not the file nnlab knows: its checksum differs. Put a good copy there, or take it away to "
            "have it downloaded.",
            reason="wrong_file",
            path=path,
        )
    return path if genuine else None


def _in_cache(file: RemoteFile) -> Path | None:
    path = cache_folder() / file.name
    # Where the cache itself is at fault, writing to it finds that out and says so.
    return path if os.path.lexists(path) and _readable(file, path) else None


def _readable(file: RemoteFile, path: Path) -> bool | None:
    try:
        return is_genuine(file, path)
    except OSError as error:
        raise DownloadError(
            "“{path}” cannot be read: {problem}. Check that every part of that path is what it should be and may be "
            "read by you.",
            reason="unreadable",
            path=path,
            problem=error.strerror,
        ) from error


def _into_cache(file: RemoteFile, progress: Progress) -> Path:
    folder = cache_folder()
    target = folder / file.name

    def watch_the_other() -> None:
        # The other is done at any moment, and the temporary file with it.
        with suppress(FileNotFoundError):
            progress(part_of(target).stat().st_size, file.download_size)

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(target.with_name(target.name + ".lock"), watch_the_other):
            found = locate(file.name)
            if found is None:
                target.unlink(missing_ok=True)
                fetch(file, target, progress)
            return found or target
    except OSError as error:
        _explain_writing(error, file, folder)


def _explain_writing(error: OSError, file: RemoteFile, folder: Path) -> NoReturn:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        raise DownloadError(
            "The disk is full: “{name}” ({megabytes:.1f} MB) does not fit into “{folder}”. Nothing broken was kept. "
            "Free some space, or set NNLAB_CACHE_DIR to a folder on another disk; then try again.",
            reason="disk_full",
            name=file.name,
            megabytes=file.size / 1e6,
            folder=folder,
        ) from error
    raise DownloadError(
        "nnlab cannot write to its cache “{folder}”: {problem}. Make the folder writable, or set NNLAB_CACHE_DIR to "
        "one that is; then try again.",
        reason="unwritable",
        folder=folder,
        problem=error.strerror,
    ) from error


def _unexpected(name: str, error: Exception) -> DownloadError:
    failure = DownloadError(
        "The download of “{name}” failed in a way nnlab does not know: {problem}. Try again; if it stays so, please "
        "report it.",
        reason="unexpected",
        name=name,
        problem=repr(error),
    )
    failure.__cause__ = error
    return failure


def _ignore(received: int, total: int) -> None:
    """Nobody watches."""
