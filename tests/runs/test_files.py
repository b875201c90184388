"""Files that a visitor takes along are made by a worker, from the weights that the run has come to."""

from __future__ import annotations

import numpy as np
import pytest

from nnlab import events
from nnlab.messages import Message
from nnlab.runs import RunError


def trained(house):
    record, worker = house.running()
    worker.train(record.run_id, 1, 2, weights={epoch: (np.full(2, epoch, np.float32),) for epoch in (1, 2)})
    house.until(lambda: record.weight_epochs == (1, 2), "weights of two epochs")
    return record, worker


def test_a_model_is_saved_with_its_last_weights(house) -> None:
    record, _ = trained(house)

    assert house.service.files.model(record.run_id).result(20) == np.full(2, 2, np.float32).tobytes()
    [asked] = [command for player in house.workers for command in player.taken(events.SaveModel)]
    assert asked.experiment == record.experiment


def test_a_run_without_weights_has_no_model_to_take_along(house) -> None:
    record, _ = house.running()

    with pytest.raises(RunError, match="not kept"):
        house.service.files.model(record.run_id)
    with pytest.raises(RunError, match="no longer kept"):
        house.service.files.model("unknown")


def test_a_file_that_cannot_be_made_says_why(house) -> None:
    house.obedient = False
    record, _ = trained(house)
    asked = house.service.files.model(record.run_id)
    player = house.until(
        lambda: next((player for player in house.workers if player.taken(events.SaveModel)), None), "the question"
    )
    [question] = player.taken(events.SaveModel)
    player.report(events.ModelSaved(record.run_id, question.request_id, None, Message("The disk is full.")))

    with pytest.raises(RunError, match="The disk is full"):
        asked.result(20)
