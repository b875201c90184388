"""Losses and label formats: which go together, and what Keras does with those that do not.

The three images, their labels and the outputs are small enough to compute by hand. What Keras says and computes is
written down here because the app's process never imports it; ``tests/exercises/test_label_formats.py`` asks the
real one for every combination.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnlab.messages import N_

Labels = Literal["sparse", "one_hot", "binary"]
Output = Literal["softmax", "sigmoid"]
Kind = Literal["right", "odd", "wrong", "error"]

LOSSES = ("sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy")
LABELS: tuple[Labels, ...] = ("sparse", "one_hot", "binary")
OUTPUTS: tuple[Output, ...] = ("softmax", "sigmoid")
CLASSES = 10
# Keras' own, which keeps logarithms finite.
EPSILON = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What becomes of an output layer, a loss and labels.

    Parameters
    ----------
    kind : {"right", "odd", "wrong", "error"}
        They fit; it learns, but not what one would think; it runs and learns nothing useful; Keras refuses.
    labels, outputs : ndarray
        Of three images.
    loss : float or None
        The mean over the three, None where Keras refuses.
    keras_says : str
        Its error or its warning, in its own words.
    explanation : str
        Why, in English; the gettext id.
    """

    kind: Kind
    labels: NDArray[Any]
    outputs: NDArray[np.float64]
    loss: float | None
    keras_says: str
    explanation: str


def outcome(output: Output, loss: str, labels: Labels, classes: Sequence[int]) -> Outcome:
    """Work out what Keras does.

    Parameters
    ----------
    output : {"softmax", "sigmoid"}
        Ten softmax units, or one sigmoid unit.
    loss : str
        One of `LOSSES`.
    labels : {"sparse", "one_hot", "binary"}
        Class numbers, rows of ten, or 1 for the class of the first image and 0 for all others.
    classes : sequence of int of length 3
        The class numbers of three images.

    Examples
    --------
    >>> round(outcome("softmax", "sparse_categorical_crossentropy", "sparse", [9, 2, 1]).loss, 4)
    0.1985
    >>> outcome("softmax", "categorical_crossentropy", "sparse", [9, 2, 1]).keras_says[:45]
    'Arguments `target` and `output` must have the'
    """
    y, p = formatted(labels, classes), example_outputs(output, classes)
    error = _error(loss, y, p)
    kind, explanation = _EXPLANATIONS[output, loss, labels]
    value = None if error else _value(loss, y, p)
    return Outcome(kind, y, p, value, error or _warning(loss, p), explanation)


def formatted(labels: Labels, classes: Sequence[int]) -> NDArray[Any]:
    """Return class numbers in a format.

    Examples
    --------
    >>> formatted("binary", [9, 2, 1]).tolist()
    [1, 0, 0]
    """
    numbers = np.asarray(classes, dtype=np.uint8)
    if labels == "one_hot":
        return np.eye(CLASSES)[numbers]
    return (numbers == numbers[0]).astype(np.uint8) if labels == "binary" else numbers


def example_outputs(output: Output, classes: Sequence[int]) -> NDArray[np.float64]:
    """Return what a network that is nearly always right might say of three images."""
    if output == "sigmoid":
        return np.where(np.asarray(classes) == classes[0], 0.9, 0.1)[:, None]
    return np.where(np.eye(CLASSES)[list(classes)] == 1, 0.82, 0.02)


def _error(loss: str, y: NDArray[Any], p: NDArray[np.float64]) -> str:
    received = f"Received: target.shape={y.shape}, output.shape={p.shape}"
    if loss == "sparse_categorical_crossentropy":
        if y.ndim != p.ndim - 1:
            return f"Argument `output` must have rank (ndim) `target.ndim - 1`. {received}"
        if y.max() >= p.shape[1]:
            first = y[y >= p.shape[1]][0]
            return f"Received a label value of {first} which is outside the valid range of [0, {p.shape[1]})."
        return ""
    # Keras lets one label and one output for each image pass for the same shape.
    if y.ndim != p.ndim and p.shape[1] != 1:
        return f"Arguments `target` and `output` must have the same rank (ndim). {received}"
    if y.ndim == p.ndim and y.shape != p.shape:
        return f"Arguments `target` and `output` must have the same shape. {received}"
    return ""


def _warning(loss: str, p: NDArray[np.float64]) -> str:
    if loss != "categorical_crossentropy" or p.shape[1] > 1:
        return ""
    return (
        "In loss categorical_crossentropy, expected y_pred.shape to be (batch_size, num_classes) with num_classes > 1. "
        f"Received: y_pred.shape={p.shape}. Consider using 'binary_crossentropy' if you only have 2 classes."
    )


