"""What a run has followed: what can change while it trains, from which epoch on, and what is forgotten."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnlab.events import Change, Changed, Edit, TrainerState
from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer
from nnlab.runs.course import Course, changes_live, check_live, differences
from nnlab.runs.errors import RunError

FIRST = Experiment(layers=(Layer(4, "tanh"), Layer(2, "tanh")))
FASTER = replace(FIRST, optimizer=replace(FIRST.optimizer, learning_rate=0.5))
WIDER = replace(FIRST, batch_size=64)
DROPPING = replace(FIRST, layers=(Layer(4, "tanh", dropout=0.5), Layer(2, "tanh", l1=0.1, l2=0.2)))
WEIGHTS = (np.ones(3, np.float32),)

LIVE = {
    "learning rate": (FASTER, {"optimizer.learning_rate": 0.5}),
    "batch size": (WIDER, {"batch_size": 64}),
    "rates": (DROPPING, {"layers[0].dropout": 0.5, "layers[1].l1": 0.1, "layers[1].l2": 0.2}),
    "penalty of the output": (replace(FIRST, output_l1=0.1, output_l2=0.2), {"output_l1": 0.1, "output_l2": 0.2}),
}
NOT_LIVE = {
    "seed": replace(FIRST, seed=7),
    "loss": replace(FIRST, loss="mean_squared_error"),
    "epochs": replace(FIRST, epochs=5),
    "early_stopping": replace(FIRST, early_stopping=EarlyStopping()),
    "dataset.name": replace(FIRST, dataset=DatasetChoice("xor")),
    "features": replace(FIRST, features=("x1",)),
    "layers": replace(FIRST, layers=(Layer(4, "tanh"),)),
    "layers[1].units": replace(FIRST, layers=(Layer(4, "tanh"), Layer(3, "tanh"))),
    "layers[0].activation": replace(FIRST, layers=(Layer(4), Layer(2, "tanh"))),
    "layers[0].batch_norm": replace(FIRST, layers=(Layer(4, "tanh", batch_norm=True), Layer(2, "tanh"))),
    "optimizer.name": replace(FIRST, optimizer=Optimizer("adam")),
}


@pytest.mark.parametrize(("after", "values"), LIVE.values(), ids=LIVE)
def test_rates_and_the_batch_size_change_while_a_run_trains(after: Experiment, values: dict[str, object]) -> None:
    check_live(FIRST, after)

    assert differences(FIRST, after) == values
    assert changes_live(FIRST, after) and changes_live(after, FIRST)


@pytest.mark.parametrize("field", NOT_LIVE)
def test_all_else_needs_a_new_run_and_is_named(field: str) -> None:
    with pytest.raises(RunError) as caught:
        check_live(FIRST, NOT_LIVE[field])

    assert field in str(caught.value)
    assert field in differences(FIRST, NOT_LIVE[field])
    assert not changes_live(FIRST, NOT_LIVE[field])


def test_what_differs_in_nothing_is_no_change() -> None:
    assert differences(FIRST, replace(FIRST)) == {}
    assert changes_live(FIRST, replace(FIRST))


def followed(*changes: Changed) -> Course:
    course = Course(FIRST)
    for change in changes:
        course.follow(change)
    return course


def dated(course: Course) -> list[tuple[int, dict[str, object]]]:
    return [(change.epoch, dict(change.values)) for change in course.changes]


def test_changes_are_dated_and_each_tells_what_it_changed() -> None:
    both = replace(WIDER, optimizer=FASTER.optimizer)
    course = followed(Changed("run", 3, FASTER), Changed("run", 9, both), Changed("run", 12, both, WEIGHTS))

    assert dated(course) == [(3, {"optimizer.learning_rate": 0.5}), (9, {"batch_size": 64}), (12, {"weights": WEIGHTS})]
    assert course.followed == both
    assert course.bytes == 12


def test_gone_back_what_came_later_is_forgotten() -> None:
    course = followed(Changed("run", 3, FASTER), Changed("run", 9, FIRST))
    course.rewind(9)
    assert len(course.changes) == 2
    course.rewind(8)
    assert dated(course) == [(3, {"optimizer.learning_rate": 0.5})]
    assert course.followed == FASTER
    course.rewind(0)
    assert (course.changes, course.followed) == ((), FIRST)


def test_a_change_at_an_earlier_epoch_takes_the_place_of_later_ones() -> None:
    course = followed(Changed("run", 5, FASTER), Changed("run", 2, WIDER))

    assert dated(course) == [(2, {"batch_size": 64})]


def test_two_changes_at_one_epoch_are_one_and_keep_the_weights_set_by_hand() -> None:
    course = followed(Changed("run", 5, FIRST, WEIGHTS), Changed("run", 5, FASTER), Changed("run", 5, WIDER))
    assert dated(course) == [(5, {"batch_size": 64, "weights": WEIGHTS})]

    other = (np.zeros(3, np.float32),)
    course.follow(Changed("run", 5, WIDER, other))
    assert dated(course)[0][1]["weights"] is other


def test_changed_and_changed_back_nothing_was_changed() -> None:
    assert dated(followed(Changed("run", 5, FASTER), Changed("run", 5, FIRST))) == []


def test_a_refused_wish_is_given_up_unless_another_came_after_it() -> None:
    course = followed(Changed("run", 3, FASTER))
    course.current = WIDER
    course.refuse(WIDER)
    assert course.current == FASTER

    course.current = WIDER
    course.refuse(DROPPING)
    assert course.current == WIDER


def test_a_course_can_be_taken_again_from_its_beginning() -> None:
    course = followed(Changed("run", 3, FASTER), Changed("run", 9, WIDER, WEIGHTS))
    start, first, second, edit = course.from_state("again", None, watched=True)

    assert (start.run_id, start.experiment, start.state, start.watched) == ("again", FIRST, None, True)
    assert (start.begun, start.changes) == (FIRST, ())
    assert (first, second) == (Change("again", FASTER, 3), Change("again", WIDER, 9))
    assert isinstance(edit, Edit)
    assert (edit.run_id, edit.epoch, edit.weights) == ("again", 9, WEIGHTS)


@pytest.mark.parametrize(
    ("epoch", "follows", "behind"), [(2, FIRST, 0), (3, FASTER, 1), (8, FASTER, 1), (9, WIDER, 2), (20, WIDER, 2)]
)
def test_from_where_it_stood_it_takes_the_rest_of_its_course(epoch: int, follows: Experiment, behind: int) -> None:
    changes = (Changed("run", 3, FASTER), Changed("run", 9, WIDER))
    state = TrainerState(epoch, (), ())
    start, *rest = followed(*changes).from_state("run", state, watched=True)

    assert (start.experiment, start.state, start.begun, start.changes) == (follows, state, FIRST, changes[:behind])
    assert rest == [Change("run", change.experiment, change.epoch) for change in changes[behind:]]
