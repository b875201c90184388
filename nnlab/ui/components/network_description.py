"""A network in the words that the browser's forward pass understands."""

from __future__ import annotations

from typing import Any

from nnlab.experiment import Experiment


def describe(experiment: Experiment) -> dict[str, Any]:
    """Return what ``frontend/forward.js`` has to know of a network beside its weights.

    Parameters
    ----------
    experiment : Experiment
        About points in the plane, or a table.

    Returns
    -------
    dict
        Inputs, layers, output layer, loss and metric; plain values.

    Raises
    ------
    ExperimentError
        Output layer and loss do not go together.
    """
    head = experiment.head
    # In the mode of TensorFlow Playground the loss is shown without the penalties.
    penalized = experiment.mode == "keras"
    return {
        "inputs": list(experiment.features),
        "normalization": experiment.dataset.info.normalize,
        "layers": [
            {
                "units": layer.units,
                "activation": layer.activation,
                "batch_norm": layer.batch_norm,
                "l1": layer.l1 if penalized else 0.0,
                "l2": layer.l2 if penalized else 0.0,
            }
            for layer in experiment.layers
        ],
        "output": {
            "units": head.units,
            "activation": head.activation,
            "l1": experiment.output_l1 if penalized else 0.0,
            "l2": experiment.output_l2 if penalized else 0.0,
        },
        "loss": head.loss,
        "metric": head.metric,
    }
