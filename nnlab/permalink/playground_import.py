"""A link of TensorFlow Playground -> a `Link` in the mode "playground"."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Collection, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from nnlab.experiment import BOUNDS, DatasetChoice, ExperimentError
from nnlab.experiment.form import from_content
from nnlab.permalink.link import Link, PermalinkError, View
from nnlab.permalink.nearest import nearest_link
from nnlab.permalink.playground_keys import (
    ACTIVATIONS,
    CONTROLS,
    DATASETS,
    FEATURES,
    HIDE,
    KEYS,
    NUMBERS,
    REGRESSION_DATASETS,
    REGULARIZATIONS,
    seed_number,
)
from nnlab.permalink.token import MAXIMUM_CHARACTERS

if TYPE_CHECKING:
    from nnlab.datasets.catalog import Bound

ITS_ADDRESS = re.compile(r"(https?://)?playground\.tensorflow\.org/?(index\.html)?", re.IGNORECASE)
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
# Beyond these a whole number is only compared, so that nothing with thousands of digits is made.
LARGEST_WHOLE = 10**15
LONGEST_SHOWN = 20

Values = Mapping[str, str]
Problems = list[PermalinkError]


def from_playground(text: str) -> Link:
    """Return the setting of a TensorFlow Playground link: the same setting, not the same random points.

    As there, a missing key takes its default and an unknown choice is ignored. ``cosX`` and ``cosY``
    (no inputs there either), ``collectStats`` and ``tutorial`` mean nothing here. Without ``seed``
    the view has `fresh_seed`, because each opening of such a link differs there.

    Parameters
    ----------
    text : str
        The whole address, the part from ``#``, or only ``key=value&…``.

    Raises
    ------
    PermalinkError
        The text is no such link, or asks for something out of bounds here; then `nearest` is the
        closest setting that can be used.

    Examples
    --------
    >>> link = from_playground("#activation=relu&networkShape=3")
    >>> [(layer.units, layer.activation) for layer in link.experiment.layers]
    [(3, 'relu')]
    """
    values = _values(text)
    problems: Problems = []
    content = _content(values, problems)
    view = View(
        show_test_data=_switch(values, "showTestData"),
        discretize=_switch(values, "discretize"),
        embed=_switch(values, "hideText"),
        fresh_seed="seed" not in values,
    )
    hidden = _hidden(values)
    try:
        experiment = from_content(content)
    except ExperimentError as error:
        problems.append(PermalinkError("The link holds a setting that cannot be used. {reason}", reason=error.message))
    if problems:
        problems[0].nearest = nearest_link(content, asdict(view), hidden)
        raise problems[0]
    return Link(experiment, view, hidden)


def _values(text: str) -> Values:
    """Return the keys of a link that have a value, the last of equal ones; empty lists count as one."""
    text = text.strip()
    if len(text) > MAXIMUM_CHARACTERS:
        raise PermalinkError("The link is longer than {limit} characters.", limit=MAXIMUM_CHARACTERS)
    before, mark, after = text.partition("#")
    pairs = after if mark else before
    values: dict[str, str] = {}
    for pair in unquote(pairs).split("&"):
        name, *rest = pair.split("=")
        if rest and (rest[0].strip() or name == "networkShape"):
            values[name] = rest[0]
    known = any(name in KEYS or name.endswith(HIDE) for name in values)
    if not known and text != "#" and not ITS_ADDRESS.fullmatch(before):
        raise PermalinkError(
            "This is not a link of TensorFlow Playground: it holds none of its settings, such as “activation=tanh”. "
            "Copy the whole address from the browser."
        )
    return values


def _content(values: Values, problems: Problems) -> dict[str, Any]:
    """Return the experiment as JSON has it; what is out of bounds stays so and is among the problems."""
    dataset = _choice(values, "dataset", DATASETS, "circle")
    if _choice(values, "problem", ("classification", "regression"), "classification") == "regression":
        dataset = REGRESSION_DATASETS[_choice(values, "regDataset", REGRESSION_DATASETS, "reg-plane")]
    bounds = DatasetChoice(dataset).info.options
    options: dict[str, Any] = {
        "noise": _setting(values, "noise", bounds["noise"], problems, percent=True),
        "train_share": _setting(values, "percTrainData", bounds["train_share"], problems, percent=True),
    }
    seeds = {"seed": seed_number(values["seed"])} if "seed" in values else {}
    layers, output = _network(values, problems)
    return {
        "mode": "playground",
        "dataset": {"name": dataset, "options": options | seeds},
        "features": _features(values, problems),
        "layers": layers,
        **output,
        "optimizer": {
            "name": "sgd",
            "learning_rate": _setting(values, "learningRate", BOUNDS["learning_rate"], problems),
        },
        "batch_size": _setting(values, "batchSize", BOUNDS["batch_size"], problems),
        "epochs": None,
        **seeds,
    }


def _network(values: Values, problems: Problems) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the hidden layers, and the penalties of the output layer."""
    shape = values.get("networkShape", "4,2").strip()
    units = [_number("networkShape", item, BOUNDS["units"], problems) for item in shape.split(",") if shape]
    if not BOUNDS["layers"].accepts(len(units)):
        problems.append(
            PermalinkError(
                "“networkShape” asks for {count} hidden layers; here there can be {minimum} to {maximum}.",
                count=len(units),
                minimum=BOUNDS["layers"].minimum,
                maximum=BOUNDS["layers"].maximum,
            )
        )
    rate = _setting(values, "regularizationRate", BOUNDS["l1"], problems)
    penalty = REGULARIZATIONS.get(values.get("regularization", ""))
    common: dict[str, Any] = {"activation": _choice(values, "activation", ACTIVATIONS, "tanh")}
    if penalty:
        common[penalty] = rate
    if _switch(values, "initZero"):
        common["initializer"] = "zeros"
        if not units:
            problems.append(
                PermalinkError("“initZero” needs a hidden layer here; without one the weights start at random.")
            )
    # A layer without a readable number of units is left out; its problem is told.
    layers = [{"units": number} | common for number in units if number is not None]
    return layers, {f"output_{penalty}": rate} if penalty else {}


