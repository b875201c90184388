"""The book's printed runs: the numbers of chapter 10, and for which settings they stand."""

from dataclasses import replace

import pytest

from nnlab.exercises.book import CALIFORNIA_HOUSING, EXPERIMENTS, FASHION_MNIST, MNIST, book_run
from nnlab.experiment import Layer, Optimizer


def test_the_image_classifier_is_as_the_chapter_prints_it():
    run = book_run(FASHION_MNIST)

    assert [run.history[key][0] for key in ("loss", "accuracy", "val_loss", "val_accuracy")] == [
        0.7220,
        0.7649,
        0.4959,
        0.8332,
    ]
    assert [run.history[key][-1] for key in ("loss", "accuracy", "val_loss", "val_accuracy")] == [
        0.2235,
        0.9200,
        0.3056,
        0.8894,
    ]
    assert max(run.history["val_accuracy"]) == run.history["val_accuracy"][27] == 0.8900
    assert run.test == {"loss": 0.3243, "accuracy": 0.8864}


def test_the_regression_is_as_the_chapter_prints_it():
    run = book_run(CALIFORNIA_HOUSING)

    assert run.history["val_root_mean_squared_error"][-1] == 0.5457
    assert min(run.history["val_root_mean_squared_error"]) == run.history["val_root_mean_squared_error"][13] == 0.5205
    assert run.test["root_mean_squared_error"] == 0.5297


def test_exercise_10_stopped_early_at_epoch_25():
    run = book_run(MNIST)

    assert len(run.history["loss"]) == 25
    assert min(run.history["val_loss"]) == run.history["val_loss"][4] == 0.0698
    assert run.test["accuracy"] == 0.9799


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_a_run_has_the_history_that_keras_would_write_and_no_more_epochs_than_asked_for(experiment):
    run = book_run(experiment)
    metric = experiment.head.metric

    assert set(run.history) == {"loss", metric, "val_loss", f"val_{metric}"}
    lengths = {len(values) for values in run.history.values()}
    assert len(lengths) == 1
    assert max(lengths) <= experiment.epochs


def test_the_seed_and_a_loss_that_is_named_make_no_other_setting():
    assert book_run(FASHION_MNIST.with_seed(7)) is book_run(FASHION_MNIST)
    named = replace(FASHION_MNIST, loss="sparse_categorical_crossentropy", output_activation="softmax")
    assert book_run(named) is book_run(FASHION_MNIST)


@pytest.mark.parametrize(
    "changes",
    [
        {"loss": "categorical_crossentropy"},
        {"scale_inputs": False},
        {"layers": (Layer(300, "relu"),)},
        {"optimizer": Optimizer("adam", learning_rate=0.01)},
        {"epochs": 29},
        {"batch_size": 64},
        {"dataset": MNIST.dataset},
    ],
    ids=str,
)
def test_another_setting_has_no_run_in_the_book(changes):
    assert book_run(replace(FASHION_MNIST, **changes)) is None
