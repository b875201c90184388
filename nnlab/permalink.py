"""A link that carries a whole experiment: `Link` <-> one versioned, length-capped token.

The token is ``version.base64url(deflate(JSON))``. It is text from strangers: lengths are
checked before anything is unpacked, and every field goes through the experiment's own
validation.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass, field
from typing import Any

from nnlab.experiment import Experiment, ExperimentError
from nnlab.experiment.form import from_content
from nnlab.messages import ExplainedError

VERSION = "1"
MAXIMUM_CHARACTERS = 8_000
MAXIMUM_UNPACKED = 64_000
MAXIMUM_ENTRIES = 64
LARGEST_NUMBER = 10**15
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class PermalinkError(ExplainedError):
    """A link cannot be written or read."""


@dataclass(frozen=True, slots=True)
class Link:
    """An experiment and how a page shows it.

    Parameters
    ----------
    experiment : Experiment
        What is to be trained.
    view : dict of str to bool, int, float or str
        Switches of the page that are not part of the experiment, e.g. ``{"log": True}``.
    hidden : tuple of str
        Controls that the page leaves out.
    """

    experiment: Experiment
    view: dict[str, bool | int | float | str] = field(default_factory=dict, hash=False)
    hidden: tuple[str, ...] = ()


def encode(link: Link) -> str:
    """Return the token of `link`.

    Raises
    ------
    PermalinkError
        It would be longer than 8,000 characters; offer a file instead.

    Examples
    --------
    >>> link = Link(Experiment(), {"log": True})
    >>> decode(encode(link)) == link
    True
    """
    content = {"e": json.loads(link.experiment.to_json()), "v": link.view, "h": list(link.hidden)}
    packed = zlib.compress(json.dumps(content, separators=(",", ":"), allow_nan=False).encode(), 9)
    token = f"{VERSION}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"
    if len(token) > MAXIMUM_CHARACTERS:
        raise PermalinkError(
            "This setting is too long for a link ({length} of {limit} characters). Download it as a file instead.",
            length=len(token),
            limit=MAXIMUM_CHARACTERS,
        )
    return token


def decode(token: str) -> Link:
    """Return the link that `encode` made a token of.

    Raises
    ------
    PermalinkError
        The token is too long, damaged, of an unknown version, or holds bad values.
    """
    content = _unpack(token)
    if not isinstance(content, dict) or set(content) - {"e", "v", "h"} or "e" not in content:
        raise _damaged()
    try:
        experiment = from_content(content["e"])
    except ExperimentError as error:
        raise PermalinkError("The link holds a setting that cannot be used. {reason}", reason=error.message) from error
    return Link(experiment, _view(content.get("v", {})), _hidden(content.get("h", [])))


def _unpack(token: str) -> Any:
    if len(token) > MAXIMUM_CHARACTERS:
        raise PermalinkError("The link is longer than {limit} characters.", limit=MAXIMUM_CHARACTERS)
    version, dot, body = token.partition(".")
    if not dot or not version.isdecimal():
        raise _damaged()
    if version != VERSION:
        raise PermalinkError(
            "The link was made by another version of nnlab (form {version}; this one reads {known}).",
            version=version[:8],
            known=VERSION,
        )
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        # The limit stops a small token from unpacking into gigabytes.
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, MAXIMUM_UNPACKED)
        if not unpacker.eof:
            raise _damaged()
        return json.loads(text.decode())
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise _damaged() from error


def _view(content: object) -> dict[str, bool | int | float | str]:
    if not isinstance(content, dict) or len(content) > MAXIMUM_ENTRIES:
        raise _damaged()
    for name, value in content.items():
        if not NAME.fullmatch(name) or not _is_plain(value):
            raise _damaged()
    return dict(content)


def _is_plain(value: object) -> bool:
    # Beyond these a value cannot be shown, or the link not be written again: NaN, half a character.
    if isinstance(value, str):
        return len(value) <= MAXIMUM_ENTRIES and value.isprintable()
    return isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER


def _hidden(content: object) -> tuple[str, ...]:
    if not isinstance(content, list) or len(content) > MAXIMUM_ENTRIES:
        raise _damaged()
    if any(not isinstance(name, str) or not NAME.fullmatch(name) for name in content):
        raise _damaged()
    return tuple(content)


def _damaged() -> PermalinkError:
    return PermalinkError("The link is damaged: part of it is missing or changed. Ask for it again.")
