"""JSON text to experiment and back; what strangers send ends in one sentence, whatever it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.datasets.catalog import CATALOG, Bound
from nnlab.experiment import (
    BOUNDS,
    CHOICES,
    DatasetChoice,
    EarlyStopping,
    Experiment,
    ExperimentError,
    Layer,
    Optimizer,
)
from nnlab.experiment.form import MAXIMUM_CHARACTERS, from_content


def number(bound: Bound, maximum: float | None = None) -> st.SearchStrategy[Any]:
    largest = bound.maximum if maximum is None else maximum
    return st.integers(bound.minimum, largest) if bound.whole else st.floats(bound.minimum, largest)


def numbers(*names: str) -> dict[str, st.SearchStrategy[Any]]:
    return {name: number(BOUNDS[name]) for name in names}


@st.composite
def dataset_choices(draw: st.DrawFn) -> DatasetChoice:
    name = draw(st.sampled_from(sorted(CATALOG)))
    options = {option: number(bound) for option, bound in CATALOG[name].options.items()}
    return DatasetChoice(name, draw(st.fixed_dictionaries({}, optional=options)))


LAYERS = st.builds(
    Layer,
    units=number(BOUNDS["units"], 64),
    activation=st.sampled_from(CHOICES["activation"]),
    initializer=st.sampled_from(CHOICES["initializer"]),
    batch_norm=st.booleans(),
    **numbers("dropout", "l1", "l2"),
)
OPTIMIZERS = st.builds(
    Optimizer,
    name=st.sampled_from(CHOICES["optimizer"]),
    **numbers("learning_rate", "momentum", "rho", "beta_1", "beta_2", "weight_decay"),
)
STOPPING = st.builds(
    EarlyStopping,
    monitor=st.sampled_from(CHOICES["monitor"]),
    restore_best_weights=st.booleans(),
    **numbers("patience", "min_delta"),
)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    dataset = draw(dataset_choices())
    known = dataset.info.features
    return Experiment(
        dataset=dataset,
        features=tuple(draw(st.sets(st.sampled_from(known)))) if known else (),
        layers=tuple(draw(st.lists(LAYERS, max_size=4))),
        loss=draw(st.sampled_from(CHOICES["loss"])),
        output_activation=draw(st.sampled_from(CHOICES["output_activation"])),
        output_units=draw(st.none() | st.integers(1, 12)),
        output_l1=draw(number(BOUNDS["output_l1"])),
        output_l2=draw(number(BOUNDS["output_l2"])),
        optimizer=draw(OPTIMIZERS),
        batch_size=draw(number(BOUNDS["batch_size"])),
        epochs=draw(st.none() | number(BOUNDS["epochs"])),
        early_stopping=draw(st.none() | STOPPING),
        solved_at=draw(st.none() | number(BOUNDS["solved_at"])),
        seed=draw(number(BOUNDS["seed"])),
    )


def refused(text: str) -> ExperimentError:
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_json(text)
    assert len(caught.value.reason) < 1000
    # Streamlit sends it to the browser as UTF-8.
    assert caught.value.reason.encode()
    return caught.value


@given(experiments())
def test_an_experiment_comes_back_from_json_as_it_was(experiment: Experiment) -> None:
    again = Experiment.from_json(experiment.to_json())

    assert again == experiment
    assert again.to_json() == experiment.to_json()


def test_fields_left_out_take_their_defaults() -> None:
    assert Experiment.from_json("{}") == Experiment()
    assert Experiment.from_json('{"layers":[{"units":7}],"dataset":{"name":"iris"}}') == Experiment(
        dataset=DatasetChoice("iris"), layers=(Layer(7),)
    )


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**310)
    | st.floats()
    | st.text(max_size=200)
    | st.sampled_from(["auto", "circle", "relu", "sgd", "units", "\ud800", "{value!r}", "%s", "x" * 5000]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PLACES = [(), ("dataset",), ("dataset", "options"), ("optimizer",), ("early_stopping",), ("layers", 0), ("layers", 1)]
FIELDS = ["name", "options", "units", "activation", "seed", "learning_rate", "features", "layers", "patience", "noise"]


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """The JSON form of an experiment with something somewhere replaced by anything."""
    content = json.loads(draw(experiments()).to_json())
    for _ in range(draw(st.integers(1, 3))):
        inner = content
        for step in draw(st.sampled_from(PLACES)):
            try:
                inner = inner[step]
            except (IndexError, KeyError, TypeError):
                break
        value = draw(ANYTHING)
        if isinstance(inner, dict):
            inner[draw(st.sampled_from(FIELDS + sorted(inner)) | st.text(max_size=5))] = value
        elif isinstance(inner, list):
            inner.append(value)
    return content


@settings(max_examples=300)
@given(spoilt() | ANYTHING)
def test_whatever_json_comes_the_answer_is_an_experiment_or_a_sentence(content: Any) -> None:
    text = json.dumps(content)
    try:
        experiment = Experiment.from_json(text)
    except ExperimentError as error:
        assert isinstance(error.field, str)
        assert 0 < len(error.reason) < 1000
        assert error.reason.encode()
    else:
        assert Experiment.from_json(experiment.to_json()) == experiment


@given(st.text() | st.binary().map(lambda content: content.decode("latin-1")))
def test_text_that_is_no_json_is_named_so(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        assert "not JSON" in refused(text).reason


@pytest.mark.parametrize(
    ("text", "field", "sentence"),
    [
        ('{"colour": 1}', "colour", "no field “colour” in “experiment”"),
        ('{"layers": [{"units": 3, "width": 4}]}', "layers[0].width", "no field “width” in “layers[0]”"),
        ('{"optimizer": {"lr": 0.1}}', "optimizer.lr", "no field “lr”"),
        ('{"dataset": {"name": "circle", "path": "/etc"}}', "dataset.path", "no field “path”"),
        ('{"layers": {"units": 3}}', "layers", "has to be a list"),
        ('{"layers": [3]}', "layers[0]", "named fields"),
        ('{"dataset": "circle"}', "dataset", "named fields"),
        ('{"optimizer": null}', "optimizer", "named fields"),
        ('{"early_stopping": true}', "early_stopping", "named fields"),
        ("[]", "", "named fields"),
        ("null", "", "named fields"),
        ('{"seed": NaN}', "seed", "whole number"),
        ('{"optimizer": {"learning_rate": Infinity}}', "optimizer.learning_rate", "number from"),
        ('{"optimizer": {"learning_rate": 1e999}}', "optimizer.learning_rate", "number from"),
        ('{"seed": 1' + "0" * 6000 + "}", "", "not JSON"),
        ('{"__class__": "Experiment"}', "__class__", "no field"),
    ],
)
def test_a_bad_field_is_named(text: str, field: str, sentence: str) -> None:
    error = refused(text)

    assert error.field == field
    assert sentence in error.reason


def test_no_depth_of_nesting_ends_in_anything_but_a_sentence() -> None:
    # Somewhere in between lies the depth that can just be read and no longer be printed.
    for depth in (*range(1, 1100), 10_000, 31_000):
        refused('{"seed":' + "[" * depth + "]" * depth + "}")


def test_a_text_without_end_is_not_even_read() -> None:
    longest = '{"seed":1}'.ljust(MAXIMUM_CHARACTERS)
    assert Experiment.from_json(longest).seed == 1

    assert "longer than 64000 characters" in refused(longest + " ").reason


def test_a_long_value_is_quoted_in_part() -> None:
    reason = refused(json.dumps({"loss": "x" * 50_000})).reason

    assert "xxxxxxxx" in reason
    assert len(reason) < 1000


def test_a_letter_that_cannot_be_sent_is_written_out() -> None:
    assert "ud800" in refused('{"loss": "\\ud800"}').reason
    assert "ud800" in refused('{"\\ud800": 1}').reason


def test_parsed_content_is_left_as_it_was() -> None:
    content = json.loads(Experiment(early_stopping=EarlyStopping()).to_json())
    before = json.dumps(content)
    from_content(content)

    assert json.dumps(content) == before
