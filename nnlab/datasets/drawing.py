"""Drawings: lines of a pen, made into pictures as those of a data set were made.

MNIST's digits were scaled into a box of 20×20 pixels that keeps their proportions, with grey edges from the
averaging, and moved until their centre of mass was the centre of 28×28 (LeCun et al., “Gradient-based learning
applied to document recognition”, 1998). Fashion-MNIST's photographs were trimmed, scaled until the longer side
was 28 and put into the middle (Xiao et al., “Fashion-MNIST”, 2017). The digits of scikit-learn are as high as
their 8×8 picture (Alpaydin and Kaynak, “Cascading classifiers”, 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnlab.datasets import DatasetError
from nnlab.datasets.catalog import CATALOG

SIDE = 140
"""Pixels of a side of the picture that a drawing is made into first: five for one of MNIST's."""

MOST_POINTS = 5_000
WIDEST = 0.5
GAP = 0.06
"""How wide a gap an outline may have and still be filled, in sides of the canvas."""

Picture = NDArray[np.float64]


class DrawingError(DatasetError):
    """What came from the canvas is no drawing."""


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A line of the pen, from where it was set down to where it was lifted.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
        x to the right and y down, in sides of the canvas.
    widths : ndarray of shape (n,)
        How thick the line is at each point, in sides of the canvas.
    """

    points: Picture
    widths: Picture


@dataclass(frozen=True, slots=True)
class _Form:
    """How a data set's pictures were made.

    Parameters
    ----------
    box : int
        Side of the square that the ink fills.
    by_mass : bool
        Whether the centre of mass is in the middle, not the box.
    full_height : bool
        Whether the ink is as high as the box, however wide.
    pen : float
        How much thicker than on the canvas lines are, so that there is as much ink as in the data.
    """

    box: int
    by_mass: bool = False
    full_height: bool = False
    pen: float = 1.0


_FORMS = {
    "mnist": _Form(box=20, by_mass=True),
    "fashion_mnist": _Form(box=28),
    "digits": _Form(box=8, full_height=True, pen=1.7),
}


def read_strokes(content: object) -> tuple[Stroke, ...]:
    """Read strokes from parsed JSON: a list of lists of ``[x, y, width]``. Nothing is trusted.

    Raises
    ------
    DrawingError
        It is something else, or more than 5,000 points.

    Examples
    --------
    >>> [stroke.points.tolist() for stroke in read_strokes([[[0.5, 0.1, 0.08], [0.5, 0.9, 0.08]]])]
    [[[0.5, 0.1], [0.5, 0.9]]]
    """
    if not isinstance(content, list) or not all(isinstance(line, list) and line for line in content):
        raise _unreadable()
    if sum(map(len, content)) > MOST_POINTS:
        raise DrawingError("This drawing has more than {limit} points. Clear it and draw anew.", limit=MOST_POINTS)
    strokes = []
    for line in content:
        try:
            table = np.array(line, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise _unreadable() from error
        if table.ndim != 2 or table.shape[1] != 3 or not np.isfinite(table).all():
            raise _unreadable()
        # A pen that leaves the canvas draws on its edge.
        strokes.append(Stroke(table[:, :2].clip(0, 1), table[:, 2].clip(0, WIDEST)))
    return tuple(strokes)


def ink(strokes: Sequence[Stroke], side: int = SIDE) -> Picture:
    """Draw strokes with round ends and grey edges.

    Parameters
    ----------
    strokes : sequence of Stroke
        In any order.
    side : int, default=140
        Pixels.

    Returns
    -------
    ndarray of shape (side, side)
        How much of each pixel is ink, from 0 to 1.

    Examples
    --------
    >>> ink(read_strokes([[[0.5, 0.5, 0.5]]]), side=4).round(1).tolist()[1]
    [0.0, 0.8, 0.8, 0.0]
    """
    picture = np.zeros((side, side))
    for stroke in strokes:
        points, radii = stroke.points * side - 0.5, stroke.widths * side / 2
        starts, ends = points[:-1], points[1:]
        if len(points) == 1:
            starts = ends = points
        for number in range(len(starts)):
            last = min(number + 1, len(radii) - 1)
            _draw_line(picture, starts[number], ends[number], radii[number], radii[last])
    return picture


def drawn_sample(name: str, strokes: Sequence[Stroke], *, filled: bool = False) -> NDArray[np.uint8]:
    """Return a drawing as a picture of a data set, see `as_sample`."""
    pen = _FORMS[name].pen
    thick = [Stroke(stroke.points, stroke.widths * pen) for stroke in strokes]
    return as_sample(name, ink(thick), filled=filled)


def as_sample(name: str, picture: Picture, *, filled: bool = False) -> NDArray[np.uint8]:
    """Bring a picture of any size into the form of a data set's pictures.

    Parameters
    ----------
    name : {"mnist", "fashion_mnist", "digits"}
        The data set.
    picture : ndarray of shape (height, width)
        Ink, from 0 to 1.
    filled : bool, default=False
        Whether what the lines enclose is ink too.

    Returns
    -------
    ndarray of the shape of a sample, ``uint8``
        From 0 to the data set's `scale`; all 0 where there is no ink.
    """
    info, form = CATALOG[name], _FORMS[name]
    sample = np.zeros(info.input_shape)
    if filled:
        picture = np.maximum(picture, _inside(picture > 0.5))
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    if rows.size:
        box = _scaled(picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], form)
        top, left = _place(box, sample.shape, form)
        sample[top : top + box.shape[0], left : left + box.shape[1]] = box
    return (sample * info.scale).round().astype(np.uint8)


def _unreadable() -> DrawingError:
    return DrawingError("This drawing cannot be read. Clear it and draw anew.")


def _draw_line(picture: Picture, start: Picture, end: Picture, first: float, last: float) -> None:
    """Lay a line whose radius goes from `first` to `last` over what is there."""
    reach = max(first, last) + 1
    low = np.floor(np.minimum(start, end) - reach).astype(int).clip(0)
    high = np.ceil(np.maximum(start, end) + reach).astype(int) + 1
    part = picture[low[1] : high[1], low[0] : high[0]]
    x = np.arange(low[0], low[0] + part.shape[1]) - start[0]
    y = np.arange(low[1], low[1] + part.shape[0])[:, None] - start[1]
    along = end - start
    length = float(along @ along)
    # How far along the line the nearest of its points is.
    share = ((x * along[0] + y * along[1]) / length).clip(0, 1) if length else np.zeros(part.shape)
    distance = np.hypot(x - share * along[0], y - share * along[1])
    np.maximum(part, (first + share * (last - first) - distance + 0.5).clip(0, 1), out=part)


def _inside(line: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what lines enclose, be it that they leave a small gap."""
    bridge = round(GAP * max(line.shape) / 2)
    thick = _grown(line, bridge)
    return _enclosed(line) | _grown(_enclosed(thick) & ~thick, bridge)


