"""Batches: every sample once an epoch, in an order that depends on seed and epoch alone."""

from __future__ import annotations

from itertools import islice

import keras
import numpy as np
import pytest

from nnlab.training.batches import NotArraysError, permutation, permutations, stream, tensors


def rows_of(batches) -> list[np.ndarray]:
    return [np.asarray(batch) for batch in batches]


def test_an_order_visits_every_sample_once() -> None:
    assert sorted(permutation(3, 5, 1000)) == list(range(1000))


def test_an_order_depends_on_seed_and_epoch_alone() -> None:
    np.random.default_rng().normal(size=7)
    first = permutation(3, 5, 100)
    np.random.normal(size=7)

    np.testing.assert_array_equal(first, permutation(3, 5, 100))
    assert not np.array_equal(first, permutation(3, 6, 100))
    assert not np.array_equal(first, permutation(4, 5, 100))
    # Seed 3 in epoch 5 is not seed 5 in epoch 3.
    assert not np.array_equal(first, permutation(5, 3, 100))


@pytest.mark.parametrize("samples", [1, 2, 7, 250, 256, 257])
def test_a_block_of_orders_is_the_orders_of_its_epochs(samples: int) -> None:
    block = permutations(11, 4, 3, samples)

    np.testing.assert_array_equal(block, [permutation(11, epoch, samples) for epoch in (4, 5, 6)])
    np.testing.assert_array_equal(np.sort(block), [np.arange(samples)] * 3)


def test_all_orders_of_three_samples_come_up_equally_often() -> None:
    orders = [tuple(permutation(0, epoch, 3)) for epoch in range(3000)]
    counts = [orders.count(order) for order in set(orders)]

    assert len(counts) == 6
    # Five standard deviations of a binomial with 3,000 draws at 1/6.
    assert max(abs(count - 500) for count in counts) < 5 * np.sqrt(3000 / 6 * 5 / 6)


def test_epochs_follow_each_other_and_the_last_batch_is_smaller() -> None:
    x = np.arange(10, dtype=np.float32).reshape(10, 1)
    batches = list(islice(stream(x, x[:, 0], 4, 1.0), 6))

    assert [len(inputs) for inputs, _ in batches] == [4, 4, 2, 4, 4, 2]
    for epoch in (batches[:3], batches[3:]):
        np.testing.assert_array_equal(np.concatenate([inputs for inputs, _ in epoch]), x)
        np.testing.assert_array_equal(np.concatenate([labels for _, labels in epoch]), x[:, 0])


def test_an_epoch_takes_the_order_that_holds_when_it_begins() -> None:
    x = np.arange(5, dtype=np.float32).reshape(5, 1)
    orders = [np.array([4, 3, 2, 1, 0]), np.array([1, 0, 2, 4, 3])]
    begun: list[int] = []

    def order() -> np.ndarray:
        begun.append(len(begun))
        return orders[begun[-1]]

    batches = iter(stream(x, x[:, 0], 2, 1.0, order))
    first = [next(batches) for _ in range(3)]
    # Not looked ahead: what decides the second epoch's order may still change.
    assert begun == [0]
    second = [next(batches) for _ in range(3)]

    np.testing.assert_array_equal(np.concatenate([labels for _, labels in first]), orders[0])
    np.testing.assert_array_equal(np.concatenate([labels for _, labels in second]), orders[1])


@pytest.mark.parametrize("scale", [16.0, 255.0])
def test_bytes_are_divided_batch_by_batch(scale: float) -> None:
    x = np.random.default_rng(0).integers(0, 256, (30, 4, 4), dtype=np.uint8)
    inputs = np.concatenate([np.asarray(inputs) for inputs, _ in islice(stream(x, x[:, 0, 0], 8, scale), 4)])

    assert inputs.dtype == np.float32
    np.testing.assert_allclose(inputs, x.astype(np.float64) / scale, rtol=1e-6)


def test_without_a_scale_bytes_stay_bytes() -> None:
    x = np.arange(30, dtype=np.uint8)[:, None]
    (inputs, _), *_ = islice(stream(x, x, 8, 1), 1)

    assert inputs.dtype == np.uint8


def test_arrays_get_the_type_that_keras_gives_them() -> None:
    given = {"a": np.zeros((2, 1)), "b": [np.zeros(2, np.uint8), np.zeros(2, np.float16)]}

    assert [str(tensor.dtype.name) for tensor in keras.tree.flatten(tensors(given))] == ["float32", "uint8", "float32"]


@pytest.mark.parametrize("values", [np.array(["a", "b"]), [1.0, 2.0], iter(())], ids=["text", "numbers", "iterator"])
def test_what_is_no_array_of_numbers_is_refused_by_name(values) -> None:
    with pytest.raises(NotArraysError, match="the data are"):
        tensors(values)
