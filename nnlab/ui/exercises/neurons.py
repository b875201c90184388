"""The parts c, d and e: one hidden layer of 1 to 8 neurons, many seeds."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nnlab.events.studies import ReplicaResult
from nnlab.exercises.checks import FOCUS, Results, neurons_verdicts
from nnlab.exercises.claims import Verdict, wilson
from nnlab.exercises.networks import drawable
from nnlab.exercises.parts import NEURONS, neurons_study
from nnlab.exercises.plateaus import EPOCHS, IMPROVEMENT, Plateau, longest
from nnlab.figures.courses import Axes, plateau_chart
from nnlab.figures.seeds import ShareLabels, Shares, TimeLabels, share_alt, share_chart, time_chart
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.ui.charts import chart
from nnlab.ui.exercises.room import Room
from nnlab.ui.exercises.steps import heading, number_prediction
from nnlab.ui.exercises.study_panel import study_panel
from nnlab.ui.exercises.two_neurons import two_neurons
from nnlab.ui.exercises.wall import wall


def predict(room: Room) -> bool:
    """Ask what share of the seeds will solve it."""
    t, count = room.t, FOCUS[room.part.name]
    return number_prediction(
        room,
        t(N_("What share of the networks with {count} neurons will solve it?"), count=count),
        t.gettext(N_("{value} of the networks with {count} neurons solve it.")).replace("{count}", str(count)),
    )


def run(room: Room) -> Results | None:
    """Have the networks trained; return the results once they are there."""
    record = study_panel(room, neurons_study(room.steps.experiment, room.steps.seeds))
    return record.parts if record is not None else None


def compare(room: Room, results: Results) -> tuple[tuple[Verdict, ...], str]:
    """Lay the prediction over the result; return the verdicts, and the result in a few words."""
    t, name = room.t, room.part.name
    result = results[str(FOCUS[name])]
    solved, trials = int(np.sum(result.epochs_to_solve >= 0)), len(result.seeds)
    found = t(N_("{count} of {trials} networks solved it"), count=solved, trials=trials)
    _difference(room, solved / trials, found)
    shares(room, results)
    if name == "d":
        two_neurons(room)
    times(room, results)
    if name == "e":
        plateau(room, results)
    _wall(room, results)
    return neurons_verdicts(name, results), found


def title(t: Translator, name: str) -> str:
    """Name a network of the study."""
    return t.ngettext("{count} neuron", "{count} neurons", int(name))


def shares(room: Room, results: Results) -> None:
    """Draw the share solved against the number of neurons, with the prediction."""
    t = room.t
    groups = [share_of(str(units), results[str(units)]) for units in NEURONS]
    labels = ShareLabels(
        t(N_("Share solved")),
        t(N_("Neurons")),
        t(N_("Solved at any time")),
        t(N_("Solved at the end")),
        t(N_("Your prediction")),
    )
    drawn = share_chart(
        groups,
        labels,
        room.palette,
        predictions=[(str(FOCUS[room.part.name]), float(room.steps.prediction))],
    )
    heading(t(N_("Share solved against neurons")))
    chart(drawn, room.key("shares"), t(share_alt(groups, len(results["1"].seeds))))
    st.caption(
        t(N_("Solved: at least 99% of the validation points right. The bars are Wilson's intervals, 95% confidence."))
    )


def share_of(name: str, result: ReplicaResult) -> Shares:
    """Return the shares of one group, with the interval of the first."""
    solved, trials = int(np.sum(result.epochs_to_solve >= 0)), len(result.seeds)
    return Shares(name, solved / trials, float(np.mean(result.solved_at_end)), *wilson(solved, trials))


def times(room: Room, results: Results) -> None:
    """Draw how long each seed took."""
    t = room.t
    groups = [(str(units), results[str(units)].epochs_to_solve) for units in NEURONS]
    labels = TimeLabels(t(N_("Epochs to solve")), t(N_("Neurons")), t.gettext(N_("never: {count}")))
    heading(t(N_("How long it took")))
    solved = results[str(FOCUS[room.part.name])].epochs_to_solve
    solved = solved[solved >= 0]
    alt = t(N_("With {count} neurons no seed solved it."), count=FOCUS[room.part.name])
    if len(solved):
        alt = t(
            N_("With {count} neurons it took from {least} to {most} epochs, {median} in the median."),
            count=FOCUS[room.part.name],
            least=int(solved.min()),
            most=int(solved.max()),
            median=int(np.median(solved)),
        )
    chart(time_chart(groups, labels, room.palette, int(results["1"].epochs[-1])), room.key("times"), alt)
    st.caption(alt + " " + t(N_("A dot is a seed, a line the median of those that solved it.")))


def plateau(room: Room, results: Results) -> None:
    """Count the seeds with a plateau for each number of neurons, and show one of the largest networks that had any."""
    t = room.t
    flat = {units: _flat(results[str(units)]) for units in NEURONS}
    heading(t(N_("Plateaus")))
    explained = t(
        N_(
            "A plateau: for at least {epochs} epochs the loss is not {share} lower than its best before, and the "
            "problem is unsolved."
        ),
        epochs=EPOCHS,
        share=t.percent(IMPROVEMENT, 0),
    )
    counts = " · ".join(f"{units}: {len(found)}" for units, found in flat.items())
    counted = t(
        N_("Neurons, and how many of {trials} seeds had one: {counts}."), trials=room.steps.seeds, counts=counts
    )
    st.caption(f"{explained} {counted}")
    units = max((units for units, found in flat.items() if found), default=None)
    if units is not None:
        result, found = results[str(units)], flat[units]
        # Rather one that was left again than one without end.
        seed = max(found, key=lambda number: (result.epochs_to_solve[number] >= 0, found[number].epochs))
        _plateau(room, units, result, seed, found[seed])


def _flat(result: ReplicaResult) -> dict[int, Plateau]:
    solved = result.epochs_to_solve
    found = {seed: longest(result.epochs, loss, int(solved[seed])) for seed, loss in enumerate(result.history["loss"])}
    return {seed: stretch for seed, stretch in found.items() if stretch is not None}


def _plateau(room: Room, units: int, result: ReplicaResult, seed: int, stretch: Plateau) -> None:
    t, epochs, losses = room.t, result.epochs, result.history["loss"][seed]
    curve = t(N_("Training loss of seed {seed} with {count} neurons"), seed=result.seeds[seed], count=units)
    words = (curve, t(N_("plateau")))
    axes = Axes(t(N_("Epoch")), t(N_("Loss")))
    alt = t(
        N_("{curve}: from epoch {first} to {last} it stands still."),
        curve=words[0],
        first=stretch.first,
        last=stretch.last,
    )
    drawn = plateau_chart(epochs, losses, (stretch.first, stretch.last), axes, words, room.palette)
    chart(drawn, room.key("plateau"), alt)
    st.caption(alt)


def _difference(room: Room, share: float, found: str) -> None:
    t = room.t
    predicted = float(room.steps.prediction)
    with st.container(horizontal=True):
        st.metric(t(N_("Your prediction")), t.percent(predicted, 0), border=True)
        st.metric(
            t(N_("Found")),
            t.percent(share, 0),
            t(N_("{points} points from your prediction"), points=f"{100 * (share - predicted):+.0f}"),
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=found,
        )


def _wall(room: Room, results: Results) -> None:
    t, focus = room.t, FOCUS[room.part.name]
    study = neurons_study(room.steps.experiment, room.steps.seeds)
    heading(t(N_("The wall of boundaries")))
    units = st.segmented_control(t(N_("Neurons")), NEURONS, default=focus, key=room.key("wall"), required=True)
    part = next(part for part in study.parts if part.name == str(units))
    if drawable(part.experiment):
        wall(room, part.experiment, study.seeds, results[part.name])
