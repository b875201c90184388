"""Experiment <-> JSON text. What comes in is checked field by field, nothing is guessed."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from nnlab.experiment import Experiment
from nnlab.experiment.bounds import ExperimentError
from nnlab.experiment.parts import DatasetChoice, EarlyStopping, Layer, Optimizer

MAXIMUM_CHARACTERS = 64_000


def to_json(experiment: Experiment) -> str:
    """Return `experiment` as compact JSON text with every field."""
    return json.dumps(asdict(experiment), separators=(",", ":"), allow_nan=False)


def from_json(text: str) -> Experiment:
    """Read what `to_json` wrote; fields left out take their defaults.

    Raises
    ------
    ExperimentError
        The text is too long, is not JSON, or holds unknown fields or bad values.
    """
    if len(text) > MAXIMUM_CHARACTERS:
        raise ExperimentError("", "The experiment is longer than {limit} characters.", limit=MAXIMUM_CHARACTERS)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExperimentError("", "This is not an experiment: the text is not JSON ({error}).", error=error) from error
    return from_content(content)


def from_content(content: object) -> Experiment:
    """Build an experiment from parsed JSON; raises ExperimentError as `from_json` does."""
    values = _known("", content, Experiment)
    if "dataset" in values:
        values["dataset"] = DatasetChoice(**_known("dataset", values["dataset"], DatasetChoice))
    if "layers" in values:
        values["layers"] = _layers(values["layers"])
    if "optimizer" in values:
        values["optimizer"] = Optimizer(**_known("optimizer", values["optimizer"], Optimizer))
    if values.get("early_stopping") is not None:
        stopping = _known("early_stopping", values["early_stopping"], EarlyStopping)
        values["early_stopping"] = EarlyStopping(**stopping)
    return Experiment(**values)


def _layers(content: object) -> tuple[Layer, ...]:
    if not isinstance(content, list):
        raise ExperimentError("layers", "“layers” has to be a list of layers.")
    return tuple(Layer(**_known(f"layers[{index}]", layer, Layer)) for index, layer in enumerate(content))


def _known(place: str, content: object, kind: type) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise ExperimentError(place, "“{place}” has to be an object with named fields.", place=place or "experiment")
    names = {field.name for field in fields(kind)}
    for name in content:
        if name not in names:
            raise ExperimentError(
                f"{place}.{name}" if place else name,
                "There is no field “{name}” in “{place}”.",
                name=name,
                place=place or "experiment",
            )
    return dict(content)
