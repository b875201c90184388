"""What a network's picture is made of: how flat its neurons are, and the straight pieces of its boundary."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets.features import PLANE
from nnlab.exercises.networks import layers, one, plane
from nnlab.experiment import Experiment

FINE = 241
# A line over the plane that fits this well is a plane for the eye.
NEARLY_LINEAR = 0.9


def linearity(points: NDArray[Any], outputs: NDArray[Any]) -> NDArray[np.float64]:
    """Return R² of the best linear fit of each output over the plane; 1 for an output that is the same everywhere.

    Parameters
    ----------
    points : ndarray of shape (n_points, 2)
        In the plane.
    outputs : ndarray of shape (n_points, n_outputs)
        A column a neuron.

    Examples
    --------
    >>> points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> linearity(points, points @ np.array([[1.0], [2.0]])).round(6).tolist()
    [1.0]
    """
    design = np.column_stack([points, np.ones(len(points))]).astype(np.float64)
    values = np.asarray(outputs, np.float64)
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    total = ((values - values.mean(axis=0)) ** 2).sum(axis=0)
    rest = ((values - fitted) ** 2).sum(axis=0)
    # What does not vary but for rounding is as flat as can be.
    flat = total <= 1e-10 * len(points)
    return np.asarray(np.where(flat, 1.0, 1 - rest / np.where(flat, 1.0, total)))


def straight_pieces(experiment: Experiment, weights: tuple[NDArray[Any], ...], side: int = FINE) -> int:
    """Count the straight pieces of the boundary of a network whose activation functions are all ReLU.

    Where the same neurons are active the output is linear, and such a region is convex: the zero line crosses it in
    one straight piece. So there are as many pieces as there are activation patterns that the zero line meets.

    Parameters
    ----------
    experiment : Experiment
        What was trained.
    weights : tuple of ndarray
        Of one replica, with a last axis of length 1.
    side : int
        The line is followed on a grid of so many points a side; pieces shorter than its squares may be missed.
    """
    crossings = boundary_points(experiment, weights, side)
    if not len(crossings):
        return 0
    hidden = layers(experiment, weights, crossings)[:-1]
    patterns = np.hstack([value.sums[:, :, 0] > 0 for value in hidden])
    return len(np.unique(patterns, axis=0))


def boundary_points(experiment: Experiment, weights: tuple[NDArray[Any], ...], side: int = FINE) -> NDArray[np.float32]:
    """Return where the zero line of one network's output crosses the lines of a grid, shape (n, 2)."""
    points = plane(side)
    sums = layers(experiment, weights, points)[-1].sums[:, 0, 0].reshape(side, side)
    places = points.reshape(side, side, 2)
    found = []
    for axis in (0, 1):
        first, second = (
            tuple(np.take(array, range(start, side - 1 + start), axis=axis) for array in (sums, places))
            for start in (0, 1)
        )
        crossed = (first[0] > 0) != (second[0] > 0)
        low, high = first[0][crossed], second[0][crossed]
        share = (low / (low - high))[:, np.newaxis]
        found.append(first[1][crossed] * (1 - share) + second[1][crossed] * share)
    return np.vstack(found).astype(np.float32)


def picture_of(experiment: Experiment, weights: tuple[NDArray[Any], ...], replica: int, side: int) -> NDArray[Any]:
    """Return one replica's output sums over the plane, shape (side, side), x₂ upwards with the row."""
    return layers(experiment, one(weights, replica), plane(side))[-1].sums[:, 0, 0].reshape(side, side)


def enclosed_share(lines: list[NDArray[Any]], inside: NDArray[Any], outside: NDArray[Any]) -> tuple[float, float]:
    """Return which shares of two groups of points lie within closed lines drawn by hand.

    Parameters
    ----------
    lines : list of ndarray of shape (n, 2)
        Each is closed from its end to its beginning; a point is within if it is so for an odd number of lines.
    inside, outside : ndarray of shape (n, 2)
        The groups.
    """
    return tuple(float(_within(lines, group).mean()) for group in (inside, outside))  # type: ignore[return-value]


def _within(lines: list[NDArray[Any]], points: NDArray[Any]) -> NDArray[np.bool_]:
    within = np.zeros(len(points), bool)
    for line in lines:
        for (x1, y1), (x2, y2) in zip(line, np.roll(line, -1, axis=0), strict=True):
            crosses = (y1 > points[:, 1]) != (y2 > points[:, 1])
            with np.errstate(divide="ignore", invalid="ignore"):
                left = points[:, 0] < (x2 - x1) * (points[:, 1] - y1) / (y2 - y1) + x1
            within ^= crosses & left
    return within


def to_plane(lines: list[Any]) -> list[NDArray[np.float64]]:
    """Return lines drawn on a square canvas, in sides of it, as lines in the plane that it shows."""
    low1, high1, low2, high2 = PLANE
    drawn = [np.asarray(line, np.float64)[:, :2] for line in lines if len(line) > 2]
    return [
        np.column_stack([low1 + (high1 - low1) * line[:, 0], high2 - (high2 - low2) * line[:, 1]]) for line in drawn
    ]
