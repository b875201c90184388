"""Callbacks live under `fit` as they do under Keras' own: called at the same moments, heard, and allowed to meddle."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from nnlab.training import fit
from nnlab.training.demands import Demand, demand, greatest

pytestmark = [
    pytest.mark.slow,
    # Keras' variables lack the newer form of the conversion by which Keras itself saves them.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

SAMPLES, FEATURES = 37, 3
GENERATOR = np.random.default_rng(7)
X = GENERATOR.normal(size=(SAMPLES, FEATURES)).astype(np.float32)
Y = np.sin(X.sum(axis=1, keepdims=True))
VALIDATION = (X[:13] + 0.1, Y[:13])
TRAIN_HOOKS = ("on_train_begin", "on_train_end")
EPOCH_HOOKS = ("on_epoch_begin", "on_epoch_end")
TEST_HOOKS = ("on_test_begin", "on_test_end")
BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end")
TEST_BATCH_HOOKS = ("on_test_batch_begin", "on_test_batch_end")
OLD_BATCH_HOOKS = ("on_batch_begin", "on_batch_end")

Make = Callable[[], list[keras.callbacks.Callback]]


def build(optimizer: Callable[[], Any] = lambda: keras.optimizers.Adam(0.02), **compilation: Any) -> keras.Model:
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [keras.Input((FEATURES,)), keras.layers.Dense(4, "tanh", name="hidden"), keras.layers.Dense(1, name="out")]
    )
    model.compile(**({"loss": "mse", "metrics": ["mae"], "optimizer": optimizer()} | compilation))
    return model


def with_hooks(*hooks: str, act: Callable[..., None] = lambda *_: None, **attributes: Any) -> keras.callbacks.Callback:
    """A callback with these hooks and no others; `act` gets itself, the hook's name and its arguments."""

    def named(hook: str) -> Callable[..., None]:
        return lambda self, *arguments, **keywords: act(self, hook, *arguments, *keywords.values())

    return type("Own", (keras.callbacks.Callback,), attributes | {hook: named(hook) for hook in hooks})()


def recorder(*hooks: str, **attributes: Any) -> keras.callbacks.Callback:
    """A callback that writes down every call of its hooks, and the logs as they are."""

    def note(self: Any, hook: str, *arguments: Any) -> None:
        logs = arguments[-1] if isinstance(arguments[-1], dict) else None
        self.calls.append((hook, *(value for value in arguments if isinstance(value, int)), dict(logs or {})))

    return with_hooks(*hooks, act=note, **({"calls": []} | attributes))


def alike(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs)
        ours, theirs = [ours[name] for name in theirs], list(theirs.values())
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def same_calls(ours: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]]) -> None:
    assert [call[:-1] for call in ours] == [call[:-1] for call in theirs]
    for one, other in zip(ours, theirs, strict=True):
        alike(one[-1], other[-1])


def by_both(make: Make, model: Callable[[], keras.Model] = build, **arguments: Any) -> tuple[Any, Any]:
    """Train under equal callbacks, by `fit` and by Keras; all that comes of it is the same. Return the callbacks."""
    arguments = {"epochs": 4, "batch_size": 10, "validation_data": VALIDATION} | arguments
    ours, theirs = model(), model()
    our_callbacks, their_callbacks = make(), make()
    history = fit(ours, X, Y, shuffle=False, callbacks=our_callbacks, **arguments)
    expected = theirs.fit(X, Y, shuffle=False, verbose=0, callbacks=their_callbacks, **arguments)

    assert (history.params["compiled"], history.params["reason"]) == (True, None)
    assert history.epoch == expected.epoch
    alike(history.history, expected.history)
    alike(ours.get_weights(), theirs.get_weights())
    assert ours.stop_training == theirs.stop_training
    return our_callbacks, their_callbacks


# When they are called --------------------------------------------------------------------------


