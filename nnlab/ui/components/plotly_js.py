"""plotly.js for our components: the file of the installed plotly package, served by our own server.

It is neither committed (4.8 MB) nor taken from another host.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import plotly

from nnlab.messages import ExplainedError

VENDOR = Path(__file__).parent / "frontend" / "vendor"
SOURCE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
FILE_NAME = "plotly.min.js"
_BANNER_BYTES = 200


class ComponentError(ExplainedError):
    """A component cannot be brought to the browser."""


@cache
def ensure_plotly_js(folder: Path = VENDOR, source: Path = SOURCE) -> Path:
    """Copy plotly.js to where Streamlit serves it from, unless this very version is there.

    Safe when several processes start at once: each writes a file of its own and moves it
    into place in one step. After a first success it costs nothing.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where it is served from.
    source : pathlib.Path, optional
        The file in the plotly package.

    Returns
    -------
    pathlib.Path
        The copy.

    Raises
    ------
    ComponentError
        The folder cannot be written to.
    """
    target = folder / FILE_NAME
    if _same_version(source, target):
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(source, target)
    except OSError as error:
        # Windows does not replace a file that somebody reads: another process may just have finished the same copy.
        if _same_version(source, target):
            return target
        raise ComponentError(
            "The charts need the file {file} in {folder}, but it cannot be written there ({reason}). "
            "Make the folder writable, or copy the file from {source} into it, then start again.",
            file=FILE_NAME,
            folder=folder,
            reason=error.strerror or error,
            source=source,
        ) from error
    return target


def _same_version(source: Path, target: Path) -> bool:
    try:
        return source.stat().st_size == target.stat().st_size and _banner(source) == _banner(target)
    except OSError:
        # A copy that cannot be read is as good as none.
        return False


def _banner(file: Path) -> bytes:
    """Read the start of the file, which names the version of plotly.js."""
    with file.open("rb") as stream:
        return stream.read(_BANNER_BYTES)


def _replace(source: Path, target: Path) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(descriptor)
    part = Path(name)
    try:
        shutil.copyfile(source, part)
        # mkstemp lets nobody else read; the server may run under another account.
        part.chmod(0o644)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
