"""The table of bounds is what validation does: at a limit yes, a hair beyond it no."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from nnlab.experiment import BOUNDS, CHOICES, EarlyStopping, Experiment, ExperimentError, Layer, Optimizer

# Each setting with a number: its field, and an experiment made with a value for it.
NUMBERS: dict[str, tuple[str, Callable[[Any], Experiment]]] = {
    "output_units": ("output_units", lambda value: Experiment(output_units=value)),
    "output_l1": ("output_l1", lambda value: Experiment(output_l1=value)),
    "output_l2": ("output_l2", lambda value: Experiment(output_l2=value)),
    "batch_size": ("batch_size", lambda value: Experiment(batch_size=value)),
    "epochs": ("epochs", lambda value: Experiment(epochs=value)),
    "seed": ("seed", lambda value: Experiment(seed=value)),
    **{
        name: (f"layers[1].{name}", lambda value, name=name: Experiment(layers=(Layer(2), Layer(**{name: value}))))
        for name in ("units", "dropout", "l1", "l2")
    },
    "solved_at": ("solved_at", lambda value: Experiment(solved_at=value)),
    **{
        name: (f"optimizer.{name}", lambda value, name=name: Experiment(optimizer=Optimizer(**{name: value})))
        for name in ("learning_rate", "momentum", "rho", "beta_1", "beta_2", "weight_decay")
    },
    **{
        name: (
            f"early_stopping.{name}",
            lambda value, name=name: Experiment(early_stopping=EarlyStopping(**{name: value})),
        )
        for name in ("patience", "min_delta")
    },
}
CHOSEN: dict[str, tuple[str, Callable[[Any], Experiment]]] = {
    "activation": ("layers[0].activation", lambda value: Experiment(layers=(Layer(activation=value),))),
    "initializer": ("layers[0].initializer", lambda value: Experiment(layers=(Layer(initializer=value),))),
    "optimizer": ("optimizer.name", lambda value: Experiment(optimizer=Optimizer(name=value))),
    "loss": ("loss", lambda value: Experiment(loss=value)),
    "output_activation": ("output_activation", lambda value: Experiment(output_activation=value)),
    "monitor": ("early_stopping.monitor", lambda value: Experiment(early_stopping=EarlyStopping(monitor=value))),
    "mode": ("mode", lambda value: Experiment(mode=value)),
}
SWITCHES: dict[str, Callable[[Any], Experiment]] = {
    "layers[0].batch_norm": lambda value: Experiment(layers=(Layer(batch_norm=value),)),
    "optimizer.nesterov": lambda value: Experiment(optimizer=Optimizer(momentum=0.9, nesterov=value)),
    "early_stopping.restore_best_weights": lambda value: Experiment(
        early_stopping=EarlyStopping(restore_best_weights=value)
    ),
}


def place(content: Any, field: str, value: Any) -> None:
    """Put `value` at ``"layers[1].units"`` of an experiment's parsed JSON."""
    *path, last = field.replace("[", ".").replace("]", "").split(".")
    for name in path:
        content = content[int(name)] if name.isdigit() else content[name]
    content[last] = value


def in_json(field: str, value: Any) -> str:
    content = json.loads(Experiment(early_stopping=EarlyStopping()).to_json())
    place(content, field, value)
    return json.dumps(content)


def beyond(name: str) -> tuple[Any, Any]:
    bound = BOUNDS[name]
    if bound.whole:
        return bound.minimum - 1, bound.maximum + 1
    return math.nextafter(bound.minimum, -math.inf), math.nextafter(bound.maximum, math.inf)


def test_every_bound_and_every_choice_is_tested_here() -> None:
    assert set(NUMBERS) | {"layers", "parameters"} == set(BOUNDS)
    assert set(CHOSEN) == set(CHOICES)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_default_lies_within_its_own_limits(name: str) -> None:
    bound = BOUNDS[name]

    assert bound.accepts(bound.default)
    assert bound.accepts(bound.minimum)
    assert bound.accepts(bound.maximum)
    assert 0 < bound.step <= bound.maximum - bound.minimum


