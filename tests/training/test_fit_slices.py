"""A training cut into slices is the training in one go, to the bit, and what is compiled once serves again."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest

from nnlab.training import Trainer, fit, programs
from nnlab.training.demands import Demand

pytestmark = [
    pytest.mark.slow,
    # Keras' variables lack the newer form of the conversion by which Keras itself reads a learning rate.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

SAMPLES, FEATURES = 23, 3
GENERATOR = np.random.default_rng(7)
X = GENERATOR.normal(size=(SAMPLES, FEATURES)).astype(np.float32)
Y = np.sin(X.sum(axis=1, keepdims=True))
# Five batches, the last of three, then two of validation, the last of two.
PARTS: dict[str, Any] = {"batch_size": 5, "validation_data": (X[:7] + 0.1, Y[:7])}
STEPS = 5 + 1 + 2 + 1


def build(seed: int = 0, *, rate: float = 0.02, dropout: float = 0.3, l2: float = 0.01, units: int = 6) -> keras.Model:
    """Everything with a memory: Adam's slots, masks, running means."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((FEATURES,)),
            keras.layers.Dense(units, "relu", kernel_regularizer=keras.regularizers.L2(l2)),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(1),
        ]
    )
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(rate), metrics=["mae"])
    return model


def plain(units: int = 1, rate: float = 0.1) -> keras.Model:
    """The smallest there is, for what is about programs only."""
    model = keras.Sequential([keras.Input((FEATURES,)), keras.layers.Dense(units)])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(rate))
    return model


class Watching(keras.callbacks.Callback):
    """Hears the logs and asks for nothing; the other demands cut epochs in other ways."""

    def __init__(self, declared: Demand = Demand.WATCH) -> None:
        super().__init__()
        self.demand = declared

    def on_epoch_end(self, epoch, logs=None):
        pass


def finish(trainer: Trainer, seconds: float = 1e-4) -> Trainer:
    while trainer.advance(seconds):
        continue
    return trainer


def ends(trainer: Trainer) -> list[Any]:
    """All that a training leaves, as what can be compared to the bit."""
    model = trainer.model
    values = [*model.variables, *model.optimizer.variables]
    return [*(np.asarray(variable.numpy()).tobytes() for variable in values), trainer.history.history]


