"""A `Link` in the mode "playground" -> the address that opens the same setting in TensorFlow Playground."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from nnlab.experiment import DatasetChoice, Experiment
from nnlab.permalink.link import Link, PermalinkError
from nnlab.permalink.playground_keys import (
    ACTIVATIONS,
    ADDRESS,
    CONTROLS,
    DATASETS,
    FEATURES,
    HIDE,
    KEYS,
    REGRESSION_DATASETS,
    REGULARIZATIONS,
    seed_text,
)


def to_playground(link: Link) -> str:
    """Return the address of the same setting in TensorFlow Playground, not of the same random points.

    Of the view it carries the test data, the two colours, the embedding and the seed (that of the
    data, unless it is to be fresh). Speed, the scale of the loss, the number of epochs and hidden
    controls that TensorFlow Playground does not have are left behind: there a run goes on
    until it is paused.

    Raises
    ------
    PermalinkError
        A setting does not fit in TensorFlow Playground; the sentence says which.

    Examples
    --------
    >>> from nnlab.permalink.playground_import import from_playground
    >>> to_playground(from_playground("#networkShape=3&seed=0.5"))[:58]
    'https://playground.tensorflow.org/#activation=tanh&batchSi'
    """
    experiment = link.experiment
    if experiment.mode != "playground":
        raise PermalinkError(
            "Only a setting that trains as in TensorFlow Playground has a link there; this one trains as Keras does. "
            "Switch to “As in TensorFlow Playground” first."
        )
    if experiment.early_stopping is not None or experiment.solved_at is not None:
        raise PermalinkError(
            "TensorFlow Playground trains until it is paused. Switch early stopping and “Stop when solved” off."
        )
    values = {
        "activation": _activation(experiment),
        **_regularization(experiment),
        "batchSize": str(experiment.batch_size),
        "learningRate": _number(experiment.optimizer.learning_rate),
        "networkShape": ",".join(str(layer.units) for layer in experiment.layers),
        **_data(experiment.dataset),
        **{key: _switch(here in experiment.features) for key, here in FEATURES.items()},
        "showTestData": _switch(link.view.show_test_data),
        "discretize": _switch(link.view.discretize),
        "initZero": _switch(_starts_at_zero(experiment)),
        "hideText": _switch(link.view.embed),
        # TensorFlow Playground writes these three, but nothing there reads them.
        **dict.fromkeys(("cosX", "cosY", "collectStats"), "false"),
    }
    if not link.view.fresh_seed:
        values["seed"] = seed_text(int(experiment.dataset.options["seed"]))
    pairs = [f"{key}={values[key]}" for key in KEYS if key in values]
    return f"{ADDRESS}#{'&'.join(pairs + [f'{key}{HIDE}=true' for key in _hidden(link)])}"


def _data(dataset: DatasetChoice) -> dict[str, str]:
    values = {"dataset": "circle", "regDataset": "reg-plane"}
    if key := _key(DATASETS, dataset.name):
        values |= {"dataset": key, "problem": "classification"}
    elif key := _key(REGRESSION_DATASETS, dataset.name):
        values |= {"regDataset": key, "problem": "regression"}
    else:
        raise PermalinkError(
            "TensorFlow Playground does not have the data set “{dataset}”. Choose one of: {names}.",
            dataset=dataset.name,
            names=", ".join((*DATASETS.values(), *REGRESSION_DATASETS.values())),
        )
    needed = dataset.info.options["samples"].default
    if dataset.options["samples"] != needed:
        raise PermalinkError(
            "TensorFlow Playground always has {needed} samples of these data, not {samples}.",
            needed=needed,
            samples=dataset.options["samples"],
        )
    noise, share = dataset.options["noise"], dataset.options["train_share"]
    return values | {"noise": _number(noise, percent=True), "percTrainData": _number(share, percent=True)}


def _key(names: Mapping[str, str], here: str) -> str | None:
    return next((key for key, name in names.items() if name == here), None)


def _activation(experiment: Experiment) -> str:
    # Without a hidden layer it plays no part.
    used = dict.fromkeys(layer.activation for layer in experiment.layers) or {"tanh": None}
    if len(used) > 1 or not used.keys() <= set(ACTIVATIONS):
        raise PermalinkError(
            "In TensorFlow Playground all hidden layers have the same activation function, one of {known}; "
            "this network has {used}.",
            known=", ".join(ACTIVATIONS),
            used=", ".join(used),
        )
    return next(iter(used))


def _regularization(experiment: Experiment) -> dict[str, str]:
    rates = {(layer.l1, layer.l2) for layer in experiment.layers} | {(experiment.output_l1, experiment.output_l2)}
    l1, l2 = next(iter(rates))
    if len(rates) > 1 or (l1 and l2):
        raise PermalinkError(
            "TensorFlow Playground has one regularization, L1 or L2, with one rate for all layers, the output too. "
            "Give every layer the same."
        )
    key = _key(REGULARIZATIONS, "l1" if l1 else "l2") if l1 or l2 else None
    return {"regularizationRate": _number(l1 or l2)} | ({"regularization": key} if key else {})


def _starts_at_zero(experiment: Experiment) -> bool:
    zeros = {layer.initializer == "zeros" for layer in experiment.layers}
    if len(zeros) > 1:
        raise PermalinkError(
            "In TensorFlow Playground either all weights start at 0 or none. "
            "Give every hidden layer the initializer “zeros”, or none."
        )
    return zeros == {True}


def _hidden(link: Link) -> list[str]:
    controls = [key for key, here in CONTROLS.items() if here in link.hidden]
    return controls + (list(FEATURES) if "features" in link.hidden else [])


def _switch(on: bool) -> str:
    return "true" if on else "false"


def _number(value: float, *, percent: bool = False) -> str:
    """Write a number in decimals, so that it is read again as the same."""
    exact = Decimal(repr(value)).scaleb(2) if percent else Decimal(repr(value))
    return format(exact.normalize(), "f")
