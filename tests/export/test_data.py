"""A script's data are the app's, number by number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import features, load
from nnlab.datasets.tabular import in_double
from nnlab.experiment import DatasetChoice, Experiment
from nnlab.experiment.playground import as_playground
from nnlab.export import estimator_script, keras_script
from nnlab.export.run import Run

TOYS = ("circle", "xor", "gauss", "spiral", "moons", "rings", "blobs", "plane", "multi_gauss")
NOISY = {"noise": 0.15, "seed": 8, "samples": 91, "train_share": 0.7}
PARTS = ("x_train", "y_train", "x_valid", "y_valid", "x_test", "y_test")


def made_by(script) -> dict[str, np.ndarray]:
    names: dict[str, np.ndarray] = {}
    for section in script.sections[:2]:
        exec(section.code, names)
    return names


def assert_same(experiment: Experiment) -> None:
    names = made_by(keras_script(Run(experiment, 1)))
    data = features.select(load(experiment.dataset.name, **experiment.dataset.options), experiment.features)
    for part in PARTS:
        if part not in names:
            # Of points in the plane the test set is the validation set.
            assert experiment.dataset.info.kind == "toy"
            continue
        expected = getattr(data, part)
        if part.startswith("x"):
            expected = expected.astype(np.float32) / np.float32(experiment.input_scale)
            assert names[part].dtype == np.float32
        else:
            expected = models.targets(experiment, expected)
        np.testing.assert_array_equal(names[part].reshape(expected.shape), expected, err_msg=part)


@pytest.mark.parametrize("options", [{}, NOISY], ids=["plain", "noisy"])
@pytest.mark.parametrize("name", TOYS)
def test_points_in_the_plane(name: str, options: dict[str, float]) -> None:
    assert_same(Experiment(dataset=DatasetChoice(name, options)))


@pytest.mark.parametrize("name", ["rings", "blobs"])
def test_two_classes_and_six(name: str) -> None:
    for classes in (2, 6):
        assert_same(Experiment(dataset=DatasetChoice(name, {"classes": classes, "samples": 100})))


def test_features_are_computed_from_the_points() -> None:
    assert_same(Experiment(features=("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")))


@pytest.mark.parametrize("name", ["circle", "plane"])
def test_targets_of_the_playgrounds_mode(name: str) -> None:
    assert_same(as_playground(Experiment(dataset=DatasetChoice(name))))


@pytest.mark.parametrize("name", ["iris", "digits", "messages"])
def test_data_that_need_no_files(name: str) -> None:
    for seed in (0, 9):
        assert_same(Experiment(dataset=DatasetChoice(name, {"seed": seed})))


def test_chosen_columns_one_hot_labels_and_pixels_as_they_are() -> None:
    assert_same(Experiment(dataset=DatasetChoice("iris"), features=("sepal_width", "petal_length")))
    assert_same(Experiment(dataset=DatasetChoice("digits"), scale_inputs=False, loss="categorical_crossentropy"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fashion_mnist", "mnist", "california_housing"])
def test_data_from_the_files_of_a_folder(name: str, real_data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNLAB_DATA_DIR", str(real_data["housing/cal_housing.data"].parents[1]))

    assert_same(Experiment(dataset=DatasetChoice(name)))


def test_outliers_are_the_same_districts(real_data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNLAB_DATA_DIR", str(real_data["housing/cal_housing.data"].parents[1]))
    housing = DatasetChoice("california_housing", {"outliers": 300})

    assert_same(Experiment(dataset=housing, features=("median_income", "latitude")))


def test_scikit_learn_gets_its_numbers_in_double_precision() -> None:
    experiment = Experiment(dataset=DatasetChoice("iris"), layers=())
    names = made_by(estimator_script(experiment, "mlp"))

    np.testing.assert_array_equal(names["x_train"], features.select(in_double("iris"), experiment.features).x_train)
    assert names["x_train"].dtype == np.float64


def test_a_toy_needs_no_file_and_no_scikit_learn() -> None:
    imports = keras_script(Run(replace(Experiment(), epochs=2), 2)).sections[0].code

    assert imports == "import math\n\nimport keras\nimport numpy as np"