def _grown(shape: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    grown = np.pad(shape, 1)
    for _ in range(steps):
        for axis in (0, 1):
            grown |= np.roll(grown, 1, axis) | np.roll(grown, -1, axis)
            # Nothing comes around the edge.
            grown[[0, -1]] = grown[:, [0, -1]] = False
    return grown[1:-1, 1:-1]


def _enclosed(line: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what cannot be reached from the edge, the line itself included.

    SciPy has this too, but importing it would cost the app's process 28 MB.
    """
    reached = np.zeros(np.add(line.shape, 2), dtype=bool)
    free = np.pad(~line, 1, constant_values=True)
    reached[0, 0] = True
    count = 0
    while count != (count := int(reached.sum())):
        for axis in (0, 1):
            for step in (1, -1):
                reached |= np.roll(reached, step, axis) & free
    return ~reached[1:-1, 1:-1]


def _scaled(ink: Picture, form: _Form) -> Picture:
    height, width = ink.shape
    factor = form.box / (height if form.full_height else max(height, width))
    return _averaged(ink, _at_least_one(height * factor), min(form.box, _at_least_one(width * factor)))


def _at_least_one(length: float) -> int:
    return max(1, round(length))


def _averaged(picture: Picture, height: int, width: int) -> Picture:
    """Scale a picture so that each new pixel is the mean of the area that it covers."""
    return _shares(picture.shape[0], height) @ picture @ _shares(picture.shape[1], width).T


def _shares(old: int, new: int) -> Picture:
    """Return which share of each new pixel, a row, each of the old ones fills."""
    edges = np.linspace(0, old, new + 1)
    places = np.arange(old)
    overlap = np.minimum(edges[1:, None], places + 1) - np.maximum(edges[:-1, None], places)
    return overlap.clip(0) * new / old


def _place(box: Picture, shape: ArrayLike, form: _Form) -> tuple[int, int]:
    """Return row and column of the box's corner."""
    room = np.asarray(shape) - box.shape
    if not form.by_mass:
        # An odd rest goes to the top and to the left.
        return int(-(-room[0] // 2)), int(-(-room[1] // 2))
    mass = box.sum()
    centre = box.sum(axis=1) @ np.arange(box.shape[0]) / mass, box.sum(axis=0) @ np.arange(box.shape[1]) / mass
    top, left = np.floor(np.asarray(shape) / 2 - centre + 0.5).astype(int).clip(0, room)
    return int(top), int(left)