@pytest.mark.parametrize("validation", [VALIDATION, None], ids=["with validation", "without"])
@pytest.mark.parametrize(
    "hooks",
    [
        EPOCH_HOOKS,
        TRAIN_HOOKS + EPOCH_HOOKS + TEST_HOOKS,
        TRAIN_HOOKS + EPOCH_HOOKS + TEST_HOOKS + BATCH_HOOKS + TEST_BATCH_HOOKS,
        OLD_BATCH_HOOKS + TEST_BATCH_HOOKS,
    ],
    ids=["epochs", "epochs and tests", "everything", "batches by their old names"],
)
def test_hooks_are_called_in_the_order_of_keras_with_the_same_logs(hooks: tuple[str, ...], validation: Any) -> None:
    ours, theirs = by_both(lambda: [recorder(*hooks)], validation_data=validation)

    assert len(theirs[0].calls) >= 8
    same_calls(ours[0].calls, theirs[0].calls)


@pytest.mark.parametrize("declared", [Demand.WATCH, Demand.DECIDE, Demand.READ])
def test_what_a_callback_declares_changes_nothing_of_what_it_hears(declared: Demand) -> None:
    hooks = TRAIN_HOOKS + EPOCH_HOOKS + TEST_HOOKS
    ours, theirs = by_both(lambda: [recorder(*hooks, demand=declared)])

    same_calls(ours[0].calls, theirs[0].calls)


def test_callbacks_are_called_one_after_another_in_their_order() -> None:
    def pair() -> list[keras.callbacks.Callback]:
        calls: list[Any] = []
        return [
            recorder(*EPOCH_HOOKS, *BATCH_HOOKS, calls=calls),
            recorder(*EPOCH_HOOKS, *TEST_HOOKS, calls=calls),
        ]

    ours, theirs = by_both(pair)

    same_calls(ours[0].calls, theirs[0].calls)


def test_what_one_callback_puts_into_the_logs_the_next_and_the_history_find() -> None:
    def note(self: Any, hook: str, epoch: int, logs: dict[str, Any]) -> None:
        logs["twice"] = 2 * logs["loss"]

    ours, theirs = by_both(lambda: [with_hooks("on_epoch_end", act=note), recorder("on_epoch_end")])

    assert all("twice" in logs for *_, logs in ours[1].calls)
    same_calls(ours[1].calls, theirs[1].calls)


def test_callbacks_find_model_and_parameters() -> None:
    def note(self: Any, hook: str, *_: Any) -> None:
        self.found.append((dict(self.params), self.model))

    ours, theirs = by_both(lambda: [with_hooks("on_train_begin", act=note, found=[])])

    for callback in (ours[0], theirs[0]):
        assert callback.found == [({"verbose": 0, "epochs": 4, "steps": 4}, callback.model)]


def test_lambdas_are_callbacks_too() -> None:
    def pair() -> list[keras.callbacks.Callback]:
        calls: list[Any] = []
        made = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: calls.append(("on_epoch_end", epoch, dict(logs))),
            on_train_batch_end=lambda batch, logs: calls.append(("on_train_batch_end", batch, dict(logs))),
        )
        made.calls = calls
        return [made]

    ours, theirs = by_both(pair)

    assert len(ours[0].calls) == 4 * (4 + 1)
    same_calls(ours[0].calls, theirs[0].calls)


def test_what_a_callback_raises_comes_out_of_fit() -> None:
    def fail(self: Any, hook: str, epoch: int, *_: Any) -> None:
        if epoch == 2:
            raise ZeroDivisionError("as planned")

    failing = with_hooks("on_epoch_end", act=fail)
    with pytest.raises(ZeroDivisionError, match="as planned"):
        fit(build(), X, Y, epochs=5, batch_size=10, callbacks=[failing])


# Who stops -------------------------------------------------------------------------------------


def stop_at(number: int, hook: str) -> Callable[[Any, str, int, Any], None]:
    def act(self: Any, name: str, place: int, *_: Any) -> None:
        if name == hook and place == number:
            self.model.stop_training = True

    return act


