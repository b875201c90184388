"""An experiment is complete, immutable and comparable."""

from __future__ import annotations

import dataclasses

import pytest

from nnlab.datasets.catalog import CATALOG
from nnlab.experiment import DatasetChoice, Experiment, ExperimentError, Layer, Optimizer


def test_what_is_left_out_takes_the_catalogs_default() -> None:
    experiment = Experiment(dataset=DatasetChoice("spiral", {"noise": 0.25}))

    assert experiment.dataset.options == {"samples": 500, "noise": 0.25, "train_share": 0.5, "seed": 0}
    assert experiment.features == ("x1", "x2")
    assert experiment == Experiment(
        dataset=DatasetChoice("spiral", {"samples": 500, "noise": 0.25, "train_share": 0.5, "seed": 0}),
        features=("x1", "x2"),
    )


def test_features_stand_in_the_catalogs_order_once_each() -> None:
    assert Experiment(features=("sin_x1", "x2", "x1", "x2")).features == ("x1", "x2", "sin_x1")


@pytest.mark.parametrize(
    ("name", "shape"),
    [("circle", (2,)), ("iris", (2,)), ("digits", (8, 8)), ("fashion_mnist", (28, 28)), ("california_housing", (8,))],
)
def test_the_input_is_what_the_data_are_made_of(name: str, shape: tuple[int, ...]) -> None:
    assert Experiment(dataset=DatasetChoice(name)).input_shape == shape


@pytest.mark.parametrize("features", [("x3",), ("x1", "petal_length"), "x1", None, 1, (["x1"],), ({},)], ids=repr)
def test_inputs_that_the_data_do_not_have_are_refused_with_those_they_have(features) -> None:
    with pytest.raises(ExperimentError, match="x1_squared") as caught:
        Experiment(features=features)
    assert caught.value.field == "features"


def test_pictures_have_no_columns_to_choose() -> None:
    with pytest.raises(ExperimentError, match="pixel"):
        Experiment(dataset=DatasetChoice("digits"), features=("pixel",))


@pytest.mark.parametrize("name", ["", "Circle", "imagenet", None, 3, ["circle"]], ids=repr)
def test_a_data_set_outside_the_catalog_is_refused_with_the_list(name) -> None:
    with pytest.raises(ExperimentError, match="fashion_mnist") as caught:
        DatasetChoice(name)
    assert caught.value.field == "dataset.name"


@pytest.mark.parametrize(("dataset", "option"), [(name, o) for name, info in CATALOG.items() for o in info.options])
def test_an_option_of_the_data_keeps_its_limits(dataset: str, option: str) -> None:
    bound = CATALOG[dataset].options[option]
    beyond = [bound.minimum - 1, bound.maximum + 1, float("nan"), True, "1", None]

    for value in (bound.minimum, bound.maximum):
        assert DatasetChoice(dataset, {option: value}).options[option] == value
    for value in beyond:
        with pytest.raises(ExperimentError) as caught:
            DatasetChoice(dataset, {option: value})
        assert caught.value.field == f"dataset.options.{option}"


@pytest.mark.parametrize("options", [{"colour": 1}, {"": 0}, {3: 0}], ids=repr)
def test_an_option_that_the_data_lack_is_refused(options) -> None:
    with pytest.raises(ExperimentError, match="has no option") as caught:
        DatasetChoice("circle", options)
    assert caught.value.field == "dataset.options"


@pytest.mark.parametrize("options", [None, [], "noise", 3], ids=repr)
def test_options_are_names_with_numbers(options) -> None:
    with pytest.raises(ExperimentError, match="names with numbers"):
        DatasetChoice("circle", options)


def test_nesterov_without_momentum_is_explained() -> None:
    with pytest.raises(ExperimentError, match="0.9 is usual") as caught:
        Optimizer("sgd", nesterov=True)
    assert caught.value.field == "optimizer.nesterov"

    assert Optimizer("sgd", momentum=0.9, nesterov=True).hyperparameters["nesterov"] is True
    # Another optimizer has no such switch, so it is left alone.
    assert "nesterov" not in Optimizer("adam", nesterov=True).hyperparameters


def test_an_optimizer_passes_on_only_what_it_has() -> None:
    optimizer = Optimizer("adamw", learning_rate=0.1, momentum=0.5, beta_1=0.8, beta_2=0.9, weight_decay=0.01)

    assert optimizer.hyperparameters == {"learning_rate": 0.1, "beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.01}


def test_another_seed_is_another_experiment_and_nothing_else_changes() -> None:
    experiment = Experiment(layers=(Layer(3),), seed=1)
    other = experiment.with_seed(2)

    assert (experiment.seed, other.seed) == (1, 2)
    assert other != experiment
    assert other.with_seed(1) == experiment


def test_equal_experiments_have_equal_hashes() -> None:
    first, second = Experiment(features=("x2", "x1")), Experiment(features=("x1", "x2"))

    assert first == second
    assert len({first, second, first.with_seed(7)}) == 2


def test_an_experiment_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Experiment().seed = 3
