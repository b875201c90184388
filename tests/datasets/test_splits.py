from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from nnlab.datasets.splits import random_split, stratified_split


@given(
    counts=st.lists(st.integers(10, 60), min_size=2, max_size=6),
    valid=st.floats(0.1, 0.4),
    test=st.floats(0.1, 0.4),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=80)
def test_every_sample_is_in_one_part_and_every_part_has_the_classes_shares(
    counts: list[int], valid: float, test: float, seed: int
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    parts = stratified_split(labels, valid_share=valid, test_share=test, seed=seed)
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(len(labels)))
    for part in parts:
        exact = np.array(counts) * len(part) / len(labels)
        # Two roundings, each by less than one sample.
        assert np.abs(np.bincount(labels[part], minlength=len(counts)) - exact).max() < 2.0


def test_the_split_is_shuffled_and_fixed_by_its_seed() -> None:
    labels = np.repeat([0, 1], 100)
    first, again, other = (
        stratified_split(labels, valid_share=0.1, test_share=0.2, seed=seed)[0] for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert 0.2 < labels[first[:50]].mean() < 0.8


@pytest.mark.parametrize("seed", range(5))
def test_the_sizes_are_those_of_two_calls_of_train_test_split(seed: int) -> None:
    from sklearn.model_selection import train_test_split

    labels = np.repeat([0, 1, 2], [59, 71, 48])
    rest, test = train_test_split(labels, test_size=0.2, stratify=labels)
    train, valid = train_test_split(rest, test_size=0.125, stratify=rest)
    parts = stratified_split(labels, valid_share=0.125, test_share=0.2, seed=seed)
    assert [len(part) for part in parts] == [len(train), len(valid), len(test)]
    assert np.bincount(labels[parts[2]]).tolist() == np.bincount(test).tolist()


@pytest.mark.parametrize(("samples", "share"), [(150, 0.1), (135, 0.1), (20_640, 0.25), (101, 0.2), (5, 0.5)])
@pytest.mark.parametrize("seed", [0, 42])
def test_a_split_by_lot_is_that_of_scikit_learn(samples: int, share: float, seed: int) -> None:
    expected = train_test_split(np.arange(samples), test_size=share, random_state=seed)

    for found, part in zip(random_split(samples, test_share=share, seed=seed), expected, strict=True):
        np.testing.assert_array_equal(found, part)
