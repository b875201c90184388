from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import _california_housing, fetch_california_housing, load_iris
from sklearn.model_selection import train_test_split

from nnlab.datasets import Dataset, DatasetError, load
from nnlab.datasets.tabular import in_double, iris_flowers, preview


def rows(dataset: Dataset) -> np.ndarray:
    """All samples with their targets as the last column, in a fixed order."""
    x = np.concatenate([dataset.x_train, dataset.x_valid, dataset.x_test])
    y = np.concatenate([dataset.y_train, dataset.y_valid, dataset.y_test])
    table = np.column_stack([x, y.astype(np.float32)])
    return table[np.lexsort(table.T)]


def test_iris_is_that_of_scikit_learn() -> None:
    original = load_iris()
    table = np.column_stack([original.data, original.target]).astype(np.float32)
    dataset = load("iris", seed=5)
    np.testing.assert_array_equal(rows(dataset), table[np.lexsort(table.T)])
    assert dataset.class_names == tuple(original.target_names)
    assert [name.removesuffix(" (cm)").replace(" ", "_") for name in original.feature_names] == list(
        dataset.feature_names
    )


@pytest.mark.parametrize("seed", [0, 1, 42])
def test_iris_is_split_with_every_species_in_its_share(seed: int) -> None:
    dataset = load("iris", seed=seed)
    assert np.bincount(dataset.y_test).tolist() == [5, 5, 5]
    assert sorted(np.bincount(dataset.y_valid).tolist()) == [4, 5, 5]
    assert len(dataset.y_train) == 121


def test_another_seed_splits_iris_otherwise() -> None:
    assert not np.array_equal(load("iris", seed=0).x_test, load("iris", seed=1).x_test)


@pytest.fixture
def original(real_data: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[np.ndarray, ...]:
    """California housing by scikit-learn's own loader, which is given the file as its archive."""
    archive = tmp_path / "cal_housing.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(real_data["housing/cal_housing.data"], "CaliforniaHousing/cal_housing.data")
    monkeypatch.setattr(_california_housing, "_fetch_remote", lambda *arguments, **options: str(archive))
    x, y = fetch_california_housing(data_home=tmp_path, return_X_y=True)
    return x, y


def test_housing_is_that_of_scikit_learn_in_the_books_split(original: tuple[np.ndarray, ...]) -> None:
    rest_x, test_x, rest_y, test_y = train_test_split(*original, random_state=42)
    train_x, valid_x, train_y, valid_y = train_test_split(rest_x, rest_y, random_state=42)
    expected = (train_x, valid_x, test_x, train_y, valid_y, test_y)
    # In double precision to the last bit: an MLP of scikit-learn ends elsewhere after the least rounding.
    for dataset, dtype in ((load("california_housing"), np.float32), (in_double("california_housing"), np.float64)):
        for found, exact in zip(parts(dataset), expected, strict=True):
            assert found.dtype == dtype
            np.testing.assert_array_equal(found, exact.astype(dtype))


def parts(dataset: Dataset) -> tuple[np.ndarray, ...]:
    features = (dataset.x_train, dataset.x_valid, dataset.x_test)
    return (*features, dataset.y_train, dataset.y_valid, dataset.y_test)


def test_an_outlier_is_a_training_price_with_a_zero_too_many(real_data: dict[str, Path]) -> None:
    clean, few, many = (load("california_housing", outliers=count) for count in (0, 100, 300))
    wrong = [dataset.y_train != clean.y_train for dataset in (few, many)]

    assert [changed.sum() for changed in wrong] == [100, 300]
    assert wrong[1][wrong[0]].all(), "more outliers include those of fewer"
    np.testing.assert_allclose(many.y_train[wrong[1]], 10 * clean.y_train[wrong[1]], rtol=1e-6)
    for before, after in zip(parts(clean), parts(many), strict=True):
        if before is not clean.y_train:
            np.testing.assert_array_equal(before, after)


def test_the_flowers_in_the_order_of_their_file() -> None:
    original = load_iris()
    x, species = iris_flowers(np.float64)

    np.testing.assert_array_equal(x, original.data)
    np.testing.assert_array_equal(species, original.target)


def test_what_pages_share_cannot_be_changed_by_one_of_them() -> None:
    shown = preview("iris", seed=3)

    assert preview("iris", seed=3) is shown
    assert not any(part.flags.writeable for part in parts(shown))
    np.testing.assert_array_equal(shown.x_train, load("iris", seed=3).x_train)


@pytest.mark.parametrize("function", [preview, in_double])
def test_only_tables_can_be_shown_as_tables(function: Callable[..., Dataset]) -> None:
    with pytest.raises(DatasetError, match="“circle” is not a table"):
        function("circle")


def test_housing_has_the_facts_of_the_chapter(real_data: dict[str, Path]) -> None:
    dataset = load("california_housing")
    assert [len(dataset.x_train), len(dataset.x_valid), len(dataset.x_test)] == [11_610, 3_870, 5_160]
    targets = np.concatenate([dataset.y_train, dataset.y_valid, dataset.y_test])
    assert targets.min() == np.float32(0.14999)
    assert targets.max() == np.float32(5.00001)
    assert np.sum(targets == targets.max()) == 965
    np.testing.assert_allclose(dataset.y_test[:3], [0.477, 0.458, 5.00001], atol=1e-6)
    # The two freak rows that make the book's validation curve jump.
    occupancy = dataset.feature_names.index("average_occupancy")
    np.testing.assert_allclose(np.sort(dataset.x_valid[:, occupancy])[-2:], [599.7, 1243.3], atol=0.1)


def test_housing_baselines_are_those_of_the_chapter(real_data: dict[str, Path]) -> None:
    dataset = load("california_housing")
    mean = dataset.y_train.mean()
    assert np.sqrt(np.mean((dataset.y_valid - mean) ** 2)) == pytest.approx(1.1476, abs=1e-3)
    assert np.sqrt(np.mean((dataset.y_test - mean) ** 2)) == pytest.approx(1.1505, abs=1e-3)
