"""How often a run says where it stands."""

from __future__ import annotations

import numpy as np

from nnlab.events import TrainerState
from nnlab.training.saving import Saving, state_bytes


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def state(epoch: int, megabytes: float = 0.0) -> TrainerState:
    return TrainerState(epoch, (np.zeros(int(megabytes * 250_000), np.float32),), ())


def test_a_small_network_once_a_second_and_never_twice_for_an_epoch() -> None:
    clock = Clock()
    saving = Saving(clock)
    assert not saving.due(5)
    clock.now += 1
    assert saving.due(5)
    assert not saving.due(0)
    saving.saved(state(5))
    clock.now += 0.9
    assert not saving.due(6)
    clock.now += 0.1
    assert not saving.due(5)
    assert saving.due(6)


def test_a_large_one_no_more_than_two_megabytes_a_second() -> None:
    clock = Clock()
    saving = Saving(clock)
    clock.now += 1
    saving.saved(state(1, megabytes=60))
    clock.now += 29.9
    assert not saving.due(2)
    clock.now += 0.2
    assert saving.due(2)


def test_everything_in_a_state_has_weight() -> None:
    best = {"EarlyStopping": {"best_weights": [np.zeros(5, np.float32)], "wait": 3}}
    full = TrainerState(1, (np.zeros(1, np.float32),), (np.zeros(2, np.float32),), best, 0, (np.zeros(3, np.float32),))

    assert state_bytes(full) == 4 * (1 + 2 + 5 + 3)
