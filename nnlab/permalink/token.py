"""`Link` <-> one versioned, length-capped token.

The token is ``version.base64url(deflate(JSON))``. It is text from strangers: lengths are
checked before anything is unpacked, and every field goes through the link's and the
experiment's own validation.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from nnlab.experiment import ExperimentError
from nnlab.experiment.form import from_content
from nnlab.permalink.link import Link, PermalinkError, View
from nnlab.permalink.nearest import nearest_link

VERSION = "1"
MAXIMUM_CHARACTERS = 8_000
MAXIMUM_UNPACKED = 64_000


def encode(link: Link) -> str:
    """Return the token of `link`.

    Raises
    ------
    PermalinkError
        It would be longer than 8,000 characters; offer a file instead.

    Examples
    --------
    >>> from nnlab.experiment import Experiment
    >>> link = Link(Experiment(), View(log_scale=True))
    >>> decode(encode(link)) == link
    True
    """
    standard = asdict(View())
    view = {name: value for name, value in asdict(link.view).items() if value != standard[name]}
    content = {"e": json.loads(link.experiment.to_json()), "v": view, "h": list(link.hidden)}
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
        The token is too long, damaged, of an unknown version, or holds bad values. Where a
        setting could be read, its `nearest` is the closest one that can be used.
    """
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
            nearest=_read_as_ours(body),
        )
    experiment, view, hidden = _unpack(body)
    try:
        return Link(from_content(experiment), View(**view), tuple(hidden))
    except ExperimentError as error:
        raise PermalinkError(
            "The link holds a setting that cannot be used. {reason}",
            reason=error.message,
            nearest=nearest_link(experiment, view, hidden),
        ) from error
    except PermalinkError as error:
        error.nearest = nearest_link(experiment, view, hidden)
        raise


def _read_as_ours(body: str) -> Link | None:
    with suppress(PermalinkError):
        return nearest_link(*_unpack(body))
    return None


def _unpack(body: str) -> tuple[Any, dict[str, Any], list[Any]]:
    """Return the three parts of a link as JSON gives them, their outer shape checked."""
    content = _content(body)
    if not isinstance(content, dict) or set(content) - {"e", "v", "h"} or "e" not in content:
        raise _damaged()
    view, hidden = content.get("v", {}), content.get("h", [])
    if not isinstance(view, dict) or not isinstance(hidden, list) or view.keys() - asdict(View()).keys():
        raise _damaged()
    return content["e"], view, hidden


def _content(body: str) -> Any:
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


def _damaged() -> PermalinkError:
    return PermalinkError("The link is damaged: part of it is missing or changed. Ask for it again.")
