"""Part a: the pictures of the neurons of two layers, and how flat they are."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.events.studies import ReplicaResult
from nnlab.exercises.checks import Results, layers_verdicts, mean_linearity
from nnlab.exercises.claims import Verdict
from nnlab.exercises.networks import layers, one, plane
from nnlab.exercises.parts import layers_study
from nnlab.exercises.shapes import linearity
from nnlab.figures.palette import Palette
from nnlab.figures.planes import picture_png
from nnlab.messages import N_
from nnlab.ui.exercises.room import Room
from nnlab.ui.exercises.steps import choice_prediction
from nnlab.ui.exercises.study_panel import study_panel

SIDE = 61
CHOICES = (N_("Those of layer 1"), N_("Those of layer 2"), N_("There is no difference"))
STYLE = """
<style>
.nnlab-layers { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; }
.nnlab-layers h4 { margin: 0 0 6px; padding: 0; font-size: 0.9rem; font-weight: 600; }
.nnlab-layers section { display: block; }
.nnlab-layers section > div { display: flex; flex-wrap: wrap; gap: 10px; }
.nnlab-layers figure { margin: 0; width: 104px; }
.nnlab-layers section:last-child figure { width: 160px; }
.nnlab-layers img { display: block; width: 100%; aspect-ratio: 1; border-radius: 6px; }
.nnlab-layers figcaption { margin-top: 4px; font-size: 0.8rem; text-align: center; }
</style>
"""


def predict(room: Room) -> bool:
    """Ask which layer's pictures are flatter."""
    t = room.t
    return choice_prediction(
        room,
        t(
            N_(
                "R² tells how well a tilted plane fits a picture: 1 fits exactly, 0 not at all. Whose pictures are "
                "closer to tilted planes?"
            )
        ),
        [t(choice) for choice in CHOICES],
        t.gettext(N_("Closer to tilted planes: {value}")),
    )


def run(room: Room) -> Results | None:
    """Have the networks trained."""
    record = study_panel(room, layers_study(room.steps.experiment, room.steps.seeds))
    return record.parts if record is not None else None


def compare(room: Room, results: Results) -> tuple[tuple[Verdict, ...], str]:
    """Show the pictures layer by layer, for a seed to choose, with R² below each."""
    t, result = room.t, results["network"]
    first, second = mean_linearity(room.steps.experiment, result)[:2].mean(axis=1)
    found = t(N_("R² of layer 1: {first}, of layer 2: {second}"), first=f"{first:.2f}", second=f"{second:.2f}")
    chosen = 0 if first > second else 1
    hit = room.steps.prediction == chosen
    icon = ":material/check:" if hit else ":material/close:"
    st.markdown(
        f"{icon} **{t(N_('You said'))}:** {t(CHOICES[room.steps.prediction])}. **{t(N_('Found'))}:** {found} "
        + t(N_("(means over {count} seeds)."), count=len(result.seeds))
    )
    seed = st.select_slider(t(N_("Seed")), result.seeds, key=room.key("seed")) if len(result.seeds) > 1 else 1
    pictures(room, result, result.seeds.index(seed))
    return layers_verdicts(room.steps.experiment, results), found


def pictures(room: Room, result: ReplicaResult, replica: int) -> None:
    """Show what every neuron of one network gives over the plane."""
    t, experiment = room.t, room.steps.experiment
    points = plane(SIDE)
    values = layers(experiment, one(result.weights, replica), points)
    sections = []
    for number, layer in enumerate(values[:-1], start=1):
        outputs = layer.outputs[:, :, 0]
        fits = linearity(points, outputs)
        reach = max(1.0, float(np.abs(outputs).max()))
        tiles = [
            _tile(
                outputs[:, unit] / reach,
                t(N_("Neuron {number}"), number=unit + 1),
                f"R² {fits[unit]:.2f}",
                room.palette,
            )
            for unit in range(outputs.shape[1])
        ]
        sections.append(_section(t(N_("Layer {number}"), number=number), tiles))
    output = np.tanh(values[-1].sums[:, 0, 0])
    sections.append(_section(t(N_("Output")), [_tile(output, t(N_("Output")), "", room.palette)]))
    st.html(f'{STYLE}<div class="nnlab-layers">{"".join(sections)}</div>')
    st.caption(t(N_("Orange is negative, blue is positive; each picture shows the whole plane, from −6 to 6.")))


def _tile(values: NDArray[Any], name: str, note: str, palette: Palette) -> str:
    source = picture_png(values.reshape(SIDE, SIDE), palette)
    alt = escape(f"{name}. {note}".strip())
    return f'<figure><img src="{source}" alt="{alt}"><figcaption>{escape(note)}</figcaption></figure>'


def _section(title: str, tiles: list[str]) -> str:
    return f"<section><h4>{escape(title)}</h4><div>{''.join(tiles)}</div></section>"
