"""A real worker plays a run: it shows it, goes as far as it may, goes back, is set aside and stops."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import load
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.runs import Limits, RunRecord, RunService

pytestmark = [pytest.mark.worker, pytest.mark.slow, pytest.mark.timeout(400)]

TOY = Experiment(
    dataset=DatasetChoice("gauss", {"samples": 60}), layers=(Layer(3, "tanh"),), epochs=None, batch_size=10, seed=5
)
STEEP = replace(TOY, optimizer=Optimizer(learning_rate=0.5))


# A worker imports TensorFlow and compiles; on a busy machine that takes its time.
SECONDS = 150


def until(holds: Callable[[], Any], what: str, timeout: float = SECONDS) -> Any:
    end = time.monotonic() + timeout
    while not (found := holds()):
        assert time.monotonic() < end, f"not within {timeout} s: {what}"
        time.sleep(0.01)
    return found


def losses(record: RunRecord) -> list[float]:
    return list(record.history().columns.get("val_loss", ()))


def same(one: Any, other: Any) -> None:
    for values, expected in zip(one, other, strict=True):
        np.testing.assert_array_equal(values, expected)


def play(service: RunService, record: RunRecord, epoch: int) -> None:
    """Step to an epoch as a stage does that looks: it allows more time as long as it takes."""
    end = time.monotonic() + SECONDS
    while record.progress.epoch != epoch or record.status != "paused":
        assert time.monotonic() < end, f"epoch {epoch} does not come: {record.progress} {record.message}"
        service.step(record.run_id, epoch)
        renew = time.monotonic() + 3
        while record.status != "paused" and time.monotonic() < renew:
            time.sleep(0.01)


@pytest.mark.spawn
def test_from_its_first_weights_to_its_test_results() -> None:
    service = RunService(Limits(workers=1))
    try:
        record = service.record(service.start(TOY, watched=True, allowed=0))
        until(lambda: record.weight_epochs == (0,), "the first weights")
        same(record.weights(0), models.build(TOY, load(TOY.dataset.name, **TOY.dataset.options)).get_weights())
        # Shown is not trained: it is in nobody's way.
        assert (record.status, record.progress.epoch, service.running("local")) == ("paused", 0, ())

        play(service, record, 5)
        play(service, record, 40)
        assert record.weight_epochs == tuple(range(41))
        before, kept = losses(record), record.weights(12)

        service.change(record.run_id, STEEP, 12)
        until(lambda: record.changes, "the change")
        assert (record.rewinds.revision, record.rewinds.least_since(0)) == (1, 12)
        play(service, record, 40)
        assert losses(record)[:12] == before[:12]
        assert losses(record)[12] != before[12]
        same(record.weights(12), kept)
        changed = losses(record)

        # Set aside, gone back without a worker, and taken up: all of it is done again, and gives the same.
        service.park(record.run_id)
        until(lambda: record.state is not None, "where it stands")
        service.edit(record.run_id, 20, record.weights(20))
        assert record.progress.epoch == 20
        play(service, record, 30)
        assert losses(record) == changed[:30]
        assert [change.epoch for change in record.changes] == [12, 20]

        service.stop(record.run_id)
        assert record.status == "stopped"
        until(lambda: record.test is not None, "test results")
        assert record.progress.epoch == 30
        until(lambda: not service.serves(record.run_id), "a free worker")
    finally:
        service.close()
