"""What a network says of each sample of the test set, as a table to take along."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnlab.datasets import images, load, tabular
from nnlab.experiment import DatasetChoice, Experiment
from nnlab.runs import RunRecord


def prediction_frame(record: RunRecord) -> pd.DataFrame:
    """Return a row for each sample of the test set: what is true, what the network says, its outputs.

    Parameters
    ----------
    record : RunRecord
        Of a run that has been tested.

    Returns
    -------
    DataFrame
        Class numbers and a probability for each class; for several labels a probability for each;
        for a regression true and predicted values. Outputs have three to four digits, as the run has kept them.
    """
    experiment = record.experiment
    true, names = _truth(experiment.dataset)
    outputs = record.test.predictions.astype(np.float64) if record.test is not None else np.empty((0, 1))
    columns = _columns(experiment, true[: len(outputs)], outputs, names)
    return pd.DataFrame({"sample": np.arange(1, len(outputs) + 1), **columns})


def _truth(choice: DatasetChoice) -> tuple[NDArray[np.generic], tuple[str, ...]]:
    # What the page shows already is in memory; points in the plane are drawn in a millisecond.
    kind = choice.info.kind
    if kind == "images":
        shown = images.preview(choice.name, **choice.options)
        return shown.y_test, shown.class_names
    load_table = tabular.preview if kind == "table" else load
    dataset = load_table(choice.name, **choice.options)
    return dataset.y_test, dataset.class_names


def _columns(
    experiment: Experiment, true: NDArray[np.generic], outputs: NDArray[np.float64], names: tuple[str, ...]
) -> dict[str, NDArray[np.generic]]:
    task = experiment.dataset.task
    if task == "regression":
        return {"true": true, "predicted": outputs[:, 0]}
    if task == "multilabel":
        labels = {f"true {name}": true[:, number] for number, name in enumerate(names)}
        return {**labels, **{f"probability {name}": outputs[:, number] for number, name in enumerate(names)}}
    if outputs.shape[1] == 1:
        # tanh decides at 0, a sigmoid at a half.
        border = 0.0 if experiment.head.activation == "tanh" else 0.5
        return {"true": true, "predicted": (outputs[:, 0] >= border).astype(int), "output": outputs[:, 0]}
    probabilities = {f"probability {name}": outputs[:, number] for number, name in enumerate(names)}
    return {"true": true, "predicted": outputs.argmax(axis=1), **probabilities}
