"""Pictures of clothes and of handwritten digits, as the loaders of Keras and scikit-learn give them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset, DatasetError, DownloadError, complete_options, load
from nnlab.datasets.array_files import Rows, idx_rows, npz_rows
from nnlab.datasets.bundled import bundled_file
from nnlab.datasets.catalog import CATALOG, FASHION_FILES, Number
from nnlab.datasets.remote import ensure, locate
from nnlab.datasets.splits import stratified_split
from nnlab.messages import N_

FASHION_CLASSES = (
    N_("T-shirt/top"),
    N_("Trouser"),
    N_("Pullover"),
    N_("Dress"),
    N_("Coat"),
    N_("Sandal"),
    N_("Shirt"),
    N_("Sneaker"),
    N_("Bag"),
    N_("Ankle boot"),
)
DIGIT_CLASSES = tuple("0123456789")
SAMPLES_PER_CLASS = 20
FIRST_IMAGES = 40


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the 60,000 + 10,000 pictures of a data set are split and opened.

    `open` takes ``x_train``, ``y_train``, ``x_test`` or ``y_test``, as Keras names them.
    """

    class_names: tuple[str, ...]
    train: slice
    valid: slice
    open: Callable[[str], AbstractContextManager[Rows]]

    def read(self, part: str) -> NDArray[np.uint8]:
        with self.open(part) as rows:
            return rows.read()


def _open_fashion(part: str) -> AbstractContextManager[Rows]:
    position = ("x_train", "y_train", "x_test", "y_test").index(part)
    return idx_rows(ensure(FASHION_FILES[position]))


def _open_mnist(part: str) -> AbstractContextManager[Rows]:
    return npz_rows(ensure("mnist/mnist.npz"), part)


_LAYOUTS = {
    "fashion_mnist": _Layout(FASHION_CLASSES, slice(0, 55_000), slice(55_000, 60_000), _open_fashion),
    "mnist": _Layout(DIGIT_CLASSES, slice(5_000, 60_000), slice(0, 5_000), _open_mnist),
}


def fashion_mnist() -> Dataset:
    """Load Fashion-MNIST (Xiao et al., 2017); the last 5,000 training pictures are validation.

    Returns
    -------
    Dataset
        x of shape (n, 28, 28), ``uint8``, 55,000 + 5,000 + 10,000 pictures; read-only arrays.

    Raises
    ------
    DownloadError
        A file can be neither found nor fetched.
    """
    return _whole("fashion_mnist")


def mnist() -> Dataset:
    """Load MNIST (LeCun and Cortes); the first 5,000 training pictures are validation.

    Returns and raises what `fashion_mnist` does.
    """
    return _whole("mnist")


def digits(*, seed: int) -> Dataset:
    """Load the 1,797 digits of 8×8 pixels that come with scikit-learn (Alpaydin and Kaynak, 1998).

    A fifth is the test set, an eighth of the rest validation, each with every digit in its
    share: 1,257 + 180 + 360 pictures.

    Parameters
    ----------
    seed : int
        Same seed, same split.

    Returns
    -------
    Dataset
        x of shape (n, 8, 8), ``uint8`` from 0 to 16.

    Raises
    ------
    DatasetError
        scikit-learn is not installed.

    Examples
    --------
    >>> dataset = digits(seed=0)
    >>> dataset.x_train.shape, len(dataset.x_valid), len(dataset.x_test)
    ((1257, 8, 8), 180, 360)
    """
    table = np.loadtxt(bundled_file("digits.csv.gz"), delimiter=",", dtype=np.uint8)
    x, y = table[:, :-1].reshape(-1, 8, 8), table[:, -1]
    train, valid, test = stratified_split(y, valid_share=0.125, test_share=0.2, seed=seed)
    return Dataset(
        name="digits",
        x_train=x[train],
        y_train=y[train],
        x_valid=x[valid],
        y_valid=y[valid],
        x_test=x[test],
        y_test=y[test],
        scale=CATALOG["digits"].scale,
        task="multiclass",
        class_names=DIGIT_CLASSES,
    )


def _whole(name: str) -> Dataset:
    layout = _LAYOUTS[name]
    x, y = layout.read("x_train"), layout.read("y_train")
    return Dataset(
        name=name,
        x_train=x[layout.train],
        y_train=y[layout.train],
        x_valid=x[layout.valid],
        y_valid=y[layout.valid],
        x_test=layout.read("x_test"),
        y_test=layout.read("y_test"),
        scale=CATALOG[name].scale,
        task="multiclass",
        class_names=layout.class_names,
    )


