"""The parts of an Experiment: data, layers, optimizer, early stopping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nnlab.datasets.catalog import CATALOG, DatasetInfo, Number, Task
from nnlab.experiment.bounds import OPTIMIZERS, ExperimentError, check_choice, check_number, check_switch


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """A data set of the catalog and its options; what is left out takes its default.

    Examples
    --------
    >>> DatasetChoice("circle", {"noise": 0.1}).options["samples"]
    500
    """

    name: str = "circle"
    # Not hashed: a dict cannot be, and equal choices still have equal hashes.
    options: Mapping[str, Number] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or self.name not in CATALOG:
            raise ExperimentError(
                "dataset.name",
                "There is no data set “{name}”. There are: {names}.",
                name=self.name,
                names=", ".join(CATALOG),
            )
        if not isinstance(self.options, Mapping):
            raise ExperimentError("dataset.options", "The options of a data set have to be names with numbers.")
        bounds = self.info.options
        for option, value in self.options.items():
            if option not in bounds:
                raise ExperimentError(
                    "dataset.options", "“{name}” has no option “{option}”.", name=self.name, option=option
                )
            if not bounds[option].accepts(value):
                raise ExperimentError(
                    f"dataset.options.{option}",
                    "{option} is {value!r}; it can be {minimum} to {maximum}.",
                    option=option,
                    value=value,
                    minimum=bounds[option].minimum,
                    maximum=bounds[option].maximum,
                )
        complete = {option: self.options.get(option, bound.default) for option, bound in bounds.items()}
        object.__setattr__(self, "options", complete)

    @property
    def info(self) -> DatasetInfo:
        """The catalog's entry."""
        return CATALOG[self.name]

    @property
    def task(self) -> Task:
        """What is learned from it."""
        return self.info.task_for(self.options)

    @property
    def outputs(self) -> int:
        """Number of classes, labels or targets; 1 for a binary task."""
        return self.info.outputs_for(self.options)


@dataclass(frozen=True, slots=True)
class Layer:
    """One hidden dense layer, in the order dense, batch normalization, activation, dropout.

    Parameters
    ----------
    units : int
        Number of neurons.
    activation, initializer : str
        Keras' names.
    batch_norm : bool
        Whether batch normalization stands between the weighted sum and the activation.
    dropout : float
        Share of outputs dropped in training.
    l1, l2 : float
        Penalties on the kernel, as ``keras.regularizers.L1L2`` counts them; in the mode
        ``"playground"`` as TensorFlow Playground does, which halves the second.
    """

    units: int = 4
    activation: str = "relu"
    initializer: str = "glorot_uniform"
    batch_norm: bool = False
    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0

    def check(self, place: str) -> None:
        """Raise ExperimentError for the first bad value; `place` is where this layer stands."""
        check_number(f"{place}.units", "units", self.units)
        check_choice(f"{place}.activation", "activation", self.activation)
        check_choice(f"{place}.initializer", "initializer", self.initializer)
        check_switch(f"{place}.batch_norm", self.batch_norm)
        for name in ("dropout", "l1", "l2"):
            check_number(f"{place}.{name}", name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class Optimizer:
    """A Keras optimizer; hyperparameters that the named one lacks play no part.

    `nnlab.experiment.bounds.OPTIMIZERS` tells which has which.
    """

    name: str = "sgd"
    learning_rate: float = 0.01
    momentum: float = 0.0
    nesterov: bool = False
    rho: float = 0.9
    beta_1: float = 0.9
    beta_2: float = 0.999
    weight_decay: float = 0.004

    def __post_init__(self) -> None:
        check_choice("optimizer.name", "optimizer", self.name)
        check_switch("optimizer.nesterov", self.nesterov)
        for name in ("learning_rate", "momentum", "rho", "beta_1", "beta_2", "weight_decay"):
            check_number(f"optimizer.{name}", name, getattr(self, name))
            # Keras takes a whole number for a learning rate as an error.
            object.__setattr__(self, name, float(getattr(self, name)))
        if self.name == "sgd" and self.nesterov and self.momentum == 0:
            raise ExperimentError(
                "optimizer.nesterov",
                "Nesterov needs momentum: set momentum above 0 (0.9 is usual) or switch Nesterov off.",
            )

    @property
    def hyperparameters(self) -> dict[str, float | bool]:
        """Those that the named optimizer has, the learning rate first."""
        names = ("learning_rate", *OPTIMIZERS[self.name])
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """When to stop before the last epoch, as ``keras.callbacks.EarlyStopping`` counts it.

    ``monitor="val_metric"`` watches the run's own metric (accuracy or RMSE).
    """

    monitor: str = "val_loss"
    patience: int = 10
    min_delta: float = 0.0
    restore_best_weights: bool = True

    def __post_init__(self) -> None:
        check_choice("early_stopping.monitor", "monitor", self.monitor)
        check_number("early_stopping.patience", "patience", self.patience)
        check_number("early_stopping.min_delta", "min_delta", self.min_delta)
        check_switch("early_stopping.restore_best_weights", self.restore_best_weights)
