"""Names, options and bounds of all data sets. Importing this loads nothing but NumPy.

Adding a data set takes one file with a loader and one entry here; the README shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

from nnlab.messages import N_

if TYPE_CHECKING:
    from nnlab.datasets import Loader

Task = Literal["binary", "multiclass", "multilabel", "regression"]
Kind = Literal["toy", "table", "images"]
Number = int | float


@dataclass(frozen=True, slots=True)
class Bound:
    """The default, the limits and the step of one number; widgets and validation read it.

    A bound whose default is an ``int`` takes whole numbers only.
    """

    default: Number
    minimum: Number
    maximum: Number
    step: Number = 1

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are accepted."""
        return isinstance(self.default, int)

    def accepts(self, value: object) -> bool:
        """Whether `value` is a number of the right kind within the limits (NaN is not)."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if self.whole and not isinstance(value, int):
            return False
        return self.minimum <= value <= self.maximum


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What is known of a data set without loading it.

    Parameters
    ----------
    title : str
        Its English name; the gettext id.
    loader : str
        ``"module:function"``; the function takes the options as keywords and returns a
        `nnlab.datasets.Dataset`.
    kind : {"toy", "table", "images"}
        Points in the plane, columns of numbers, or pictures.
    task : {"binary", "multiclass", "multilabel", "regression"}
        What is learned; an option ``classes`` of 2 makes it ``"binary"``.
    outputs : int
        Number of classes, labels or target columns (1 for binary and for regression).
    features : tuple of str
        Inputs to choose from; empty when the input is a whole picture.
    default_features : tuple of str
        Those chosen at first; empty means all.
    input_shape : tuple of int
        Shape of one sample as the loader gives it.
    options : mapping of str to Bound
        The loader's keywords.
    files : tuple of str
        Names in `nnlab.datasets.remote.FILES` that must be on the machine.
    normalize : bool
        Whether a model starts with a Normalization layer adapted on the training set.
    training_samples : int
        Size of the training set, where no option ``samples`` decides it; how long a run takes is judged by it.
    scale : float
        The greatest value that an input can have, where all have the same; what they are divided by.
    """

    title: str
    loader: str
    kind: Kind
    task: Task
    outputs: int = 1
    features: tuple[str, ...] = ()
    default_features: tuple[str, ...] = ()
    input_shape: tuple[int, ...] = (2,)
    options: Mapping[str, Bound] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    normalize: bool = False
    training_samples: int = 0
    scale: float = 1.0

    def task_for(self, options: Mapping[str, Number]) -> Task:
        """Return the task that these options make it."""
        return "binary" if options.get("classes") == 2 else self.task

    def outputs_for(self, options: Mapping[str, Number]) -> int:
        """Return the number of classes, labels or targets; 1 for a binary task."""
        classes = int(options.get("classes", self.outputs))
        return 1 if self.task_for(options) == "binary" else classes

    def load_function(self) -> Loader:
        """Import and return the loader."""
        module, function = self.loader.split(":")
        return cast("Loader", getattr(import_module(module), function))


SEED = Bound(default=0, minimum=0, maximum=2**32 - 1)
OUTLIERS = Bound(default=0, minimum=0, maximum=1000, step=100)
CLASSES = Bound(default=3, minimum=2, maximum=6)
TOY_OPTIONS = {
    "samples": Bound(default=500, minimum=20, maximum=10_000, step=20),
    "noise": Bound(default=0.0, minimum=0.0, maximum=0.5, step=0.05),
    "train_share": Bound(default=0.5, minimum=0.1, maximum=0.9, step=0.1),
    "seed": SEED,
}
CLASSES_OPTIONS = {**TOY_OPTIONS, "classes": CLASSES}
REGRESSION_OPTIONS = {**TOY_OPTIONS, "samples": Bound(default=1200, minimum=20, maximum=10_000, step=20)}
PLANE_FEATURES = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
RAW_FEATURES = ("x1", "x2")
IRIS_FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")
HOUSING_FEATURES = (
    "median_income",
    "house_age",
    "average_rooms",
    "average_bedrooms",
    "population",
    "average_occupancy",
    "latitude",
    "longitude",
)
MESSAGE_FEATURES = (
    "exclamation_marks",
    "money_words",
    "deadline_words",
    "links",
    "known_sender",
    "hour",
)
FASHION_FILES = (
    "fashion-mnist/train-images-idx3-ubyte.gz",
    "fashion-mnist/train-labels-idx1-ubyte.gz",
    "fashion-mnist/t10k-images-idx3-ubyte.gz",
    "fashion-mnist/t10k-labels-idx1-ubyte.gz",
)

