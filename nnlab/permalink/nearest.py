"""The nearest setting that can be used, for one that cannot: offered to the visitor, never taken by itself."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING, Any

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
from nnlab.experiment.form import from_content
from nnlab.permalink.link import HIDEABLE, SPEEDS, SWITCHES, Link, View

if TYPE_CHECKING:
    from nnlab.datasets.catalog import Bound

MAY_BE_NONE = ("epochs", "output_units", "solved_at")


def nearest_link(experiment: object, view: object, hidden: object) -> Link | None:
    """Return the link nearest to parsed JSON in which not everything can be used.

    Numbers out of bounds move to the bound; what is unknown or of a wrong type takes its default;
    a network too large gets narrower layers; what TensorFlow Playground cannot train is trained as
    Keras does.

    Parameters
    ----------
    experiment, view, hidden : object
        The three parts of a link, each in the form that a token holds. Nothing is trusted.

    Returns
    -------
    Link or None
        None if there is no experiment at all.
    """
    nearest = nearest_experiment(experiment)
    if nearest is None:
        return None
    names = hidden if isinstance(hidden, list | tuple) else ()
    return Link(nearest, _view(view), tuple(name for name in HIDEABLE if name in names))


def nearest_experiment(content: object) -> Experiment | None:
    """Return the experiment of a link as `nearest_link` does, or None if there is none."""
    if not isinstance(content, dict):
        return None
    dataset = _dataset(content.get("dataset"))
    known = DatasetChoice(**dataset).info.features
    features, layers = content.get("features"), content.get("layers")
    fitted = _single_values(content, Experiment)
    fitted["dataset"] = dataset
    fitted["features"] = [name for name in known if isinstance(features, list) and name in features]
    if isinstance(layers, list):
        described = [layer for layer in layers if isinstance(layer, dict)][: int(BOUNDS["layers"].maximum)]
        fitted["layers"] = [_single_values(layer, Layer) for layer in described]
    fitted["optimizer"] = _optimizer(content.get("optimizer"))
    if isinstance(content.get("early_stopping"), dict):
        fitted["early_stopping"] = _single_values(content["early_stopping"], EarlyStopping)
    return _narrowed(fitted) or _narrowed(fitted | {"mode": "keras"})


def _narrowed(content: dict[str, Any]) -> Experiment | None:
    """Return the experiment, with no layer wider than leaves it small enough."""

    def too_wide(limit: int) -> bool:
        return _attempt(content, limit) is None

    widths = range(1, int(BOUNDS["units"].maximum) + 1)
    return _attempt(content, widths[-1]) or _attempt(content, bisect_left(widths, True, key=too_wide))


def _attempt(content: dict[str, Any], limit: int) -> Experiment | None:
    layers = [layer | {"units": min(layer.get("units", Layer().units), limit)} for layer in content.get("layers", [])]
    with suppress(ExperimentError):
        return from_content(content | ({"layers": layers} if "layers" in content else {}))
    return None


def _dataset(content: object) -> dict[str, Any]:
    if not isinstance(content, dict):
        return {}
    try:
        choice = DatasetChoice(content.get("name", DatasetChoice().name))
    except ExperimentError:
        return {}
    options = content.get("options")
    bounds = choice.info.options
    given = {name: options[name] for name in bounds if name in options} if isinstance(options, dict) else {}
    return {"name": choice.name, "options": _numbers(given, bounds)}


def _optimizer(content: object) -> dict[str, Any]:
    if not isinstance(content, dict):
        return {}
    fitted = _single_values(content, Optimizer)
    with suppress(ExperimentError):
        Optimizer(**fitted)
        return fitted
    # The one pair of values that do not go together.
    return fitted | {"nesterov": False}


def _single_values(content: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """Keep of the fields of `kind` that hold one value each what can be used, numbers within bounds."""
    fitted: dict[str, Any] = {}
    for field in fields(kind):
        value = content.get(field.name)
        choices = CHOICES.get("optimizer" if kind is Optimizer and field.name == "name" else field.name, ())
        keeps = isinstance(value, str) and value in choices
        keeps = keeps or (isinstance(value, bool) and isinstance(field.default, bool))
        if field.name in content and (keeps or (value is None and field.name in MAY_BE_NONE)):
            fitted[field.name] = value
    counted = {field.name for field in fields(kind)} & BOUNDS.keys() - {"layers"}
    return fitted | _numbers({name: content[name] for name in counted if name in content}, BOUNDS)


def _numbers(content: Mapping[str, Any], bounds: Mapping[str, Bound]) -> dict[str, Any]:
    fitted: dict[str, Any] = {}
    for name, value in content.items():
        # NaN is the number that is unlike itself.
        if isinstance(value, int | float) and not isinstance(value, bool) and value == value:
            limited = min(max(value, bounds[name].minimum), bounds[name].maximum)
            fitted[name] = round(limited) if bounds[name].whole else limited
    return fitted


def _view(content: object) -> View:
    if not isinstance(content, dict):
        return View()
    switches = {name: content[name] for name in SWITCHES if isinstance(content.get(name), bool)}
    return View(**switches, speed=_speed(content.get("speed", View().speed)))


def _speed(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return View().speed
    offered = [speed for speed in SPEEDS if speed is not None]
    return min(offered, key=lambda speed: abs(speed - min(max(value, offered[0]), offered[-1])))
