"""The gate lets a thread run while it is open, and only then."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from nnlab.training.gate import Abandoned, Gate


class Walker:
    """A thread that passes the gate again and again, as ``fit`` does after each batch."""

    def __init__(self, gate: Gate, step: float = 0.002) -> None:
        self.steps = 0
        self.left = False
        self._gate = gate
        self._step = step
        self.thread = threading.Thread(target=self._walk, daemon=True)
        self.thread.start()

    def _walk(self) -> None:
        try:
            while True:
                self._gate.on_train_batch_end(self.steps)
                self.steps += 1
                time.sleep(self._step)
        except Abandoned:
            self.left = True
        finally:
            self._gate.end()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.leave()


def test_nobody_passes_a_gate_that_was_never_opened(gate: Gate) -> None:
    walker = Walker(gate)
    time.sleep(0.05)

    assert walker.steps == 0
    assert gate.wait_until_shut(5)


def test_an_open_gate_lets_through_until_its_time_is_over(gate: Gate) -> None:
    walker = Walker(gate)
    begun = time.monotonic()
    gate.open(0.1)
    assert gate.wait_until_shut(10)
    stood_after = time.monotonic() - begun
    steps = walker.steps
    time.sleep(0.05)

    assert stood_after >= 0.09
    assert steps >= 2
    # It stands: the model may be read now.
    assert walker.steps == steps


def test_it_can_be_opened_again_and_again(gate: Gate) -> None:
    walker = Walker(gate)
    counts = []
    for _ in range(5):
        gate.open(0.02)
        assert gate.wait_until_shut(10)
        counts.append(walker.steps)

    assert counts == sorted(set(counts))


def test_opened_anew_before_it_shut_it_stays_open_longer(gate: Gate) -> None:
    walker = Walker(gate)
    gate.open(0.05)
    gate.open(0.3)
    assert not gate.wait_until_shut(0.1)
    assert gate.wait_until_shut(10)
    assert walker.steps > 0


def test_whoever_is_in_a_long_step_is_not_waited_for_longer_than_asked(gate: Gate) -> None:
    walker = Walker(gate, step=5)
    gate.open(60)
    deadline = time.monotonic() + 30
    while walker.steps == 0:
        assert time.monotonic() < deadline, "nobody passes the open gate"
        time.sleep(0.001)
    # It is in its first step now, whenever its thread came to it, and the time is over.
    gate.open(0)
    begun = time.monotonic()

    assert not gate.wait_until_shut(0.05)
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize("seconds", [0.0, 10.0], ids=["standing", "running"])
def test_told_to_leave_it_is_gone_wherever_it_was(gate: Gate, seconds: float) -> None:
    walker = Walker(gate)
    gate.open(seconds)
    time.sleep(0.02)
    gate.leave()
    walker.thread.join(10)

    assert walker.left
    assert gate.ended
    assert gate.wait_until_shut(0)


def test_leaving_is_not_an_error_that_anybody_catches_by_mistake() -> None:
    assert not issubclass(Abandoned, Exception)


@pytest.mark.parametrize("hook", ["on_train_begin", "on_train_batch_end", "on_test_batch_end", "on_epoch_end"])
def test_every_place_where_fit_may_stand_still_passes_the_gate(gate: Gate, hook: str) -> None:
    arguments = () if hook == "on_train_begin" else (0,)
    gate.open(10)
    getattr(gate, hook)(*arguments)
    gate.leave()

    with pytest.raises(Abandoned):
        getattr(gate, hook)(*arguments)
