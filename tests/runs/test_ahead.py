"""Before anybody presses Train: networks are shown, and their programs compiled while there is time."""

from __future__ import annotations

from dataclasses import replace

from nnlab import events
from nnlab.experiment import Experiment, Layer

TOY = Experiment(epochs=None)


def asked(house, kind: type) -> list:
    return [command for worker in house.workers for command in worker.taken(kind)]


def shown(house, units: int, visitor: str = "somebody"):
    return house.start(replace(TOY, layers=(Layer(units),)), visitor, watched=True, allowed=0)


def later(house, seconds: float) -> None:
    house.clock.now += seconds
    house.settle(0.1)


def test_whoever_changes_a_network_again_and_again_sees_the_last_one_and_not_all(house) -> None:
    house.ready(1)
    house.until(lambda: house.service._dispatcher.pool.any() is not None, "a worker")
    records = [shown(house, units) for units in range(1, 9)]
    house.until(lambda: asked(house, events.Preview), "the first")
    later(house, 0.6)
    house.until(lambda: len(asked(house, events.Preview)) == 2, "the last")

    assert [command.run_id for command in asked(house, events.Preview)] == [records[0].run_id, records[-1].run_id]


def test_each_visitor_sees_a_network_at_once(house) -> None:
    house.ready(1)
    house.until(lambda: house.service._dispatcher.pool.any() is not None, "a worker")
    records = [shown(house, 3, visitor) for visitor in "abc"]
    house.until(lambda: len(asked(house, events.Preview)) == 3, "all of them")

    assert {command.run_id for command in asked(house, events.Preview)} == {record.run_id for record in records}


def test_the_program_of_a_network_that_is_looked_at_is_compiled_before_anybody_presses_train(house) -> None:
    house.ready(1)
    record = shown(house, 5)
    later(house, 0.4)
    assert asked(house, events.Prepare) == []
    later(house, 0.6)
    house.until(lambda: asked(house, events.Prepare), "the program is asked for")
    (worker,) = [worker for worker in house.workers if worker.taken(events.Prepare)]

    assert asked(house, events.Prepare)[0].experiment == record.experiment
    house.service.resume(record.run_id)
    assert house.worker_of(record) is worker


def test_no_program_is_compiled_for_a_network_that_was_only_on_the_way(house) -> None:
    house.ready(1)
    for units in range(1, 6):
        shown(house, units)
        later(house, 0.3)
    later(house, 0.6)
    house.until(lambda: asked(house, events.Prepare), "the last one's program")

    assert [
        len(command.experiment.layers) and command.experiment.layers[0].units
        for command in asked(house, events.Prepare)
    ] == [5]


def test_a_program_that_is_there_already_is_not_compiled_again(house) -> None:
    record, worker = house.running("a", replace(TOY, layers=(Layer(5),)))
    shown(house, 5, "b")
    later(house, 1.0)
    later(house, 1.0)

    assert asked(house, events.Prepare) == []


def test_nothing_is_compiled_ahead_where_somebody_is_kept_waiting(open_house) -> None:
    house = open_house(workers=1)
    house.slow_to_begin = True
    house.running_soon("a", TOY)
    shown(house, 5, "b")
    for _ in range(3):
        later(house, 0.6)
    assert asked(house, events.Prepare) == []


def test_a_class_that_looks_at_many_networks_has_them_compiled_by_as_many_workers_as_it_may_use(house) -> None:
    house.ready(1)
    house.slow_to_begin = True
    shown(house, 5, "a")
    shown(house, 6, "b")
    later(house, 0.6)
    later(house, 0.6)
    house.ready(2)
    later(house, 0.6)
    house.until(lambda: len(asked(house, events.Prepare)) == 2, "both programs are asked for")

    assert [len(worker.taken(events.Prepare)) for worker in house.workers] == [1, 1]
    shown(house, 7, "c")
    for _ in range(3):
        later(house, 0.6)
    assert len(house.workers) == 2


def test_large_networks_are_shown_and_not_compiled_ahead(house) -> None:
    house.ready(1)
    record = house.start(Experiment(layers=(Layer(500),) * 16), watched=True, allowed=0)
    house.until(lambda: asked(house, events.Preview), "it is shown")
    for _ in range(3):
        later(house, 0.6)

    assert record.standing.large
    assert asked(house, events.Prepare) == []
