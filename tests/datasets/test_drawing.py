"""Drawings in the form of the data: real pictures, moved and enlarged, come back as they were."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from nnlab.datasets import load
from nnlab.datasets.drawing import (
    MOST_POINTS,
    DrawingError,
    Stroke,
    _enclosed,
    as_sample,
    drawn_sample,
    ink,
    read_strokes,
)

DRAWN = json.loads((Path(__file__).parents[1] / "data" / "drawn_digits.json").read_text())


def line(*points, width=0.1):
    return Stroke(np.array(points, dtype=float), np.full(len(points), width))


def moved(picture, generator, room=20):
    """The picture somewhere on a larger ground."""
    top, left = generator.integers(0, room, 2)
    ground = np.zeros(np.add(picture.shape, room))
    ground[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return ground


def neighbours(picture):
    """The picture, and the picture moved by one pixel in every direction."""
    return [np.roll(picture, (down, right), (0, 1)) for down in (0, 1, -1) for right in (0, 1, -1)]


@pytest.fixture(scope="module")
def pictures(real_data):
    """A few hundred test pictures of a data set, from 0 to 1."""
    return {name: load(name).x_test[:300] for name in ("mnist", "fashion_mnist")}


def test_a_digit_of_mnist_that_was_moved_comes_back_exactly(pictures):
    generator = np.random.default_rng(1)
    for digit in pictures["mnist"]:
        np.testing.assert_array_equal(as_sample("mnist", moved(digit / 255, generator)), digit)


def test_a_digit_of_mnist_that_was_enlarged_comes_back(pictures):
    for digit in pictures["mnist"]:
        np.testing.assert_array_equal(as_sample("mnist", np.kron(digit / 255, np.ones((5, 5)))), digit)


def test_a_digit_of_mnist_that_was_enlarged_by_no_whole_number_comes_back_nearly(pictures):
    likeness = []
    for digit in pictures["mnist"]:
        enlarged = ndimage.zoom(digit / 255, 4.3, order=0, grid_mode=True, mode="nearest")
        # Where the centre of mass lies half-way between two pixels, it may come to either.
        found = as_sample("mnist", enlarged)
        likeness.append(max(np.corrcoef(near.ravel(), digit.ravel())[0, 1] for near in neighbours(found)))

    assert np.median(likeness) > 0.98
    assert min(likeness) > 0.9


def test_clothes_that_were_moved_come_back(pictures):
    generator = np.random.default_rng(2)
    same = [
        np.array_equal(as_sample("fashion_mnist", moved(picture / 255, generator)), picture)
        for picture in pictures["fashion_mnist"]
    ]

    # A few of the originals are not quite as long as they could be, or not quite in the middle.
    assert np.mean(same) > 0.95


def test_small_digits_are_as_high_as_their_picture_and_as_dark_as_the_data():
    data = load("digits").x_train
    drawn = np.stack([drawn_sample("digits", read_strokes(strokes)) for strokes in DRAWN.values()])

    assert drawn.shape == (10, 8, 8)
    assert drawn.any(axis=2).all()
    assert drawn.max() <= 16
    assert drawn.mean() == pytest.approx(data.mean(), rel=0.1)


def test_size_and_place_on_the_canvas_do_not_matter():
    def cross(size, x, y):
        arms = [(x - size, y), (x + size, y)], [(x, y - size), (x, y + size)]
        return ink([line(*arm, width=size / 3) for arm in arms], side=560)

    large, small = as_sample("mnist", cross(0.4, 0.5, 0.5)), as_sample("mnist", cross(0.1, 0.2, 0.7))
    assert min(np.abs(large - near.astype(float)).mean() for near in neighbours(small)) < 2
    rows, columns = np.flatnonzero(large.any(axis=1)), np.flatnonzero(large.any(axis=0))
    assert rows[-1] - rows[0] + 1 == columns[-1] - columns[0] + 1 == 20
    assert ndimage.center_of_mass(large.astype(float)) == pytest.approx((14, 14), abs=0.51)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "digits"])
def test_an_empty_canvas_is_an_empty_picture(name):
    assert drawn_sample(name, ()).any() == np.False_


@given(
    length=st.floats(0.05, 0.6),
    angle=st.floats(0, 6.28),
    first=st.floats(0.02, 0.2),
    last=st.floats(0.02, 0.2),
)
def test_a_line_has_the_area_of_a_line_with_round_ends(length, angle, first, last):
    ends = 0.5 + 0.5 * length * np.array([[np.cos(angle), np.sin(angle)], [-np.cos(angle), -np.sin(angle)]])
    area = ink([Stroke(ends, np.array([first, last]))], side=300).sum() / 300**2

    # Two half discs and what lies between them; unequal ends overlap a little.
    rectangle, discs = length * (first + last) / 2, np.pi / 8 * (first**2 + last**2)
    assert area == pytest.approx(rectangle + discs, rel=0.03, abs=0.5 * abs(first - last) ** 2 + 1e-3)


def test_a_dot_is_a_disc():
    assert ink([line((0.5, 0.5), width=0.4)], side=200).sum() / 200**2 == pytest.approx(np.pi * 0.2**2, rel=0.01)


def test_a_line_has_grey_edges():
    shades = np.unique(ink([line((0.2, 0.3), (0.8, 0.6))]).round(2))
    assert (shades[0], shades[-1]) == (0, 1)
    assert len(shades) > 5


def test_a_line_beyond_the_canvas_is_drawn_as_far_as_there_is_canvas():
    picture = ink(read_strokes([[[-3, 0.5, 0.1], [9, 0.5, 0.1]]]), side=100)
    assert (picture[50] == 1).all()


def test_lines_that_cross_are_not_darker_where_they_do():
    assert ink([line((0.1, 0.1), (0.9, 0.9)), line((0.9, 0.1), (0.1, 0.9))]).max() == 1


@given(density=st.floats(0.05, 0.7), seed=st.integers(0, 1000))
def test_what_is_enclosed_is_what_scipy_calls_so(density, seed):
    lines = np.random.default_rng(seed).random((23, 17)) < density
    np.testing.assert_array_equal(_enclosed(lines), ndimage.binary_fill_holes(lines))


def test_an_outline_can_be_filled():
    outline = line((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2), width=0.04)
    empty, filled = (drawn_sample("fashion_mnist", [outline], filled=filled) for filled in (False, True))

    assert empty[14, 14] == 0
    assert (filled[1:-1, 1:-1] == 255).all()


@pytest.mark.parametrize(("gap", "middle"), [(0.05, 255), (0.3, 0)])
def test_an_outline_with_a_small_gap_is_filled_and_one_with_a_large_gap_is_not(gap, middle):
    points = (0.5 + gap / 2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2), (0.5 - gap / 2, 0.2)
    sample = drawn_sample("fashion_mnist", [line(*points, width=0.02)], filled=True)

    assert sample[14, 14] == middle


def test_what_is_filled_does_not_spill_over_the_outline():
    corners = (0.5, 0.1), (0.9, 0.9), (0.1, 0.9), (0.5, 0.1)
    triangle = drawn_sample("fashion_mnist", [line(*corners, width=0.02)], filled=True)

    # Half of the square that it fills, but for the thickness of the line.
    assert triangle.mean() / 255 == pytest.approx(0.5, abs=0.06)
    assert triangle[:14, :6].max() == triangle[:14, -6:].max() == 0


@pytest.mark.parametrize(
    "content",
    [
        None,
        {},
        "drawing",
        [[]],
        [[[0.1, 0.2]]],
        [[[0.1, 0.2, 0.3, 0.4]]],
        [[[0.1, 0.2, 0.1], [0.1, 0.2]]],
        [[["a", "b", "c"]]],
        [[[0.1, 0.2, float("nan")]]],
        [[[0.1, None, 0.2]]],
        [[[[0.1], [0.2], [0.3]]]],
        [0.1, 0.2, 0.3],
    ],
)
def test_what_is_no_drawing_is_refused(content):
    with pytest.raises(DrawingError, match="cannot be read. Clear it and draw anew"):
        read_strokes(content)


def test_a_drawing_is_not_endless():
    with pytest.raises(DrawingError, match="more than 5000 points"):
        read_strokes([[[0.5, 0.5, 0.1]] * MOST_POINTS, [[0.5, 0.5, 0.1]]])
