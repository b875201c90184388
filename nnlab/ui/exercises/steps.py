"""The steps that every part has: question and setting, prediction, “why”, verdict and check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from nnlab.exercises.claims import Verdict
from nnlab.exercises.parts import with_activation
from nnlab.experiment import Experiment
from nnlab.experiment.summary import parameter_count
from nnlab.messages import N_
from nnlab.ui.exercises.room import SEED_COUNTS, Room, place
from nnlab.ui.labels import capital

LEARNING_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
EPOCHS = (100, 200, 300, 400, 800)
ACTIVATION_NAMES = {"relu": "ReLU", "tanh": "tanh", "sigmoid": N_("sigmoid"), "linear": N_("linear")}


def heading(text: str) -> None:
    """Show the name of a step or a chart."""
    st.markdown(f"**{text}**")


def said_and_found(room: Room, said: str, found: str, *, hit: bool) -> None:
    """Lay a choice that was predicted over what came out."""
    t = room.t
    icon = ":material/check:" if hit else ":material/close:"
    st.markdown(icon + " " + t(N_("**You said:** {said}. **Found:** {found}."), said=said, found=found))


def question(room: Room) -> None:
    """Say what the part asks."""
    t, part = room.t, room.part
    st.subheader(f"1{part.name} · {t(part.title)}", anchor=False)
    st.write(t(part.question))


def setting(room: Room, describe: Callable[[Experiment], str] | None = None) -> None:
    """Show what is trained; unless it is locked, let it be changed."""
    t, steps = room.t, room.steps
    st.caption(describe(steps.experiment) if describe else _summary(room))
    if room.locked:
        st.caption(t(N_("Your teacher's link has locked this setting.")), help=None)
        return
    with st.expander(t(N_("Change the setting")), icon=":material/tune:"):
        if room.part.activations:
            st.segmented_control(
                t(N_("Activation functions")),
                room.part.activations,
                default=steps.experiment.layers[0].activation,
                format_func=lambda name: t(ACTIVATION_NAMES[name]),
                key=room.key("activation"),
                required=True,
                on_change=_read,
                args=(room,),
            )
        _choice(
            room, "learning_rate", t(N_("Learning rate η")), LEARNING_RATES, steps.experiment.optimizer.learning_rate
        )
        _choice(room, "epochs", t(N_("Epochs")), EPOCHS, steps.experiment.epochs or EPOCHS[0])
        _choice(room, "seeds", t(N_("Seeds")), SEED_COUNTS, steps.seeds)


def prediction_in_words(room: Room) -> str:
    """Return what was predicted, as it was said on the page."""
    words: str = st.session_state.get(room.key("told"), "")
    return words


def number_prediction(room: Room, label: str, sentence: str) -> bool:
    """Ask for a share in per cent; return whether it has been given.

    Parameters
    ----------
    room : Room
        The part.
    label : str
        What is asked, translated.
    sentence : str
        How the prediction is said afterwards, translated, with ``{value}``.
    """
    t, steps = room.t, room.steps
    if steps.prediction is not None:
        told(room, sentence.format(value=t.percent(steps.prediction, 0)))
        return True
    with st.form(room.key("prediction_form"), border=True):
        heading(t(N_("Predict first")))
        st.slider(label, 0, 100, 50, 5, format="%d%%", key=room.key("prediction"))
        prediction_button(room, lambda: st.session_state[room.key("prediction")] / 100)
    return False


def choice_prediction(room: Room, label: str, choices: Sequence[str], sentence: str) -> bool:
    """Ask for one of several choices; return whether one was made. What is kept is its index."""
    t, steps = room.t, room.steps
    if steps.prediction is not None:
        told(room, sentence.format(value=choices[steps.prediction]))
        return True
    with st.form(room.key("prediction_form"), border=True):
        heading(t(N_("Predict first")))
        st.radio(
            label,
            range(len(choices)),
            index=None,
            format_func=lambda index: choices[index],
            key=room.key("prediction"),
        )
        if prediction_button(room, lambda: st.session_state[room.key("prediction")]):
            st.caption(t(N_("Choose one first.")))
    return False


def prediction_button(room: Room, read: Callable[[], object]) -> bool:
    """Show the button that keeps what `read` returns, unless that is None; return whether it was pressed in vain.

    It is kept by a callback: a run of the page that is cut short before it comes to the button loses the click.
    """
    return st.form_submit_button(room.t(N_("This is my prediction")), type="primary", on_click=keep, args=(room, read))


def keep(room: Room, read: Callable[[], object]) -> None:
    """Keep a prediction: from now on it stands."""
    room.steps.prediction = read()


def told(room: Room, sentence: str) -> None:
    """Say what was predicted, with the way to begin again."""
    t = room.t
    st.session_state[room.key("told")] = sentence
    with st.container(border=True):
        heading(t(N_("Your prediction")))
        st.write(sentence)
        st.button(
            t(N_("Begin this part again")),
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=room.begin_again,
            key=room.key("again"),
        )


SEEDS_SAY = (N_("The seeds bear it out"), N_("The seeds do not bear it out"))
CHALLENGE_IS = (N_("Met"), N_("Still open"))


def verdict_view(room: Room, verdict: Verdict, words: tuple[str, str] = SEEDS_SAY) -> None:
    """Show a claim, whether it holds, in one of two words, and each clause with its numbers."""
    t = room.t
    icon, word = (":material/check_circle:", words[0]) if verdict.holds else (":material/pending:", words[1])
    with st.container(border=True, gap="small"):
        st.markdown(f"{icon} **{capital(t(verdict.claim))}** {t(word)}.")
        for clause in verdict.clauses:
            mark = ":material/check:" if clause.holds else ":material/close:"
            st.caption(f"{mark} {t(clause.says)}")


def why(room: Room) -> bool:
    """Ask the “why” and answer the answer; return whether it was the right one."""
    t, asked, steps = room.t, room.part.why, room.steps
    with st.container(border=True):
        heading(t(N_("Explain")))
        chosen = st.radio(
            t(asked.question),
            range(len(asked.answers)),
            index=steps.answer,
            format_func=lambda index: t(asked.answers[index].text),
            key=room.key("why"),
        )
        steps.answer = chosen
        if chosen is None:
            return False
        answer = asked.answers[chosen]
        (st.success if answer.right else st.info)(
            t(answer.feedback), icon=":material/check:" if answer.right else ":material/lightbulb:"
        )
    return steps.answer == asked.right


def _summary(room: Room) -> str:
    t, experiment = room.t, room.steps.experiment
    return t(
        N_("{data} · learning rate {rate} · batches of {batch} · {epochs} epochs · {seeds} seeds · {rules}"),
        data=t(experiment.dataset.info.title),
        rate=f"{experiment.optimizer.learning_rate:g}",
        batch=experiment.batch_size,
        epochs=experiment.epochs,
        seeds=room.steps.seeds,
        rules=t(RULES[experiment.mode]),
    )


RULES = {"playground": N_("as in TensorFlow Playground"), "keras": N_("as Keras trains")}


def parameters_of(room: Room, experiment: Experiment) -> str:
    """Say how many weights a network has."""
    return room.t.ngettext("{count} parameter", "{count} parameters", parameter_count(experiment))


def _choice(room: Room, name: str, label: str, choices: Sequence[float], value: float) -> None:
    offered = sorted({*choices, value})
    st.select_slider(
        label,
        offered,
        value=value,
        format_func=lambda number: f"{number:g}",
        key=room.key(name),
        on_change=_read,
        args=(room,),
    )


def _read(room: Room) -> None:
    """Take over what the setting's widgets say, those that are there."""
    steps = room.steps

    def said(name: str, otherwise: object) -> object:
        value = st.session_state.get(room.key(name))
        return otherwise if value is None else value

    experiment = steps.experiment
    if room.part.activations:
        experiment = with_activation(experiment, str(said("activation", experiment.layers[0].activation)))
    rate = float(str(said("learning_rate", experiment.optimizer.learning_rate)))
    epochs = int(str(said("epochs", experiment.epochs)))
    steps.experiment = replace(experiment, optimizer=replace(experiment.optimizer, learning_rate=rate), epochs=epochs)
    steps.seeds = int(str(said("seeds", steps.seeds)))
    st.session_state[place(room.part.name)] = steps
