"""Pictures and class counts: each where it belongs, none marked by colour alone."""

import numpy as np
import pytest

from nnlab.figures import images
from nnlab.figures.palette import DARK, LIGHT

NAMES = ("Coat", "Sandal", "Bag")


def pictures(count, side=6):
    """Picture number n is filled with the grey n + 1, so that it can be found again."""
    return np.repeat(np.arange(1, count + 1, dtype=np.uint8), side * side).reshape(count, side, side)


def test_pictures_lie_in_rows_in_their_order():
    canvas = np.asarray(images.samples(pictures(7), ["x"] * 7, LIGHT, columns=3).data[0].z)
    height, width = canvas.shape[0] // 3, canvas.shape[1] // 3

    for index in range(7):
        top, left = index // 3 * height, index % 3 * width
        assert (canvas[top : top + 6, left : left + 6] == index + 1).all()
    assert set(np.unique(canvas)) == set(range(8))


def test_each_name_stands_below_its_picture():
    figure = images.samples(pictures(4), ["a", "b", "c", "d"], LIGHT, columns=2)
    canvas = np.asarray(figure.data[0].z)

    for number, note in enumerate(figure.layout.annotations, start=1):
        rows, columns = np.nonzero(canvas == number)
        assert note.text == "abcd"[number - 1]
        assert note.x == columns.mean()
        assert rows.max() < note.y < rows.max() + 1
        assert note.yanchor == "top"


def test_names_are_legible_and_not_below_eleven_pixels():
    assert {note.font.size for note in images.samples(pictures(2), ["a", "b"], LIGHT).layout.annotations} == {11}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_ink_has_the_colour_of_text_on_the_pages_ground(theme):
    heat_map = images.samples(pictures(2), ["a", "b"], theme, scale=16).data[0]

    assert [colour for _, colour in heat_map.colorscale] == [theme.background, theme.text]
    assert (heat_map.zmin, heat_map.zmax, heat_map.zsmooth) == (0, 16, False)


def test_the_picture_is_upright_square_and_sent_as_bytes():
    figure = images.samples(pictures(2), ["a", "b"], LIGHT)

    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.yaxis.scaleanchor == "x"
    assert '"dtype":"u1"' in figure.to_json()


def test_by_class_shows_the_first_pictures_of_each_class_in_its_row():
    labels = np.array([2, 0, 0, 2, 0])
    figure = images.by_class(pictures(5), labels, NAMES, LIGHT, per_class=2)
    canvas = np.asarray(figure.data[0].z)
    rows = [set(np.unique(row[row > 0])) for row in np.array_split(canvas, 3)]

    assert rows == [{2, 3}, set(), {1, 4}]
    assert list(figure.layout.yaxis.ticktext) == list(NAMES)
    height = canvas.shape[0] / 3
    assert [int(tick // height) for tick in figure.layout.yaxis.tickvals] == [0, 1, 2]


def test_the_alt_text_of_samples_names_what_is_seen():
    assert str(images.samples_alt(["Bag", "Coat", "Bag"])) == "3 pictures from the data set: Bag, Coat."


def test_class_counts_are_written_beside_their_bars():
    bars = images.counts([6000, 5999, 12], NAMES, LIGHT, title="Samples").data[0]

    assert list(bars.x) == [6000, 5999, 12]
    assert list(bars.y) == list(NAMES)
    assert list(bars.text) == ["6,000", "5,999", "12"]


def test_the_alt_text_of_counts_says_whether_classes_are_balanced():
    assert str(images.counts_alt([6000] * 3, NAMES)) == "Each of the 3 classes has 6,000 samples."
    assert (
        str(images.counts_alt([6000, 12, 70], NAMES))
        == "Between 12 (Sandal) and 6,000 (Coat) samples in each of 3 classes."
    )


def test_a_caption_may_have_several_lines_and_there_is_room_for_them():
    one, three = (images.samples(pictures(2), [caption] * 2, LIGHT, columns=1) for caption in ("a", "a<br>b<br>c"))

    assert three.layout.height == one.layout.height + 2 * 2 * 16


PICTURE = np.arange(64, dtype=np.uint8).reshape(8, 8)


def test_the_values_of_the_framed_pixels_are_written_into_them():
    (frame,) = images.framed(PICTURE, LIGHT, scale=63).layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (0.5, 6.5, 0.5, 6.5)

    raw, divided = (images.pixel_values(PICTURE, LIGHT, scale=63, divisor=divisor).data[0] for divisor in (1, 63))
    np.testing.assert_array_equal(raw.z, PICTURE[1:7, 1:7])
    np.testing.assert_allclose(divided.z, PICTURE[1:7, 1:7] / 63)
    assert (raw.zmax, divided.zmax) == (63, 1)
    assert (raw.texttemplate, divided.texttemplate) == ("%{z:.0f}", "%{z:.2f}")


def test_the_alt_text_of_values_says_between_which_they_lie():
    assert str(images.pixel_values_alt(PICTURE)) == "The values of 36 pixels, from 9 to 54."
    assert str(images.pixel_values_alt(PICTURE, 63)) == "The values of 36 pixels, from 0.143 to 0.857."
