"""The weight arrays of a model by arithmetic: their names, shapes and the limits of what is drawn for them."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nnlab.experiment import Experiment

# Keras draws its truncated normal numbers from a wider bell, so that two standard deviations of the
# wanted one are 2 / 0.8796… of it (`keras.initializers.VarianceScaling`).
_CUT = 2 / 0.87962566103423978
_OUTPUT_INITIALIZER = "glorot_uniform"


@dataclass(frozen=True, slots=True)
class WeightArray:
    """One array of ``model.get_weights()``.

    Parameters
    ----------
    layer, name : str
        The layer's name in the model, and Keras' name of the array in it.
    shape : tuple of int
        Its shape.
    initializer : str
        Of a kernel; empty for the others.
    """

    layer: str
    name: str
    shape: tuple[int, ...]
    initializer: str = ""

    @property
    def limit(self) -> float | None:
        """The greatest size of a first weight; None where there is no such limit."""
        if not self.initializer:
            return None
        return initializer_limit(self.initializer, *self.shape)


def weight_arrays(experiment: Experiment) -> tuple[WeightArray, ...]:
    """Return what ``model.get_weights()`` holds for the model of an experiment in the mode ``"keras"``, in its order.

    Examples
    --------
    >>> from nnlab.experiment import Experiment
    >>> [(array.layer, array.name, array.shape) for array in weight_arrays(Experiment())][:2]
    [('hidden_1', 'kernel', (2, 4)), ('hidden_1', 'bias', (4,))]
    """
    return tuple(_arrays(experiment))


def initializer_limit(initializer: str, inputs: int, outputs: int) -> float | None:
    """Return the greatest size that an initializer draws for a dense kernel, None where there is no such limit.

    Glorot and Bengio, “Understanding the difficulty of training deep feedforward neural networks” (2010), equation 16,
    and its like for the others.

    Examples
    --------
    >>> round(initializer_limit("glorot_uniform", 784, 300), 4)
    0.0744
    """
    return {
        "glorot_uniform": sqrt(6 / (inputs + outputs)),
        "he_uniform": sqrt(6 / inputs),
        "lecun_uniform": sqrt(3 / inputs),
        "random_uniform": 0.05,
        "glorot_normal": _CUT * sqrt(2 / (inputs + outputs)),
        "he_normal": _CUT * sqrt(2 / inputs),
        "lecun_normal": _CUT * sqrt(1 / inputs),
        "truncated_normal": 2 * 0.05,
    }.get(initializer)


def _arrays(experiment: Experiment) -> Iterator[WeightArray]:
    inputs = prod(experiment.input_shape)
    if experiment.dataset.info.normalize:
        yield WeightArray("normalization", "mean", (inputs,))
        yield WeightArray("normalization", "variance", (inputs,))
        yield WeightArray("normalization", "count", ())
    for number, layer in enumerate(experiment.layers, start=1):
        name = f"hidden_{number}"
        yield WeightArray(name, "kernel", (inputs, layer.units), layer.initializer)
        yield WeightArray(name, "bias", (layer.units,))
        if layer.batch_norm:
            for part in ("gamma", "beta", "moving_mean", "moving_variance"):
                yield WeightArray(f"{name}_batch_norm", part, (layer.units,))
        inputs = layer.units
    units = experiment.head.units
    yield WeightArray("output", "kernel", (inputs, units), _OUTPUT_INITIALIZER)
    yield WeightArray("output", "bias", (units,))
