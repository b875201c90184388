"""Part g: free play with a log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from nnlab.datasets.catalog import CATALOG
from nnlab.exercises.claims import Verdict
from nnlab.exercises.free_play import Try, challenges, free_study, tried
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.i18n import Translator
from nnlab.messages import N_, ExplainedError, Message
from nnlab.runs.course import differences
from nnlab.ui.exercises.room import Room
from nnlab.ui.exercises.steps import heading
from nnlab.ui.exercises.study_panel import record_of, start_study, under_way
from nnlab.ui.labels import label

DATASETS = ("spiral", "circle", "xor", "gauss")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
INITIALIZERS = ("glorot_uniform", "he_uniform", "random_uniform")
OPTIMIZERS = ("sgd", "adam", "adagrad", "rmsprop")
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
BATCHES = (1, 5, 10, 20, 30, 50, 100, 250)
EPOCHS = (50, 100, 200, 300, 500)
MOST_LAYERS, MOST_UNITS = 6, 32
LOG, COUNTED, PROBLEM = "exercise_log", "exercise_logged", "exercise_try_problem"
UNREADABLE = N_("Write the layers as numbers and commas, such as 8,8: at most {layers} layers of 1 to {units} neurons.")


def log() -> list[Try]:
    """Return what has been tried."""
    found: list[Try] = st.session_state.setdefault(LOG, [])
    return found


def predict(room: Room) -> bool:
    """Show the form of a try; return whether anything has been tried."""
    t, key = room.t, room.key
    with st.form(key("try"), border=True):
        experiment = _read(room, _widgets(room))
        expected = st.slider(
            t(N_("Predict first: what share of the seeds solves it?")),
            0,
            100,
            50,
            5,
            format="%d%%",
            key=key("share"),
        )
        sent = st.form_submit_button(t(N_("Predict and train")), type="primary", icon=":material/play_arrow:")
    if sent and isinstance(experiment, Message):
        st.warning(t(experiment), icon=":material/edit:")
    elif sent and isinstance(experiment, Experiment):
        room.steps.experiment, room.steps.prediction = experiment, expected / 100
        start_study(free_study(experiment, room.steps.seeds))
        st.session_state[COUNTED] = False
        st.rerun()
    return bool(log()) or room.steps.prediction is not None


def run(room: Room) -> list[Try] | None:
    """Show how far the last try is; write it down once it is done."""
    t, steps = room.t, room.steps
    if steps.prediction is not None:
        record = record_of(free_study(steps.experiment, steps.seeds))
        if record is not None and record.state == "finished":
            if not st.session_state.get(COUNTED, True):
                log().append(tried(steps.experiment, float(steps.prediction), record.parts["try"]))
                st.session_state[COUNTED] = True
        else:
            under_way(t, record)
    return log() or None


def compare(room: Room, tries: list[Try]) -> tuple[tuple[Verdict, ...], str]:
    """Show the last try, the log, and what of the challenges is met."""
    t, last = room.t, tries[-1]
    with st.container(horizontal=True):
        st.metric(t(N_("Your prediction")), t.percent(last.expected, 0), border=True)
        st.metric(
            t(N_("Found")),
            t.percent(last.share, 0),
            t(N_("{points} points from your prediction"), points=f"{100 * (last.share - last.expected):+.0f}"),
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
    heading(t(N_("Your log")))
    table = log_table(t, tries)
    st.dataframe(table, hide_index=True, key=room.key("log"))
    st.download_button(
        t(N_("Download (CSV)")),
        table.to_csv(index=False).encode("utf-8-sig"),
        "nnlab-free-play.csv",
        "text/csv",
        icon=":material/download:",
        key=room.key("log_file"),
    )
    heading(t(N_("Three open challenges")))
    st.caption(t(N_("On the spiral without noise. A setting solves it if at least half of 10 seeds or more do.")))
    found = challenges(tries)
    met = sum(verdict.holds for verdict in found)
    return found, t(N_("{met} of 3 challenges met in {count} tries"), met=met, count=len(tries))


def log_table(t: Translator, tries: Sequence[Try]) -> pd.DataFrame:
    """Return the log with a row for each try: what changed against the one before, and what it did."""
    rows = []
    for number, entry in enumerate(tries, start=1):
        before = tries[number - 2] if number > 1 else None
        rows.append(
            {
                t(N_("Try")): number,
                t(N_("What changed")): _changed(t, before.experiment if before else None, entry.experiment),
                t(N_("Predicted")): t.percent(entry.expected, 0),
                t(N_("Solved")): t(N_("{solved} of {seeds}"), solved=entry.solved, seeds=entry.seeds),
                t(N_("Effect")): "–" if before is None else f"{100 * (entry.share - before.share):+.0f}",
                t(N_("Epochs (median)")): "–" if entry.epochs is None else f"{entry.epochs:g}",
                t(N_("Updates (median)")): "–" if entry.updates is None else t.integer(round(entry.updates)),
                t(N_("Parameters")): entry.parameters,
                t(N_("Setting")): in_words(t, entry.experiment),
            }
        )
    return pd.DataFrame(rows)


def in_words(t: Translator, experiment: Experiment) -> str:
    """Return a setting in a line."""
    layers = "-".join(str(layer.units) for layer in experiment.layers) or "0"
    inputs = ", ".join(label(t, name) for name in experiment.features)
    first = experiment.layers[0] if experiment.layers else Layer()
    parts = [t(experiment.dataset.info.title), inputs, layers]
    if experiment.layers:
        parts += [first.activation, first.initializer]
        parts += [t(N_("batch normalization"))] if first.batch_norm else []
    optimizer = experiment.optimizer
    parts += [f"{label(t, optimizer.name)} η {optimizer.learning_rate:g}", f"B {experiment.batch_size}"]
    return " · ".join(parts)


def _changed(t: Translator, before: Experiment | None, after: Experiment) -> str:
    if before is None:
        return t(N_("first try"))
    found = differences(before, after)
    if not found:
        return t(N_("nothing"))
    if any(name.startswith("layers") for name in found):
        layers = [_layers_in_words(t, experiment) for experiment in (before, after)]
        found = {name: value for name, value in found.items() if not name.startswith("layers")}
        found[t(N_("layers"))] = f"{layers[0]} → {layers[1]}"
    return ", ".join(f"{name}: {_plain(t, value)}" for name, value in found.items())


def _layers_in_words(t: Translator, experiment: Experiment) -> str:
    if not experiment.layers:
        return "0"
    first = experiment.layers[0]
    units = "-".join(str(layer.units) for layer in experiment.layers)
    norm = [t(N_("batch normalization"))] if first.batch_norm else []
    return " ".join([units, first.activation, first.initializer, *norm])


def _plain(t: Translator, value: object) -> str:
    if isinstance(value, list | tuple):
        return " ".join(label(t, str(entry)) for entry in value)
    return label(t, str(value))


def _widgets(room: Room) -> dict[str, Any]:
    t, key, now = room.t, room.key, room.steps.experiment
    first = now.layers[0] if now.layers else Layer()
    said: dict[str, Any] = {}
    said["dataset"] = st.selectbox(
        t(N_("Data set")),
        DATASETS,
        DATASETS.index(now.dataset.name) if now.dataset.name in DATASETS else 0,
        format_func=lambda name: t(CATALOG[name].title),
        key=key("dataset"),
    )
    said["features"] = st.multiselect(
        t(N_("Features (inputs)")),
        CATALOG["spiral"].features,
        list(now.features),
        format_func=lambda name: label(t, name),
        key=key("features"),
        placeholder=t(N_("x₁ and x₂")),
    )
    said["layers"] = st.text_input(
        t(N_("Neurons of each hidden layer")), ",".join(str(layer.units) for layer in now.layers), key=key("layers")
    )
    left, right = st.columns(2)
    with left:
        said["activation"] = _select(t(N_("Activation function")), ACTIVATIONS, first.activation, key("activation"))
        said["optimizer"] = _select(
            t(N_("Optimizer")), OPTIMIZERS, now.optimizer.name, key("optimizer"), lambda name: label(t, name)
        )
        said["batch_size"] = _select(t(N_("Batch size B")), BATCHES, now.batch_size, key("batch_size"))
    with right:
        said["initializer"] = _select(t(N_("First weights")), INITIALIZERS, first.initializer, key("initializer"))
        said["learning_rate"] = _select(
            t(N_("Learning rate η")), RATES, now.optimizer.learning_rate, key("learning_rate"), lambda rate: f"{rate:g}"
        )
        said["epochs"] = _select(t(N_("Epochs")), EPOCHS, now.epochs or EPOCHS[0], key("epochs"))
    said["batch_norm"] = st.checkbox(t(N_("Batch normalization")), first.batch_norm, key=key("batch_norm"))
    return said


def _select(name: str, choices: Sequence[Any], value: Any, key: str, words: Any = str) -> Any:
    offered = list(choices) if value in choices else [value, *choices]
    return st.selectbox(name, offered, offered.index(value), format_func=words, key=key)


def _read(room: Room, said: dict[str, Any]) -> Experiment | Message:
    units = _units(said["layers"])
    if units is None:
        return Message(UNREADABLE, {"layers": MOST_LAYERS, "units": MOST_UNITS})
    layer = Layer(activation=said["activation"], initializer=said["initializer"], batch_norm=bool(said["batch_norm"]))
    try:
        return replace(
            room.steps.experiment,
            dataset=DatasetChoice(said["dataset"]),
            features=tuple(said["features"]),
            layers=tuple(replace(layer, units=number) for number in units),
            optimizer=Optimizer(said["optimizer"], learning_rate=said["learning_rate"]),
            batch_size=said["batch_size"],
            epochs=said["epochs"],
        )
    except ExplainedError as error:
        return error.message


def _units(text: str) -> tuple[int, ...] | None:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if len(words) > MOST_LAYERS or not all(word.isascii() and word.isdigit() and len(word) < 3 for word in words):
        return None
    units = tuple(int(word) for word in words)
    return units if all(1 <= number <= MOST_UNITS for number in units) else None