# fmt: off
CATALOG: dict[str, DatasetInfo] = {
    "circle": DatasetInfo(N_("Circle"), "nnlab.datasets.toy:circle", "toy", "binary",
                          features=PLANE_FEATURES, default_features=RAW_FEATURES, options=TOY_OPTIONS),
    "xor": DatasetInfo(N_("Exclusive or"), "nnlab.datasets.toy:xor", "toy", "binary",
                       features=PLANE_FEATURES, default_features=RAW_FEATURES, options=TOY_OPTIONS),
    "gauss": DatasetInfo(N_("Two clouds"), "nnlab.datasets.toy:gauss", "toy", "binary",
                         features=PLANE_FEATURES, default_features=RAW_FEATURES, options=TOY_OPTIONS),
    "spiral": DatasetInfo(N_("Spiral"), "nnlab.datasets.toy:spiral", "toy", "binary",
                          features=PLANE_FEATURES, default_features=RAW_FEATURES, options=TOY_OPTIONS),
    "moons": DatasetInfo(N_("Two moons"), "nnlab.datasets.toy:moons", "toy", "binary",
                         features=PLANE_FEATURES, default_features=RAW_FEATURES, options=TOY_OPTIONS),
    "rings": DatasetInfo(N_("Rings"), "nnlab.datasets.toy:rings", "toy", "multiclass", outputs=3,
                         features=PLANE_FEATURES, default_features=RAW_FEATURES, options=CLASSES_OPTIONS),
    "blobs": DatasetInfo(N_("Blobs"), "nnlab.datasets.toy:blobs", "toy", "multiclass", outputs=3,
                         features=PLANE_FEATURES, default_features=RAW_FEATURES, options=CLASSES_OPTIONS),
    "plane": DatasetInfo(N_("Plane"), "nnlab.datasets.toy:plane", "toy", "regression",
                         features=PLANE_FEATURES, default_features=RAW_FEATURES, options=REGRESSION_OPTIONS),
    "multi_gauss": DatasetInfo(N_("Hills and valleys"), "nnlab.datasets.toy:multi_gauss", "toy", "regression",
                               features=PLANE_FEATURES, default_features=RAW_FEATURES, options=REGRESSION_OPTIONS),
    "iris": DatasetInfo(N_("Iris flowers"), "nnlab.datasets.tabular:iris", "table", "multiclass", outputs=3,
                        features=IRIS_FEATURES, default_features=("petal_length", "petal_width"),
                        input_shape=(4,), options={"seed": SEED}, normalize=True, training_samples=121),
    "digits": DatasetInfo(N_("Digits (8×8)"), "nnlab.datasets.images:digits", "images", "multiclass", outputs=10,
                          input_shape=(8, 8), options={"seed": SEED}, training_samples=1257, scale=16.0),
    "fashion_mnist": DatasetInfo(N_("Fashion-MNIST"), "nnlab.datasets.images:fashion_mnist", "images", "multiclass",
                                 outputs=10, input_shape=(28, 28), files=FASHION_FILES, training_samples=55_000,
                                 scale=255.0),
    "mnist": DatasetInfo(N_("MNIST"), "nnlab.datasets.images:mnist", "images", "multiclass",
                         outputs=10, input_shape=(28, 28), files=("mnist/mnist.npz",), training_samples=55_000,
                         scale=255.0),
    "california_housing": DatasetInfo(N_("California housing"), "nnlab.datasets.tabular:california_housing", "table",
                                      "regression", features=HOUSING_FEATURES, input_shape=(8,),
                                      options={"outliers": OUTLIERS},
                                      files=("housing/cal_housing.data",), normalize=True, training_samples=11_610),
    "messages": DatasetInfo(N_("Messages: spam? urgent?"), "nnlab.datasets.messages:messages", "table", "multilabel",
                            outputs=2, features=MESSAGE_FEATURES, input_shape=(6,), options={"seed": SEED},
                            normalize=True, training_samples=1280),
}
# fmt: on
