"""The limits of every setting, as data: widgets, validation and tests read these tables."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from types import MappingProxyType

from nnlab.datasets.catalog import Bound
from nnlab.messages import ExplainedError

BOUNDS: Mapping[str, Bound] = MappingProxyType(
    {
        "layers": Bound(default=2, minimum=0, maximum=16),
        "units": Bound(default=4, minimum=1, maximum=1024),
        "dropout": Bound(default=0.0, minimum=0.0, maximum=0.9, step=0.05),
        "l1": Bound(default=0.0, minimum=0.0, maximum=10.0, step=0.001),
        "l2": Bound(default=0.0, minimum=0.0, maximum=10.0, step=0.001),
        "output_units": Bound(default=1, minimum=1, maximum=1024),
        "output_l1": Bound(default=0.0, minimum=0.0, maximum=10.0, step=0.001),
        "output_l2": Bound(default=0.0, minimum=0.0, maximum=10.0, step=0.001),
        "learning_rate": Bound(default=0.01, minimum=1e-6, maximum=10.0, step=0.001),
        "momentum": Bound(default=0.0, minimum=0.0, maximum=0.999, step=0.05),
        "rho": Bound(default=0.9, minimum=0.0, maximum=0.9999, step=0.05),
        "beta_1": Bound(default=0.9, minimum=0.0, maximum=0.9999, step=0.05),
        "beta_2": Bound(default=0.999, minimum=0.0, maximum=0.99999, step=0.001),
        "weight_decay": Bound(default=0.004, minimum=0.0, maximum=1.0, step=0.001),
        "batch_size": Bound(default=32, minimum=1, maximum=4096),
        "epochs": Bound(default=30, minimum=1, maximum=1_000_000),
        "patience": Bound(default=10, minimum=1, maximum=10_000),
        "min_delta": Bound(default=0.0, minimum=0.0, maximum=10.0, step=0.001),
        "solved_at": Bound(default=0.99, minimum=0.0, maximum=10.0, step=0.01),
        "seed": Bound(default=42, minimum=0, maximum=2**32 - 1),
        "parameters": Bound(default=0, minimum=0, maximum=5_000_000),
    }
)

ACTIVATIONS = (
    "linear",
    "relu",
    "leaky_relu",
    "relu6",
    "elu",
    "selu",
    "celu",
    "gelu",
    "silu",
    "mish",
    "softplus",
    "softsign",
    "tanh",
    "hard_tanh",
    "sigmoid",
    "hard_sigmoid",
    "hard_silu",
    "log_sigmoid",
    "squareplus",
)
INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "random_uniform",
    "random_normal",
    "truncated_normal",
    "orthogonal",
    "zeros",
    "ones",
)
OPTIMIZERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sgd": ("momentum", "nesterov"),
        "adagrad": (),
        "rmsprop": ("rho", "momentum"),
        "adam": ("beta_1", "beta_2"),
        "adamw": ("beta_1", "beta_2", "weight_decay"),
        "nadam": ("beta_1", "beta_2"),
    }
)
"""Optimizer name -> the hyperparameters that it has besides the learning rate."""

LOSSES = (
    "auto",
    "binary_crossentropy",
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "half_squared_error",
)
OUTPUT_ACTIVATIONS = ("auto", "linear", "relu", "softplus", "sigmoid", "tanh", "softmax")
MONITORS = ("val_loss", "val_metric", "loss")
MODES = ("keras", "playground")
LARGEST_SHOWN = 10**15
LONGEST_SHOWN = 300

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "activation": ACTIVATIONS,
        "initializer": INITIALIZERS,
        "optimizer": tuple(OPTIMIZERS),
        "loss": LOSSES,
        "output_activation": OUTPUT_ACTIVATIONS,
        "monitor": MONITORS,
        "mode": MODES,
    }
)


class ExperimentError(ExplainedError):
    """A setting cannot be used.

    Parameters
    ----------
    field : str
        The setting that is wrong, as in the JSON form, e.g. ``"layers[0].units"``.
    template, **values
        As in `nnlab.messages.ExplainedError`.
    """

    def __init__(self, field: str, template: str, **values: object) -> None:
        super().__init__(template, **{name: _brief(value) for name, value in values.items()})
        self.field = field

    @property
    def reason(self) -> str:
        """What is wrong and what to do, in English."""
        return str(self.message)


def _brief(value: object) -> object:
    # A value from a link can be as long as the link, nested deeper than repr() follows, or
    # hold half a character, which no page can be sent.
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < LARGEST_SHOWN else reprlib.repr(value)
    text = value if isinstance(value, str) else str(value) if isinstance(value, Exception) else reprlib.repr(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def check_number(field: str, name: str, value: object) -> None:
    """Raise ExperimentError unless `value` is within ``BOUNDS[name]``."""
    bound = BOUNDS[name]
    if bound.accepts(value):
        return
    if bound.whole:
        raise ExperimentError(
            field,
            "“{name}” has to be a whole number from {minimum} to {maximum}, not {value!r}.",
            name=name,
            minimum=bound.minimum,
            maximum=bound.maximum,
            value=value,
        )
    raise ExperimentError(
        field,
        "“{name}” has to be a number from {minimum} to {maximum}, not {value!r}.",
        name=name,
        minimum=bound.minimum,
        maximum=bound.maximum,
        value=value,
    )


def check_choice(field: str, name: str, value: object) -> None:
    """Raise ExperimentError unless `value` is one of ``CHOICES[name]``."""
    if not isinstance(value, str) or value not in CHOICES[name]:
        raise ExperimentError(
            field,
            "{value!r} is not a known choice for “{name}”. Choose one of: {choices}.",
            name=name,
            value=value,
            choices=", ".join(CHOICES[name]),
        )


def check_switch(field: str, value: object) -> None:
    """Raise ExperimentError unless `value` is True or False."""
    if not isinstance(value, bool):
        raise ExperimentError(field, "“{name}” has to be true or false, not {value!r}.", name=field, value=value)
