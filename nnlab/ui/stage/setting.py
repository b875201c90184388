"""What the stage shows of an experiment before anything of it is trained: data, network, words, colours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.datasets import Dataset, features, load
from nnlab.datasets.features import PLANE
from nnlab.experiment import BOUNDS, DatasetChoice, Experiment
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.permalink import View
from nnlab.ui.components.network_description import describe
from nnlab.ui.components.network_view import packed
from nnlab.ui.labels import label
from nnlab.ui.stage.words import words

LAYERS, UNITS = 8, 16


def stage_setting(
    key: str,
    experiment: Experiment,
    t: Translator,
    palette: Palette,
    *,
    view: View,
    hidden: Sequence[str] = (),
    locked: bool = False,
    hundred_seeds: bool | None = None,
) -> dict[str, Any]:
    """Return what ``network_view.js`` shows.

    Parameters
    ----------
    key : str
        Joins the view and its feed in the browser.
    experiment : Experiment
        About points in the plane, or a table.
    t : Translator
        The visitor's language.
    palette : Palette
        The theme's.
    view : View
        Switches and speed, as the stage shows them at first.
    hidden : sequence of str
        Controls to leave out.
    locked : bool
        Whether the network cannot be changed.
    hundred_seeds : bool or None
        Whether a hundred other seeds are shown behind the run at first; None where there is no such switch.
    """
    dataset = data_of(experiment.dataset)
    net = describe(experiment)
    signs = net["output"]["activation"] == "tanh"
    names = _plane_names(experiment)
    middle = _middle(experiment, dataset)
    return {
        "key": key,
        "net": net,
        "mode": experiment.mode,
        "computed": experiment.dataset.info.kind == "toy",
        "inputs": _inputs(experiment, t),
        "task": experiment.dataset.task,
        "classes": [t(name) for name in dataset.class_names],
        "plane": _plane(experiment, dataset, names, middle, t),
        "training": _samples(experiment, dataset.x_train, dataset.y_train, signs=signs),
        "validation": _samples(experiment, dataset.x_valid, dataset.y_valid, signs=signs),
        "palette": _colours(palette),
        "words": words(t, experiment),
        "limits": {"layers": min(LAYERS, int(BOUNDS["layers"].maximum)), "units": UNITS},
        "hidden": list(hidden),
        "locked": locked,
        "view": {
            **{name: getattr(view, name) for name in ("show_test_data", "discretize", "log_scale", "speed")},
            **({} if hundred_seeds is None else {"hundred_seeds": hundred_seeds}),
        },
    }


def _inputs(experiment: Experiment, t: Translator) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": label(t, name), "on": name in experiment.features}
        for name in experiment.dataset.info.features
    ]


def _plane_names(experiment: Experiment) -> tuple[str, ...]:
    if experiment.dataset.info.kind == "toy":
        return ("x1", "x2")
    return experiment.features[:2]


def _middle(experiment: Experiment, dataset: Dataset) -> dict[str, float]:
    """Return the mean of each measured column: where the plane cuts through the inputs that it does not span."""
    if experiment.dataset.info.kind == "toy":
        return {}
    return dict(zip(dataset.feature_names, np.mean(dataset.x_train, axis=0, dtype=float).tolist(), strict=True))


def _plane(
    experiment: Experiment, dataset: Dataset, names: tuple[str, ...], middle: dict[str, float], t: Translator
) -> dict[str, Any]:
    if experiment.dataset.info.kind == "toy":
        left, right, low, high = PLANE
    else:
        left, right, low, high = features.extent(dataset, names)
    axes = [*names, ""][:2]
    return {
        "left": left,
        "right": right,
        "low": low,
        "high": high,
        "axes": axes,
        "names": [label(t, name) if name else "" for name in axes],
        "middle": middle,
    }


def _samples(experiment: Experiment, x: NDArray[Any], y: NDArray[Any], *, signs: bool) -> dict[str, Any]:
    names = experiment.dataset.info.features if experiment.dataset.info.kind != "toy" else ("x1", "x2")
    targets = np.asarray(y, dtype=np.float32).reshape(len(y))
    classification = experiment.dataset.task != "regression"
    return {
        "columns": {name: packed(x[:, column]) for column, name in enumerate(names)},
        "targets": packed(2 * targets - 1 if signs and classification else targets),
    }


def _colours(palette: Palette) -> dict[str, Any]:
    return {
        "negative": palette.negative,
        "middle": palette.middle,
        "positive": palette.positive,
        "text": palette.text,
        "quiet": palette.quiet_text,
        "grid": palette.grid,
        "background": palette.background,
        "primary": palette.primary,
        "on_primary": palette.background if palette.name == "dark" else "#ffffff",
        "training": palette.training,
        "validation": palette.validation,
        "classes": list(palette.classes),
        "scale": palette.scale,
    }


def data_of(choice: DatasetChoice) -> Dataset:
    """Return the data that are shown."""
    return _load(choice.name, tuple(choice.options.items()))


# A few kilobytes each; everybody who looks at the same data shares them.
@lru_cache(maxsize=32)
def _load(name: str, options: tuple[tuple[str, float], ...]) -> Dataset:
    return load(name, **dict(options))
