"""Whose turn it is: everybody gets as much, nobody waits long, and whoever compiles lets screens fill up first."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from nnlab.training.turns import HEAVY_PATIENCE, SLICE_SECONDS, SLOW_SECONDS, SLOW_TURNS, Turns


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(eq=False)
class PlayedWork:
    """Takes so long for each turn."""

    run_id: str
    takes: float = SLICE_SECONDS
    seconds_to_wait: float | None = 0.0
    heavy: bool = False
    pressing: bool = False
    exclusive: bool = False
    turns: int = field(default=0)

    def advance(self, seconds: float) -> bool:
        self.turns += 1
        return True

    def obey(self, command: object) -> bool:
        return True

    def close(self) -> None:
        return


def play(turns: Turns, clock: Clock, count: int) -> list[str]:
    """Give so many turns, and return whose they were."""
    names = []
    for _ in range(count):
        work = turns.next()
        if work is None:
            break
        heavy = work.heavy
        clock.now += work.takes
        work.advance(SLICE_SECONDS)
        turns.take(work, work.takes, heavy=heavy)
        names.append(work.run_id)
    return names


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> Turns:
    return Turns(clock)


def enter(turns: Turns, *works: PlayedWork) -> None:
    for work in works:
        turns.enter(work)


def test_all_have_their_turns_one_after_the_other(turns: Turns, clock: Clock) -> None:
    enter(turns, *(PlayedWork(name) for name in "abc"))
    names = play(turns, clock, 9)

    assert [sorted(names[start : start + 3]) for start in (0, 3, 6)] == [["a", "b", "c"]] * 3


def test_who_needs_little_time_is_never_kept_waiting_by_who_needs_much(turns: Turns, clock: Clock) -> None:
    light, greedy = PlayedWork("light", takes=0.002), [PlayedWork(f"greedy {number}") for number in range(5)]
    enter(turns, light, *greedy)
    play(turns, clock, 60)
    light.seconds_to_wait = None
    play(turns, clock, 20)
    light.seconds_to_wait = 0.0

    # As soon as it has something to do it is next.
    assert play(turns, clock, 1) == ["light"]


def test_who_had_nothing_to_do_for_long_does_not_take_everything_afterwards(turns: Turns, clock: Clock) -> None:
    idle, busy = PlayedWork("idle", seconds_to_wait=None), PlayedWork("busy")
    enter(turns, idle, busy)
    play(turns, clock, 100)
    idle.seconds_to_wait = 0.0
    names = play(turns, clock, 20)

    assert 9 <= names.count("idle") <= 12


def test_who_comes_late_has_as_much_as_the_others_from_then_on(turns: Turns, clock: Clock) -> None:
    enter(turns, PlayedWork("first"))
    play(turns, clock, 100)
    enter(turns, PlayedWork("second"))
    names = play(turns, clock, 20)

    assert 9 <= names.count("second") <= 11


def test_nobody_has_anything_to_do(turns: Turns, clock: Clock) -> None:
    assert (turns.next(), turns.seconds_to_wait) == (None, None)
    enter(turns, PlayedWork("soon", seconds_to_wait=0.2), PlayedWork("later", seconds_to_wait=None))

    assert (turns.next(), turns.seconds_to_wait) == (None, 0.2)


def test_whoever_compiles_lets_screens_go_first_but_not_for_long(turns: Turns, clock: Clock) -> None:
    screens = [PlayedWork(f"screen {number}", takes=0.01, pressing=True) for number in range(2)]
    compiling = PlayedWork("compiling", takes=1.0, heavy=True)
    enter(turns, compiling, *screens)
    assert play(turns, clock, 6).count("compiling") == 0

    # As soon as the screens have what they need:
    for screen in screens:
        screen.seconds_to_wait = None
    assert play(turns, clock, 1) == ["compiling"]
    for screen in screens:
        screen.seconds_to_wait = 0.0
    begun = clock.now
    while play(turns, clock, 1) != ["compiling"]:
        assert clock.now - begun < HEAVY_PATIENCE + 0.1, "it waits for ever"
    assert clock.now - begun >= HEAVY_PATIENCE


def test_between_two_that_compile_screens_have_their_turns(turns: Turns, clock: Clock) -> None:
    screen = PlayedWork("screen", takes=0.01, pressing=True)
    enter(turns, screen, PlayedWork("one", takes=1.0, heavy=True), PlayedWork("two", takes=1.0, heavy=True))
    names = play(turns, clock, 200)
    between = names[names.index("one") + 1 :]

    assert between.index("one") > 10


def test_who_compiles_does_not_wait_for_those_whom_nobody_watches(turns: Turns, clock: Clock) -> None:
    enter(turns, *(PlayedWork(f"unwatched {number}") for number in range(4)), PlayedWork("new", heavy=True))

    assert play(turns, clock, 1) == ["new"]


def test_what_somebody_waits_for_is_compiled_before_what_may_be_wanted(turns: Turns, clock: Clock) -> None:
    enter(turns, PlayedWork("perhaps", heavy=True), PlayedWork("wanted", heavy=True, pressing=True))

    assert play(turns, clock, 1) == ["wanted"]


def test_having_compiled_nobody_waits_until_the_others_have_had_as_much(turns: Turns, clock: Clock) -> None:
    new = PlayedWork("new", takes=1.0, heavy=True)
    enter(turns, new, *(PlayedWork(f"other {number}") for number in range(4)))
    play(turns, clock, 1)
    new.heavy, new.takes = False, SLICE_SECONDS

    assert "new" in play(turns, clock, 13)


def test_who_keeps_others_waiting_again_and_again_is_found_out(turns: Turns, clock: Clock) -> None:
    slow = PlayedWork("slow", takes=2 * SLOW_SECONDS)
    enter(turns, slow)
    play(turns, clock, SLOW_TURNS - 1)
    assert not turns.is_slow(slow)
    play(turns, clock, 1)
    assert turns.is_slow(slow)

    slow.takes = SLICE_SECONDS
    play(turns, clock, SLOW_TURNS)
    assert not turns.is_slow(slow)


def test_compiling_makes_nobody_slow(turns: Turns, clock: Clock) -> None:
    new = PlayedWork("new", takes=3.0, heavy=True)
    enter(turns, new)
    play(turns, clock, SLOW_TURNS + 1)

    assert not turns.is_slow(new)


def test_how_busy_it_was_since_the_last_time(turns: Turns, clock: Clock) -> None:
    enter(turns, PlayedWork("run"))
    play(turns, clock, 4)
    assert turns.busy_seconds() == pytest.approx(4 * SLICE_SECONDS)
    assert turns.busy_seconds() == 0


def test_who_has_left_gets_no_turn(turns: Turns, clock: Clock) -> None:
    stays, leaves = PlayedWork("stays"), PlayedWork("leaves")
    enter(turns, stays, leaves)
    turns.leave(leaves)
    turns.take(leaves, 0.1)

    assert play(turns, clock, 3) == ["stays"] * 3
    assert turns.works == (stays,)
