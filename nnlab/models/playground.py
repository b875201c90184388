"""TensorFlow Playground's training, in pieces of Keras where they fit and as subclasses of them where they do not.

Five things are unlike Keras. A batch that is not full trains nothing: its gradients are carried
over to the next epoch's first batch. The derivative of a penalty is taken apart from the loss, which
is shown without it. A weight that L1 takes across 0 is dead from then on. An epoch's training results
are those of its last weights over the whole training set. And classes are -1 and +1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from nnlab.datasets import Dataset
from nnlab.experiment import Experiment, ExperimentError
from nnlab.experiment.playground import FIRST_BIAS, LARGEST_WEIGHT


@keras.saving.register_keras_serializable("nnlab")
class CarryingSGD(keras.optimizers.Optimizer):
    """Plain gradient descent that waits until a batch is full.

    The gradients of a smaller batch are kept and averaged, sample by sample, with those of the
    next full one. Then every weight makes the step ``-learning_rate * mean gradient``, and after it
    ``-learning_rate * derivative of its penalty``, which is taken where the weight was before both.
    With L1 among the penalties, a weight that changes sign in this second step becomes 0 and stays
    so: it is *dead*. All of this is in the optimizer's variables, so a training that is
    resumed from them goes on exactly.

    Parameters
    ----------
    learning_rate : float
        Of both steps.
    batch_size : int
        Samples that make a batch full.
    **arguments : object
        As `keras.optimizers.Optimizer` takes them.
    """

    def __init__(self, learning_rate: float = 0.03, *, batch_size: int = 10, **arguments: Any) -> None:
        super().__init__(learning_rate=learning_rate, **arguments)
        self.batch_size = batch_size
        self._arriving: Any = batch_size

    def build(self, variables: list[Any]) -> None:
        """Make a sum of gradients and a mark for each weight, and one count of samples."""
        if self.built:
            return
        super().build(variables)
        self._carried = self.add_optimizer_variables(variables, "carried")
        self._dead = self.add_optimizer_variables(variables, "dead")
        self._carried_samples = self.add_variable((), name="carried_samples")

    @contextmanager
    def arriving(self, samples: Any) -> Iterator[None]:
        """Take gradients that come meanwhile as means over so many samples; else, over a full batch."""
        self._arriving = samples
        try:
            yield
        finally:
            self._arriving = self.batch_size

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Update the weights if the batch is full, keep the gradients if not."""
        super().apply(grads, trainable_variables)
        count = self._carried_samples + keras.ops.cast(self._arriving, self._carried_samples.dtype)
        self._carried_samples.assign(keras.ops.where(self._full, 0.0, count))

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one weight matrix or bias vector."""
        ops = keras.ops
        place = self._get_variable_index(variable)
        carried, dead = self._carried[place], self._dead[place]
        samples = ops.cast(self._arriving, variable.dtype)
        rate = ops.cast(learning_rate, variable.dtype)
        total = carried + samples * gradient
        updated = variable - rate * total / (samples + ops.cast(self._carried_samples, variable.dtype))
        changing = ops.logical_and(self._full, dead == 0.0)
        penalty = getattr(self._trainable_variables[place], "regularizer", None)
        if penalty is not None:
            moved = updated
            updated = moved - rate * _derivative(penalty, variable)
            if penalty.l1:
                crossed = ops.sign(moved) * ops.sign(updated) < 0.0
                updated = ops.where(crossed, 0.0, updated)
                self.assign_add(dead, ops.cast(ops.logical_and(changing, crossed), dead.dtype))
        self.assign(variable, ops.where(changing, updated, variable))
        self.assign(carried, ops.where(self._full, 0.0, total))

    def get_config(self) -> dict[str, Any]:
        """Return what makes this optimizer again."""
        return {**super().get_config(), "batch_size": self.batch_size}

    @property
    def _full(self) -> Any:
        return keras.ops.greater_equal(self._arriving, self.batch_size)


def _derivative(penalty: keras.regularizers.L1L2, weights: Any) -> Any:
    derivative = keras.ops.zeros_like(weights)
    if penalty.l1:
        derivative += penalty.l1 * keras.ops.sign(weights)
    if penalty.l2:
        derivative += penalty.l2 * (2.0 * weights)
    return derivative


@keras.saving.register_keras_serializable("nnlab")
class PlaygroundModel(keras.Sequential):
    """Layers in a row, for `CarryingSGD`."""

    # `nnlab.training` looks for it: Keras has the mean over the batches as they were trained.
    evaluated_after_training = True

    @property
    def losses(self) -> list[Any]:
        """Nothing: the optimizer sees to the penalties, and the loss is shown without them."""
        return []

    def train_step(self, data: Any) -> Any:
        """Do as Keras does, and tell the optimizer how many samples the batch has."""
        x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        with self.optimizer.arriving(keras.ops.shape(x)[0]):
            return super().train_step(data)


@keras.saving.register_keras_serializable("nnlab")
class SignAccuracy(keras.metrics.BinaryAccuracy):
    """Share of samples whose output has the sign of the target; an output of 0 counts as positive."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Count the samples of a batch."""
        signs = [keras.ops.cast(keras.ops.greater_equal(values, 0.0), self.dtype) for values in (y_true, y_pred)]
        return super().update_state(*signs, sample_weight)


