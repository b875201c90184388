"""What a script repeats: an experiment, how far it went, and what was changed on its way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.experiment import Experiment
from nnlab.experiment.seeds import layer_seeds
from nnlab.export.sections import listed

LAYER_FIELD = re.compile(r"layers\[(\d+)\]\.(dropout|l1|l2)")
WEIGHTS = "weights"


@dataclass(frozen=True, eq=False)
class Run:
    """A run to repeat.

    Parameters
    ----------
    experiment : Experiment
        What it began with.
    epochs : int
        How many it is to have.
    changes : tuple of (int, mapping of str to object)
        From the end of which epoch on what was other: fields such as ``"layers[0].dropout"`` to new values,
        ``"weights"`` to the arrays set by hand; in order of the epochs.
    """

    experiment: Experiment
    epochs: int
    changes: tuple[tuple[int, Mapping[str, Any]], ...] = ()

    @cached_property
    def changed(self) -> frozenset[str]:
        """The fields that change."""
        return frozenset(field for _, values in self.changes for field in values)

    def penalties(self, kind: str) -> bool:
        """Whether a penalty, ``"l1"`` or ``"l2"``, is ever used."""
        used = [getattr(layer, kind) for layer in self.experiment.layers]
        used.append(getattr(self.experiment, f"output_{kind}"))
        return any(used) or any(field.endswith(kind) for field in self.changed)


def changes_in_keras(run: Run) -> str:
    """Return statements, for the beginning of an epoch, that change what was changed then; empty if nothing was."""
    rates = [layer.dropout for layer in run.experiment.layers]
    last = [0.0] * len(rates)
    blocks = []
    for epoch, values in run.changes:
        lines = []
        for field, value in values.items():
            layer = LAYER_FIELD.fullmatch(field)
            if layer is not None and layer[2] == "dropout":
                lines += _dropout(run, int(layer[1]), value, rates, last)
            else:
                lines.append(_in_keras(field, value))
        lines += _traced_anew(values)
        blocks.append(_block(epoch, lines))
    return "\n".join(blocks)


def changes_in_playground(run: Run) -> str:
    """Return the same for the loop of the mode “as in TensorFlow Playground”."""
    layers = len(run.experiment.layers)
    return "\n".join(
        _block(epoch, [_in_playground(field, value, layers) for field, value in values.items()])
        for epoch, values in run.changes
    )


def silent_layers(run: Run) -> Iterator[str]:
    """Give statements that let dropout begin with a rate of 0 where it is used later only."""
    for index, layer in enumerate(run.experiment.layers):
        if not layer.dropout and f"layers[{index}].dropout" in run.changed:
            yield f'model.get_layer("dropout_{index + 1}").rate = 0'


def _block(epoch: int, lines: list[str]) -> str:
    inner = "\n".join(lines).replace("\n", "\n    ")
    return f"if epoch == {epoch}:\n    {inner}"


def _in_keras(field: str, value: Any) -> str:
    if field == "optimizer.learning_rate":
        return f"model.optimizer.learning_rate = {value!r}"
    if field == "batch_size":
        return f"batch_size = {value}"
    if field == "solved_at":
        return f"solved.value = {value!r}"
    if field == WEIGHTS:
        return f"model.set_weights({_arrays(value)})"
    name, kind = _penalized(field)
    return f'model.get_layer("{name}").kernel_regularizer.{kind} = {value!r}'


def _in_playground(field: str, value: Any, layers: int) -> str:
    if field == "optimizer.learning_rate":
        return f"learning_rate = {value!r}"
    if field in ("batch_size", "solved_at", WEIGHTS):
        return _in_keras(field, value)
    name, kind = _penalized(field)
    place = layers if name == "output" else int(name.removeprefix("hidden_")) - 1
    return f"{kind}[{place}] = {value!r}"


def _penalized(field: str) -> tuple[str, str]:
    layer = LAYER_FIELD.fullmatch(field)
    if layer is not None:
        return f"hidden_{int(layer[1]) + 1}", layer[2]
    return "output", field.removeprefix("output_")


def _dropout(run: Run, index: int, rate: float, rates: list[float], last: list[float]) -> list[str]:
    layer = f'model.get_layer("dropout_{index + 1}")'
    lines = [f"{layer}.rate = {rate!r}"]
    if rate and not rates[index] and last[index]:
        # Switched on again it begins its random numbers anew.
        lines.append(f"{layer}.seed_generator.state.assign([{layer_seeds(run.experiment)[2 * index + 1]}, 0])")
    last[index] = rates[index] or last[index]
    rates[index] = rate
    return lines


def _traced_anew(values: Mapping[str, Any]) -> list[str]:
    """Keras computes with the rates that stood there when it traced its functions."""
    kinds = {layer[2] for field in values if (layer := LAYER_FIELD.fullmatch(field))}
    kinds |= {field.removeprefix("output_") for field in values if field.startswith("output_")}
    lines = ["model.make_train_function(force=True)"] if kinds else []
    return [*lines, "model.make_test_function(force=True)"] if kinds - {"dropout"} else lines


def _arrays(weights: tuple[NDArray[Any], ...]) -> str:
    return listed([f"np.array({_numbers(array)}, dtype=np.{array.dtype})" for array in weights])


def _numbers(array: NDArray[Any]) -> str:
    if array.ndim == 0:
        return str(array.item())
    if array.ndim == 1:
        # The shortest text that gives the same number again.
        return "[" + ", ".join(np.format_float_positional(number, trim="0") for number in array) + "]"
    return listed([_numbers(row) for row in array])
