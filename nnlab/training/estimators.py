"""scikit-learn's estimators on the data of an experiment: its MLPs and its Perceptron."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset
from nnlab.datasets.tabular import iris_flowers
from nnlab.events import Arrays
from nnlab.experiment import Experiment
from nnlab.experiment.scikit_learn import MLP_ACTIVATIONS, Fit
from nnlab.messages import N_, Message
from nnlab.training.iterated_fit import Observe

CHAPTER_SEED = 42
SETOSA = 0


@dataclass(frozen=True, slots=True)
class Iteration:
    """What is told of an iteration: how long it took, and values by Keras' history keys."""

    seconds: float
    logs: dict[str, float]


class Baseline(Protocol):
    """What scikit-learn trains in one run.

    Attributes
    ----------
    iterations : list of Iteration
        Grows while it is fitted.
    """

    iterations: list[Iteration]

    def fit(self, before_batch: Observe, after_iteration: Observe) -> None:
        """Fit it, calling these on the way; stopped between two iterations it is what it was after the last."""
        ...

    @property
    def results(self) -> list[Fit]:
        """What it has come to."""
        ...

    @property
    def outputs(self) -> NDArray[np.float64] | None:
        """Its outputs on the test set, as the Keras model of the same experiment gives them."""
        ...

    @property
    def weights(self) -> Arrays | None:
        """Its weights in the form of that model's ``get_weights()``."""
        ...

    @property
    def message(self) -> Message | None:
        """For a reader: why it has ended."""
        ...


@dataclass(slots=True, eq=False)
class MLP:
    """``MLPRegressor`` or ``MLPClassifier`` behind a ``StandardScaler``, as the chapter uses them.

    Parameters
    ----------
    experiment : Experiment
        As `nnlab.experiment.scikit_learn.as_scikit_learn` gives it.
    data : Dataset
        With the experiment's inputs as columns, in double precision.
    """

    experiment: Experiment
    data: Dataset
    iterations: list[Iteration] = field(default_factory=list)
    _estimator: Any = field(init=False)
    _learned: tuple[list[NDArray[Any]], list[NDArray[Any]]] | None = field(init=False, default=None)
    _scaler: Any = field(init=False)
    _parts: dict[str, tuple[NDArray[Any], NDArray[Any]]] = field(init=False)

    def __post_init__(self) -> None:
        # Imported at the first use: a worker that trains with Keras alone never pays for it.
        from sklearn.preprocessing import StandardScaler

        data = self.data
        self._scaler = StandardScaler().fit(data.x_train)
        self._parts = {
            "training": (self._scaler.transform(data.x_train), data.y_train),
            "validation": (self._scaler.transform(data.x_valid), data.y_valid),
            "test": (self._scaler.transform(data.x_test), data.y_test),
        }
        self._estimator = self._make()

    def _make(self) -> Any:
        from sklearn.exceptions import ConvergenceWarning

        from nnlab.training.observed import ObservedClassifier, ObservedRegressor

        # Both that it was interrupted and that it has not settled are told by `message`. For good: other fits
        # go on in this process when this one is over.
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        warnings.filterwarnings("ignore", message="Training interrupted by user")
        experiment = self.experiment
        activations = [layer.activation for layer in experiment.layers] or ["relu"]
        kind = ObservedRegressor if self.data.task == "regression" else ObservedClassifier
        return kind(
            hidden_layer_sizes=[layer.units for layer in experiment.layers],
            activation=MLP_ACTIVATIONS[activations[0]],
            solver=experiment.optimizer.name,
            learning_rate_init=experiment.optimizer.learning_rate,
            batch_size=min(experiment.batch_size, len(self.data.x_train)),
            max_iter=experiment.epochs,
            random_state=experiment.seed,
        )

    def fit(self, before_batch: Observe, after_iteration: Observe) -> None:
        """Fit the estimator; each iteration tells its loss and how good it is on the validation set."""
        estimator, stood, begun = self._estimator, 0.0, time.perf_counter()

        def batch() -> None:
            nonlocal stood
            since = time.perf_counter()
            before_batch()
            stood += time.perf_counter() - since

        def iterated() -> None:
            nonlocal stood, begun
            seconds = time.perf_counter() - begun - stood
            metric = self.experiment.head.metric
            logs = {"loss": float(estimator.loss_), f"val_{metric}": self._score("validation")}
            self.iterations.append(Iteration(seconds, logs))
            self._learned = [kernel.copy() for kernel in estimator.coefs_], [b.copy() for b in estimator.intercepts_]
            after_iteration()
            stood, begun = 0.0, time.perf_counter()

        estimator.before_batch, estimator.after_iteration = batch, iterated
        estimator.fit(*self._parts["training"])
        # Interrupted amid an iteration, it drops that: what is tested is what has been told.
        if self._learned is not None:
            estimator.coefs_, estimator.intercepts_ = self._learned

    @property
    def results(self) -> list[Fit]:
        """Scores on all three parts."""
        name = "MLPRegressor" if self.data.task == "regression" else "MLPClassifier"
        scores = {part: self._score(part) for part in self._parts}
        return [Fit(name, self._estimator.n_iter_, scores)]

    @property
    def outputs(self) -> NDArray[np.float64]:
        """Prices, or probabilities, of shape (n_test, n_outputs)."""
        x, _ = self._parts["test"]
        if self.data.task == "regression":
            return np.asarray(self._estimator.predict(x)).reshape(-1, 1)
        probabilities = np.asarray(self._estimator.predict_proba(x))
        return probabilities[:, 1:] if self.data.task == "binary" else probabilities

    @property
    def weights(self) -> Arrays:
        """The same layers with the same weights make a Keras model with the same outputs."""
        mean, variance = self._scaler.mean_, self._scaler.var_
        found = [mean.astype(np.float32), variance.astype(np.float32), np.array(0, np.int32)]
        for kernel, bias in zip(self._estimator.coefs_, self._estimator.intercepts_, strict=True):
            found += [kernel.astype(np.float32), bias.astype(np.float32)]
        return tuple(found)

    @property
    def message(self) -> Message:
        """Whether the loss has settled, or the iterations were used up."""
        estimator = self._estimator
        if estimator.n_iter_ >= estimator.max_iter:
            return Message(
                N_("scikit-learn's limit of {count} iterations is reached, though the loss has not settled yet."),
                {"count": estimator.max_iter},
            )
        return Message(
            N_(
                "scikit-learn has ended by itself: for {patience} iterations the training loss fell by less than {tol}."
            ),
            {"patience": estimator.n_iter_no_change, "tol": f"{estimator.tol:g}"},
        )

    def _score(self, part: str) -> float:
        x, y = self._parts[part]
        predicted = self._estimator.predict(x)
        if self.data.task == "regression":
            return float(np.sqrt(np.mean((predicted - y) ** 2)))
        return float(np.mean(predicted == y))


