from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nnlab.datasets import DatasetError, DownloadError, load
from nnlab.datasets.images import preview

pytestmark = pytest.mark.usefixtures("fresh_previews")


@pytest.fixture
def fresh_previews() -> None:
    preview.cache_clear()


def test_fashion_mnist_is_that_of_the_chapter(real_data: dict[str, Path]) -> None:
    dataset = load("fashion_mnist")
    assert dataset.x_train.shape == (55_000, 28, 28)
    assert dataset.x_valid.shape == (5_000, 28, 28)
    assert dataset.x_test.shape == (10_000, 28, 28)
    assert dataset.x_train.dtype == dataset.y_train.dtype == np.uint8
    assert dataset.y_train[:3].tolist() == [9, 0, 0]
    # The book prints y_train as [9, 0, 0, …, 9, 0, 2]: what follows is the validation set.
    assert dataset.y_train[-3:].tolist() == [9, 0, 2]
    assert dataset.class_names[dataset.y_train[0]] == "Ankle boot"
    assert dataset.y_test[:3].tolist() == [9, 2, 1]
    assert dataset.scale == 255
    assert dataset.x_train.max() == 255


def test_mnist_keeps_its_first_5000_for_validation(real_data: dict[str, Path]) -> None:
    dataset = load("mnist")
    assert dataset.y_valid[:5].tolist() == [5, 0, 4, 1, 9]
    assert (len(dataset.y_train), len(dataset.y_valid), len(dataset.y_test)) == (55_000, 5_000, 10_000)
    whole = np.concatenate([dataset.x_valid, dataset.x_train])
    assert whole.mean() == pytest.approx(33.318, abs=5e-4)
    assert dataset.class_names == tuple("0123456789")


@pytest.mark.slow
def test_mnist_is_what_numpy_reads(real_data: dict[str, Path]) -> None:
    dataset = load("mnist")
    with np.load(real_data["mnist/mnist.npz"], allow_pickle=False) as arrays:
        np.testing.assert_array_equal(dataset.x_train, arrays["x_train"][5_000:])
        np.testing.assert_array_equal(dataset.y_test, arrays["y_test"])


def test_digits_are_those_of_scikit_learn() -> None:
    original = load_digits()
    dataset = load("digits", seed=3)
    x = np.concatenate([dataset.x_train, dataset.x_valid, dataset.x_test]).reshape(-1, 64)
    y = np.concatenate([dataset.y_train, dataset.y_valid, dataset.y_test])
    found, expected = np.column_stack([x, y]), np.column_stack([original.data, original.target]).astype(np.uint8)
    np.testing.assert_array_equal(found[np.lexsort(found.T)], expected[np.lexsort(expected.T)])
    assert dataset.x_train.shape[1:] == (8, 8)
    assert (dataset.scale, dataset.x_train.max()) == (16, 16)


def test_digits_are_split_by_their_seed_in_equal_shares() -> None:
    first, again, other = (load("digits", seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.x_test, again.x_test)
    assert not np.array_equal(first.x_test, other.x_test)
    sizes = np.array([len(first.y_train), len(first.y_valid), len(first.y_test)])
    np.testing.assert_allclose(sizes / 1797, [0.7, 0.1, 0.2], atol=0.001)
    whole = np.bincount(load_digits().target) / 1797
    for labels in (first.y_train, first.y_valid, first.y_test):
        np.testing.assert_allclose(np.bincount(labels) / len(labels), whole, atol=0.01)


@pytest.mark.parametrize("name", ["fashion_mnist", "mnist", "digits"])
def test_a_preview_shows_what_the_data_set_holds(name: str, request: pytest.FixtureRequest) -> None:
    if name != "digits":
        request.getfixturevalue("real_data")
    dataset, shown = load(name), preview(name)
    full = np.concatenate([dataset.y_train, dataset.y_valid])
    np.testing.assert_array_equal(shown.class_counts, np.bincount(full))
    np.testing.assert_array_equal(shown.test_counts, np.bincount(dataset.y_test))
    np.testing.assert_array_equal(shown.first, dataset.x_train[:40])
    np.testing.assert_array_equal(shown.first_labels, dataset.y_train[:40])
    np.testing.assert_array_equal(shown.x_test, dataset.x_test)
    np.testing.assert_array_equal(shown.y_test, dataset.y_test)
    assert shown.samples.shape == (10, 20, *dataset.x_train.shape[1:])
    for number in range(10):
        np.testing.assert_array_equal(shown.samples[number], dataset.x_train[dataset.y_train == number][:20])
    assert shown.sizes == (len(dataset.y_train), len(dataset.y_valid), len(dataset.y_test))
    assert (shown.scale, shown.class_names) == (dataset.scale, dataset.class_names)


def test_fashion_mnist_has_6000_and_1000_pictures_of_each_class(real_data: dict[str, Path]) -> None:
    shown = preview("fashion_mnist")
    assert shown.class_counts.tolist() == [6_000] * 10
    assert shown.test_counts.tolist() == [1_000] * 10


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fashion_mnist", "mnist"])
def test_a_preview_never_holds_the_training_set(name: str, real_data: dict[str, Path]) -> None:
    gc.collect()
    tracemalloc.start()
    try:
        shown = preview(name)
        gc.collect()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The test set is 7.8 MB, the training set 47 MB.
    assert shown.x_test.nbytes == 7_840_000
    assert kept < 9e6
    assert peak < 25e6


def test_a_preview_is_made_once_and_cannot_be_changed() -> None:
    shown = preview("digits")
    assert preview("digits") is shown
    with pytest.raises(ValueError, match="read-only"):
        shown.x_test[0] = 0


def test_a_preview_of_digits_shows_the_test_set_of_its_seed() -> None:
    np.testing.assert_array_equal(preview("digits", seed=9).x_test, load("digits", seed=9).x_test)


def test_a_preview_downloads_nothing(cache: Path) -> None:
    with pytest.raises(DownloadError, match="“mnist/mnist.npz” is not on this machine yet") as caught:
        preview("mnist")
    assert caught.value.reason == "missing"
    assert not cache.exists()


def test_only_pictures_can_be_previewed() -> None:
    with pytest.raises(DatasetError, match="“circle” does not consist of pictures"):
        preview("circle")
    with pytest.raises(DatasetError, match="“mnist” has no option “seed”"):
        preview("mnist", seed=1)