@dataclass(frozen=True, slots=True, eq=False)
class ImagePreview:
    """What a page shows of a data set of pictures without keeping the training set.

    All arrays are read-only; pictures are ``uint8``.

    Parameters
    ----------
    class_names : tuple of str
        In English; the gettext ids.
    class_counts : ndarray of shape (n_classes,), int
        Pictures of each class in training and validation set together.
    test_counts : ndarray of shape (n_classes,), int
        Pictures of each class in the test set.
    samples : ndarray of shape (n_classes, 20, height, width)
        The first of each class in the training set.
    first, first_labels : ndarray of shape (40, height, width) and (40,)
        The first of the training set and their class numbers.
    x_test, y_test : ndarray of shape (n_test, height, width) and (n_test,)
        The test set.
    scale : float
        What pixels are divided by before a model sees them.
    sizes : tuple of int
        Pictures in training, validation and test set.
    """

    class_names: tuple[str, ...]
    class_counts: NDArray[np.int64]
    test_counts: NDArray[np.int64]
    samples: NDArray[np.uint8]
    first: NDArray[np.uint8]
    first_labels: NDArray[np.uint8]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.uint8]
    scale: float
    sizes: tuple[int, int, int]


@lru_cache(maxsize=4)
def preview(name: str, **options: Number) -> ImagePreview:
    """Return what a page shows of a data set of pictures.

    Of Fashion-MNIST and MNIST only the first few thousand training pictures are ever unpacked,
    and 8 MB stay in memory. Nothing is downloaded: ask `nnlab.datasets.remote.Downloads` first.

    Parameters
    ----------
    name : str
        ``"fashion_mnist"``, ``"mnist"`` or ``"digits"``.
    **options : int or float
        As for `nnlab.datasets.load`; the test set is that of the same options.

    Raises
    ------
    DownloadError
        A file is not on this machine, or cannot be read.
    DatasetError
        The data set does not consist of pictures, or an option is wrong.

    Examples
    --------
    >>> preview("digits").samples.shape
    (10, 20, 8, 8)
    """
    complete_options(name, options)
    if CATALOG[name].kind != "images":
        raise DatasetError("“{name}” does not consist of pictures.", name=name)
    if name in _LAYOUTS:
        return _preview_of_files(name, _LAYOUTS[name])
    dataset = load(name, **options)
    return _preview(
        dataset.x_train,
        dataset.y_train,
        dataset.y_valid,
        (dataset.x_test, dataset.y_test),
        dataset.class_names,
        dataset.scale,
    )


def _preview_of_files(name: str, layout: _Layout) -> ImagePreview:
    for file in CATALOG[name].files:
        if locate(file) is None:
            raise DownloadError(
                "“{file}” is not on this machine yet. Download it first: “python -m nnlab.datasets fetch {name}”.",
                reason="missing",
                file=file,
                name=name,
            )
    labels = layout.read("y_train")
    y_train = labels[layout.train]
    needed = max(FIRST_IMAGES, int(_firsts(y_train, len(layout.class_names)).max()) + 1)
    with layout.open("x_train") as rows:
        x_train = rows.read(layout.train.start + needed)[layout.train.start :]
    test = layout.read("x_test"), layout.read("y_test")
    return _preview(x_train, y_train, labels[layout.valid], test, layout.class_names, CATALOG[name].scale)


def _firsts(labels: NDArray[np.uint8], classes: int) -> NDArray[np.intp]:
    """Return the positions of the first samples of each class, shape (classes, 20)."""
    return np.stack([np.flatnonzero(labels == number)[:SAMPLES_PER_CLASS] for number in range(classes)])


def _preview(
    x_train: NDArray[Any],
    y_train: NDArray[Any],
    y_valid: NDArray[Any],
    test: tuple[NDArray[Any], NDArray[Any]],
    class_names: tuple[str, ...],
    scale: float,
) -> ImagePreview:
    """Copy what is shown out of arrays that are then let go; `x_train` may end early."""
    classes = len(class_names)
    x_test, y_test = test
    return ImagePreview(
        class_names=class_names,
        class_counts=_frozen(np.bincount(np.concatenate([y_train, y_valid]), minlength=classes)),
        test_counts=_frozen(np.bincount(y_test, minlength=classes)),
        samples=_frozen(x_train[_firsts(y_train, classes)]),
        first=_frozen(x_train[:FIRST_IMAGES].copy()),
        first_labels=_frozen(y_train[:FIRST_IMAGES].copy()),
        x_test=_frozen(x_test),
        y_test=_frozen(y_test),
        scale=scale,
        sizes=(len(y_train), len(y_valid), len(y_test)),
    )


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    # Cached, so shared by all visitors.
    array.setflags(write=False)
    return array
