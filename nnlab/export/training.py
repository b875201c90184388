"""How a script trains: the order of the samples, callbacks, ``fit`` or a loop over epochs."""

from __future__ import annotations

from nnlab.export.run import Run, changes_in_keras, silent_layers
from nnlab.export.sections import Section, call, indented, listed
from nnlab.messages import N_, Message

ORDER = """\
def epoch_order(epoch):
    samples = len(x_train)
    keys = np.random.PCG64([{seed}, 1]).advance(epoch * samples).random_raw(samples)
    low_bits = np.uint64(2 ** (samples - 1).bit_length() - 1)
    return np.argsort(keys & ~low_bits, kind="stable")"""
BATCHES = """


EPOCHS = {epochs}
BATCH_SIZE = {batch_size}


def batches():
    for epoch in range(EPOCHS):
        order = epoch_order(epoch)
        for start in range(0, len(order), BATCH_SIZE):
            rows = order[start : start + BATCH_SIZE]
            yield x_train[rows], y_train[rows]"""
SOLVED = """\
class StopWhenSolved(keras.callbacks.Callback):
    value = {value!r}

    def on_epoch_end(self, epoch, logs=None):
        if {condition}:
            self.model.stop_training = True


solved = StopWhenSolved()"""
ONE_EPOCH = """\
    rows = epoch_order(epoch)
    trained = model.fit(
        x_train[rows],
        y_train[rows],
        batch_size=batch_size,
        shuffle=False,
        validation_data=(x_valid, y_valid),
        verbose=0,
    )
    logs = {name: values[0] for name, values in trained.history.items()}"""
EPOCH_ENDS = """\
    print(f"Epoch {epoch + 1}/{EPOCHS}:", {name: round(value, 4) for name, value in logs.items()})
    callbacks.on_epoch_end(epoch, logs)
    if model.stop_training:
        break
callbacks.on_train_end()"""
CALLBACKS = """\
history = keras.callbacks.History()
callbacks = keras.callbacks.CallbackList({callbacks}, model=model)
model.stop_training = False
callbacks.on_train_begin()"""


def training_sections(run: Run) -> tuple[Section, ...]:
    """Return the sections that train the compiled ``model`` and leave a ``history``."""
    order = ORDER.format(seed=run.experiment.seed)
    text = Message(
        N_(
            "Each epoch visits the training set in an order of its own: that of random keys which follow from the "
            "run's seed {seed} and the number of the epoch. `fit(shuffle=True)` would do the same with other random "
            "numbers."
        ),
        {"seed": run.experiment.seed},
    )
    if run.changes:
        return (Section(N_("Batches"), (text,), order), Section(N_("Train"), (CHANGED,), _loop(run)))
    order += BATCHES.format(epochs=run.epochs, batch_size=run.experiment.batch_size)
    return (Section(N_("Batches"), (text,), order), Section(N_("Train"), (), _fit(run)))


CHANGED = Message(
    N_(
        "While the run trained, something was changed by hand. The script trains one epoch at a time and makes each "
        "change at the beginning of the epoch from which on it counted (epochs are counted from 0 here)."
    )
)


def callbacks(run: Run) -> tuple[list[str], list[str]]:
    """Return lines that define callbacks, and the sources of all that end the training early."""
    experiment, lines, found = run.experiment, [], []
    metric = experiment.head.metric
    if experiment.solved_at is not None or "solved_at" in run.changed:
        reached = f'logs["val_{metric}"] {">=" if metric == "accuracy" else "<="} self.value'
        condition = f"self.value is not None and {reached}" if "solved_at" in run.changed else reached
        lines.append(SOLVED.format(value=experiment.solved_at, condition=condition) + "\n")
        found.append("solved")
    stopping = experiment.early_stopping
    if stopping is not None:
        accuracy = stopping.monitor == "val_metric" and metric == "accuracy"
        found.append(
            call(
                "keras.callbacks.EarlyStopping",
                f'monitor="{f"val_{metric}" if stopping.monitor == "val_metric" else stopping.monitor}"',
                f'mode="{"max" if accuracy else "min"}"',
                f"patience={stopping.patience}",
                *([f"min_delta={stopping.min_delta!r}"] if stopping.min_delta else []),
                f"restore_best_weights={stopping.restore_best_weights}",
            )
        )
    return lines, found


def loop(run: Run, before: str, changes: str, epoch: str) -> str:
    """Return a loop over epochs that keeps a ``history`` and heeds callbacks.

    Parameters
    ----------
    run : Run
        What is repeated.
    before : str
        Statements before it.
    changes : str
        Statements at the beginning of an epoch, not yet indented.
    epoch : str
        Statements that train one and leave ``logs``, indented.
    """
    lines, found = callbacks(run)
    start = CALLBACKS.format(callbacks=listed(["history", *found]))
    head = [*lines, f"EPOCHS = {run.epochs}", before, start, "for epoch in range(EPOCHS):"]
    return "\n".join([*filter(None, head), *([indented(changes)] if changes else []), epoch, EPOCH_ENDS])


def _fit(run: Run) -> str:
    lines, found = callbacks(run)
    arguments = [
        "batches()",
        "steps_per_epoch=math.ceil(len(x_train) / BATCH_SIZE)",
        "epochs=EPOCHS",
        "validation_data=(x_valid, y_valid)",
        "validation_batch_size=BATCH_SIZE",
        *([f"callbacks={listed(found)}"] if found else []),
        "shuffle=False",
        "verbose=2",
    ]
    return "\n".join([*lines, call("history = model.fit", *arguments)])


def _loop(run: Run) -> str:
    before = "\n".join([*silent_layers(run), f"batch_size = {run.experiment.batch_size}"])
    return loop(run, before, changes_in_keras(run), ONE_EPOCH)
