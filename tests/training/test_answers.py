"""What a worker answers to questions about a model: Keras' own outputs, without loading data."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import load
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.training.answers import Answers
from nnlab.training.outputs import LARGE_BATCH

DIGITS = Experiment(dataset=DatasetChoice("digits"), layers=(Layer(6, dropout=0.5),))
IRIS = Experiment(dataset=DatasetChoice("iris"), layers=(Layer(4),))
CIRCLE = Experiment(layers=(Layer(3, "tanh"),))


def weights_of(experiment: Experiment) -> tuple[keras.Model, tuple[np.ndarray, ...]]:
    model = models.build(experiment, load(experiment.dataset.name))
    return model, tuple(model.get_weights())


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 17, (count, 8, 8), dtype=np.uint8)


def test_outputs_are_keras_own_for_raw_inputs_beyond_one_batch() -> None:
    original, weights = weights_of(DIGITS)
    x = pictures(LARGE_BATCH + 3)

    outputs = Answers().outputs(DIGITS.with_seed(77), weights, x)
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, original.predict(x.astype(np.float32) / 16, verbose=0), rtol=1e-4, atol=1e-6)


def test_inputs_that_were_not_scaled_in_training_are_not_scaled_here() -> None:
    original, weights = weights_of(DIGITS)
    x = pictures(4)

    outputs = Answers().outputs(replace(DIGITS, scale_inputs=False), weights, x)
    np.testing.assert_allclose(outputs, original.predict(x.astype(np.float32), verbose=0), rtol=1e-4, atol=1e-6)


def test_a_table_is_predicted_from_the_chosen_columns_with_the_statistics_among_the_weights() -> None:
    original, weights = weights_of(IRIS)
    x = np.array([[1.4, 0.2], [5.1, 1.9]], np.float32)

    np.testing.assert_allclose(Answers().outputs(IRIS, weights, x), original.predict(x, verbose=0), rtol=1e-5)


@pytest.mark.parametrize("mode", ["keras", "playground"])
def test_no_data_are_loaded(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = replace(CIRCLE, mode=mode)
    original, weights = weights_of(experiment)

    def load(*arguments: object, **options: object) -> None:
        raise AssertionError("data were loaded")

    monkeypatch.setattr("nnlab.datasets.load", load)
    x = np.array([[1.0, -2.0]], np.float32)
    np.testing.assert_allclose(Answers().outputs(experiment, weights, x), original.predict(x, verbose=0), rtol=1e-5)


def test_question_after_question_has_the_weights_that_it_names() -> None:
    answers, x = Answers(), pictures(5)
    asked = [DIGITS, replace(DIGITS, layers=(Layer(9, "tanh"),)), DIGITS, DIGITS.with_seed(5)]
    for experiment in asked:
        original, weights = weights_of(experiment)
        expected = original.predict(x.astype(np.float32) / 16, verbose=0)
        np.testing.assert_allclose(answers.outputs(experiment, weights, x), expected, rtol=1e-4, atol=1e-6)


def test_a_model_is_built_once_for_many_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    _, weights = weights_of(DIGITS)
    built = []
    network = models.network
    monkeypatch.setattr(models, "network", lambda experiment: built.append(experiment) or network(experiment))
    answers = Answers()
    for _ in range(3):
        answers.outputs(DIGITS, weights, pictures(1))

    assert built == [DIGITS]
