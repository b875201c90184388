"""The tables of TensorFlow Playground's keys agree with what is here, and a seed goes there and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nnlab.datasets.catalog import CATALOG, PLANE_FEATURES, SEED
from nnlab.experiment import CHOICES
from nnlab.permalink import HIDEABLE
from nnlab.permalink.playground_keys import (
    ACTIVATIONS,
    CONTROLS,
    DATASETS,
    FEATURES,
    KEYS,
    NUMBERS,
    REGRESSION_DATASETS,
    seed_number,
    seed_text,
)


def test_there_are_its_27_keys_and_15_hide_boxes() -> None:
    assert len(set(KEYS)) == len(KEYS) == 27
    assert tuple(CONTROLS.values()) == HIDEABLE[:15]


def test_every_name_here_exists() -> None:
    assert set(ACTIVATIONS) <= set(CHOICES["activation"])
    assert {CATALOG[name].task for name in DATASETS.values()} == {"binary"}
    assert {CATALOG[name].task for name in REGRESSION_DATASETS.values()} == {"regression"}
    assert set(FEATURES.values()) == set(PLANE_FEATURES)
    assert {*FEATURES, *NUMBERS} <= set(KEYS)


@given(st.integers(int(SEED.minimum), int(SEED.maximum)))
def test_every_seed_here_has_a_text_there_that_means_it(seed: int) -> None:
    assert seed_number(seed_text(seed)) == seed


@given(st.integers(0, 99_999).map(lambda digits: f"0.{digits:05d}"))
def test_a_seed_that_it_drew_itself_comes_back_as_it_was(text: str) -> None:
    assert seed_text(seed_number(text)) == text


@given(st.text(max_size=60))
def test_any_text_is_the_same_seed_each_time(text: str) -> None:
    assert SEED.accepts(seed_number(text))
    assert seed_number(text) == seed_number(text)


def test_seeds_in_words_are_different_seeds() -> None:
    texts = ["", "a", "b", "0.5", "0.59704x", "1.00000", "99999", "012345", "4294967296", "٣٣٣٣٣٣", "\ud800"]

    assert len({seed_number(text) for text in texts}) == len(texts)
