"""`Scores`: loss and metric of an experiment, sample by sample, for many replicas at once."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from nnlab.experiment import Experiment


class Scores:
    """Keras' own loss, and the metric that `nnlab.models` compiles.

    Parameters
    ----------
    experiment : Experiment
        Whose output layer, loss and metric these are.

    Attributes
    ----------
    names : tuple of str
        ``"loss"`` and the metric, by Keras' names.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._head = head = experiment.head
        self._by_sign = experiment.mode == "playground"
        self.names = ("loss", head.metric)
        name = "mean_squared_error" if head.loss == "half_squared_error" else head.loss
        self._loss: Any = keras.losses.get(name)
        self._weight = 0.5 if head.loss == "half_squared_error" else 1.0

    def loss(self, targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """Return the loss of each sample, shape (n_samples, n_replicas).

        Parameters
        ----------
        targets : tensor of shape (n_samples, n_replicas, n_targets)
            As `nnlab.models.targets` makes them.
        outputs : tensor of shape (n_samples, n_replicas, n_outputs)
            Of the networks.
        """
        if self._head.loss == "sparse_categorical_crossentropy":
            targets = tf.cast(targets[..., 0], tf.int32)
        losses = self._loss(targets, outputs)
        return losses if self._weight == 1.0 else self._weight * losses

    def metric(self, targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """Return what each sample adds to the metric, shape (n_samples, n_replicas)."""
        if self._head.metric != "accuracy":
            return tf.reduce_mean(tf.square(outputs - targets), axis=-1)
        if self._by_sign:
            right = (outputs >= 0.0) == (targets >= 0.0)
        elif self._head.loss == "sparse_categorical_crossentropy":
            right = tf.cast(tf.argmax(outputs, axis=-1), tf.float32)[..., None] == targets
        elif self._head.loss == "categorical_crossentropy":
            right = (tf.argmax(outputs, axis=-1) == tf.argmax(targets, axis=-1))[..., None]
        else:
            right = (outputs > 0.5) == (targets > 0.5)
        return tf.reduce_mean(tf.cast(right, tf.float32), axis=-1)

    def finished(self, means: tf.Tensor) -> tf.Tensor:
        """Return loss and metric, shape (2, n_replicas), given the means of what samples have added to them."""
        if self._head.metric == "accuracy":
            return means
        return tf.stack([means[0], tf.sqrt(means[1])])
