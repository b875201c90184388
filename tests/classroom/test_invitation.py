"""A class finds the server by text or by camera; the teacher's page has a key."""

import xml.etree.ElementTree as ElementTree

import pytest
import segno

from nnlab.classroom.invitation import ADDRESS, KEY, Invitation, qr_svg, qr_text

PLACE = "http://192.168.0.7:8501"


def test_the_picture_holds_the_modules_of_the_address():
    root = ElementTree.fromstring(qr_svg(PLACE))
    side = len(segno.make(PLACE, error="m", micro=False).matrix) + 8

    # Four modules of quiet around it.
    assert root.attrib["viewBox"] == f"0 0 {8 * side} {8 * side}"
    assert qr_svg(PLACE) != qr_svg(PLACE + "/")


def test_the_terminal_shows_two_rows_in_a_line():
    lines = qr_text(PLACE).splitlines()
    side = len(segno.make(PLACE, error="m", micro=False).matrix) + 8

    assert len(lines) in (side // 2, side // 2 + 1)
    assert set("".join(lines)) - set("\x1b[0123456789;m") <= set("█▀▄ ")


def test_the_invitation_is_what_the_command_left_in_the_environment():
    found = Invitation.from_environment({ADDRESS: PLACE, KEY: "k"})

    assert (found.address, found.key) == (PLACE, "k")
    assert Invitation.from_environment({}) == Invitation()


@pytest.mark.parametrize(
    ("key", "given", "opens"), [("k", "k", True), ("k", "K", False), ("k", None, False), ("", "", False)]
)
def test_only_the_key_opens_the_teachers_page(key, given, opens):
    assert Invitation(PLACE, key).opens(given) is opens
