"""`StackedNetwork`: the layers of a Keras model, with the weights of many replicas stacked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from nnlab.replicas.dense import dense


class StackedNetwork:
    """Compute what a Keras model computes, for many replicas at once.

    Parameters
    ----------
    model : keras.Sequential
        Built; its layers' own activations and regularizers are used.
    replicas : int
        How many.

    Attributes
    ----------
    weights : list of keras.Variable
        Those of the model, in its order, each with the replica as a further last axis.
    trainable : list of keras.Variable
        Those among them that are trained.
    """

    def __init__(self, model: Any, replicas: int) -> None:
        self._layers = model.layers
        self._evaluated_apart = getattr(model, "evaluated_after_training", False)
        self.weights = [_stacked(weight, replicas) for weight in model.weights]
        self._of = {id(own): stacked for own, stacked in zip(model.weights, self.weights, strict=True)}
        self.trainable = [self._of[id(weight)] for weight in model.trainable_weights]

    def outputs(self, x: tf.Tensor, *, training: bool) -> tf.Tensor:
        """Return the outputs.

        Parameters
        ----------
        x : tensor of shape (n_samples, n_inputs, n_replicas)
            Inputs.
        training : bool
            Whether batch normalization takes the batch's own statistics, and learns from them.

        Returns
        -------
        tensor of shape (n_samples, n_replicas, n_outputs)
            Here the replica is not the last axis: Keras' losses and softmax want the outputs there.
        """
        *hidden, last = self._layers
        for layer in hidden:
            x = self._apply(layer, x, training)
        sums = tf.transpose(dense(x, self._value(last.kernel), self._value(last.bias)), (0, 2, 1))
        return last.activation(sums)

    def penalties(self) -> tf.Tensor | float:
        """Return each replica's penalty on its weights, shape (n_replicas,); 0.0 without any."""
        total: tf.Tensor | float = 0.0
        if self._evaluated_apart:
            return total
        for layer in self._layers:
            penalty = getattr(layer, "kernel_regularizer", None)
            if penalty is not None:
                kernel = self._value(layer.kernel)
                total += float(penalty.l1) * tf.reduce_sum(tf.abs(kernel), axis=(0, 1))
                total += float(penalty.l2) * tf.reduce_sum(tf.square(kernel), axis=(0, 1))
        return total

    def _apply(self, layer: Any, x: tf.Tensor, training: bool) -> tf.Tensor:
        if isinstance(layer, keras.layers.Dense):
            return layer.activation(dense(x, self._value(layer.kernel), self._value(layer.bias)))
        if isinstance(layer, keras.layers.BatchNormalization):
            return self._normalize(layer, x, training)
        # `Activation`; a dropout layer has random numbers of its own and is not trained here.
        return layer.activation(x)

    def _normalize(self, layer: Any, x: tf.Tensor, training: bool) -> tf.Tensor:
        mean, variance = self._value(layer.moving_mean), self._value(layer.moving_variance)
        if training:
            moving = (self._of[id(layer.moving_mean)], mean), (self._of[id(layer.moving_variance)], variance)
            mean, variance = tf.nn.moments(x, axes=[0])
            for (variable, before), now in zip(moving, (mean, variance), strict=True):
                variable.assign(before * layer.momentum + now * (1.0 - layer.momentum))
        scale, offset = self._value(layer.gamma), self._value(layer.beta)
        return tf.nn.batch_normalization(x, mean, variance, offset, scale, layer.epsilon)

    def _value(self, weight: Any) -> tf.Tensor:
        return self._of[id(weight)].value.read_value()


def _stacked(weight: Any, replicas: int) -> keras.Variable:
    variable = keras.Variable(tf.zeros((*weight.shape, replicas)), trainable=weight.trainable)
    # The optimizer of the mode "playground" looks for it.
    variable.regularizer = getattr(weight, "regularizer", None)
    return variable


def assign(variables: Sequence[Any], values: Sequence[tf.Tensor]) -> None:
    """Give Keras variables these values."""
    for variable, value in zip(variables, values, strict=True):
        variable.value.assign(value)
