"""The made-up messages: two labels that do not exclude each other, and signs that tell them apart."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from nnlab.datasets import Dataset, load


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load("messages", seed=1)


def kinds(y: np.ndarray) -> np.ndarray:
    return np.bincount(2 * y[:, 0] + y[:, 1], minlength=4) / len(y)


def test_a_message_can_be_spam_urgent_both_or_neither(dataset: Dataset) -> None:
    shares = kinds(dataset.y_train)

    assert (shares > 0.1).all()
    for y in (dataset.y_valid, dataset.y_test):
        np.testing.assert_allclose(kinds(y), shares, atol=0.01)
    assert [len(y) for y in (dataset.y_train, dataset.y_valid, dataset.y_test)] == [1280, 320, 400]


def test_each_sign_points_to_what_its_description_says(dataset: Dataset) -> None:
    columns = dict(zip(dataset.feature_names, dataset.x_train.T, strict=True))
    spam, urgent = dataset.y_train.astype(bool).T
    expected = {
        "exclamation_marks": (1.5, 0.8),
        "money_words": (2.2, 0),
        "deadline_words": (0, 2.4),
        "links": (1.4, 0),
        "known_sender": (-0.75, 0),
    }

    for name, effects in expected.items():
        # The labels are not independent, so each effect is taken at a fixed value of the other label.
        of_spam = columns[name][spam & ~urgent].mean() - columns[name][~spam & ~urgent].mean()
        of_urgency = columns[name][urgent & ~spam].mean() - columns[name][~spam & ~urgent].mean()
        np.testing.assert_allclose((of_spam, of_urgency), effects, atol=0.35, err_msg=name)
    hours = columns["hour"]
    assert hours[spam].std() > 1.5 * hours[~spam].std()
    assert (hours.min(), hours.max()) == (0, 23)


def test_much_can_be_learned_and_not_everything(dataset: Dataset) -> None:
    for label in (0, 1):
        model = LogisticRegression(max_iter=1000).fit(dataset.x_train, dataset.y_train[:, label])
        score = model.score(dataset.x_test, dataset.y_test[:, label])
        guessing = max(dataset.y_test[:, label].mean(), 1 - dataset.y_test[:, label].mean())
        assert guessing + 0.1 < score < 0.99


def test_the_seed_decides_the_messages() -> None:
    first, again, other = (load("messages", seed=seed).x_train for seed in (5, 5, 6))

    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
