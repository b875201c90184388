"""What a class is told: an address, as text and as a QR code; and the key that the teacher alone has."""

from __future__ import annotations

import hmac
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import segno

ADDRESS = "NNLAB_CLASS_ADDRESS"
KEY = "NNLAB_TEACHER_KEY"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where the class finds this server.

    Parameters
    ----------
    address : str
        Of the home page; empty where nnlab was not started for a class.
    key : str
        What opens the teacher's page; empty where there is none.
    """

    address: str = ""
    key: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read what ``python -m nnlab.classroom`` has left there."""
        return cls(environment.get(ADDRESS, ""), environment.get(KEY, ""))

    def opens(self, key: str | None) -> bool:
        """Return whether `key` is the teacher's; without one nobody is."""
        return bool(self.key) and hmac.compare_digest(self.key.encode(), (key or "").encode())


def qr_svg(address: str, dark: str = "#000000", light: str = "#ffffff") -> str:
    """Return a QR code as an SVG picture, with the quiet zone around it that cameras need.

    Examples
    --------
    >>> qr_svg("http://192.168.0.7:8501").startswith("<svg")
    True
    """
    picture = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(picture, kind="svg", scale=8, border=4, dark=dark, light=light, xmldecl=False, svgns=True, omitsize=True)
    return picture.getvalue().decode()


def qr_text(address: str) -> str:
    """Return a QR code in characters, for a terminal with dark ground."""
    text = io.StringIO()
    segno.make(address, error="m", micro=False).terminal(out=text, compact=True)
    return text.getvalue()