@pytest.mark.parametrize("limit", ["minimum", "maximum"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_at_its_limit_is_accepted(name: str, limit: str) -> None:
    field, build = NUMBERS[name]
    value = getattr(BOUNDS[name], limit)

    assert f'"{name}":{json.dumps(value)}' in build(value).to_json()
    assert json.loads(Experiment.from_json(in_json(field, value)).to_json()) == json.loads(in_json(field, value))


@pytest.mark.parametrize("side", [0, 1], ids=["below", "above"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_a_hair_beyond_its_limit_is_refused(name: str, side: int) -> None:
    field, build = NUMBERS[name]
    value = beyond(name)[side]

    for attempt in (lambda: build(value), lambda: Experiment.from_json(in_json(field, value))):
        with pytest.raises(ExperimentError) as caught:
            attempt()
        assert caught.value.field == field
        assert f"“{name}”" in caught.value.reason
        assert f"from {BOUNDS[name].minimum} to {BOUNDS[name].maximum}" in caught.value.reason
        assert repr(value) in caught.value.reason


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, "1", [1], {}], ids=repr)
@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_not_a_finite_number_is_refused(name: str, value: Any) -> None:
    field, build = NUMBERS[name]

    for attempt in (lambda: build(value), lambda: Experiment.from_json(in_json(field, value))):
        with pytest.raises(ExperimentError) as caught:
            attempt()
        assert caught.value.field == field


@pytest.mark.parametrize("name", [name for name in NUMBERS if BOUNDS[name].whole])
def test_a_whole_number_has_no_fraction(name: str) -> None:
    field, build = NUMBERS[name]

    with pytest.raises(ExperimentError, match="whole number") as caught:
        build(float(BOUNDS[name].default))
    assert caught.value.field == field


def test_as_many_layers_as_the_table_says() -> None:
    few, many = BOUNDS["layers"].minimum, BOUNDS["layers"].maximum

    assert len(Experiment(layers=(Layer(1),) * few).layers) == few
    assert len(Experiment(layers=(Layer(1),) * many).layers) == many
    with pytest.raises(ExperimentError) as caught:
        Experiment(layers=(Layer(1),) * (many + 1))
    assert caught.value.field == "layers"


def five_million_parameters() -> tuple[int, ...]:
    """Units of hidden layers on two inputs that need exactly as many parameters as are allowed."""
    wide = (1024,) * 5
    left = BOUNDS["parameters"].maximum - (3 * 1024 + 4 * 1025 * 1024)
    for units in range(1, 1025):
        # (1024 + 1) * units + (units + 1) * last + (last + 1)
        last, rest = divmod(left - 1025 * units - 1, units + 2)
        if not rest and 0 < last <= 1024:
            return (*wide, units, last)
    raise AssertionError("no such network")


def test_one_parameter_too_many_is_refused_with_the_count() -> None:
    allowed = five_million_parameters()
    Experiment(layers=tuple(Layer(units) for units in allowed))

    with pytest.raises(ExperimentError, match="at most 5,000,000 fit") as caught:
        Experiment(layers=tuple(Layer(units) for units in (*allowed[:-1], allowed[-1] + 1)))
    assert caught.value.field == "layers"


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in CHOICES for value in CHOICES[name]])
def test_every_choice_of_the_table_is_accepted(name: str, value: str) -> None:
    field, build = CHOSEN[name]

    assert json.dumps(value) in build(value).to_json()
    assert json.loads(Experiment.from_json(in_json(field, value)).to_json()) == json.loads(in_json(field, value))


@pytest.mark.parametrize("value", ["", "relu ", "RELU", "__import__('os')", None, 1, ["relu"], {"relu": 1}], ids=repr)
@pytest.mark.parametrize("name", CHOICES)
def test_any_other_choice_is_refused_with_the_list(name: str, value: Any) -> None:
    field, build = CHOSEN[name]

    for attempt in (lambda: build(value), lambda: Experiment.from_json(in_json(field, value))):
        with pytest.raises(ExperimentError) as caught:
            attempt()
        assert caught.value.field == field
        assert ", ".join(CHOICES[name])[:40] in caught.value.reason


@pytest.mark.parametrize("value", [0, 1, "true", None, []], ids=repr)
@pytest.mark.parametrize("field", SWITCHES)
def test_a_switch_is_true_or_false(field: str, value: Any) -> None:
    for attempt in (lambda: SWITCHES[field](value), lambda: Experiment.from_json(in_json(field, value))):
        with pytest.raises(ExperimentError, match="true or false") as caught:
            attempt()
        assert caught.value.field == field
