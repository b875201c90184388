"""The book's own printed runs: numbers to lay behind one's own.

“Hands-On Machine Learning”, 3rd edition, chapter 10, as its notebook prints them (sections 10.2.1 and 10.2.2,
exercise 10). They were made with another version of TensorFlow and other first weights, so a run of today comes
close to them and does not repeat them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from nnlab.exercises.settings import seedless
from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer

_RELU_300_100 = (Layer(300, "relu"), Layer(100, "relu"))

FASHION_MNIST = Experiment(
    dataset=DatasetChoice("fashion_mnist"),
    layers=_RELU_300_100,
    optimizer=Optimizer("sgd", learning_rate=0.01),
    batch_size=32,
    epochs=30,
)
"""The image classifier of section 10.2.1."""

CALIFORNIA_HOUSING = Experiment(
    dataset=DatasetChoice("california_housing"),
    layers=(Layer(50, "relu"),) * 3,
    optimizer=Optimizer("adam", learning_rate=0.001),
    batch_size=32,
    epochs=20,
)
"""The regression of section 10.2.2."""

MNIST = Experiment(
    dataset=DatasetChoice("mnist"),
    layers=_RELU_300_100,
    optimizer=Optimizer("sgd", learning_rate=0.3),
    batch_size=32,
    epochs=100,
    early_stopping=EarlyStopping(patience=20),
)
"""The last training of exercise 10."""

EXPERIMENTS = {"fashion_mnist": FASHION_MNIST, "california_housing": CALIFORNIA_HOUSING, "mnist": MNIST}


@dataclass(frozen=True, slots=True, eq=False)
class BookRun:
    """What the book printed of a training.

    Parameters
    ----------
    experiment : Experiment
        The setting.
    history : mapping of str to tuple of float
        Keras' history keys, a value for each epoch.
    test : mapping of str to float
        Loss and metric on the test set.
    """

    experiment: Experiment
    history: Mapping[str, tuple[float, ...]]
    test: Mapping[str, float]


def book_run(experiment: Experiment) -> BookRun | None:
    """Return the book's run of a setting, whatever the seeds; None if the book has none.

    Examples
    --------
    >>> run = book_run(FASHION_MNIST)
    >>> run.history["val_accuracy"][-1], run.test["accuracy"]
    (0.8894, 0.8864)
    """
    run = _runs().get(experiment.dataset.name)
    if run is None or _left_to_the_data(run.experiment) != _left_to_the_data(experiment):
        return None
    return run if run.experiment.head == experiment.head else None


def _left_to_the_data(experiment: Experiment) -> Experiment:
    # A loss that is named is the same as one that is left to the data.
    return replace(seedless(experiment), loss="auto", output_activation="auto", output_units=None)


@cache
def _runs() -> dict[str, BookRun]:
    content = json.loads(Path(__file__).with_name("book_runs.json").read_text(encoding="utf-8"))
    return {
        name: BookRun(
            EXPERIMENTS[name], {key: tuple(values) for key, values in run["history"].items()}, dict(run["test"])
        )
        for name, run in content.items()
    }
