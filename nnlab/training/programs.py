"""The programs of this process: found again by structure, bounded in number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from nnlab.training.carrier import Carrier, build
from nnlab.training.layout import Layout
from nnlab.training.memory import give_back
from nnlab.training.program import Program
from nnlab.training.structure import NotClonableError, describe
from nnlab.training.trace import Wish

MOST = 16

_programs: OrderedDict[tuple[Any, ...], Program] = OrderedDict()
_counts = {"compiled": 0}


class NotCompilableError(Exception):
    """The model cannot be trained as one compiled program; the text says why."""


class Wanted:
    """The program for a model and data like these.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    layout : Layout
        The steps of an epoch.
    data : sequence
        Training inputs and targets, then validation inputs and targets: nested tensors.
    wish : Wish
        What it is to do beside training.

    Attributes
    ----------
    key : tuple
        Equal for models that share a program.
    """

    def __init__(self, model: keras.Model, layout: Layout, data: Sequence[Any], wish: Wish) -> None:
        self._batch = batch = _sample(data, wish)
        self._model, self._layout, self._data, self._wish = model, layout, data, wish
        build(model, batch)
        shapes = str(tf.nest.map_structure(lambda value: (value.shape, value.dtype), list(data)))
        surroundings = (layout, shapes, wish, keras.config.floatx(), keras.config.dtype_policy().name)
        self._description: tuple[dict[str, Any], dict[str, Any]] | None = None
        self.key: tuple[Any, ...]
        try:
            text, *description = describe(model, _names_that_count(model, data))
        except NotClonableError:
            self.key = _identity(model, surroundings)
        else:
            self.key, self._description = (text, *surroundings), (description[0], description[1])

    @property
    def compiled(self) -> bool:
        """Whether it is there already."""
        return self.key in _programs

    def get(self, announce: Callable[[], None] = lambda: None) -> Program:
        """Return it, compiled if there was none; then `announce` is called before.

        Raises
        ------
        NotCompilableError
            TensorFlow or XLA cannot make a program of the model's steps.
        """
        if self.compiled:
            _programs.move_to_end(self.key)
            return _programs[self.key]
        announce()
        own = self._description is None
        model = self._model if self._description is None else _twin(self._model, *self._description)
        _programs[self.key] = program = _compiled(model, self._batch, own, self._layout, self._data, self._wish)
        _counts["compiled"] += 1
        while len(_programs) > MOST:
            _programs.popitem(last=False)
        give_back()
        return program


def compilations() -> int:
    """Return how many programs this process has compiled."""
    return _counts["compiled"]


def _sample(data: Sequence[Any], wish: Wish) -> tuple[Any, Any]:
    """Return a sample of inputs and targets, of the types in which a model gets them."""
    x, y = tf.nest.map_structure(lambda value: value[:1], tuple(data[:2]))
    return (tf.nest.map_structure(lambda value: tf.cast(value, keras.config.floatx()), x) if wish.scaled else x), y


def forget_all() -> None:
    """Forget every program; what compiling them left behind stays with the process."""
    _programs.clear()


def _identity(model: keras.Model, surroundings: tuple[Any, ...]) -> tuple[Any, ...]:
    # The objects themselves, so that none of them goes while the program is kept.
    trainable = tuple(layer.trainable for layer in model._flatten_layers())
    return (_Same(model), _Same(model.optimizer), _Same(model._compile_loss), trainable, *surroundings)


class _Same:
    """Equal to what wraps the very same object."""

    def __init__(self, wrapped: object) -> None:
        self._wrapped = wrapped

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._wrapped is self._wrapped

    def __hash__(self) -> int:
        return id(self._wrapped)


def _names_that_count(model: keras.Model, data: Sequence[Any]) -> set[str]:
    outputs = list(getattr(model, "output_names", None) or ())
    names = set(outputs) if len(outputs) > 1 else set()
    if any(isinstance(part, dict) for part in data):
        names |= {tensor.name for tensor in tf.nest.flatten(model.inputs)} | set(outputs)
    return names


def _twin(model: keras.Model, config: dict[str, Any], compiled: dict[str, Any]) -> keras.Model:
    twin = type(model).from_config(config)
    twin.compile_from_config(compiled)
    return twin


def _compiled(
    model: keras.Model, batch: tuple[Any, Any], own: bool, layout: Layout, data: Sequence[Any], wish: Wish
) -> Program:
    try:
        carrier = Carrier(model, batch, own=own)
        program = Program(carrier, layout, data, wish)
        settings = tf.constant([1.0, *carrier.rates(model)], tf.float64)
        orders = tf.zeros((program.capacity, layout.samples), tf.int32)
        # XLA compiles at the first call: one that trains nothing.
        program(program.start, data, orders, (0, 0, 0), settings)
    except (tf.errors.OpError, TypeError, AttributeError, NotImplementedError) as error:
        # What Python does with values while a graph is traced, and what XLA has no operation for.
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise NotCompilableError(f"{type(error).__name__}: {reason[:300]}") from error
    return program
