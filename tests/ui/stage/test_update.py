import base64

import numpy as np
import pytest

from nnlab.events import EpochsEnded
from nnlab.experiment import Experiment, Layer
from nnlab.runs import RunRecord
from nnlab.ui.stage import update as module
from nnlab.ui.stage.report import Report
from nnlab.ui.stage.update import stage_update


@pytest.fixture
def record():
    record = RunRecord("a", Experiment(layers=(Layer(2),)), "visitor", watched=True)
    record.append(EpochsEnded("a", 1, (), {}, {0: weights(0)}))
    return record


def weights(epoch):
    return (np.full((2, 1), epoch, np.float32), np.full(1, epoch, np.float32))


def train(record, first, last):
    losses = tuple(1 / epoch for epoch in range(first, last + 1))
    rows = {epoch: weights(epoch) for epoch in range(first, last + 1)}
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    record.append(EpochsEnded("a", first, (0.01,) * len(losses), {name: losses for name in names}, rows))


def floats(text):
    return np.frombuffer(base64.b64decode(text), np.float32)


def epochs(update):
    return np.frombuffer(base64.b64decode(update["epochs"]), np.int32).tolist()


def test_a_stage_that_has_nothing_gets_everything(record):
    train(record, 1, 3)
    update = stage_update(record, Report())

    assert (update["run"], update["first"], update["lacking"]) == ("a", 0, False)
    assert set(update["history"]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    np.testing.assert_array_equal(floats(update["history"]["loss"]), np.float32([1, 1 / 2, 1 / 3]))
    assert epochs(update) == [0, 1, 2, 3]
    np.testing.assert_array_equal(floats(update["rows"]).reshape(4, 3)[2], [2, 2, 2])


def test_a_stage_gets_only_what_is_new(record):
    train(record, 1, 5)
    update = stage_update(record, Report(run="a", have=3, count=4))

    assert update["first"] == 4
    assert len(floats(update["history"]["loss"])) == 1
    assert epochs(update) == [4, 5]
    assert epochs(stage_update(record, Report(run="another", have=3, count=4))) == [0, 1, 2, 3, 4, 5]


def test_after_the_run_has_gone_back_what_is_no_longer_true_is_named_and_replaced(record):
    train(record, 1, 5)
    known = Report(run="a", revision=record.rewinds.revision, have=5, count=5)
    record.rewind(2)
    train(record, 3, 4)
    update = stage_update(record, known)

    assert (update["revision"], update["rewound_to"], update["first"]) == (1, 2, 2)
    assert epochs(update) == [2, 3, 4]
    again = stage_update(record, Report(run="a", revision=1, have=4, count=4))
    assert (again["rewound_to"], again["epochs"]) == (None, "")


def test_much_is_sent_in_parts_and_each_says_that_there_is_more(record, monkeypatch):
    monkeypatch.setattr(module, "MOST_EPOCHS", 4)
    monkeypatch.setattr(module, "MOST_WEIGHT_BYTES", 3 * 12)
    train(record, 1, 10)
    known, parts = Report(run="a"), 0
    while True:
        update = stage_update(record, known)
        parts += 1
        got = len(floats(update["history"]["loss"]))
        known = Report(run="a", have=epochs(update)[-1] if update["epochs"] else known.have, count=known.count + got)
        if not update["lacking"]:
            break

    assert parts == 4
    assert (known.have, known.count) == (10, 10)


def test_without_a_run_there_is_nothing():
    update = stage_update(None, Report())

    assert (update["run"], update["history"], update["epochs"], update["lacking"]) == (None, {}, "", False)