class Announced:
    """Counts what is compiled."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def announced() -> Iterator[Announced]:
    programs.forget_all()
    yield Announced()
    programs.forget_all()


# In slices -------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", list(Demand), ids=lambda declared: declared.name)
def test_slices_of_time_make_no_difference_of_a_single_bit(declared: Demand) -> None:
    one, many = (Trainer(build(), X, Y, epochs=4, seed=3, callbacks=[Watching(declared)], **PARTS) for _ in range(2))
    finish(one, math.inf)
    calls = 1
    # No time at all is one step, however fast the machine is.
    while many.advance(0.0):
        calls += 1

    assert calls > 4
    assert ends(many) == ends(one)
    assert many.epoch == one.epoch == 4
    assert [array.tolist() for array in many.weights()] == [array.tolist() for array in many.model.get_weights()]


def test_what_callbacks_demand_makes_no_difference_of_a_single_bit() -> None:
    results = [
        ends(finish(Trainer(build(), X, Y, epochs=3, callbacks=[Watching(declared)], **PARTS), math.inf))
        for declared in Demand
    ]

    assert results == [results[0]] * len(Demand)


def test_trainings_that_take_turns_do_not_touch_each_other() -> None:
    def trainer(seed: int) -> Trainer:
        return Trainer(build(seed, rate=0.01 * (seed + 1)), X, Y, epochs=4, seed=seed, **PARTS)

    alone = [ends(finish(trainer(seed))) for seed in (0, 1)]
    pair = [trainer(seed) for seed in (0, 1)]
    while any([one.advance(1e-4) for one in pair]):
        continue

    assert alone[0] != alone[1]
    assert [ends(one) for one in pair] == alone


def test_an_epoch_has_an_order_of_its_own_that_follows_from_the_seed() -> None:
    def weights(**arguments: Any) -> bytes:
        model = plain()
        model.set_weights([np.ones((FEATURES, 1)), np.zeros(1)])
        fit(model, X, Y, epochs=2, batch_size=5, **arguments)
        return model.get_weights()[0].tobytes()

    assert weights(seed=1) == weights(seed=1)
    assert len({weights(seed=1), weights(seed=2), weights(shuffle=False)}) == 3
    assert weights(seed=1, shuffle=False) == weights(seed=2, shuffle=False)


def test_so_many_epochs_and_back() -> None:
    trainer = Trainer(build(), X, Y, epochs=5, **PARTS)
    reached = []
    for _ in range(2):
        assert trainer.advance(math.inf, epochs=2)
        reached.append(trainer.epoch)

    assert reached == [2, 4]
    assert not trainer.advance(math.inf, epochs=2)
    assert trainer.epoch == 5
    assert ends(trainer) == ends(finish(Trainer(build(), X, Y, epochs=5, **PARTS), math.inf))


def test_without_an_end_it_goes_on_until_it_is_closed() -> None:
    trainer = Trainer(build(), X, Y, epochs=None, **PARTS)
    for reached in (3, 500, 700):
        assert trainer.advance(math.inf, epochs=reached - trainer.epoch)
        assert trainer.epoch == reached
    trainer.close()

    assert not trainer.advance(math.inf)
    assert trainer.epoch == 700
    assert len(trainer.history.history["loss"]) == 700


def test_closing_leaves_the_weights_in_the_model() -> None:
    trainer = Trainer(build(), X, Y, epochs=None, **PARTS)
    before = trainer.model.get_weights()
    while trainer.state().step == 0:
        trainer.advance(0)
    moment = [array.tobytes() for array in trainer.weights()]
    trainer.close()

    assert [array.tobytes() for array in trainer.model.get_weights()] == moment
    assert moment != [array.tobytes() for array in before]
    trainer.advance(1e-4)
    assert [array.tobytes() for array in trainer.model.get_weights()] == moment


def test_before_it_has_begun_it_holds_what_the_model_holds() -> None:
    trainer = Trainer(build(), X, Y, epochs=1, **PARTS)
    weights = [array.tobytes() for array in trainer.model.get_weights()]

    assert [array.tobytes() for array in trainer.weights()] == weights
    assert (trainer.epoch, trainer.epoch_seconds) == (0, 0)
    trainer.close()
    assert [array.tobytes() for array in trainer.model.get_weights()] == weights


# Taken up again --------------------------------------------------------------------------------


def states_on_the_way(epochs: int) -> list[Any]:
    """Every state that a training stops in when each slice is as short as can be."""
    trainer = Trainer(build(), X, Y, epochs=epochs, seed=3, **PARTS)
    states = [trainer.state()]
    while trainer.advance(0):
        states.append(trainer.state())
    return states


def test_a_training_taken_up_anywhere_ends_as_if_it_had_never_stopped() -> None:
    whole = finish(Trainer(build(), X, Y, epochs=3, seed=3, **PARTS), math.inf)
    states = states_on_the_way(3)
    assert {state.step for state in states} == set(range(STEPS))

    for state in states:
        kept = pickle.loads(pickle.dumps(state))
        rest = finish(Trainer(build(8, rate=0.5), X, Y, epochs=3, seed=3, resume=kept, **PARTS), math.inf)
        *values, history = ends(rest)

        assert values == ends(whole)[:-1]
        assert history == {name: entries[state.epoch :] for name, entries in whole.history.history.items()}


def test_a_state_says_where_it_was_taken() -> None:
    trainer = Trainer(build(), X, Y, epochs=None, seed=3, **PARTS)
    trainer.advance(math.inf, epochs=2)
    while trainer.state().step == 0:
        trainer.advance(0)
    amid, last = trainer.state(), trainer.state_of_last_epoch()

    assert amid.epoch == last.epoch == 2
    assert amid.step > last.step == 0
    two = finish(Trainer(build(), X, Y, epochs=2, seed=3, **PARTS), math.inf)
    assert [array.tobytes() for array in last.variables] == [
        variable.numpy().tobytes() for variable in two.model.variables
    ]
    trainer.close()


def test_what_callbacks_remember_goes_with_the_state() -> None:
    def patient() -> keras.callbacks.EarlyStopping:
        return keras.callbacks.EarlyStopping(monitor="loss", min_delta=10, patience=4)

    first = Trainer(build(), X, Y, epochs=9, callbacks=[patient()], **PARTS)
    first.advance(math.inf, epochs=3)
    second = finish(Trainer(build(1), X, Y, epochs=9, callbacks=[patient()], resume=first.state(), **PARTS), math.inf)

    assert second.epoch == finish(first, math.inf).epoch == 5


# What is compiled ------------------------------------------------------------------------------


def test_another_learning_rate_counts_from_the_next_step_and_compiles_nothing(announced: Announced) -> None:
    trainer = Trainer(build(rate=0.01), X, Y, epochs=4, shuffle=False, announce=announced, **PARTS)
    trainer.advance(math.inf, epochs=2)
    trainer.change_learning_rate(0.05)
    finish(trainer, math.inf)
    steps = Trainer(
        build(rate=0.01),
        X,
        Y,
        epochs=4,
        shuffle=False,
        callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 0.01 if epoch < 2 else 0.05)],
        announce=announced,
        **PARTS,
    )
    finish(steps, math.inf)

    assert announced.times == 1
    assert ends(trainer)[:-1] == ends(steps)[:-1]


def test_without_a_learning_rate_nothing_moves() -> None:
    trainer = Trainer(plain(), X, Y, epochs=4, **PARTS)
    trainer.advance(math.inf, epochs=2)
    kept = [array.tobytes() for array in trainer.weights()]
    trainer.change_learning_rate(0.0)
    finish(trainer)

    assert [array.tobytes() for array in trainer.weights()] == kept


def test_what_is_no_structure_compiles_nothing_and_counts_all_the_same(announced: Announced) -> None:
    usual = finish(Trainer(build(), X, Y, epochs=2, announce=announced, **PARTS), math.inf)
    assert announced.times == 1

    others = {
        "another object": (build(), {}),
        "weights": (build(1), {}),
        "a learning rate": (build(rate=0.03), {}),
        "dropout": (build(dropout=0.6), {}),
        "a penalty": (build(l2=0.3), {}),
        "an order": (build(), {"seed": 5}),
        "an end": (build(), {"epochs": 3}),
        "callbacks": (build(), {"callbacks": [keras.callbacks.LearningRateScheduler(lambda epoch: 0.001)]}),
        "data": (build(), {"x": X + 1}),
    }
    for name, (model, changes) in others.items():
        arguments = {"x": X, "y": Y, "epochs": 2, "announce": announced} | PARTS | changes
        trained = finish(Trainer(model, **arguments), math.inf)
        assert (ends(trained) == ends(usual)) is (name == "another object"), name
    assert announced.times == 1


def test_rates_that_are_no_structure_are_those_of_the_model_trained(announced: Announced) -> None:
    """Whatever rates the program was compiled with, a model is trained with its own, as by Keras."""

    def penalised(l1: float, l2: float, activity: float) -> keras.Model:
        keras.utils.set_random_seed(0)
        layer = keras.layers.Dense(
            4,
            "tanh",
            kernel_regularizer=keras.regularizers.L1L2(l1, l2),
            bias_regularizer=keras.regularizers.L1(l2),
            activity_regularizer=keras.regularizers.L2(activity),
        )
        model = keras.Sequential([keras.Input((FEATURES,)), layer, keras.layers.Dense(1)])
        model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.1))
        return model

    for rates in [(0.01, 0.02, 0.003), (0.1, 0.03, 0.02)]:
        ours, theirs = penalised(*rates), penalised(*rates)
        finish(Trainer(ours, X, Y, epochs=2, shuffle=False, announce=announced, **PARTS), math.inf)
        theirs.fit(X, Y, epochs=2, shuffle=False, verbose=0, **PARTS)
        for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    assert announced.times == 1


def frozen() -> keras.Model:
    model = build()
    model.layers[0].trainable = False
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.02), metrics=["mae"])
    return model


def compiled_with(**compilation: Any) -> keras.Model:
    model = build()
    usual = {"loss": "mse", "optimizer": keras.optimizers.Adam(0.02), "metrics": ["mae"]}
    model.compile(**(usual | compilation))
    return model


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (build, {"batch_size": 6}),
        (build, {"validation_data": None}),
        (build, {"x": X.astype(np.float64).round().astype(np.int32)}),
        (build, {"input_scale": 2.0}),
        (lambda: build(units=7), {}),
        (lambda: build(dropout=0.0), {}),
        (lambda: compiled_with(loss="mae"), {}),
        (lambda: compiled_with(optimizer=keras.optimizers.Adam(0.02, beta_1=0.8)), {}),
        (lambda: compiled_with(optimizer=keras.optimizers.Adam(0.02, clipnorm=0.1)), {}),
        (lambda: compiled_with(metrics=[]), {}),
        (frozen, {}),
    ],
    ids=[
        "batch size",
        "no validation",
        "whole numbers",
        "scaled",
        "units",
        "no dropout",
        "loss",
        "beta",
        "clipping",
        "metrics",
        "frozen",
    ],
)
def test_another_structure_is_announced_before_it_is_compiled(
    model: Callable[[], keras.Model], changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class NotNowError(Exception):
        """Instead of a second of compiling."""

    def stop() -> None:
        raise NotNowError

    Trainer(build(), X, Y, epochs=1, **PARTS).prepare()
    Trainer(build(), X, Y, epochs=1, announce=stop, **PARTS).prepare()
    with pytest.raises(NotNowError):
        Trainer(model(), **({"x": X, "y": Y, "epochs": 1, "announce": stop} | PARTS | changes)).prepare()


def test_getting_ready_trains_nothing(announced: Announced) -> None:
    trainer = Trainer(build(), X, Y, epochs=1, announce=announced, **PARTS)
    before = [array.tobytes() for array in trainer.model.get_weights()]

    assert trainer.prepare()
    assert announced.times == 1
    assert [array.tobytes() for array in trainer.weights()] == before
    finish(trainer)
    assert announced.times == 1
    assert not trainer.prepare()


def test_only_so_many_programs_are_kept_those_used_last(announced: Announced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "MOST", 2)

    def compiles(units: int) -> bool:
        before = announced.times
        targets = np.zeros((SAMPLES, units), np.float32)
        Trainer(plain(units), X, targets, epochs=1, announce=announced).prepare()
        return announced.times > before

    assert [compiles(units) for units in (1, 2, 1, 3, 1, 3, 2)] == [True, True, False, True, False, False, True]


def test_who_is_still_training_keeps_a_program_that_others_have_displaced(
    announced: Announced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "MOST", 1)
    trainer = Trainer(plain(), X, Y, epochs=6, announce=announced)
    trainer.advance(math.inf, epochs=2)
    fit(plain(2), X, np.zeros((SAMPLES, 2), np.float32), epochs=1)

    finish(trainer)
    assert announced.times == 1
    assert trainer.epoch == 6
