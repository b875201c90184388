"""The plane: boundaries over points, pictures of neurons, directions."""

import base64
import struct
import zlib

import numpy as np
import pytest

from nnlab.figures.directions import direction_chart, wedge
from nnlab.figures.palette import LIGHT
from nnlab.figures.planes import SHADES, Line, boundary_chart, ground_svg, picture_png

POINTS, CLASSES = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 6.0]]), np.array([1, 0, 0])


def decoded(address):
    """Width, height, palette and levels of a PNG as written here."""
    content = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = {}, 8
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        assert struct.unpack(">I", content[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + body)
        chunks[kind] = body
        place += 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    return chunks[b"PLTE"], rows[:, 1:]


def test_a_picture_has_the_colours_of_its_values_and_stands_upright():
    colours, levels = decoded(picture_png(np.array([[-1.0, 0.0, 1.0], [2.0, 2.0, -5.0]]), LIGHT))

    # The first row of values is the lowest of the plane.
    assert levels.tolist() == [[SHADES - 1, SHADES - 1, 0], [0, SHADES // 2, SHADES - 1]]
    assert colours[:3].hex() == LIGHT.negative[1:]
    assert colours[-3:].hex() == LIGHT.positive[1:]
    assert colours[3 * (SHADES // 2) :][:3].hex() == LIGHT.middle[1:]


def test_boundaries_lie_over_points_of_two_kinds():
    lines = [
        Line("network", "#000000", values=np.ones((5, 5))),
        Line("mine", "#111111", "dash", drawn=[np.array([[0, 0], [1, 0], [1, 1]])]),
    ]
    figure = boundary_chart(POINTS, CLASSES, lines, LIGHT)
    ring, disc = figure.data[:2]

    assert (len(ring.x), len(disc.x)) == (2, 1)
    assert ring.marker.symbol != disc.marker.symbol
    drawn = next(trace for trace in figure.data if trace.name == "mine")
    # A line drawn by hand is closed.
    assert list(drawn.x) == [0, 1, 1, 0]
    contour = next(trace for trace in figure.data if trace.type == "contour")
    assert (contour.contours.start, contour.contours.end) == (0, 0)


def test_the_ground_to_draw_on_has_x2_upwards():
    picture = base64.b64decode(ground_svg(POINTS, CLASSES, LIGHT).partition(",")[2]).decode()

    assert 'cx="50.0" cy="0.0"' in picture
    assert picture.count("<circle") == 3


@pytest.mark.parametrize("turn", [0.0, 1.0, 3.0, 6.0])
def test_two_arrows_always_leave_a_wedge(turn):
    for angle in np.linspace(0.0, 2 * np.pi, 37):
        found = wedge([turn, turn + angle])
        assert found is not None
        middle = sum(found) / 2
        assert np.cos(middle - turn) >= -1e-9 and np.cos(middle - turn - angle) >= -1e-9


def test_three_arrows_can_leave_none():
    thirds = [0.3, 0.3 + 2 * np.pi / 3, 0.3 + 4 * np.pi / 3]

    assert wedge(thirds) is None
    assert wedge([0.0, 0.5, 1.0]) is not None


def test_the_way_out_is_drawn_where_there_is_one():
    assert len(direction_chart([0.3, 2.4], ("out", "none"), LIGHT).data) == 2
    closed = direction_chart([0.3, 0.3 + 2 * np.pi / 3, 0.3 + 4 * np.pi / 3], ("out", "none"), LIGHT)
    assert len(closed.data) == 0
    assert "none" in [note.text for note in closed.layout.annotations]
