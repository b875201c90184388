"""Part f: what reaches the first of four layers, and what helps."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nnlab.exercises.checks import Results
from nnlab.exercises.claims import Verdict
from nnlab.exercises.depth import CURES, FIRST, PLAIN, SINGLE, TOGETHER, best_single, depth_study, depth_verdicts, plain
from nnlab.experiment import Experiment
from nnlab.figures.courses import Axes, band_chart, layer_chart
from nnlab.figures.seeds import ShareLabels, share_alt, share_chart
from nnlab.i18n import Translator
from nnlab.messages import N_, ExplainedError
from nnlab.runs import RunError, RunRecord
from nnlab.ui.charts import chart
from nnlab.ui.exercises.neurons import share_of
from nnlab.ui.exercises.room import Room
from nnlab.ui.exercises.steps import choice_prediction, heading, said_and_found
from nnlab.ui.exercises.study_panel import study_panel
from nnlab.ui.visit import service, visitor

NONE = N_("None of them alone, only several together")
PROBES = {
    "gradient_norm": N_("Gradient norm"),
    "update_ratio": N_("Update ratio ‖Δw‖/‖w‖"),
}
TICK_SECONDS = 0.5


def predict(room: Room) -> bool:
    """Ask which cure helps most."""
    t = room.t
    return choice_prediction(
        room,
        t(
            N_(
                "The network begins with very small first weights, tanh and SGD. Which single change makes most seeds "
                "solve the spiral?"
            )
        ),
        [t(CURES[name].title) for name in SINGLE] + [t(NONE)],
        t.gettext(N_("Helps most: {value}")),
    )


def run(room: Room) -> Results | None:
    """Have all cures tried."""
    record = study_panel(room, depth_study(room.steps.experiment, room.steps.seeds))
    return record.parts if record is not None else None


def compare(room: Room, results: Results) -> tuple[tuple[Verdict, ...], str]:
    """Show the layers of one network, the share each cure solves, and the bands over all seeds."""
    t = room.t
    best = best_single(results)
    found = ", ".join(t(CURES[name].title) for name in best) if best else t(NONE)
    together = share_of("", results[TOGETHER]).ever
    chosen = room.steps.prediction
    hit = (SINGLE[chosen] in best) if chosen < len(SINGLE) else not best
    said = t(CURES[SINGLE[chosen]].title) if chosen < len(SINGLE) else t(NONE)
    said_and_found(room, said, found, hit=hit)
    st.write(t(N_("ReLU, He and Adam together solve it for {share} of the seeds."), share=t.percent(together, 0)))
    shares(room, results)
    bands(room, results)
    watch(room)
    return depth_verdicts(room.steps.experiment, results), found


def title(t: Translator, name: str) -> str:
    """Name a network of the study."""
    return t(N_("As it is, after its first epoch")) if name == FIRST else t(CURES[name].title)


def shares(room: Room, results: Results) -> None:
    """Draw what share of the same seeds each cure solves."""
    t = room.t
    groups = [share_of(t(cure.title), results[name]) for name, cure in CURES.items()]
    labels = ShareLabels(t(N_("Share solved")), "", t(N_("Solved at any time")), t(N_("Solved at the end")), "")
    heading(t(N_("The same seeds with each cure")))
    chart(
        share_chart(groups, labels, room.palette, lying=True),
        room.key("shares"),
        t(share_alt(groups, len(results[PLAIN].seeds))),
    )


def bands(room: Room, results: Results) -> None:
    """Draw the validation accuracy over the epochs, for cures to choose."""
    t = room.t
    heading(t(N_("Accuracy over the epochs, all seeds")))
    chosen = st.multiselect(
        t(N_("Cures")),
        list(CURES),
        default=[PLAIN, "relu_he", TOGETHER],
        format_func=lambda name: t(CURES[name].title),
        key=room.key("bands"),
        max_selections=5,
        placeholder=t(N_("Choose cures")),
    )
    if not chosen:
        return
    groups = [(t(CURES[name].title), results[name].epochs, results[name].history["val_accuracy"]) for name in chosen]
    axes = Axes(t(N_("Epoch")), t(N_("Validation accuracy")), percent=True)
    medians = ", ".join(f"{name}: {t.percent(float(np.median(values[:, -1])))}" for name, _, values in groups)
    alt = t(N_("Median validation accuracy after the last epoch: {medians}."), medians=medians)
    chart(band_chart(groups, axes, room.palette), room.key("band_chart"), alt)
    st.caption(t(N_("Line: median; band: from the 10th to the 90th percentile of the seeds.")) + " " + alt)


def watch(room: Room) -> None:
    """Train one network in the usual way, and show how much reaches each layer."""
    t = room.t
    heading(t(N_("What reaches each layer")))
    name = st.selectbox(
        t(N_("One network, seed 1")),
        list(CURES),
        format_func=lambda cure: t(CURES[cure].title),
        key=room.key("watched"),
    )
    experiment = CURES[name].apply(plain(room.steps.experiment)).with_seed(1)
    record = _record(room, experiment)
    if record is None:
        st.button(
            t(N_("Watch its layers learn")),
            icon=":material/monitoring:",
            key=room.key("watch"),
            on_click=_start,
            args=(room, experiment),
        )
        problem = st.session_state.pop(room.key("watch_problem"), None)
        if problem is not None:
            st.warning(t(problem), icon=":material/info:")
    elif not record.ended:
        st.fragment(_waiting, run_every=TICK_SECONDS)(room, record)
    else:
        layers(room, record)


def layers(room: Room, record: RunRecord) -> None:
    """Draw gradient norms and update ratios over the epochs, a line a layer."""
    t = room.t
    history = record.history().columns
    for probe, title in PROBES.items():
        names = [f"hidden_{number}" for number in range(1, len(record.experiment.layers) + 1)]
        found = {_layer_name(room, name): history[f"{probe}/{name}"] for name in (*names, "output")}
        titles, values = list(found), list(found.values())
        first, last = float(np.nanmean(values[0][:10])), float(np.nanmean(values[-2][:10]))
        alt = t(
            N_("{title}, mean of the first 10 epochs: {first} in {lower}, {last} in {upper}."),
            title=t(title),
            first=t.number(first, 2),
            last=t.number(last, 2),
            lower=titles[0],
            upper=titles[-2],
        )
        axes = Axes(t(N_("Epoch")), t(title), log=True)
        epochs = np.arange(1, len(values[0]) + 1)
        chart(layer_chart(epochs, found, axes, room.palette), room.key(probe), alt)
        st.caption(alt)


def _layer_name(room: Room, name: str) -> str:
    t = room.t
    if name == "output":
        return t(N_("Output layer"))
    return t(N_("Layer {number}"), number=name.rpartition("_")[2])


def _record(room: Room, experiment: Experiment) -> RunRecord | None:
    runs: dict[Experiment, str] = st.session_state.setdefault("exercise_watched_runs", {})
    if experiment not in runs:
        return None
    try:
        return service().record(runs[experiment])
    except RunError:
        del runs[experiment]
        return None


def _start(room: Room, experiment: Experiment) -> None:
    try:
        run_id = service().start(experiment, visitor=visitor(), probes=tuple(PROBES))  # type: ignore[arg-type]
    except ExplainedError as error:
        st.session_state[room.key("watch_problem")] = error.message
        return
    st.session_state["exercise_watched_runs"][experiment] = run_id


def _waiting(room: Room, record: RunRecord) -> None:
    t = room.t
    if record.ended:
        st.rerun()
    epoch, epochs = record.progress.epoch, record.experiment.epochs or 1
    st.progress(min(1.0, epoch / epochs), text=t(N_("Epoch {epoch} / {epochs}"), epoch=epoch, epochs=epochs))
    st.button(
        t(N_("Stop")),
        icon=":material/stop:",
        key=room.key("watch_stop"),
        on_click=service().stop,
        args=(record.run_id,),
    )
