"""What a page offers to take along: the right run, and predictions in rows that can be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnlab import events
from nnlab.datasets import load
from nnlab.events import Changed, EpochsEnded
from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Optimizer
from nnlab.experiment.playground import as_playground
from nnlab.runs import RunRecord
from nnlab.ui.code import EPOCHS, run_to_repeat
from nnlab.ui.prediction_file import prediction_frame

TOY = Experiment(epochs=None, solved_at=0.9)
FASTER = replace(TOY, optimizer=Optimizer("sgd", 0.5))


def record_with(experiment: Experiment, epochs: int = 4, outputs: np.ndarray | None = None) -> RunRecord:
    record = RunRecord("run", experiment, "somebody")
    record.enter("running")
    record.append(EpochsEnded("run", 1, (0.1,) * epochs, {"loss": (0.5,) * epochs}))
    if outputs is not None:
        record.keep(events.Tested("run", {"loss": 0.5}, outputs.astype(np.float16)))
    return record


def test_without_a_run_the_setting_is_repeated_for_as_long_as_it_says() -> None:
    assert run_to_repeat(None, replace(TOY, epochs=7)).epochs == 7
    assert run_to_repeat(None, TOY).epochs == EPOCHS


def test_a_run_without_an_end_is_repeated_as_far_as_it_is_with_its_changes() -> None:
    record = record_with(TOY)
    record.follow(Changed("run", 2, FASTER))
    run = run_to_repeat(record, Experiment())

    assert (run.experiment, run.epochs) == (TOY, 4)
    assert run.changes == ((2, {"optimizer.learning_rate": 0.5}),)


def test_a_stopped_run_ends_where_it_was_stopped_and_not_by_itself() -> None:
    record = record_with(replace(TOY, epochs=100, early_stopping=EarlyStopping()))
    record.follow(Changed("run", 2, replace(record.experiment, solved_at=0.95)))
    record.enter("stopped")
    run = run_to_repeat(record, TOY)

    assert run.epochs == 4
    assert run.experiment.early_stopping is None
    assert run.changes == ()


def test_a_run_that_ended_by_itself_does_so_again() -> None:
    record = record_with(replace(TOY, epochs=100, early_stopping=EarlyStopping()))
    record.enter("early_stopped")

    assert run_to_repeat(record, TOY).epochs == 100
    assert run_to_repeat(record, TOY).experiment == record.experiment


@pytest.mark.parametrize(
    ("name", "mode", "outputs", "predicted"),
    [
        ("circle", "keras", [[0.2], [0.7]], [0, 1]),
        ("circle", "playground", [[-0.2], [0.1]], [0, 1]),
        ("digits", "keras", [[0.0] * 3 + [1.0] + [0.0] * 6, [1.0] + [0.0] * 9], [3, 0]),
    ],
)
def test_classes_are_named_beside_the_true_ones(name, mode, outputs, predicted) -> None:
    experiment = Experiment(dataset=DatasetChoice(name))
    experiment = as_playground(experiment) if mode == "playground" else experiment
    frame = prediction_frame(record_with(experiment, outputs=np.array(outputs)))

    assert frame["predicted"].tolist() == predicted
    assert frame["true"].tolist() == load(name).y_test[:2].tolist()
    assert frame["sample"].tolist() == [1, 2]


def test_several_labels_have_a_probability_each() -> None:
    frame = prediction_frame(record_with(Experiment(dataset=DatasetChoice("messages")), outputs=np.array([[0.2, 0.9]])))

    assert list(frame) == ["sample", "true spam", "true urgent", "probability spam", "probability urgent"]
    assert frame["true urgent"].tolist() == load("messages").y_test[:1, 1].tolist()


def test_numbers_are_beside_the_true_numbers() -> None:
    frame = prediction_frame(record_with(Experiment(dataset=DatasetChoice("plane")), outputs=np.array([[0.5], [1.0]])))

    assert list(frame) == ["sample", "true", "predicted"]
    np.testing.assert_allclose(frame["true"], load("plane").y_test[:2])