def network(experiment: Experiment, seeds: list[int]) -> PlaygroundModel:
    """Return the layers of an experiment with TensorFlow Playground's first weights, not yet compiled.

    Weights are uniform between -0.5 and 0.5, biases 0.1; in a layer whose initializer is
    ``"zeros"`` both are 0, and in the output layer if all hidden ones are such.

    Parameters
    ----------
    experiment : Experiment
        In the mode ``"playground"``.
    seeds : list of int
        For each hidden layer one and one that plays no part here, then one for the output.
    """
    zeros = [layer.initializer == "zeros" for layer in experiment.layers]
    layers: list[Any] = [keras.Input(shape=experiment.input_shape, name="input")]
    for number, layer in enumerate(experiment.layers, start=1):
        start = _start(zeros[number - 1], seeds[2 * number - 2])
        penalty = _penalty(layer.l1, layer.l2)
        layers.append(
            keras.layers.Dense(
                layer.units, layer.activation, kernel_regularizer=penalty, name=f"hidden_{number}", **start
            )
        )
    head = experiment.head
    start = _start(bool(zeros) and all(zeros), seeds[-1])
    penalty = _penalty(experiment.output_l1, experiment.output_l2)
    layers.append(keras.layers.Dense(head.units, head.activation, kernel_regularizer=penalty, name="output", **start))
    return PlaygroundModel(layers)


def optimizer(experiment: Experiment, dataset: Dataset) -> CarryingSGD:
    """Return the optimizer of an experiment.

    Raises
    ------
    ExperimentError
        There are fewer training samples than a batch has: no batch would ever be full.
    """
    samples = len(dataset.x_train)
    if experiment.batch_size > samples:
        raise ExperimentError(
            "batch_size",
            "TensorFlow Playground updates the weights after each full batch, and {samples} training samples never "
            "fill a batch of {batch_size}. Choose a batch size of at most {samples}, or more samples.",
            samples=samples,
            batch_size=experiment.batch_size,
        )
    return CarryingSGD(experiment.optimizer.learning_rate, batch_size=experiment.batch_size)


def _start(zeros: bool, seed: int) -> dict[str, keras.initializers.Initializer]:
    if zeros:
        return {"kernel_initializer": keras.initializers.Zeros(), "bias_initializer": keras.initializers.Zeros()}
    return {
        "kernel_initializer": keras.initializers.RandomUniform(-LARGEST_WEIGHT, LARGEST_WEIGHT, seed=seed),
        "bias_initializer": keras.initializers.Constant(FIRST_BIAS),
    }


def _penalty(l1: float, l2: float) -> keras.regularizers.L1L2 | None:
    # TensorFlow Playground's L2 is half the square of a weight, Keras' the whole.
    return keras.regularizers.L1L2(l1=l1, l2=l2 / 2) if l1 or l2 else None