def _value(loss: str, y: NDArray[Any], p: NDArray[np.float64]) -> float:
    if loss == "binary_crossentropy":
        target, share = y.reshape(p.shape).astype(np.float64), p.clip(EPSILON, 1 - EPSILON)
        return float(-np.mean(target * np.log(share) + (1 - target) * np.log(1 - share)))
    share = (p / p.sum(axis=1, keepdims=True)).clip(EPSILON, 1 - EPSILON)
    if loss == "sparse_categorical_crossentropy":
        return float(-np.mean(np.log(share[np.arange(len(y)), y])))
    return float(-np.mean(np.sum(y.reshape(p.shape) * np.log(share), axis=1)))


_NUMBER_FOR_ROW = N_(
    "This loss compares two rows of ten numbers, but each label is a single one. Make rows of the class numbers with "
    "`keras.utils.to_categorical(labels, 10)`, or use sparse categorical cross-entropy."
)
_ROW_FOR_NUMBER = N_(
    "This loss wants one class number for each image, but each label is a row of ten. Make numbers of the rows with "
    "`np.argmax(labels, axis=1)`, or use categorical cross-entropy."
)
_ONE_FOR_TEN = N_(
    "Binary cross-entropy compares each output with a label of its own, but there is one label for ten outputs. "
    "For one class out of many use sparse categorical cross-entropy; for a yes or no, one sigmoid unit."
)
_TEN_FOR_ONE = N_(
    "There are ten labels for the one output. A row of ten needs ten softmax units with categorical cross-entropy."
)
_NO_SUCH_CLASS = N_(
    "One output is one class, and its number is 0: this loss knows no class 1 or above. "
    "Use binary cross-entropy for a yes or no, or ten softmax units for ten classes."
)
_ALWAYS_ZERO = N_(
    "Only a warning, and the loss is 0 from the first step on: categorical cross-entropy makes the outputs of an image "
    "add up to 1, and a single output is then always 1. Nothing is learned. Use binary cross-entropy here."
)

_EXPLANATIONS: dict[tuple[Output, str, Labels], tuple[Kind, str]] = {
    ("softmax", LOSSES[0], "sparse"): (
        "right",
        N_(
            "One class number for each image. The loss looks the probability of that class up and takes its negative "
            "logarithm."
        ),
    ),
    ("softmax", LOSSES[0], "one_hot"): ("error", _ROW_FOR_NUMBER),
    ("softmax", LOSSES[0], "binary"): (
        "wrong",
        N_(
            "No error: 0 and 1 are taken for the numbers of the first two classes. The network learns that every image "
            "shows one of those two, and eight outputs are never right. For a yes or no use one sigmoid unit with "
            "binary cross-entropy."
        ),
    ),
    ("softmax", LOSSES[1], "sparse"): ("error", _NUMBER_FOR_ROW),
    ("softmax", LOSSES[1], "one_hot"): (
        "right",
        N_(
            "A row of ten for each image, with a 1 for its class. Only the term of the 1 counts, so the loss is the "
            "same as with class numbers; the rows just take ten times the memory."
        ),
    ),
    ("softmax", LOSSES[1], "binary"): ("error", _NUMBER_FOR_ROW),
    ("softmax", LOSSES[2], "sparse"): ("error", _ONE_FOR_TEN),
    ("softmax", LOSSES[2], "one_hot"): (
        "odd",
        N_(
            "No error, and it even learns, but as ten separate questions with yes or no. The loss is a mean over the "
            "ten, so it looks several times smaller than it should. Use categorical cross-entropy."
        ),
    ),
    ("softmax", LOSSES[2], "binary"): ("error", _ONE_FOR_TEN),
    ("sigmoid", LOSSES[0], "sparse"): ("error", _NO_SUCH_CLASS),
    ("sigmoid", LOSSES[0], "one_hot"): ("error", _ROW_FOR_NUMBER),
    ("sigmoid", LOSSES[0], "binary"): ("error", _NO_SUCH_CLASS),
    ("sigmoid", LOSSES[1], "sparse"): ("wrong", _ALWAYS_ZERO),
    ("sigmoid", LOSSES[1], "one_hot"): ("error", _TEN_FOR_ONE),
    ("sigmoid", LOSSES[1], "binary"): ("wrong", _ALWAYS_ZERO),
    ("sigmoid", LOSSES[2], "sparse"): (
        "wrong",
        N_(
            "No error, but the loss can fall below 0: a label above 1 is neither yes nor no, and the larger the "
            "output, the lower the loss. The network learns to say yes to everything."
        ),
    ),
    ("sigmoid", LOSSES[2], "one_hot"): ("error", _TEN_FOR_ONE),
    ("sigmoid", LOSSES[2], "binary"): (
        "right",
        N_("A yes or no for each image, and one probability of yes. This is how two classes are learned."),
    ),
}
