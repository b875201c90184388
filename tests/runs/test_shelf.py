"""Records within their bytes: oldest weights go first, histories last, the newest weights never."""

from __future__ import annotations

import numpy as np

from nnlab.events import EpochsEnded, TrainerState
from nnlab.experiment import Experiment
from nnlab.runs.limits import Limits
from nnlab.runs.record import RunRecord
from nnlab.runs.shelf import RUNS_PER_VISITOR, Shelf

KILOBYTES_250 = 62_500


class Clock:
    now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


CLOCK = Clock()


def record(name: str, visitor: str = "somebody", snapshots: int = 0, ended: bool = True) -> RunRecord:
    made = RunRecord(name, Experiment(), visitor, CLOCK)
    made.append(EpochsEnded(name, 1, (0.1,) * 4, {"loss": (4.0, 3.0, 2.0, 1.0)}))
    weights = {epoch: (np.zeros(KILOBYTES_250, np.float32),) for epoch in range(1, snapshots + 1)}
    made.append(EpochsEnded(name, 5, (), {}, weights))
    made.enter("finished" if ended else "running")
    return made


def shelf_with(*records: RunRecord, visitor: int = 1, everybody: int = 100) -> Shelf:
    shelf = Shelf(Limits(visitor_megabytes=visitor, record_megabytes=everybody))
    for one in records:
        shelf.add(one)
    return shelf


def fit(shelf: Shelf, *records: RunRecord) -> None:
    """Have the shelf look at these records, or all, as when they have just grown."""
    for one in records or shelf.all():
        shelf.fit(one)


def test_within_the_limit_nothing_goes() -> None:
    first, second = record("first", snapshots=1), record("second", snapshots=2)
    shelf = shelf_with(first, second)
    fit(shelf)

    assert (first.weight_epochs, second.weight_epochs) == ((1,), (1, 2))
    assert (first.notice, second.notice) == (None, None)
    assert shelf.bytes == first.bytes + second.bytes


def test_the_oldest_runs_oldest_weights_go_first() -> None:
    first, second = record("first", snapshots=3), record("second", snapshots=2)
    fit(shelf_with(first, second))

    assert first.weight_epochs == (3,)
    assert second.weight_epochs == (1, 2)
    assert "limit 1 MB" in str(first.notice)
    assert second.notice is None


def test_only_then_go_those_of_the_newer_runs() -> None:
    first, second = record("first", snapshots=3), record("second", snapshots=4)
    fit(shelf_with(first, second))

    assert first.weight_epochs == (3,)
    assert second.weight_epochs == (3, 4)
    assert list(first.history().columns["loss"]) == [4, 3, 2, 1]


def test_when_only_newest_weights_are_left_the_oldest_run_that_is_over_goes() -> None:
    runs = [record(str(number), snapshots=1) for number in range(5)]
    shelf = shelf_with(*runs)
    fit(shelf)

    assert shelf.all() == tuple(runs[2:])
    assert all(run.weight_epochs == (1,) for run in shelf.all())


def test_a_run_that_is_not_over_is_never_taken_away() -> None:
    runs = [record(str(number), snapshots=5, ended=False) for number in range(6)]
    shelf = shelf_with(*runs)
    fit(shelf)

    assert shelf.all() == tuple(runs)
    assert all(run.weight_epochs == (5,) for run in runs)
    assert all(run.history().count == 4 for run in runs)


def test_where_parked_runs_stood_is_forgotten_before_any_history() -> None:
    over = record("over", snapshots=0)
    runs = [record(str(number), snapshots=1, ended=False) for number in range(3)]
    for run in runs:
        run.keep(TrainerState(4, (np.zeros(60_000, np.float32),), ()))
    shelf = shelf_with(over, *runs)
    fit(shelf)

    assert [run.state is None for run in runs] == [True, True, False]
    assert over in shelf.all()


def test_a_visitors_limit_is_the_visitors_own() -> None:
    own, others = record("own", "one", snapshots=3), record("others", "two", snapshots=5)
    shelf = shelf_with(own, others)
    fit(shelf, own)

    assert own.weight_epochs == (1, 2, 3)
    assert others.weight_epochs == (1, 2, 3, 4, 5)


def test_the_servers_limit_is_everybodys() -> None:
    runs = [record(str(number), f"visitor {number}", snapshots=3) for number in range(4)]
    shelf = shelf_with(*runs, everybody=2)
    fit(shelf)

    assert shelf.bytes <= 2_000_000
    assert [len(run.weight_epochs) for run in runs] == [1, 1, 2, 3]


def test_only_what_is_old_and_of_a_visitor_who_is_gone_is_forgotten() -> None:
    old_gone, old_here, new_gone = record("a", "gone"), record("b", "here"), record("c", "gone")
    old_gone.touched = old_here.touched = 0.0
    new_gone.touched = 1000.0
    shelf = shelf_with(old_gone, old_here, new_gone)
    shelf.forget_stale(1801.0, {"gone"})

    assert shelf.all() == (old_here, new_gone)
    assert shelf.get("a") is None


def test_whoever_starts_run_after_run_keeps_the_newest_and_those_that_train() -> None:
    training = record("training", ended=False)
    runs = [record(str(number)) for number in range(RUNS_PER_VISITOR + 5)]
    other = record("other", visitor="another")
    shelf = shelf_with(other, training, *runs)

    assert shelf.all() == (other, training, *runs[6:])


def test_what_was_taken_away_weighs_nothing() -> None:
    first, second = record("first", snapshots=3), record("second", snapshots=3)
    shelf = shelf_with(first)
    fit(shelf)
    shelf.remove(first)
    shelf.add(second)
    fit(shelf)

    assert second.weight_epochs == (1, 2, 3)


def test_a_run_that_another_tab_has_taken_over_weighs_there() -> None:
    moved, own = record("moved", "one", snapshots=3), record("own", "two", snapshots=3)
    shelf = shelf_with(moved, own)
    fit(shelf)
    moved.visitor = "two"
    fit(shelf, moved)

    assert (moved.weight_epochs, own.weight_epochs) == ((3,), (2, 3))
