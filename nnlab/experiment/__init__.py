"""What is to be trained, complete and immutable: `Experiment` and its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from nnlab.experiment import playground
from nnlab.experiment.bounds import (
    BOUNDS,
    CHOICES,
    ExperimentError,
    check_choice,
    check_number,
    check_switch,
)
from nnlab.experiment.head import Head, resolve
from nnlab.experiment.parts import DatasetChoice, EarlyStopping, Layer, Optimizer

__all__ = [
    "BOUNDS",
    "CHOICES",
    "DatasetChoice",
    "EarlyStopping",
    "Experiment",
    "ExperimentError",
    "Head",
    "Layer",
    "Optimizer",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Everything that decides a run: same experiment, same curve on the same machine.

    Parameters
    ----------
    dataset : DatasetChoice
        The data and their options.
    features : tuple of str
        Inputs, by the catalog's names; empty takes the catalog's own choice. Kept in the
        catalog's order.
    scale_inputs : bool
        Whether inputs are divided by the data's `scale` (the pixels of Fashion-MNIST by 255)
        before the network sees them.
    layers : tuple of Layer
        Hidden layers, first to last.
    loss : str
        Keras' name, or ``"auto"`` for what suits the task.
    output_activation : str
        Keras' name, or ``"auto"``.
    output_units : int or None
        Units of the output layer; None takes what the data need.
    output_l1, output_l2 : float
        Penalties on the output layer's kernel, as `Layer` has them on its own.
    optimizer : Optimizer
        How weights are updated.
    batch_size : int
        Samples in one update.
    epochs : int or None
        Passes over the training set; None trains until stopped.
    early_stopping : EarlyStopping or None
        When to stop earlier.
    solved_at : float or None
        Validation metric at which the run ends: an accuracy of at least that, or an error of at most that.
    seed : int
        Decides initial weights, batch order and dropout (not the data: they have a seed of
        their own).
    mode : {"keras", "playground"}
        Whose rules the training follows: Keras', or those of TensorFlow Playground, which
        `nnlab.experiment.playground` tells.

    Raises
    ------
    ExperimentError
        A value is outside its bounds, or the parts do not go together.

    Examples
    --------
    >>> experiment = Experiment(layers=(Layer(4, "tanh"), Layer(2, "tanh")))
    >>> experiment.head.loss
    'binary_crossentropy'
    >>> Experiment.from_json(experiment.to_json()) == experiment
    True
    """

    dataset: DatasetChoice = DatasetChoice()
    features: tuple[str, ...] = ()
    scale_inputs: bool = True
    layers: tuple[Layer, ...] = (Layer(4, "tanh"), Layer(2, "tanh"))
    loss: str = "auto"
    output_activation: str = "auto"
    output_units: int | None = None
    output_l1: float = 0.0
    output_l2: float = 0.0
    optimizer: Optimizer = Optimizer()
    batch_size: int = 32
    epochs: int | None = 30
    early_stopping: EarlyStopping | None = None
    solved_at: float | None = None
    seed: int = 42
    mode: str = "keras"

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", _features(self.dataset, self.features))
        check_switch("scale_inputs", self.scale_inputs)
        object.__setattr__(self, "layers", tuple(self.layers))
        check_number("layers", "layers", len(self.layers))
        for index, layer in enumerate(self.layers):
            layer.check(f"layers[{index}]")
        check_choice("loss", "loss", self.loss)
        check_choice("output_activation", "output_activation", self.output_activation)
        if self.output_units is not None:
            check_number("output_units", "output_units", self.output_units)
        check_number("output_l1", "output_l1", self.output_l1)
        check_number("output_l2", "output_l2", self.output_l2)
        check_number("batch_size", "batch_size", self.batch_size)
        if self.epochs is not None:
            check_number("epochs", "epochs", self.epochs)
        if self.solved_at is not None:
            check_number("solved_at", "solved_at", self.solved_at)
        check_number("seed", "seed", self.seed)
        check_choice("mode", "mode", self.mode)
        if self.mode == "playground":
            playground.check(self)
        _check_size(self)

    @property
    def head(self) -> Head:
        """The output layer, its loss and its metric, resolved for the data.

        Raises
        ------
        ExperimentError
            They do not go together; `nnlab.models.build` would train nothing useful.
        """
        if self.mode == "playground":
            return playground.head(self)
        return resolve(self.dataset.task, self.dataset.outputs, self.output_units, self.output_activation, self.loss)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one sample as the model takes it."""
        return (len(self.features),) if self.features else self.dataset.info.input_shape

    @property
    def input_scale(self) -> float:
        """What raw inputs are divided by before the model sees them."""
        return self.dataset.info.scale if self.scale_inputs else 1.0

    def with_seed(self, seed: int) -> Experiment:
        """Return the same experiment with other random numbers."""
        return replace(self, seed=seed)

    def to_json(self) -> str:
        """Return the experiment as JSON text that `from_json` reads back."""
        from nnlab.experiment.form import to_json

        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Experiment:
        """Read an experiment from JSON text, trusting nothing in it.

        Raises
        ------
        ExperimentError
            The text is too long, is not JSON, or holds unknown fields or bad values.
        """
        from nnlab.experiment.form import from_json

        return from_json(text)


def _features(dataset: DatasetChoice, features: Any) -> tuple[str, ...]:
    known = dataset.info.features
    if not isinstance(features, list | tuple) or any(name not in known for name in features):
        raise ExperimentError(
            "features",
            "The inputs {features} do not all belong to “{dataset}”. Choose from: {known}.",
            features=", ".join(map(str, features)) if isinstance(features, list | tuple) else repr(features),
            dataset=dataset.name,
            known=", ".join(known) or "–",
        )
    chosen = set(features or dataset.info.default_features or known)
    return tuple(name for name in known if name in chosen)


def _check_size(experiment: Experiment) -> None:
    from nnlab.experiment.summary import parameter_count

    # The head is left out: its mismatches are explained on the page, not refused on entry.
    parameters = parameter_count(experiment)
    if parameters > BOUNDS["parameters"].maximum:
        raise ExperimentError(
            "layers",
            "This network has {parameters:,} parameters; at most {maximum:,} fit here. Use fewer or smaller layers.",
            parameters=parameters,
            maximum=BOUNDS["parameters"].maximum,
        )
