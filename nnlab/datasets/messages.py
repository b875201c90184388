"""A made-up data set with two labels at once: messages that may be spam, urgent, both or neither."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import DTypeLike, NDArray

from nnlab.datasets import Dataset
from nnlab.datasets.catalog import MESSAGE_FEATURES
from nnlab.datasets.splits import stratified_split
from nnlab.messages import N_

MESSAGES = 2000
MESSAGE_LABELS = (N_("spam"), N_("urgent"))
SPAM_SHARE = 0.4
# A threat with a deadline is a usual trick of spam: the two labels do not exclude each other.
URGENT_SHARE = {"spam": 0.35, "other": 0.25}


def messages(*, seed: int, dtype: DTypeLike = np.float32) -> Dataset:
    """Draw 2,000 messages, each described by six numbers and labelled twice: spam or not, urgent or not.

    Nothing of it has ever been sent. First the labels are drawn, then what one would notice in
    such a message: the means of the counts grow with what the message is, and the counts
    themselves are Poisson. Because the kinds overlap, no model can be right every time.

    ==================  ==========================================================================
    feature             how it is drawn
    ==================  ==========================================================================
    exclamation_marks   mean 0.4, spam adds 1.5, urgent 0.8
    money_words         "prize", "free", "€" …: mean 0.3, spam adds 2.2
    deadline_words      "today", "at once", "last" …: mean 0.3, urgent adds 2.4
    links               mean 0.6, spam adds 1.4
    known_sender        1 with probability 0.85, for spam 0.1
    hour                of sending: around 13, at night less; spam comes at any hour
    ==================  ==========================================================================

    A fifth is the test set and a fifth of the rest the validation set, each with the four kinds of
    message in equal shares: 1,280, 320 and 400 messages.

    Parameters
    ----------
    seed : int
        Same seed, same messages.
    dtype : dtype
        Of the features.

    Examples
    --------
    >>> dataset = messages(seed=0)
    >>> dataset.x_train.shape, dataset.y_train.shape
    ((1280, 6), (1280, 2))
    """
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    spam = generator.random(MESSAGES) < SPAM_SHARE
    urgent = generator.random(MESSAGES) < np.where(spam, URGENT_SHARE["spam"], URGENT_SHARE["other"])
    x = _features(spam, urgent, generator).astype(dtype)
    y = np.column_stack([spam, urgent]).astype(np.uint8)
    train, valid, test = stratified_split(2 * y[:, 0] + y[:, 1], valid_share=0.2, test_share=0.2, seed=seed)
    return Dataset(
        name="messages",
        x_train=x[train],
        y_train=y[train],
        x_valid=x[valid],
        y_valid=y[valid],
        x_test=x[test],
        y_test=y[test],
        scale=1.0,
        task="multilabel",
        class_names=MESSAGE_LABELS,
        feature_names=MESSAGE_FEATURES,
    )


def _features(spam: NDArray[np.bool_], urgent: NDArray[np.bool_], generator: Generator) -> NDArray[np.float64]:
    """Return a row for each message, in the order of `MESSAGE_FEATURES`."""
    by_day = np.clip(np.round(generator.normal(13, 3.5, len(spam))), 0, 23)
    return np.column_stack(
        [
            generator.poisson(0.4 + 1.5 * spam + 0.8 * urgent),
            generator.poisson(0.3 + 2.2 * spam),
            generator.poisson(0.3 + 2.4 * urgent),
            generator.poisson(0.6 + 1.4 * spam),
            generator.random(len(spam)) < np.where(spam, 0.1, 0.85),
            np.where(spam, generator.integers(0, 24, len(spam)), by_day),
        ]
    )
