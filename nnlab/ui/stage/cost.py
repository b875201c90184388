"""What a run has cost: updates of the weights, time, parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nnlab.experiment import Experiment


def updates(experiment: Experiment, changes: Sequence[tuple[int, Mapping[str, Any]]], epochs: int, samples: int) -> int:
    """Return how often the weights were updated.

    Parameters
    ----------
    experiment : Experiment
        What the run began with.
    changes : sequence of (int, mapping)
        After which epoch what was changed, in order; other batch sizes count.
    epochs : int
        Epochs done.
    samples : int
        Samples of the training set.

    Examples
    --------
    >>> begun = Experiment(batch_size=10)
    >>> updates(begun, [], 3, 25), updates(begun, [(1, {"batch_size": 25})], 3, 25)
    (9, 5)
    """
    total, since, batch_size, left_over = 0, 0, experiment.batch_size, 0
    for epoch, values in [*changes, (epochs, {})]:
        done = max(0, min(epoch, epochs) - since)
        if experiment.mode == "playground":
            # What is left over of an epoch goes into the next one's first batch.
            seen = done * samples + left_over
            total, left_over = total + seen // batch_size, seen % batch_size
        else:
            total += done * -(-samples // batch_size)
        since, batch_size = max(since, epoch), int(values.get("batch_size", batch_size))
    return total
