"""A trainer can be left, looked at and taken up again, whether its training is compiled or Keras' own fit."""

from __future__ import annotations

import pickle
import statistics
import threading
import time
from typing import Any

import keras
import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import Dataset, load
from nnlab.events import TrainerState
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.training import Trainer, trainer
from nnlab.training.batches import permutation

pytestmark = pytest.mark.slow


@pytest.fixture
def gated(monkeypatch) -> None:
    """Have Keras' own fit train, as if nothing could be compiled."""
    monkeypatch.setattr(trainer, "_obstacle", lambda *_: "a test wants it")


@pytest.fixture(params=["compiled", "gated"])
def engine(request) -> str:
    if request.param == "gated":
        request.getfixturevalue("gated")
    return request.param


TOY = Experiment(
    dataset=DatasetChoice("circle", {"samples": 200, "noise": 0.1}), layers=(Layer(4, "tanh"), Layer(3)), seed=5
)
# 1,437 bytes images: 45 batches, the last of 29.
DIGITS = Experiment(
    dataset=DatasetChoice("digits"),
    layers=(Layer(12, dropout=0.25), Layer(8, batch_norm=True)),
    optimizer=Optimizer("adam", 0.002),
    seed=9,
)
REGRESSION = Experiment(
    dataset=DatasetChoice("plane", {"samples": 100}),
    layers=(Layer(5, l2=0.01),),
    optimizer=Optimizer("sgd", 0.002, momentum=0.9, nesterov=True),
    batch_size=7,
)