@pytest.mark.parametrize(
    ("epoch", "attributes"),
    [
        (0, {"demand": Demand.WATCH}),
        (2, {"demand": Demand.WATCH}),
        (5, {"demand": Demand.WATCH}),
        (2, {"demand": Demand.DECIDE}),
        (2, {}),
    ],
    ids=["watching, the first", "watching", "watching, the last", "deciding", "undeclared"],
)
def test_who_stops_at_the_end_of_an_epoch_gets_its_weights(epoch: int, attributes: dict[str, Any]) -> None:
    ours, theirs = by_both(
        lambda: [
            with_hooks("on_epoch_end", act=stop_at(epoch, "on_epoch_end"), **attributes),
            recorder(*EPOCH_HOOKS, *TRAIN_HOOKS, demand=Demand.WATCH),
        ],
        epochs=6,
    )

    assert [call[0] for call in ours[1].calls].count("on_epoch_end") == epoch + 1
    same_calls(ours[1].calls, theirs[1].calls)


def test_who_stops_after_a_batch_leaves_out_the_rest_of_the_epoch() -> None:
    hooks = EPOCH_HOOKS + BATCH_HOOKS + TEST_HOOKS
    ours, theirs = by_both(
        lambda: [with_hooks("on_train_batch_end", act=stop_at(2, "on_train_batch_end")), recorder(*hooks)]
    )

    assert [call[0] for call in ours[1].calls].count("on_train_batch_end") == 3
    same_calls(ours[1].calls, theirs[1].calls)


def test_a_stop_at_the_beginning_of_an_epoch_counts_at_its_first_batch() -> None:
    ours, theirs = by_both(
        lambda: [with_hooks("on_epoch_begin", act=stop_at(1, "on_epoch_begin")), recorder(*EPOCH_HOOKS, *BATCH_HOOKS)]
    )

    same_calls(ours[1].calls, theirs[1].calls)


def test_a_stop_at_the_beginning_of_an_epoch_counts_without_anybody_who_counts_batches() -> None:
    by_both(lambda: [with_hooks("on_epoch_begin", act=stop_at(1, "on_epoch_begin"))])


def test_what_has_stopped_may_be_started_again() -> None:
    stopping = with_hooks("on_epoch_end", act=stop_at(1, "on_epoch_end"))
    model = build()
    fit(model, X, Y, epochs=4, batch_size=10, callbacks=[stopping])

    assert fit(model, X, Y, epochs=4, batch_size=10).epoch == [0, 1, 2, 3]


# Keras' own ------------------------------------------------------------------------------------

Scheduler = keras.callbacks.LearningRateScheduler


def rising() -> keras.Model:
    """A model whose validation loss soon rises, when the targets of validation are the other way round."""
    return build(lambda: keras.optimizers.SGD(0.3, momentum=0.5))


@pytest.mark.parametrize(
    "options",
    [
        {"restore_best_weights": True, "patience": 2},
        {"patience": 2},
        {"monitor": "mae", "min_delta": 0.05, "patience": 1},
        {"baseline": 0.01, "patience": 3, "restore_best_weights": True},
        {"start_from_epoch": 3, "patience": 1, "restore_best_weights": True},
    ],
)
def test_early_stopping_stops_when_it_does_under_keras(options: dict[str, Any]) -> None:
    opposite = (X, -Y)
    ours, theirs = by_both(
        lambda: [keras.callbacks.EarlyStopping(**options)], rising, epochs=12, validation_data=opposite
    )

    assert 0 < ours[0].stopped_epoch == theirs[0].stopped_epoch < 11
    assert ours[0].best == pytest.approx(theirs[0].best, rel=1e-4)
    assert (ours[0].best_epoch, ours[0].wait) == (theirs[0].best_epoch, theirs[0].wait)


