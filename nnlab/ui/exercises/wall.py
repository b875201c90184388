"""The wall: the boundary of every seed, each a way into the playground."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from nnlab.events.studies import ReplicaResult
from nnlab.exercises.networks import output_sums, plane
from nnlab.experiment import Experiment
from nnlab.figures.planes import picture_png
from nnlab.messages import N_
from nnlab.permalink import Link, encode
from nnlab.ui.exercises.room import Room

SIDE = 32
STYLE = """
<style>
.nnlab-wall { display: grid; grid-template-columns: repeat(auto-fill, minmax(52px, 1fr)); gap: 6px; }
.nnlab-wall a { display: block; text-decoration: none; color: inherit; font-size: 0.7rem; text-align: center; }
.nnlab-wall img { display: block; width: 100%; aspect-ratio: 1; image-rendering: pixelated; border-radius: 4px; }
.nnlab-wall a:focus-visible, .nnlab-wall a:hover { outline: 2px solid currentColor; outline-offset: 2px; }
.nnlab-wall .nnlab-open { opacity: 0.55; }
</style>
"""


def wall(room: Room, experiment: Experiment, seeds: tuple[int, ...], result: ReplicaResult) -> None:
    """Show the output of each seed's network over the plane; a click opens the seed in the playground.

    Parameters
    ----------
    room : Room
        The part.
    experiment : Experiment
        What was trained.
    seeds : tuple of int
        From which seeds.
    result : ReplicaResult
        What came of it.
    """
    t = room.t
    sums = output_sums(experiment, result.weights, plane(SIDE)).reshape(SIDE, SIDE, -1)
    tiles = []
    for index, seed in enumerate(seeds):
        epoch = int(result.epochs_to_solve[index])
        note = t(N_("Seed {seed}: never solved"), seed=seed)
        if epoch >= 0:
            note = t(N_("Seed {seed}: solved after {epoch} epochs"), seed=seed, epoch=epoch)
        picture = picture_png(np.tanh(sums[:, :, index]), room.palette)
        text = escape(str(epoch) if epoch >= 0 else "–")
        tiles.append(
            f'<a href="{escape(address(experiment, seed, t.language))}" target="_blank" title="{escape(note)}" '
            f'class="{"" if epoch >= 0 else "nnlab-open"}">'
            f'<img src="{picture}" alt="{escape(note)}">{text}</a>'
        )
    st.caption(
        t(
            N_(
                "Each picture is one seed after the last epoch; below it, the epoch that solved it. A click opens that "
                "seed in the playground."
            )
        )
    )
    st.html(f'{STYLE}<div class="nnlab-wall">{"".join(tiles)}</div>')


def address(experiment: Experiment, seed: int, language: str) -> str:
    """Return the address that opens one seed in the playground, relative to this page."""
    link = Link(replace(experiment.with_seed(seed), epochs=None))
    return f"playground?{urlencode({'lang': language, 'x': encode(link)})}"
