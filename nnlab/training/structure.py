"""What makes the programs of two models the same: their structure, without names, seeds and first weights."""

from __future__ import annotations

import json
from typing import Any

import keras

DROPPED = ("seed", "learning_rate", "jit_compile", "build_config", "compile_config")
# A class of ours can be made again, too, once it is registered with Keras.
CLONABLE = ("keras", "builtins", "nnlab")
RATES = {"Dropout": ("rate",), "L1": ("l1",), "L2": ("l2",), "L1L2": ("l1", "l2")}


class NotClonableError(Exception):
    """The model cannot be made again from its description; it is traced itself."""


def describe(model: keras.Model, kept_names: set[str]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return a text that is the same for models of the same structure, and the two descriptions it is made from.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    kept_names : set of str
        Names that count: those by which data or losses are found.

    Raises
    ------
    NotClonableError
        The model, a layer, a loss, a metric or the optimizer is neither Keras' own nor ours.
    """
    kind = type(model)
    if kind not in (keras.Sequential, keras.Model, keras.src.models.functional.Functional) and not _is_ours(kind):
        raise NotClonableError(f"{type(model).__name__} is a class of its own")
    for part in keras.tree.flatten(model._compile_config.config):
        # Keras warns of a lambda as soon as it describes it.
        if callable(part) and _root(getattr(part, "__module__", "")) not in ("keras", "nnlab"):
            raise NotClonableError(f"{part} is not Keras' own")
    config, compiled = model.get_config(), model.get_compile_config()
    _require_keras_only([config, compiled])
    names = {name: f"#{number}" for number, name in enumerate(_names(config)) if name not in kept_names}
    parts = [kind.__name__, _stripped(config, names), _stripped(compiled, names, True)]
    text = json.dumps(parts, sort_keys=True, default=str)
    return text, config, compiled


def _require_keras_only(description: Any) -> None:
    if isinstance(description, dict):
        module = description.get("module")
        foreign = isinstance(module, str) and _root(module) not in CLONABLE
        foreign = foreign or (bool(description.get("registered_name")) and _root(module) != "nnlab")
        if foreign or description.get("class_name") in ("function", "__lambda__"):
            raise NotClonableError(
                f"{description.get('registered_name') or description.get('config')} is not Keras' own"
            )
        for value in description.values():
            _require_keras_only(value)
    elif isinstance(description, list | tuple):
        for value in description:
            _require_keras_only(value)
    elif callable(description):
        raise NotClonableError(f"{description} is not Keras' own")


def _root(module: object) -> str:
    return str(module).split(".")[0]


def _is_ours(kind: type) -> bool:
    return _root(kind.__module__) == "nnlab"


def _names(config: dict[str, Any]) -> list[str]:
    found = [config["name"]] if isinstance(config.get("name"), str) else []
    for layer in config.get("layers", ()):
        found.extend(name for name in _names(layer["config"]) if name not in found)
    return found


def _stripped(value: Any, names: dict[str, str], nameless: bool = False) -> Any:
    """Rename layers by their place; leave out what is no structure."""
    if isinstance(value, list | tuple):
        return [_stripped(item, names, nameless) for item in value]
    if not isinstance(value, dict):
        return value
    stripped = {}
    for key, item in value.items():
        if key.endswith("initializer") or (key in DROPPED and not isinstance(item, dict)):
            continue
        if key in ("build_config", "compile_config") or (nameless and key == "name"):
            continue
        if key in ("name", "keras_history", "input_layers", "output_layers"):
            stripped[key] = _renamed(item, names)
        else:
            stripped[key] = _stripped(item, names, nameless)
    for rate in RATES.get(str(value.get("class_name")), ()):
        inner = stripped.get("config")
        if isinstance(inner, dict) and inner.get(rate):
            inner[rate] = "any"
    return stripped


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return [_renamed(item, names) for item in value]
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    return names.get(value, value) if isinstance(value, str) else value