@pytest.mark.parametrize("only_best", [True, False])
@pytest.mark.parametrize("suffix", [".weights.h5", ".keras"])
def test_checkpoints_hold_what_keras_would_have_saved(suffix: str, only_best: bool, tmp_path: Path) -> None:
    folders = iter([tmp_path / "ours", tmp_path / "theirs"])

    def saving() -> list[keras.callbacks.Callback]:
        return [
            keras.callbacks.ModelCheckpoint(
                str(next(folders) / ("{epoch}" + suffix)),
                save_best_only=only_best,
                save_weights_only=suffix == ".weights.h5",
            )
        ]

    by_both(saving, rising, epochs=5, validation_data=(X, -Y) if only_best else VALIDATION)
    names = [sorted(path.name for path in (tmp_path / folder).iterdir()) for folder in ("ours", "theirs")]

    assert names[0] == names[1]
    assert len(names[0]) < 5 if only_best else len(names[0]) == 5
    for name in names[0]:
        saved = []
        for folder in ("ours", "theirs"):
            if suffix == ".keras":
                model = keras.models.load_model(tmp_path / folder / name)
            else:
                model = rising()
                model.optimizer.build(model.trainable_variables)
                model.load_weights(tmp_path / folder / name)
            saved.append([*model.get_weights(), *(variable.numpy() for variable in model.optimizer.variables)])
        alike(*saved)


def test_a_checkpoint_may_be_saved_amid_an_epoch(tmp_path: Path) -> None:
    folders = iter([tmp_path / "ours", tmp_path / "theirs"])
    by_both(
        lambda: [keras.callbacks.ModelCheckpoint(str(next(folders) / "{batch}.weights.h5"), save_freq=3, verbose=0)],
        epochs=2,
    )

    names = [sorted(path.name for path in (tmp_path / folder).iterdir()) for folder in ("ours", "theirs")]
    assert names[0] == names[1] != []


def test_a_plateau_reduces_the_learning_rate_when_it_does_under_keras() -> None:
    ours, theirs = by_both(
        lambda: [keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=1, cooldown=1, min_lr=1e-3)],
        rising,
        epochs=9,
        validation_data=(X, -Y),
    )

    rates = [float(callbacks[0].model.optimizer.learning_rate) for callbacks in (ours, theirs)]
    assert rates[0] == rates[1] < 0.2


def test_a_scheduler_sets_the_rate_of_each_epoch() -> None:
    ours, _ = by_both(lambda: [Scheduler(lambda epoch, rate: rate if epoch == 0 else rate * 0.5)])

    assert float(ours[0].model.optimizer.learning_rate) == pytest.approx(0.02 / 8)


def test_a_scheduler_reaches_an_optimizer_within_another() -> None:
    def wrapped() -> keras.Model:
        return build(lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.02)))

    by_both(lambda: [Scheduler(lambda epoch, rate: rate * 0.5)], wrapped)


def test_a_table_of_epochs_is_written_as_by_keras(tmp_path: Path) -> None:
    paths = iter([tmp_path / "ours.csv", tmp_path / "theirs.csv"])
    by_both(lambda: [keras.callbacks.CSVLogger(str(next(paths)))])
    tables = [list(csv.reader((tmp_path / name).read_text().splitlines())) for name in ("ours.csv", "theirs.csv")]

    assert tables[0][0] == tables[1][0]
    assert len(tables[0]) == 5
    np.testing.assert_allclose(np.array(tables[0][1:], float), np.array(tables[1][1:], float), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("validation", "others"),
    [(VALIDATION, ()), (VALIDATION, EPOCH_HOOKS), (VALIDATION, EPOCH_HOOKS + BATCH_HOOKS), (None, EPOCH_HOOKS)],
    ids=["alone", "epochs", "batches", "without validation"],
)
def test_a_loss_that_is_not_finite_ends_training_where_it_does_under_keras(
    validation: Any, others: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    def linear() -> keras.Model:
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((FEATURES,)), keras.layers.Dense(1)])
        model.compile(loss="mse", optimizer=keras.optimizers.SGD(1e6))
        return model

    ours, theirs = by_both(
        lambda: [keras.callbacks.TerminateOnNaN(), recorder(*others)],
        linear,
        epochs=9,
        validation_data=validation,
    )
    printed = [line for line in capsys.readouterr().out.splitlines() if "nvalid loss" in line]

    assert len(printed) == 2
    assert printed[0] == printed[1]
    same_calls(ours[1].calls, theirs[1].calls)


