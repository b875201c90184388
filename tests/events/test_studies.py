"""What a study may be, and what its results say of themselves."""

import numpy as np
import pytest

from nnlab.events.studies import ReplicaResult, Study, StudyError, StudyPart, epochs_evaluated
from nnlab.experiment import DatasetChoice, Experiment, ExperimentError, Layer

PART = StudyPart("circle", Experiment())
MANY_POINTS = Experiment(
    dataset=DatasetChoice("circle", {"samples": 10_000, "train_share": 0.9}), layers=(Layer(16), Layer(16))
)


def parts(count):
    return tuple(StudyPart(str(number), Experiment()) for number in range(count))


def test_a_study_within_the_bounds_is_taken():
    assert Study(parts(16), tuple(range(200))).evaluate_every == 5


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: Study((), (1,)), "1 to 16 parts"),
        (lambda: Study(parts(17), (1,)), "1 to 16 parts"),
        (lambda: Study((PART, PART), (1,)), "same name"),
        (lambda: Study((PART,), ()), "1 to 200 seeds"),
        (lambda: Study((PART,), tuple(range(201))), "1 to 200 seeds"),
        (lambda: Study((PART,), (1, 1)), "different whole numbers"),
        (lambda: Study((PART,), (-1,)), "different whole numbers"),
        (lambda: Study((PART,), (1,), evaluate_every=0), "every 1, 2, 3"),
        (lambda: Study((PART,), (1,), until="bored"), "once every network is solved"),
        (lambda: Study((StudyPart("a", Experiment(epochs=None)),), (1,)), "need a last epoch"),
        (lambda: Study((StudyPart("a", Experiment(dataset=DatasetChoice("iris"))),), (1,)), "points in the plane"),
        (lambda: Study((StudyPart("a", Experiment(layers=(Layer(60), Layer(60)))),), (1,)), "2,000 are trained"),
        (lambda: Study((StudyPart("a", MANY_POINTS),), (1,)), "9,000 points"),
        (lambda: Study((StudyPart("a", Experiment(epochs=100_000)),), tuple(range(200))), "evaluate less often"),
        (lambda: Study((StudyPart("a", Experiment(), ((30, Experiment()),)),), (1,)), "before its last epoch"),
    ],
)
def test_what_a_server_does_not_do_for_one_visitor_is_refused_in_words(asked, said):
    with pytest.raises(StudyError, match=said):
        asked()


def test_output_layer_and_loss_have_to_go_together():
    with pytest.raises(ExperimentError, match="output layer"):
        Study((StudyPart("a", Experiment(output_units=3)),), (1,))


def test_the_last_epoch_is_evaluated_once():
    assert epochs_evaluated(10, 5) == (5, 10)
    assert epochs_evaluated(3, 5) == (3,)


def test_a_result_knows_who_has_solved_it_when():
    accuracy = np.array([[0.5, 0.99, 0.9], [1.0, 1.0, 1.0], [0.5, 0.9, 0.98]], np.float32)
    loss = np.array([[0.5, 0.1, 0.2], [0.1, 0.1, 0.1], [0.5, np.inf, np.nan]], np.float32)
    history = {"epoch": np.array([5, 10, 12]), "val_accuracy": accuracy, "loss": loss, "val_loss": loss}

    result = ReplicaResult((7, 8, 9), history)

    assert result.epochs_to_solve.tolist() == [10, 5, -1]
    assert result.solved_at_end.tolist() == [False, True, False]
    assert result.diverged.tolist() == [False, False, True]


def test_a_number_is_never_solved():
    result = ReplicaResult((1, 2), {"epoch": np.array([1]), "val_loss": np.zeros((2, 1), np.float32)})

    assert result.epochs_to_solve.tolist() == [-1, -1]
    assert not result.solved_at_end.any()
