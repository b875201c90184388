"""Points in the plane, drawn by a formula: the problems of the playground.

NumPy only. The app's process draws these points while a slider moves, and importing
scikit-learn for its generators would cost that process 70 MB.

Circle, exclusive or, two clouds, spiral, plane and hills follow the distributions of
TensorFlow Playground (https://github.com/tensorflow/playground, ``src/dataset.ts``), with
its slider for noise divided by 100; the random numbers themselves are NumPy's. Moons, rings
and blobs are nnlab's own. Positions, noise and order come from separate streams of one seed:
moving the noise slider does not draw new points.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray

from nnlab.datasets import Dataset, as_float32
from nnlab.datasets.catalog import CATALOG, RAW_FEATURES
from nnlab.messages import N_

CLASS_NAMES = (N_("class 0"), N_("class 1"), N_("class 2"), N_("class 3"), N_("class 4"), N_("class 5"))

RADIUS = 5.0
"""Half the width of the square that the classification problems fill."""

HILLS = np.array([(-4.0, 2.5), (0.0, 2.5), (4.0, 2.5), (-4.0, -2.5), (0.0, -2.5), (4.0, -2.5)])
"""Centres of the hills and valleys, shape (6, 2)."""

HILL_SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
"""+1 for a hill, -1 for a valley, shape (6,)."""


def circle(*, samples: int, noise: float, train_share: float, seed: int) -> Dataset:
    """Draw a disc (class 1) inside a ring (class 0).

    The disc reaches to 2.5, the ring from 3.5 to 5; the radius is uniform, so the middle is
    denser. Noise moves a copy of each point by up to 5·noise an axis before the copy is
    labelled: the points stay, some labels are wrong.

    Parameters
    ----------
    samples : int
        Number of points, half of them in the disc.
    noise : float
        0 to 0.5.
    train_share : float
        Share of the points that is trained on; the rest is validation and test set.
    seed : int
        Same seed, same points.

    Returns
    -------
    Dataset
        x of shape (n, 2), ``float32``, raw coordinates; y of shape (n,), ``uint8``.

    Examples
    --------
    >>> dataset = circle(samples=10, noise=0.0, train_share=0.5, seed=0)
    >>> dataset.x_train.shape, sorted(dataset.y_train.tolist() + dataset.y_valid.tolist())
    ((5, 2), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    """
    positions, errors, order = _streams(seed)
    inner, outer = _equal_parts(samples, 2)
    radii = np.concatenate(
        [positions.uniform(0.0, 0.5 * RADIUS, inner), positions.uniform(0.7 * RADIUS, RADIUS, outer)]
    )
    points = _polar(radii, positions.uniform(0.0, 2.0 * math.pi, samples))
    labelled = points + noise * errors.uniform(-RADIUS, RADIUS, points.shape)
    labels = np.hypot(labelled[:, 0], labelled[:, 1]) < 0.5 * RADIUS
    return _dataset("circle", points, labels, train_share, order, classes=2)


def xor(*, samples: int, noise: float, train_share: float, seed: int) -> Dataset:
    """Draw four squares; those where x1 and x2 have the same sign are class 1.

    Points are uniform in [-5, 5]² and pushed 0.3 away from both axes. Noise moves a copy of
    each point by up to 5·noise an axis before the copy is labelled. Parameters and result:
    see `circle`.
    """
    positions, errors, order = _streams(seed)
    points = positions.uniform(-RADIUS, RADIUS, (samples, 2))
    points += np.where(points > 0.0, 0.3, -0.3)
    labelled = points + noise * errors.uniform(-RADIUS, RADIUS, points.shape)
    return _dataset("xor", points, labelled[:, 0] * labelled[:, 1] >= 0.0, train_share, order, classes=2)


def gauss(*, samples: int, noise: float, train_share: float, seed: int) -> Dataset:
    """Draw a normal cloud at (2, 2), class 1, and one at (-2, -2), class 0.

    Noise is their spread: the variance on each axis grows from 0.5 to 4. Parameters and
    result: see `circle`.
    """
    positions, _, order = _streams(seed)
    labels = np.repeat([1, 0], _equal_parts(samples, 2))
    centres = np.where(labels[:, np.newaxis] == 1, 2.0, -2.0)
    variance = 0.5 + noise / 0.5 * 3.5
    points = centres + math.sqrt(variance) * positions.standard_normal((samples, 2))
    return _dataset("gauss", points, labels, train_share, order, classes=2)


def spiral(*, samples: int, noise: float, train_share: float, seed: int) -> Dataset:
    """Draw two arms of 1.75 turns; the arm that starts upwards is class 1.

    Noise moves each point by up to `noise` an axis. Without it the points are the same for
    every seed, only the split differs. Parameters and result: see `circle`.
    """
    _, errors, order = _streams(seed)
    arms = _equal_parts(samples, 2)
    along = np.concatenate([np.arange(size) / size for size in arms])
    labels = np.repeat([1, 0], arms)
    points = _polar(RADIUS * along, 1.75 * along * 2.0 * math.pi + np.where(labels == 1, 0.0, math.pi))
    points += noise * errors.uniform(-1.0, 1.0, points.shape)
    return _dataset("spiral", points, labels, train_share, order, classes=2)


def moons(*, samples: int, noise: float, train_share: float, seed: int) -> Dataset:
    """Draw two interleaved half circles of radius 3, the upper one class 1.

    Noise moves each point by a normal step of standard deviation 2·noise; the gap between
    the moons is 1.5. Parameters and result: see `circle`.
    """
    positions, errors, order = _streams(seed)
    labels = np.repeat([1, 0], _equal_parts(samples, 2))
    angles = positions.uniform(0.0, math.pi, samples)
    upper = np.column_stack([np.cos(angles) - 0.5, np.sin(angles) - 0.25])
    points = 3.0 * np.where(labels[:, np.newaxis] == 1, upper, -upper)
    points += 2.0 * noise * errors.standard_normal(points.shape)
    return _dataset("moons", points, labels, train_share, order, classes=2)


def rings(*, samples: int, noise: float, train_share: float, seed: int, classes: int) -> Dataset:
    """Draw concentric rings, the innermost class 0, with gaps as wide as the rings.

    Noise moves each point along its radius by a normal step whose standard deviation is
    `noise` times the distance from one ring to the next.

    Parameters
    ----------
    samples, noise, train_share, seed
        See `circle`.
    classes : int
        Number of rings, 2 to 6; 2 make it a binary task.

    Returns
    -------
    Dataset
        x of shape (n, 2), ``float32``, raw coordinates; y of shape (n,), ``uint8``.
    """
    positions, errors, order = _streams(seed)
    labels = np.repeat(np.arange(classes), _equal_parts(samples, classes))
    distance = RADIUS / classes
    radii = distance * (labels + positions.uniform(0.5, 1.0, samples) + noise * errors.standard_normal(samples))
    points = _polar(radii, positions.uniform(0.0, 2.0 * math.pi, samples))
    return _dataset("rings", points, labels, train_share, order, classes=classes)


def blobs(*, samples: int, noise: float, train_share: float, seed: int, classes: int) -> Dataset:
    """Draw normal clouds whose centres stand at equal angles at distance 4.

    Noise is their spread: the standard deviation grows from 0.4 to 1.8. Parameters and
    result: see `rings`.
    """
    positions, _, order = _streams(seed)
    labels = np.repeat(np.arange(classes), _equal_parts(samples, classes))
    centres = _polar(np.full(samples, 4.0), 2.0 * math.pi * labels / classes)
    points = centres + (0.4 + 2.8 * noise) * positions.standard_normal((samples, 2))
    return _dataset("blobs", points, labels, train_share, order, classes=classes)


def plane(*, samples: int, noise: float, train_share: float, seed: int) -> Dataset:
    """Draw points in [-6, 6]² with the target (x1 + x2) / 10, a tilted plane.

    Noise moves a copy of each point by up to 6·noise an axis before the target is taken
    there. y is ``float32`` of shape (n,); else see `circle`.
    """
    points, measured, order = _uniform_square(samples, noise, seed)
    return _dataset("plane", points, measured.sum(axis=1) / 10.0, train_share, order, classes=0)


def multi_gauss(*, samples: int, noise: float, train_share: float, seed: int) -> Dataset:
    """Draw points in [-6, 6]² over three hills (+1) and three valleys (-1).

    Each is a cone of radius 2; where cones overlap, the larger in absolute value counts.
    Noise and result: see `plane`.
    """
    points, measured, order = _uniform_square(samples, noise, seed)
    distances = np.linalg.norm(measured[:, np.newaxis, :] - HILLS, axis=2)
    heights = np.maximum(0.0, 1.0 - distances / 2.0)
    nearest = np.argmax(heights, axis=1)
    targets = HILL_SIGNS[nearest] * heights[np.arange(samples), nearest]
    return _dataset("multi_gauss", points, targets, train_share, order, classes=0)


def _streams(seed: int) -> tuple[Generator, Generator, Generator]:
    positions, errors, order = (np.random.default_rng(child) for child in SeedSequence(seed).spawn(3))
    return positions, errors, order


def _equal_parts(samples: int, parts: int) -> list[int]:
    return [len(part) for part in np.array_split(np.arange(samples), parts)]


def _polar(radii: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points of shape (n, 2); the angle starts at the x2 axis and runs clockwise."""
    return np.column_stack([radii * np.sin(angles), radii * np.cos(angles)])


def _uniform_square(
    samples: int, noise: float, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], Generator]:
    positions, errors, order = _streams(seed)
    points = positions.uniform(-6.0, 6.0, (samples, 2))
    return points, points + noise * errors.uniform(-6.0, 6.0, points.shape), order


def _dataset(
    name: str, points: NDArray[np.float64], labels: NDArray[Any], train_share: float, order: Generator, *, classes: int
) -> Dataset:
    samples = len(points)
    shuffled = order.permutation(samples)
    x = as_float32(points[shuffled])
    y = labels[shuffled].astype(np.uint8 if classes else np.float32)
    # Rounded first: 0.29 * 100 is 28.999999999999996 in floating point.
    train = math.floor(round(samples * train_share, 6))
    x_rest, y_rest = x[train:], y[train:]
    return Dataset(
        name=name,
        x_train=x[:train],
        y_train=y[:train],
        x_valid=x_rest,
        y_valid=y_rest,
        x_test=x_rest,
        y_test=y_rest,
        scale=1.0,
        task=CATALOG[name].task_for({"classes": classes}),
        class_names=CLASS_NAMES[:classes],
        feature_names=RAW_FEATURES,
    )
