"""The points in the plane as a few lines of NumPy: what `nnlab.datasets.toy` draws, number by number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from nnlab.datasets.catalog import Number
from nnlab.datasets.toy import HILL_SIGNS, HILLS, RADIUS

STREAMS = (
    "positions, errors, order = (\n"
    "    np.random.default_rng(child) for child in np.random.SeedSequence({seed}).spawn(3)\n"
    ")"
)


def toy_points(name: str, options: Mapping[str, Number]) -> str:
    """Return code that draws ``points`` of shape (n, 2) and ``labels`` or ``targets``, and leaves ``order`` to split.

    Parameters
    ----------
    name : str
        A toy of the catalog.
    options : mapping of str to number
        All of its options.
    """
    drawn = DRAWN[name](options)
    return "\n".join([STREAMS.format(seed=options["seed"]), *drawn])


def toy_split(name: str, options: Mapping[str, Number]) -> str:
    """Return code that splits them into training and validation set."""
    samples = int(options["samples"])
    train = math.floor(round(samples * options["train_share"], 6))
    kind = "float32" if name in ("plane", "multi_gauss") else "uint8"
    return "\n".join(
        [
            f"shuffled = order.permutation({samples})",
            "x, y = points[shuffled].astype(np.float32), labels[shuffled].astype(np." + kind + ")",
            f"x_train, x_valid = x[:{train}], x[{train}:]",
            f"y_train, y_valid = y[:{train}], y[{train}:]",
        ]
    )


def _circle(options: Mapping[str, Number]) -> list[str]:
    inner, outer = _parts(options, 2)
    return [
        f"radii = np.concatenate([positions.uniform(0, {0.5 * RADIUS}, {inner}), "
        f"positions.uniform({0.7 * RADIUS}, {RADIUS}, {outer})])",
        f"angles = positions.uniform(0, 2 * np.pi, {options['samples']})",
        POLAR,
        *_labelled(options, RADIUS),
        f"labels = np.hypot(labelled[:, 0], labelled[:, 1]) < {0.5 * RADIUS}",
    ]


def _xor(options: Mapping[str, Number]) -> list[str]:
    return [
        f"points = positions.uniform(-{RADIUS}, {RADIUS}, ({options['samples']}, 2))",
        "points += np.where(points > 0, 0.3, -0.3)",
        *_labelled(options, RADIUS),
        "labels = labelled[:, 0] * labelled[:, 1] >= 0",
    ]


def _gauss(options: Mapping[str, Number]) -> list[str]:
    spread = math.sqrt(0.5 + options["noise"] / 0.5 * 3.5)
    return [
        f"labels = np.repeat([1, 0], {_parts(options, 2)})",
        "centres = np.where(labels[:, np.newaxis] == 1, 2, -2)",
        f"points = centres + {spread!r} * positions.standard_normal(({options['samples']}, 2))",
    ]


def _spiral(options: Mapping[str, Number]) -> list[str]:
    arms = _parts(options, 2)
    lines = [
        f"along = np.concatenate([np.arange(size) / size for size in {arms}])",
        f"labels = np.repeat([1, 0], {arms})",
        f"radii = {RADIUS} * along",
        "angles = 1.75 * along * 2 * np.pi + np.where(labels == 1, 0, np.pi)",
        POLAR,
    ]
    return [*lines, *_noisy(options, "errors.uniform(-1, 1, points.shape)")]


def _moons(options: Mapping[str, Number]) -> list[str]:
    lines = [
        f"labels = np.repeat([1, 0], {_parts(options, 2)})",
        f"angles = positions.uniform(0, np.pi, {options['samples']})",
        "upper = np.column_stack([np.cos(angles) - 0.5, np.sin(angles) - 0.25])",
        "points = 3 * np.where(labels[:, np.newaxis] == 1, upper, -upper)",
    ]
    return [*lines, *_noisy(options, "errors.standard_normal(points.shape)", 2)]


def _rings(options: Mapping[str, Number]) -> list[str]:
    classes, samples = int(options["classes"]), options["samples"]
    noise = f" + {options['noise']} * errors.standard_normal({samples})" if options["noise"] else ""
    return [
        f"labels = np.repeat(np.arange({classes}), {_parts(options, classes)})",
        f"radii = {RADIUS / classes!r} * (labels + positions.uniform(0.5, 1, {samples}){noise})",
        f"angles = positions.uniform(0, 2 * np.pi, {samples})",
        POLAR,
    ]


def _blobs(options: Mapping[str, Number]) -> list[str]:
    classes, samples = int(options["classes"]), options["samples"]
    return [
        f"labels = np.repeat(np.arange({classes}), {_parts(options, classes)})",
        f"angles = 2 * np.pi * labels / {classes}",
        "centres = np.column_stack([4 * np.sin(angles), 4 * np.cos(angles)])",
        f"points = centres + {0.4 + 2.8 * options['noise']!r} * positions.standard_normal(({samples}, 2))",
    ]


def _plane(options: Mapping[str, Number]) -> list[str]:
    return [
        f"points = positions.uniform(-6, 6, ({options['samples']}, 2))",
        *_labelled(options, 6),
        "labels = labelled.sum(axis=1) / 10",
    ]


def _multi_gauss(options: Mapping[str, Number]) -> list[str]:
    return [
        f"points = positions.uniform(-6, 6, ({options['samples']}, 2))",
        *_labelled(options, 6),
        f"hills, signs = np.array({HILLS.tolist()}), np.array({HILL_SIGNS.tolist()})",
        "distances = np.linalg.norm(labelled[:, np.newaxis, :] - hills, axis=2)",
        "heights = np.maximum(0, 1 - distances / 2)",
        "nearest = np.argmax(heights, axis=1)",
        "labels = signs[nearest] * heights[np.arange(len(points)), nearest]",
    ]


POLAR = "points = np.column_stack([radii * np.sin(angles), radii * np.cos(angles)])"
DRAWN: Mapping[str, Callable[[Mapping[str, Number]], list[str]]] = {
    "circle": _circle,
    "xor": _xor,
    "gauss": _gauss,
    "spiral": _spiral,
    "moons": _moons,
    "rings": _rings,
    "blobs": _blobs,
    "plane": _plane,
    "multi_gauss": _multi_gauss,
}


def _parts(options: Mapping[str, Number], parts: int) -> list[int]:
    """Return sizes of parts that are as equal as they can be, the larger first."""
    samples = int(options["samples"])
    return [samples // parts + (part < samples % parts) for part in range(parts)]


def _labelled(options: Mapping[str, Number], reach: float) -> list[str]:
    """Labels are those of a copy of the points that noise has moved."""
    if not options["noise"]:
        return ["labelled = points"]
    return [f"labelled = points + {options['noise']} * errors.uniform(-{reach}, {reach}, points.shape)"]


def _noisy(options: Mapping[str, Number], error: str, factor: int = 1) -> list[str]:
    return [f"points += {factor * options['noise']!r} * {error}"] if options["noise"] else []
