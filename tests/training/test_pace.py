"""A run without an end goes at a speed to watch."""

from __future__ import annotations

from nnlab.training.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_as_many_epochs_are_due_as_time_has_passed() -> None:
    clock = Clock()
    pace = Pace(100, clock)
    assert pace.epochs() == 0

    clock.now += 0.0501
    assert pace.epochs() == 5
    pace.used(5)
    assert pace.epochs() == 0


def test_time_that_was_not_used_is_not_made_up_for() -> None:
    clock = Clock()
    pace = Pace(100, clock)
    clock.now += 60

    assert pace.epochs() <= 10


def test_the_wait_ends_when_the_next_epoch_is_due() -> None:
    clock = Clock()
    pace = Pace(100, clock)
    wait = pace.seconds_to_wait()
    assert 0 < wait < 0.011

    clock.now += wait + 1e-9
    assert pace.epochs() == 1
    assert pace.seconds_to_wait() == 0


def test_over_a_minute_the_speed_is_kept() -> None:
    clock = Clock()
    pace = Pace(60, clock)
    trained = 0
    for _ in range(2000):
        due = pace.epochs()
        pace.used(due)
        trained += due
        clock.now += 0.03

    assert abs(trained - 3600) <= 6