@dataclass(slots=True, eq=False)
class ThresholdUnits:
    """``Perceptron`` twice: the chapter's, and one with a unit for each class on the experiment's own split.

    The chapter's tells setosa from the others by the petals of all 150 flowers; it is there for iris alone.

    Parameters
    ----------
    experiment : Experiment
        As `nnlab.experiment.scikit_learn.as_scikit_learn` gives it.
    data : Dataset
        With the experiment's inputs as columns, in double precision.
    """

    experiment: Experiment
    data: Dataset
    iterations: list[Iteration] = field(default_factory=list)
    results: list[Fit] = field(default_factory=list)
    outputs: None = None
    weights: None = None
    message: None = None

    def fit(self, before_batch: Observe, after_iteration: Observe) -> None:
        """Fit them; both are done before anything could be observed."""
        from sklearn.linear_model import Perceptron

        data = self.data
        own = Perceptron(random_state=self.experiment.seed, max_iter=self.experiment.epochs)
        own.fit(data.x_train, data.y_train)
        parts = {
            "training": (data.x_train, data.y_train),
            "validation": (data.x_valid, data.y_valid),
            "test": (data.x_test, data.y_test),
        }
        scores = {part: float(own.score(x, y)) for part, (x, y) in parts.items()}
        self.results = [Fit("Perceptron", int(own.n_iter_), scores, _lines(own))]
        if data.name == "iris":
            self.results.append(_setosa_or_not())


def _setosa_or_not() -> Fit:
    from sklearn.linear_model import Perceptron

    flowers, species = iris_flowers(np.float64)
    # Petal length and width are the last two columns.
    x, y = flowers[:, 2:], species == SETOSA
    chapter = Perceptron(random_state=CHAPTER_SEED).fit(x, y)
    return Fit("setosa", int(chapter.n_iter_), {"training": float(chapter.score(x, y))}, _lines(chapter))


def _lines(perceptron: Any) -> NDArray[np.float64]:
    return np.column_stack([perceptron.coef_, perceptron.intercept_])