def test_a_loss_that_is_not_finite_raises_if_that_is_wanted() -> None:
    model = build(lambda: keras.optimizers.SGD(1e12), metrics=[])
    model.set_weights([1e20 * np.ones_like(weights) for weights in model.get_weights()])

    with pytest.raises(RuntimeError, match="NaN or Inf"):
        fit(model, X, Y, epochs=3, batch_size=10, callbacks=[keras.callbacks.TerminateOnNaN(raise_error=True)])


def test_an_interrupted_training_is_taken_up_where_its_backup_is(tmp_path: Path) -> None:
    def interrupted(train: Callable[..., Any], folder: Path) -> tuple[keras.Model, list[int]]:
        def fail(self: Any, hook: str, epoch: int, *_: Any) -> None:
            if epoch == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            train(build(), [keras.callbacks.BackupAndRestore(folder), with_hooks("on_epoch_begin", act=fail)])
        model = build()
        return model, train(model, [keras.callbacks.BackupAndRestore(folder)]).epoch

    parts = {"epochs": 5, "batch_size": 10, "shuffle": False}
    ours, epochs = interrupted(
        lambda model, callbacks: fit(model, X, Y, callbacks=callbacks, **parts), tmp_path / "ours"
    )
    theirs, expected = interrupted(
        lambda model, callbacks: model.fit(X, Y, callbacks=callbacks, verbose=0, **parts), tmp_path / "theirs"
    )

    assert epochs == expected == [2, 3, 4]
    alike(ours.get_weights(), theirs.get_weights())


def test_tensorboard_gets_its_events(tmp_path: Path) -> None:
    folders = iter([tmp_path / "ours", tmp_path / "theirs"])
    by_both(lambda: [keras.callbacks.TensorBoard(str(next(folders)), histogram_freq=1)])

    for folder in ("ours", "theirs"):
        for part in ("train", "validation"):
            assert [path.stat().st_size > 0 for path in (tmp_path / folder / part).iterdir()] == [True]


# What they see of the model, and do to it ------------------------------------------------------


def weights_seen(*hooks: str) -> keras.callbacks.Callback:
    def note(self: Any, hook: str, *_: Any) -> None:
        self.seen += [*self.model.get_weights(), self.model.optimizer.iterations.numpy()]

    return with_hooks(*hooks, act=note, seen=[])


@pytest.mark.parametrize(
    "hooks",
    [("on_epoch_end",), ("on_epoch_begin",), TEST_HOOKS, ("on_train_batch_end",), ("on_train_begin", "on_train_end")],
    ids=lambda hooks: " ".join(hooks),
)
def test_who_looks_at_the_weights_sees_those_of_the_moment(hooks: tuple[str, ...]) -> None:
    ours, theirs = by_both(lambda: [weights_seen(*hooks)])

    assert len(theirs[0].seen) > 0
    alike(ours[0].seen, theirs[0].seen)


def shrink(self: Any, *_: Any) -> None:
    kernel = self.model.get_layer("hidden").kernel
    kernel.assign(0.9 * kernel)
    self.model.optimizer.learning_rate = 0.95 * float(self.model.optimizer.learning_rate)


@pytest.mark.parametrize(
    "hooks",
    [
        ("on_train_begin",),
        ("on_epoch_begin",),
        ("on_epoch_end",),
        TEST_HOOKS,
        ("on_train_batch_begin",),
        ("on_train_batch_end",),
        ("on_test_batch_end",),
        ("on_train_end",),
    ],
    ids=lambda hooks: " ".join(hooks),
)
def test_who_changes_the_weights_changes_the_training_as_under_keras(hooks: tuple[str, ...]) -> None:
    by_both(lambda: [with_hooks(*hooks, act=shrink), weights_seen("on_train_end")])


def test_who_sets_the_optimizer_back_starts_it_anew() -> None:
    def reset(self: Any, hook: str, epoch: int, *_: Any) -> None:
        if epoch == 1:
            for variable in self.model.optimizer.variables:
                if variable is not self.model.optimizer.learning_rate:
                    variable.assign(np.zeros(variable.shape))

    by_both(lambda: [with_hooks("on_epoch_end", act=reset)])


