"""What cannot be used is offered as near to it as can be."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from nnlab.datasets.catalog import CATALOG
from nnlab.experiment import BOUNDS, DatasetChoice, EarlyStopping, Experiment, ExperimentError, Layer, Optimizer
from nnlab.experiment.summary import parameter_count
from nnlab.permalink import Link, View
from nnlab.permalink.nearest import nearest_experiment, nearest_link


@pytest.mark.parametrize("name", CATALOG)
def test_a_setting_that_can_be_used_is_its_own_nearest(name: str) -> None:
    experiment = Experiment(
        dataset=DatasetChoice(name),
        layers=(Layer(7, "elu", "he_normal", True, 0.1, 0.2, 0.3), Layer(1)),
        optimizer=Optimizer("sgd", 0.3, 0.9, nesterov=True),
        early_stopping=EarlyStopping(patience=3),
        epochs=None,
        output_units=3,
        output_l1=0.5,
        batch_size=3,
        seed=4,
    )

    assert nearest_experiment(json.loads(experiment.to_json())) == experiment


@pytest.mark.parametrize(
    ("content", "nearest"),
    [
        ({"batch_size": 0}, Experiment(batch_size=1)),
        ({"batch_size": 10**400}, Experiment(batch_size=4096)),
        ({"batch_size": 12.4}, Experiment(batch_size=12)),
        ({"batch_size": math.inf}, Experiment(batch_size=4096)),
        ({"batch_size": math.nan}, Experiment()),
        ({"batch_size": True}, Experiment()),
        ({"batch_size": None}, Experiment()),
        ({"epochs": None}, Experiment(epochs=None)),
        ({"epochs": -3}, Experiment(epochs=1)),
        ({"seed": -1}, Experiment(seed=0)),
        ({"optimizer": {"name": "adam", "learning_rate": 99}}, Experiment(optimizer=Optimizer("adam", 10))),
        ({"optimizer": {"name": "lion", "learning_rate": 0}}, Experiment(optimizer=Optimizer(learning_rate=1e-6))),
        ({"optimizer": {"nesterov": True}}, Experiment()),
        ({"optimizer": "adam"}, Experiment()),
        ({"layers": [{"units": 5000}]}, Experiment(layers=(Layer(1024),))),
        ({"layers": [{"units": 3, "activation": "step"}]}, Experiment(layers=(Layer(3),))),
        ({"layers": [{"units": 3, "dropout": 1}]}, Experiment(layers=(Layer(3, dropout=0.9),))),
        ({"layers": [{}] * 20}, Experiment(layers=(Layer(),) * 16)),
        ({"layers": 3}, Experiment()),
        ({"layers": [[], {"units": 2}]}, Experiment(layers=(Layer(2),))),
        (
            {"dataset": {"name": "xor", "options": {"noise": 7}}},
            Experiment(dataset=DatasetChoice("xor", {"noise": 0.5})),
        ),
        ({"dataset": {"name": "xor", "options": []}}, Experiment(dataset=DatasetChoice("xor"))),
        ({"dataset": {"name": "cats", "options": {"noise": 7}}}, Experiment()),
        ({"features": ["x1", "age", {}]}, Experiment(features=("x1",))),
        ({"features": ["age"]}, Experiment()),
        ({"early_stopping": {"monitor": "luck", "patience": 0}}, Experiment(early_stopping=EarlyStopping(patience=1))),
        ({"mode": "poem", "loss": "regret"}, Experiment()),
        ({"colour": "red"}, Experiment()),
    ],
    ids=lambda value: repr(value)[:60] if isinstance(value, dict) else "nearest",
)
def test_what_is_out_of_bounds_moves_to_the_bound_and_what_is_unknown_to_the_default(
    content: dict[str, Any], nearest: Experiment
) -> None:
    assert nearest_experiment(content) == nearest


def test_a_network_too_large_keeps_its_depth_and_as_much_width_as_fits() -> None:
    nearest = nearest_experiment({"layers": [{"units": 1024}] * 10 + [{"units": 3}]})

    assert nearest is not None
    widths = [layer.units for layer in nearest.layers]
    assert widths == [widths[0]] * 10 + [3]
    assert parameter_count(nearest) <= BOUNDS["parameters"].maximum
    with pytest.raises(ExperimentError):
        Experiment(layers=tuple(Layer(width + 1) for width in widths[:10]) + (Layer(3),))


def test_what_tensorflow_playground_cannot_train_is_trained_as_keras_does() -> None:
    content = {"mode": "playground", "dataset": {"name": "mnist"}, "layers": [{"units": 5000}]}

    assert nearest_experiment(content) == Experiment(dataset=DatasetChoice("mnist"), layers=(Layer(1024),))


@pytest.mark.parametrize("content", [None, [], "text", 3])
def test_without_an_experiment_nothing_is_near(content: object) -> None:
    assert nearest_experiment(content) is None
    assert nearest_link(content, {}, []) is None


@pytest.mark.parametrize(
    ("speed", "offered"),
    [(0, 1), (3, 1), (4, 5), (100, 60), (10**400, 250), (-math.inf, 1), (math.inf, 250), (None, None), ("fast", 60)],
)
def test_another_speed_is_near_the_next_one_offered(speed: Any, offered: int | None) -> None:
    link = nearest_link({}, {"speed": speed, "embed": True, "discretize": 1, "colour": True}, ["noise", "epochs", []])

    assert link == Link(Experiment(), View(embed=True, speed=offered), ("noise",))
