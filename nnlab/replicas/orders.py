"""`Orders`: in which order each replica visits the samples, made a block of epochs ahead."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from nnlab.replicas.shape import Shape
from nnlab.training.batches import permutations

# NumPy sorts, and TensorFlow computes, without holding Python's lock.
_ahead = ThreadPoolExecutor(1, "orders of samples")


class Orders:
    """Blocks of orders, of as many epochs as one call of a program can train.

    Parameters
    ----------
    seeds : sequence of int
        One for each replica.
    shape : Shape
        Of the program.
    epochs : int
        How many will be trained.
    """

    def __init__(self, seeds: Sequence[int], shape: Shape, epochs: int) -> None:
        self._seeds = tuple(seeds)
        self._shape = shape
        self._blocks = -(-epochs // shape.capacity)
        self._number, self._block = -1, None
        self._next: tuple[int, Future[NDArray[np.unsignedinteger]]] | None = None

    def at(self, epoch: int) -> tuple[tf.Tensor, int, int]:
        """Return the block with an epoch, from 0, its row there, and how many rows there are from it on."""
        number, row = divmod(epoch, self._shape.capacity)
        if number != self._number:
            made = self._next[1] if self._next is not None and self._next[0] == number else self._make(number)
            self._number, self._block = number, tf.constant(made.result())
            self._next = (number + 1, self._make(number + 1)) if number + 1 < self._blocks else None
        return self._block, row, self._shape.capacity - row

    def _make(self, number: int) -> Future[NDArray[np.unsignedinteger]]:
        return _ahead.submit(block, self._seeds, number * self._shape.capacity, self._shape)


def block(seeds: Sequence[int], first: int, shape: Shape) -> NDArray[np.unsignedinteger]:
    """Return the orders of some epochs, shape (capacity, samples, n_replicas)."""
    each = np.empty((len(seeds), shape.capacity, shape.samples), shape.index_type)
    for place, seed in enumerate(seeds):
        each[place] = permutations(seed, first, shape.capacity, shape.samples)
    return np.ascontiguousarray(each.transpose(1, 2, 0))
