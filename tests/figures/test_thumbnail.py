"""A thumbnail is a picture of the very data, the right way up."""

import base64
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from nnlab.datasets import load
from nnlab.datasets.catalog import CATALOG
from nnlab.figures.palette import DARK, LIGHT
from nnlab.figures.thumbnail import MOST_POINTS, SIDE, thumbnail

DRAWN = [name for name, info in CATALOG.items() if info.kind == "toy"] + ["iris"]


def dots(address):
    head, _, body = address.partition(",")
    assert head == "data:image/svg+xml;base64"
    root = ElementTree.fromstring(base64.b64decode(body))
    found = [node.attrib for node in root if node.tag.endswith("circle")]
    return [(float(dot["cx"]), float(dot["cy"]), dot["fill"]) for dot in found]


@pytest.mark.parametrize("name", DRAWN)
def test_each_point_is_a_dot_inside_the_frame(name):
    dataset = load(name)
    drawn = dots(thumbnail(dataset, LIGHT))

    assert len(drawn) == min(MOST_POINTS, len(dataset.x_train))
    assert all(0 < x < SIDE and 0 < y < SIDE and re.fullmatch("#[0-9a-f]{6}", colour) for x, y, colour in drawn)
    assert len({colour for _, _, colour in drawn}) >= 2


def test_what_is_above_in_the_plane_is_above_in_the_picture():
    dataset = load("gauss", noise=0.0)
    drawn = dots(thumbnail(dataset, LIGHT))
    upper, lower = ([y for _, y, colour in drawn if colour == end] for end in (LIGHT.positive, LIGHT.negative))

    # Class 1 lies at (2, 2), class 0 at (-2, -2).
    assert np.mean(upper) < np.mean(lower)


def test_numbers_are_as_strong_as_they_are_large():
    drawn = dots(thumbnail(load("plane"), DARK))
    by_colour = {colour for _, _, colour in drawn}

    assert len(by_colour) > 20


def test_a_thumbnail_is_small():
    assert max(len(thumbnail(load(name), LIGHT)) for name in DRAWN) < 12_000