class Collected(keras.callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.logs: list[dict[str, float]] = []
        self.weights: list[list[np.ndarray]] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.logs.append(dict(logs or {}))
        self.weights.append([weights.copy() for weights in self.model.get_weights()])


def data_of(experiment: Experiment) -> Dataset:
    return load(experiment.dataset.name, **experiment.dataset.options)


def trainer_of(experiment: Experiment, **settings: Any) -> Trainer:
    data = data_of(experiment)
    return Trainer(
        models.build(experiment, data),
        data.x_train,
        models.targets(experiment, data.y_train),
        batch_size=experiment.batch_size,
        validation_data=(data.x_valid, models.targets(experiment, data.y_valid)),
        seed=experiment.seed,
        input_scale=data.scale,
        **settings,
    )


def finish(trainer: Trainer, timeout: float = 120) -> None:
    until = time.monotonic() + timeout
    while trainer.advance(0.05):
        assert time.monotonic() < until, f"still in epoch {trainer.epoch} after {timeout} s"


def advance_to(trainer: Trainer, epoch: int, timeout: float = 120, epochs: int | None = None) -> None:
    until = time.monotonic() + timeout
    while trainer.epoch < epoch:
        assert trainer.advance(0.01, epochs), f"the training was over in epoch {trainer.epoch}"
        assert time.monotonic() < until, f"still in epoch {trainer.epoch} after {timeout} s"


def close_to(weights: Any, expected: Any) -> None:
    for ours, theirs in zip(weights, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def fit_by_hand(experiment: Experiment, epochs: int, engine: str) -> tuple[keras.Model, list[dict[str, float]]]:
    """Keras' fit, an epoch at a time, on batches put into the same order beforehand."""
    data = data_of(experiment)
    model = models.build(experiment, data)
    # Compiled, dropout draws other masks.
    model.jit_compile = engine == "compiled"
    scaled = {part: getattr(data, part).astype(np.float32) / data.scale for part in ("x_train", "x_valid")}
    y, y_valid = (models.targets(experiment, labels) for labels in (data.y_train, data.y_valid))
    logs = []
    for epoch in range(epochs):
        order = permutation(experiment.seed, epoch, len(y))
        history = model.fit(
            scaled["x_train"][order],
            y[order],
            batch_size=experiment.batch_size,
            validation_data=(scaled["x_valid"], y_valid),
            shuffle=False,
            verbose=0,
        ).history
        logs.append({name: values[0] for name, values in history.items()})
    return model, logs


@pytest.mark.parametrize("experiment", [TOY, DIGITS, REGRESSION], ids=["toy", "digits", "regression"])
def test_it_trains_as_fit_does_on_the_same_batches(experiment: Experiment, engine) -> None:
    collected = Collected()
    trainer = trainer_of(experiment, epochs=3, callbacks=[collected])
    finish(trainer)
    model, logs = fit_by_hand(experiment, 3, engine)

    close_to(trainer.model.get_weights(), model.get_weights())
    assert [set(row) for row in collected.logs] == [set(row) for row in logs]
    for ours, theirs in zip(collected.logs, logs, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-5)


def test_without_shuffling_the_order_is_that_of_the_data(engine) -> None:
    data = data_of(TOY)
    trainer = Trainer(models.build(TOY, data), data.x_train, data.y_train, epochs=2, batch_size=32, shuffle=False)
    finish(trainer)
    model = models.build(TOY, data)
    model.fit(data.x_train, data.y_train, epochs=2, batch_size=32, shuffle=False, verbose=0)

    close_to(trainer.model.get_weights(), model.get_weights())


def test_another_seed_is_another_order(engine) -> None:
    data = data_of(TOY)
    ends = []
    for seed in (1, 2):
        trainer = Trainer(models.build(TOY, data), data.x_train, data.y_train, epochs=1, seed=seed)
        finish(trainer)
        ends.append(trainer.model.get_weights()[0])

    assert not np.array_equal(*ends)


def test_a_slice_ends_on_time_and_gets_on(engine) -> None:
    data = data_of(TOY)
    x, y = np.tile(data.x_train, (200, 1)), np.tile(data.y_train, 200)
    batches = Counted()
    trainer = Trainer(models.build(TOY, data), x, y, epochs=None, batch_size=10, callbacks=[batches])
    try:
        # Tracing, which nothing can interrupt, lies before the third batch.
        until = time.monotonic() + 60
        while batches.count < 3:
            trainer.advance(0.05)
            assert time.monotonic() < until, "not three batches in a minute"
        durations, counts = [], [batches.count]
        for _ in range(15):
            begun = time.monotonic()
            assert trainer.advance(0.05)
            durations.append(time.monotonic() - begun)
            counts.append(batches.count)
    finally:
        trainer.close()

    # Where something else wants the processor, a few slices may be over before they begin.
    assert 0.04 <= statistics.median(durations) <= 0.1
    assert counts == sorted(counts)
    assert len(set(counts)) > 10


class Counted(keras.callbacks.Callback):
    count = 0

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.count += 1


def test_between_two_slices_nothing_is_trained(engine) -> None:
    trainer = trainer_of(TOY, epochs=None)
    try:
        advance_to(trainer, 1)
        trainer.hold()
        before = trainer.weights()
        time.sleep(0.2)
        assert all(np.array_equal(*pair) for pair in zip(before, trainer.weights(), strict=True))
        advance_to(trainer, trainer.epoch + 1)
        assert not np.array_equal(before[0], trainer.weights()[0])
    finally:
        trainer.close()


def test_the_state_is_that_of_the_last_whole_epoch(gated) -> None:
    collected = Collected()
    trainer = trainer_of(DIGITS, epochs=None, callbacks=[collected])
    try:
        advance_to(trainer, 2)
        state = trainer.state()
        trainable = len(trainer.model.trainable_variables)
    finally:
        trainer.close()

    assert state.epoch == len(collected.weights)
    assert trainable
    kept = {array.tobytes() for array in state.variables}
    assert all(array.tobytes() in kept for array in collected.weights[-1])


def test_before_the_first_batch_the_state_is_the_beginning(engine) -> None:
    trainer = trainer_of(TOY, epochs=1)
    state = trainer.state()
    fresh = models.build(TOY, data_of(TOY))

    assert state.epoch == 0
    close_to(state.variables, [variable.numpy() for variable in fresh.variables])


def through_a_pipe(state: TrainerState) -> TrainerState:
    return pickle.loads(pickle.dumps(state))


def run(experiment: Experiment, epochs: int, leave_at: int | None, callbacks: Any = list) -> tuple[Trainer, list, Any]:
    """Train, with one departure after `leave_at` epochs and a new model and trainer from there."""
    logs: list[dict[str, float]] = []
    state = None
    if leave_at is not None:
        first = Collected()
        trainer = trainer_of(experiment, epochs=epochs, callbacks=[first, *callbacks()])
        advance_to(trainer, leave_at, epochs=1)
        state = through_a_pipe(trainer.state())
        trainer.close()
        assert state.epoch < epochs
        logs += first.logs[: state.epoch]
    second, others = Collected(), callbacks()
    trainer = trainer_of(experiment, epochs=epochs, callbacks=[second, *others], resume=state)
    finish(trainer)
    return trainer, logs + second.logs, others


@pytest.mark.parametrize("experiment", [TOY, DIGITS, REGRESSION], ids=["toy", "digits", "regression"])
def test_a_training_taken_up_again_is_one_that_was_never_left(experiment: Experiment, engine) -> None:
    whole, whole_logs, _ = run(experiment, 12, None)
    parted, parted_logs, _ = run(experiment, 12, 3)

    assert len(parted_logs) == len(whole_logs) == 12
    for ours, theirs in zip(parted_logs, whole_logs, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-5, abs=1e-6)
    close_to(parted.model.get_weights(), whole.model.get_weights())


def stopping() -> list[keras.callbacks.Callback]:
    # Far too strict: no epoch improves enough after the first, so the fifth is the last.
    return [keras.callbacks.EarlyStopping("val_loss", patience=4, min_delta=10.0, restore_best_weights=True)]


def test_patience_goes_on_where_it_was(engine) -> None:
    whole, whole_logs, (expected,) = run(TOY, 50, None, stopping)
    parted, parted_logs, (stopper,) = run(TOY, 50, 2, stopping)

    assert len(whole_logs) == len(parted_logs) == 5
    assert (stopper.best_epoch, stopper.stopped_epoch) == (expected.best_epoch, expected.stopped_epoch) == (0, 4)
    assert whole.epoch == parted.epoch == 5
    # The best weights were found before the departure and came along.
    close_to(parted.model.get_weights(), whole.model.get_weights())


def test_another_learning_rate_acts_from_the_next_batch_on(engine) -> None:
    trainer = trainer_of(TOY, epochs=None)
    try:
        trainer.change_learning_rate(0.0)
        advance_to(trainer, 2)
        close_to(trainer.weights(), models.build(TOY, data_of(TOY)).get_weights())
        trainer.change_learning_rate(0.5)
        advance_to(trainer, trainer.epoch + 1)
        moved = trainer.weights()[0] - models.build(TOY, data_of(TOY)).get_weights()[0]
    finally:
        trainer.close()

    assert np.abs(moved).max() > 1e-3
    assert float(trainer.model.optimizer.learning_rate) == 0.5


class Failing(keras.callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        raise ZeroDivisionError("from inside")


def test_what_goes_wrong_inside_reaches_the_owner(engine) -> None:
    trainer = trainer_of(TOY, epochs=5, callbacks=[Failing()])

    with pytest.raises(ZeroDivisionError, match="from inside"):
        finish(trainer)
    assert fits() == []
    # Asked again, it says so again instead of starting anew.
    with pytest.raises(ZeroDivisionError, match="from inside"):
        trainer.advance(0.05)


def fits() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "fit"]


def test_closed_in_the_middle_it_leaves_no_thread(gated) -> None:
    trainer = trainer_of(DIGITS, epochs=None)
    advance_to(trainer, 1)
    assert len(fits()) == 1
    trainer.close()
    assert fits() == []
    trainer.close()


def test_closed_before_it_began_there_is_nothing_to_leave(engine) -> None:
    trainer = trainer_of(TOY, epochs=1)
    trainer.close()

    assert fits() == []


def test_at_its_end_it_leaves_no_thread(engine) -> None:
    trainer = trainer_of(TOY, epochs=2)
    finish(trainer)

    assert fits() == []
    assert trainer.epoch == 2
    assert not trainer.advance(0.05)


def test_over_between_two_looks_it_is_over(gated) -> None:
    trainer = trainer_of(TOY, epochs=2)
    assert trainer.advance(0.0) or trainer.epoch == 2
    # All the time it needs, while its owner looks away.
    trainer._engine._gate.open(600)
    trainer._engine._thread.join(60)

    assert fits() == []
    assert not trainer.advance(0.05)