def _features(values: Values, problems: Problems) -> list[str]:
    chosen = [here for key, here in FEATURES.items() if _switch(values, key, key in ("x", "y"))]
    if not chosen:
        problems.append(
            PermalinkError("“x”, “y” and all other inputs are switched off; a network here has at least one input.")
        )
    return chosen


def _hidden(values: Values) -> tuple[str, ...]:
    away = {name.removesuffix(HIDE) for name, value in values.items() if name.endswith(HIDE) and value == "true"}
    controls = [here for key, here in CONTROLS.items() if key in away]
    return (*controls, "features") if away >= FEATURES.keys() else tuple(controls)


def _switch(values: Values, key: str, default: bool = False) -> bool:
    return values[key] != "false" if key in values else default


def _choice(values: Values, key: str, choices: Collection[str], default: str) -> str:
    return values[key] if values.get(key) in choices else default


def _setting(values: Values, key: str, bound: Bound, problems: Problems, *, percent: bool = False) -> float:
    text = values.get(key, NUMBERS[key])
    number = _number(key, text, bound, problems, percent=percent)
    return number if number is not None else float(NUMBERS[key]) / (100 if percent else 1)


def _number(key: str, text: str, bound: Bound, problems: Problems, *, percent: bool = False) -> float | None:
    """Return the number that a text is, or None; with a problem, unless it is one within bounds."""
    text = text.strip()
    if not NUMBER.fullmatch(text):
        problems.append(PermalinkError("“{key}” has to be a number, not {value}.", key=key, value=reprlib.repr(text)))
        return None
    number = Decimal(text).scaleb(-2) if percent else Decimal(text)
    whole = bound.whole and number == number.to_integral_value() and abs(number) < LARGEST_WHOLE
    value = int(number) if whole else float(number)
    if not bound.accepts(value):
        scale = 100 if percent else 1
        places = {"minimum": f"{scale * bound.minimum:g}", "maximum": f"{scale * bound.maximum:g}"}
        problems.append(_out_of_bounds(bound, {**places, "key": key, "value": text[:LONGEST_SHOWN]}))
    return value


def _out_of_bounds(bound: Bound, places: dict[str, Any]) -> PermalinkError:
    if bound.whole:
        return PermalinkError(
            "“{key}” is {value}; here it has to be a whole number from {minimum} to {maximum}.", **places
        )
    return PermalinkError("“{key}” is {value}; here it can be {minimum} to {maximum}.", **places)
