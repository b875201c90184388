"""Probes of how each layer learns, computed in a program from the gradients and outputs it has anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

SATURATED: dict[str, Callable[[tf.Tensor], tf.Tensor]] = {
    "tanh": lambda outputs: tf.abs(outputs) > 0.99,
    "sigmoid": lambda outputs: tf.abs(outputs - 0.5) > 0.49,
}


class ProbeSet:
    """The sums behind the probes, as variables of their own.

    Parameters
    ----------
    model : keras.Model
        Built; probes follow its layers.
    probes : sequence of str
        Names of `nnlab.training.recording.PROBES`.
    """

    def __init__(self, model: keras.Model, probes: Sequence[str]) -> None:
        leaves = [layer for layer in model._flatten_layers(include_self=False) if not layer._layers]
        learning = [layer for layer in leaves if layer.trainable_variables]
        self._sums: dict[tuple[str, str], tf.Variable] = {}
        self._places: dict[str, list[int]] = {}
        self._watched: dict[tuple[str, str], Any] = {}
        self._batches = tf.Variable(0.0)
        if probes:
            self._place(model, learning)
        for probe in probes:
            if probe in ("gradient_norm", "update_ratio"):
                for layer in learning:
                    self._sums[probe, layer.name] = tf.Variable(0.0)
            else:
                self._watch(probe, leaves)

    def _place(self, model: keras.Model, learning: Sequence[Any]) -> None:
        # Layers of nested models stand in another order than their variables do.
        places = {id(variable): place for place, variable in enumerate(model.trainable_variables)}
        for layer in learning:
            self._places[layer.name] = [places[id(variable)] for variable in layer.trainable_variables]

    def _watch(self, probe: str, leaves: Sequence[Any]) -> None:
        for layer in leaves:
            name = _activation(layer)
            if probe == "dead" and name == "relu":
                units = layer.compute_output_shape((None, *layer.input.shape[1:]))[-1]
                self._sums[probe, layer.name] = tf.Variable(tf.zeros(units))
                self._watched[probe, layer.name] = layer
            elif probe == "saturated" and name in SATURATED:
                self._sums[probe, layer.name] = tf.Variable(0.0)
                self._watched[probe, layer.name] = layer

    @property
    def variables(self) -> list[tf.Variable]:
        """All sums: part of a training's state."""
        return [self._batches, *self._sums.values()] if self._sums else []

    @property
    def names(self) -> list[tuple[str, str]]:
        """Probe and layer of each value, in the order of `results`."""
        return list(self._sums)

    def reset(self) -> None:
        """Begin an epoch."""
        for variable in self.variables:
            variable.assign(tf.zeros_like(variable))

    def results(self) -> tf.Tensor:
        """Return the values of the epoch so far, shape (len(names),)."""
        if not self._sums:
            return tf.zeros((0,))
        batches = tf.maximum(self._batches, 1.0)
        return tf.stack(
            [
                tf.reduce_mean(tf.cast(total <= 0.0, tf.float32)) if probe == "dead" else total / batches
                for (probe, _), total in self._sums.items()
            ]
        )

    @contextmanager
    def traced(self, model: keras.Model) -> Iterator[None]:
        """Let the steps of a model that are traced meanwhile add to the sums."""
        if not self._sums:
            yield
            return
        optimizer = model.optimizer
        optimizer.apply_gradients = self._observed_update(optimizer.apply_gradients)
        layers = list(dict.fromkeys(self._watched.values()))
        for layer in layers:
            layer.call = self._observed_call(layer, layer.call)
        try:
            yield
        finally:
            del optimizer.apply_gradients
            for layer in layers:
                del layer.call

    def _observed_update(self, apply: Callable[..., Any]) -> Callable[..., Any]:
        def observed(pairs: Any, **arguments: Any) -> Any:
            pairs = list(pairs)
            before = [tf.identity(variable.value) for _, variable in pairs]
            for (probe, name), total in self._sums.items():
                if probe == "gradient_norm":
                    total.assign_add(_norm([pairs[place][0] for place in self._places[name]]))
            result = apply(pairs, **arguments)
            self._batches.assign_add(1.0)
            for (probe, name), total in self._sums.items():
                if probe == "update_ratio":
                    old = [before[place] for place in self._places[name]]
                    new = [tf.convert_to_tensor(pairs[place][1].value) for place in self._places[name]]
                    change = _norm([after - start for after, start in zip(new, old, strict=True)])
                    total.assign_add(tf.math.divide_no_nan(change, _norm(old)))
            return result

        return observed

    def _observed_call(self, layer: Any, call: Callable[..., tf.Tensor]) -> Callable[..., tf.Tensor]:
        def observed(*arguments: Any, **keywords: Any) -> tf.Tensor:
            outputs = call(*arguments, **keywords)
            if ("dead", layer.name) in self._watched:
                total = self._sums["dead", layer.name]
                highest = tf.reduce_max(outputs, axis=list(range(len(outputs.shape) - 1)))
                total.assign(tf.maximum(total, tf.cast(highest, tf.float32)))
            if ("saturated", layer.name) in self._watched:
                beyond = SATURATED[_activation(layer)](outputs)
                self._sums["saturated", layer.name].assign_add(tf.reduce_mean(tf.cast(beyond, tf.float32)))
            return outputs

        return observed


def _norm(tensors: Sequence[tf.Tensor]) -> tf.Tensor:
    return tf.cast(tf.linalg.global_norm(tensors), tf.float32)


def _activation(layer: Any) -> str:
    if isinstance(layer, keras.layers.ReLU):
        return "relu"
    return getattr(getattr(layer, "activation", None), "__name__", "")