def test_who_freezes_a_layer_amid_training_is_as_little_heard_as_under_keras() -> None:
    def freeze(self: Any, hook: str, epoch: int, *_: Any) -> None:
        if epoch == 1:
            self.model.get_layer("hidden").trainable = False

    by_both(lambda: [with_hooks("on_epoch_end", act=freeze)])


# What they demand ------------------------------------------------------------------------------

OWN = type("OwnStopping", (keras.callbacks.EarlyStopping,), {})


@pytest.mark.parametrize(
    ("callback", "expected"),
    [
        (keras.callbacks.History(), Demand.WATCH),
        (keras.callbacks.Callback(), Demand.WATCH),
        (keras.callbacks.CSVLogger("nowhere.csv"), Demand.WATCH),
        (keras.callbacks.TerminateOnNaN(), Demand.WATCH),
        (keras.callbacks.ProgbarLogger(), Demand.BATCH),
        (keras.callbacks.LearningRateScheduler(lambda epoch: 0.1), Demand.DECIDE),
        (keras.callbacks.ReduceLROnPlateau(), Demand.DECIDE),
        (keras.callbacks.RemoteMonitor(), Demand.DECIDE),
        (keras.callbacks.EarlyStopping(), Demand.DECIDE),
        (keras.callbacks.EarlyStopping(restore_best_weights=True), Demand.READ),
        (keras.callbacks.ModelCheckpoint("nowhere.keras"), Demand.READ),
        (keras.callbacks.ModelCheckpoint("nowhere.keras", save_freq=5), Demand.BATCH),
        (keras.callbacks.LambdaCallback(on_train_end=print), Demand.WATCH),
        (keras.callbacks.LambdaCallback(on_epoch_end=print), Demand.WRITE),
        (keras.callbacks.LambdaCallback(on_train_batch_end=print), Demand.BATCH),
        (OWN(), Demand.WRITE),
        (with_hooks("on_train_begin"), Demand.WATCH),
        (with_hooks("on_epoch_begin"), Demand.WRITE),
        (with_hooks("on_test_end"), Demand.WRITE),
        (with_hooks("on_batch_end"), Demand.BATCH),
        (with_hooks("on_test_batch_begin"), Demand.BATCH),
        (with_hooks("on_epoch_end", demand=Demand.WATCH), Demand.WATCH),
        (with_hooks("on_train_batch_end", demand=Demand.READ), Demand.READ),
        # Somebody else's attribute that happens to have the name.
        (with_hooks("on_epoch_end", demand=3), Demand.WRITE),
    ],
)
def test_every_callback_demands_what_it_needs(callback: keras.callbacks.Callback, expected: Demand) -> None:
    assert demand(callback) is expected


def test_a_backup_demands_as_much_as_it_saves(tmp_path: Path) -> None:
    assert demand(keras.callbacks.BackupAndRestore(tmp_path)) >= Demand.READ
    assert demand(keras.callbacks.BackupAndRestore(tmp_path, save_freq=2)) is Demand.BATCH


def test_the_greatest_demand_counts() -> None:
    assert greatest([]) is Demand.WATCH
    assert greatest([keras.callbacks.EarlyStopping(), keras.callbacks.History()]) is Demand.DECIDE
    assert Demand.WATCH < Demand.DECIDE < Demand.READ < Demand.WRITE < Demand.BATCH


def test_who_only_watches_may_hear_of_many_epochs_at_once() -> None:
    """Then the model is as the trainer has left it, not as each epoch has."""

    def final_weights(declared: Demand) -> int:
        def note(self: Any, *_: Any) -> None:
            self.seen.append(self.model.get_weights()[0].tobytes())

        watching = with_hooks("on_epoch_end", act=note, demand=declared, seen=[])
        fit(build(), X, Y, epochs=3, callbacks=[watching])
        return len(set(watching.seen))

    assert final_weights(Demand.READ) == 3
    assert final_weights(Demand.WATCH) == 1
