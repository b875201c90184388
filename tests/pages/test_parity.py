"""Every control of TensorFlow Playground is on the page, with its values and its effect; a row a control.

The buttons, the switches and the network itself are on the stage: tests/browser/test_stage.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer

RATES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PENALTIES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


@dataclass(frozen=True)
class Row:
    """A control: how it is found, the original's values, what they set, and whether the run goes on."""

    kind: str
    label: str
    values: tuple[Any, ...]
    setting: Callable[[Experiment], Any]
    live: bool = False
    start: Experiment | None = None


def options(name: str) -> Callable[[Experiment], Any]:
    return lambda experiment: experiment.dataset.options[name]


L2 = Experiment(layers=(Layer(2, "tanh", l2=0.5),), output_l2=0.5, epochs=None)
PLANE = Experiment(dataset=DatasetChoice("plane"), layers=(Layer(2, "tanh"),), epochs=None)
ROWS = {
    "Learning rate": Row("number_input", "Learning rate η", RATES, lambda e: e.optimizer.learning_rate, live=True),
    "Activation": Row(
        "selectbox", "Activation 1", ("relu", "sigmoid", "linear", "tanh"), lambda e: e.layers[0].activation
    ),
    "Regularization": Row(
        "selectbox",
        "Regularization",
        ("l1", "l2", "none"),
        lambda e: "l1" if e.output_l1 else "l2" if e.output_l2 else "none",
        live=True,
    ),
    "Regularization rate": Row(
        "number_input", "Regularization rate λ", PENALTIES, lambda e: e.layers[0].l2, live=True, start=L2
    ),
    "Dataset (classification)": Row(
        "button_group", "Data set", ("xor", "gauss", "spiral", "circle"), lambda e: e.dataset.name
    ),
    "Dataset (regression)": Row(
        "button_group", "Data set", ("multi_gauss", "plane"), lambda e: e.dataset.name, start=PLANE
    ),
    "Ratio of training to test data": Row(
        "slider", "Share for training", tuple(tenth / 10 for tenth in range(1, 10)), options("train_share")
    ),
    "Noise": Row("slider", "Noise", tuple(5 * step / 100 for step in range(11)), options("noise")),
    "Batch size": Row("number_input", "Batch size B", tuple(range(1, 31)), lambda e: e.batch_size, live=True),
    "Hidden layers": Row("number_input", "Hidden layers", tuple(range(7)), lambda e: len(e.layers)),
    "Neurons": Row("number_input", "Units 1", tuple(range(1, 9)), lambda e: e.layers[0].units),
    "Seed": Row("number_input", "Seed", (0, 1, 2**31), lambda e: e.seed),
}
START = Experiment(layers=(Layer(3, "tanh"),), optimizer=Optimizer("sgd", 0.02), batch_size=40, epochs=None)


@pytest.mark.parametrize("name", ROWS)
def test_a_control_has_the_values_and_the_effect_of_the_original(site, name):
    row = ROWS[name]
    shown = site("playground", row.start or START)
    widget = shown.widget(row.kind, row.label)
    if row.kind == "selectbox":
        assert len(widget.options) >= len(row.values)
    # The least, the greatest and one between them; all are within the same bounds.
    for value in {row.values[0], row.values[len(row.values) // 2], row.values[-1]}:
        run = shown.app.session_state["playground_run"]
        before = row.setting(shown.setting)
        shown.set(row.kind, row.label, value)
        assert row.setting(shown.setting) == (pytest.approx(value) if isinstance(value, float) else value)
        if before != value:
            assert (shown.app.session_state["playground_run"] == run) == row.live


def test_all_values_of_the_original_are_within_the_bounds():
    for rate in RATES:
        assert Optimizer("sgd", rate).learning_rate == rate
    for penalty in (0.0, *PENALTIES):
        assert Layer(2, l1=penalty, l2=penalty).l1 == penalty


def test_the_problem_type_changes_data_and_output_layer(site):
    shown = site("playground", START)
    (problem,) = [group for group in shown.app.button_group if group.label == "Problem type"]
    problem.set_value("regression")
    shown.run()

    assert shown.setting.dataset.name == "plane"
    assert shown.setting.head.activation == "linear"
    titles = [option.split(") ")[-1] for option in shown.widget("button_group", "Data set").options]
    assert titles == ["Plane", "Hills and valleys"]


def test_regenerate_draws_other_points(site):
    shown = site("playground", START)
    before = shown.setting
    shown.click("Regenerate")

    assert shown.setting.dataset.options["seed"] != before.dataset.options.get("seed")
    assert shown.setting.seed == before.seed


def test_each_feature_can_be_switched_on_and_off(site):
    shown = site("playground", START)
    for chosen in (["x1_x2"], ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"]):
        (features,) = [group for group in shown.app.button_group if group.label == "Features (inputs)"]
        features.set_value(chosen)
        shown.run()
        assert shown.setting.features == tuple(chosen)


def test_the_mode_of_the_original_is_a_switch_there_and_back(site):
    shown = site("playground", START)
    shown.set("toggle", "As in TensorFlow Playground", True)
    assert shown.setting.mode == "playground"
    assert shown.setting.head.loss == "half_squared_error"
    shown.set("toggle", "As in TensorFlow Playground", False)

    assert shown.setting.mode == "keras"
