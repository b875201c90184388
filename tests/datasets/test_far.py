"""Who lies far out: by the training set's own measure, and the districts of the chapter among them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from nnlab.datasets import load
from nnlab.datasets.far import FAR, deviations, far_rows, farthest


def test_distances_are_measured_by_the_training_set() -> None:
    dataset = load("iris")
    own = deviations(dataset, "train")
    np.testing.assert_allclose(own.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(own.std(axis=0), 1, atol=1e-6)

    shifted = replace(dataset, x_valid=dataset.x_train + 3 * dataset.x_train.std(axis=0))
    np.testing.assert_allclose(deviations(shifted, "valid"), own + 3, atol=1e-4)


def test_the_chapters_two_districts_are_found_first(real_data: dict[str, Path]) -> None:
    dataset = load("california_housing")
    occupancy = dataset.feature_names.index("average_occupancy")
    rows = far_rows(dataset)

    np.testing.assert_allclose(dataset.x_valid[rows[:2], occupancy], [1243.3, 599.7], atol=0.1)
    np.testing.assert_allclose(np.abs(deviations(dataset, "valid"))[rows[:2], occupancy], [525, 253], atol=1)
    # A third one is hardly nearer; the page shows it too.
    np.testing.assert_allclose(dataset.x_valid[rows[2:], occupancy], [502.5], atol=0.1)


def test_no_district_to_train_or_test_on_lies_so_far_out(real_data: dict[str, Path]) -> None:
    dataset = load("california_housing")
    reach = farthest(dataset)

    assert far_rows(dataset, "train").size == far_rows(dataset, "test").size == 0
    occupancy = dataset.feature_names.index("average_occupancy")
    assert [round(float(reach[part][occupancy])) for part in ("train", "valid", "test")] == [96, 525, 34]
    assert max(reach["train"].max(), reach["test"].max()) < FAR
