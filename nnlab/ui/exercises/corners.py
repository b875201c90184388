"""Part b: tanh against ReLU, and a boundary drawn by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.datasets import load
from nnlab.datasets.drawing import DrawingError, read_strokes
from nnlab.events.studies import ReplicaResult
from nnlab.exercises.checks import Results, activations_verdicts
from nnlab.exercises.claims import Verdict
from nnlab.exercises.networks import one
from nnlab.exercises.parts import activations_study, with_activation
from nnlab.exercises.shapes import enclosed_share, picture_of, straight_pieces, to_plane
from nnlab.figures.planes import Line, boundary_chart, ground_svg
from nnlab.figures.seeds import TimeLabels, time_chart
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.ui.charts import chart
from nnlab.ui.components.exercises import boundary_board
from nnlab.ui.exercises.room import Room, steps_of
from nnlab.ui.exercises.steps import ACTIVATION_NAMES, heading, keep, told
from nnlab.ui.exercises.study_panel import study_panel

SIDE = 121
COUNTED = 20
CHOICES = (N_("ReLU"), N_("tanh"), N_("Both equally"))


def predict(room: Room) -> bool:
    """Have a boundary drawn, and ask who is faster."""
    t, steps = room.t, room.steps
    if steps.prediction is not None:
        expected = CHOICES[steps.prediction["faster"]]
        told(room, t(N_("A line drawn by hand; solves it first: {value}"), value=t(expected)))
        return True
    heading(t(N_("Predict first")))
    st.write(t(N_("Draw the line that you expect of ReLU, around the disc.")))
    dataset = load(steps.experiment.dataset.name, **steps.experiment.dataset.options)
    key = room.key("board")
    boundary_board(
        key=key,
        version=steps.version,
        lines=steps.drawing or [],
        ground=ground_svg(dataset.x_train, dataset.y_train, room.palette),
        words={
            "canvas": t(N_("The plane with its points, to draw on")),
            "undo": t(N_("Undo")),
            "clear": t(N_("Clear")),
            "shapes": [t(N_("Circle")), t(N_("Hexagon")), t(N_("Triangle"))],
        },
        on_drawing=lambda: _drawn(room.part.name, key),
    )
    st.radio(
        t(N_("Which solves it first, from the same seed?")),
        range(len(CHOICES)),
        index=None,
        format_func=lambda index: t(CHOICES[index]),
        horizontal=True,
        key=room.key("faster"),
    )
    told_all = partial(_told_all, room)
    if st.button(
        t(N_("This is my prediction")), type="primary", key=room.key("commit"), on_click=keep, args=(room, told_all)
    ):
        st.caption(t(N_("Draw a line and choose one first.")))
    return False


def _told_all(room: Room) -> dict[str, Any] | None:
    faster = st.session_state[room.key("faster")]
    return {"lines": room.steps.drawing, "faster": faster} if room.steps.drawing and faster is not None else None


def run(room: Room) -> Results | None:
    """Have both kinds of networks trained."""
    record = study_panel(room, activations_study(room.steps.experiment, room.steps.seeds))
    return record.parts if record is not None else None


def compare(room: Room, results: Results) -> tuple[tuple[Verdict, ...], str]:
    """Lay the drawn line over the networks' own, and compare times."""
    t = room.t
    relu, tanh = results["relu"], results["tanh"]
    seed = st.select_slider(t(N_("Seed")), relu.seeds, key=room.key("seed")) if len(relu.seeds) > 1 else relu.seeds[0]
    _overlay(room, relu, tanh, relu.seeds.index(seed))
    verdicts = activations_verdicts(results)
    heading(t(N_("How long it took")))
    labels = TimeLabels(t(N_("Epochs to solve")), "", t.gettext(N_("never: {count}")))
    groups = [(name, results[name].epochs_to_solve) for name in ("tanh", "relu")]
    medians = {name: _median(times) for name, times in groups}
    found = t(N_("ReLU solved it after {relu} epochs, tanh after {tanh}, in the median"), **medians)
    shown = [("tanh", groups[0][1]), ("ReLU", groups[1][1])]
    chart(time_chart(shown, labels, room.palette, int(relu.epochs[-1])), room.key("times"), found)
    st.caption(found + ". " + t(N_("A dot is a seed, a line the median of those that solved it.")))
    return verdicts, found


def title(t: Translator, name: str) -> str:
    """Name a network of the study."""
    return t(ACTIVATION_NAMES[name])


def _overlay(room: Room, relu: ReplicaResult, tanh: ReplicaResult, replica: int) -> None:
    t, experiment, palette = room.t, room.steps.experiment, room.palette
    dataset = load(experiment.dataset.name, **experiment.dataset.options)
    drawn = to_plane(room.steps.prediction["lines"])
    straight, smooth = with_activation(experiment, "relu"), with_activation(experiment, "tanh")
    lines = [
        Line("tanh", palette.reference, "dot", values=picture_of(smooth, tanh.weights, replica, SIDE)),
        Line("ReLU", palette.training, values=picture_of(straight, relu.weights, replica, SIDE)),
        Line(t(N_("Your line")), palette.validation, "dash", drawn=drawn),
    ]
    pieces = straight_pieces(straight, one(relu.weights, replica))
    alt = t(N_("The line of ReLU from this seed has {pieces} straight pieces."), pieces=pieces)
    chart(boundary_chart(dataset.x_valid, dataset.y_valid, lines, palette), room.key("overlay"), alt)
    inside, outside = (dataset.x_valid[dataset.y_valid == label] for label in (1, 0))
    disc, ring = enclosed_share(drawn, inside, outside)
    st.caption(
        alt
        + " "
        + t(
            N_("Among the first {count} seeds there are {least} to {most}."),
            **_range(
                [straight_pieces(straight, one(relu.weights, k), SIDE) for k in range(min(COUNTED, len(relu.seeds)))]
            ),
        )
        + " "
        + t(
            N_("Your line has {disc} of the disc's points and {ring} of the ring's inside."),
            disc=t.percent(disc, 0),
            ring=t.percent(ring, 0),
        )
    )


def _range(pieces: list[int]) -> dict[str, object]:
    return {"count": len(pieces), "least": min(pieces), "most": max(pieces)}


def _median(times: NDArray[Any]) -> str:
    solved = times[times >= 0]
    return f"{np.median(solved):g}" if len(solved) else "–"


def _drawn(name: str, key: str) -> None:
    said = st.session_state[key]["drawing"]
    if not isinstance(said, dict) or not isinstance(said.get("version"), int):
        return
    steps = steps_of(name)
    steps.version = said["version"]
    try:
        read_strokes(said.get("lines"))
    except DrawingError:
        # Only a browser that is not ours sends such a thing.
        steps.drawing = []
        return
    steps.drawing = said["lines"]
