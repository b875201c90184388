"""scikit-learn's Perceptron and MLPClassifier on the same split as the Keras network."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from nnlab.datasets.tabular import iris_flowers, preview
from nnlab.experiment.scikit_learn import Fit
from nnlab.figures import classes
from nnlab.figures.classes import Line
from nnlab.figures.palette import Palette
from nnlab.i18n import Translator
from nnlab.messages import N_
from nnlab.runs import RunRecord
from nnlab.ui.baselines import PageBaseline, baseline_panel
from nnlab.ui.charts import chart
from nnlab.ui.labels import label
from nnlab.ui.tables.regions import regions
from nnlab.ui.tables.samples import PETALS, class_names, plane_labels, plane_of, samples

MLP, PERCEPTRON = "MLPClassifier", "Perceptron"
# The flowers that the chapter asks its perceptron about.
CHAPTER_FLOWER = (2.0, 0.5)


def scikit_learn_views(mlp: PageBaseline, perceptron: PageBaseline, record: RunRecord | None, palette: Palette) -> None:
    """Show the buttons that fit both, their scores beside Keras' own, and the perceptron's line.

    Parameters
    ----------
    mlp, perceptron : PageBaseline
        scikit-learn's runs.
    record : RunRecord or None
        The page's run, of Keras.
    palette : Palette
        The theme.
    """
    t, experiment = mlp.form.t, mlp.form.experiment
    st.write(
        t(
            N_(
                "`MLPClassifier(hidden_layer_sizes=[{layers}], max_iter=10_000, random_state={seed})` behind a "
                "`StandardScaler` trains the same network on the same split. Its output layer follows from the labels: "
                "softmax for classes, a sigmoid for each label where there are several."
            ),
            layers=", ".join(str(layer.units) for layer in experiment.layers),
            seed=experiment.seed,
        )
    )
    baseline_panel(mlp, MLP)
    if experiment.dataset.name == "iris":
        st.write(
            t(
                N_(
                    "`Perceptron(random_state={seed})` is the oldest of all: threshold units without a hidden layer, "
                    "one for each species, each drawing a straight line."
                ),
                seed=experiment.seed,
            )
        )
        baseline_panel(perceptron, PERCEPTRON)
    _scores(_fits(mlp), _fits(perceptron), record, t)
    _regions(mlp, _fits(perceptron), palette)
    chapter = next((fit for fit in _fits(perceptron) if fit.name == "setosa"), None)
    if chapter is not None and experiment.dataset.name == "iris":
        st.fragment(_setosa)(chapter, t, palette)


def _fits(baseline: PageBaseline) -> tuple[Fit, ...]:
    record = baseline.record
    if record is None or record.experiment.dataset.name != baseline.form.experiment.dataset.name:
        return ()
    return record.fits


def _scores(mlp: tuple[Fit, ...], perceptron: tuple[Fit, ...], record: RunRecord | None, t: Translator) -> None:
    fits = [*mlp, *(fit for fit in perceptron if fit.name == PERCEPTRON)]
    if not fits:
        st.caption(t(N_("Fit one of them: its accuracy comes here, beside that of the Keras network.")))
        return
    rows = {fit.name: _row(fit, t) for fit in fits}
    if record is not None and record.test is not None and record.weights_epoch:
        validation = record.history().columns["val_accuracy"][record.weights_epoch - 1]
        rows["Keras"] = {
            t(N_("Validation")): t.percent(float(validation)),
            t(N_("Test")): t.percent(record.test.metrics["accuracy"]),
            t(N_("Passes")): t.integer(record.progress.epoch),
        }
    st.table(pd.DataFrame(rows).T, border="horizontal")
    if "Keras" not in rows:
        st.caption(t(N_("Train the network too, then its figures stand beside these.")))


def _regions(mlp: PageBaseline, perceptron: tuple[Fit, ...], palette: Palette) -> None:
    record, t = mlp.record, mlp.form.t
    if record is None or not record.fits or record.experiment.dataset.name != "iris":
        return
    own = next((fit for fit in perceptron if fit.name == PERCEPTRON), None)
    names = class_names(samples(record.experiment.dataset), t)
    lines = []
    if own is not None and own.coefficients is not None and own.coefficients.shape[1] == 3:
        lines = [
            Line(t(N_("{name} or not"), name=name), (float(row[0]), float(row[1]), float(row[2])))
            for name, row in zip(names, own.coefficients, strict=True)
        ]
    if regions(record, "mlp_regions", t, palette, lines):
        st.caption(
            t(
                N_(
                    "The regions of MLPClassifier on the test set. Lines, once the Perceptron is fitted: what each of "
                    "its three units takes for its species, on one side or the other."
                )
            )
        )


def _row(fit: Fit, t: Translator) -> dict[str, str]:
    return {
        t(N_("Validation")): t.percent(fit.scores["validation"]),
        t(N_("Test")): t.percent(fit.scores["test"]),
        t(N_("Passes")): t.integer(fit.iterations),
    }


def _setosa(fit: Fit, t: Translator, palette: Palette) -> None:
    if fit.coefficients is None:
        return
    weights = tuple(float(weight) for weight in fit.coefficients[0])
    line = Line(t(N_("the perceptron's line")), (weights[0], weights[1], weights[2]))
    st.subheader(t(N_("Setosa or not: the chapter's perceptron")), anchor=False)
    length, width = t(N_("petal length")), t(N_("petal width"))
    st.write(
        t(
            N_(
                "One threshold unit, trained on the petals of all 150 flowers for {passes} passes: {share} are right. "
                "Its line is **{equation}**; below it a flower counts as setosa."
            ),
            passes=t.integer(fit.iterations),
            share=t.percent(fit.scores["training"], places=0),
            equation=classes.equation(line, length, width),
        )
    )
    flower = _own_flower(t)
    total = float(np.dot(weights, (*flower, 1)))
    st.write(
        t(
            N_("Your flower (★): the weighted sum is {total}, so the step function says **{verdict}**."),
            total=t.number(total, significant=3),
            verdict=t(N_("setosa")) if total >= 0 else t(N_("not setosa")),
        )
    )
    _line_of_setosa(line, flower, t, palette)


def _own_flower(t: Translator) -> tuple[float, float]:
    columns = st.columns(2, gap="medium")
    return (
        columns[0].slider(
            label(t, PETALS[0]), 0.5, 7.5, CHAPTER_FLOWER[0], 0.1, key="setosa_length", persist_state="session"
        ),
        columns[1].slider(
            label(t, PETALS[1]), 0.0, 3.0, CHAPTER_FLOWER[1], 0.1, key="setosa_width", persist_state="session"
        ),
    )


def _line_of_setosa(line: Line, flower: tuple[float, float], t: Translator, palette: Palette) -> None:
    x, species = iris_flowers()
    dataset = preview("iris")
    labels = plane_labels(dataset, PETALS, t)
    figure = classes.plane(x[:, 2:], species, plane_of(dataset, PETALS), palette, labels, lines=[line], mark=flower)
    chart(figure, "setosa_plane", t(classes.plane_alt(species, labels)))
    st.caption(
        t(
            N_(
                "The line runs close to setosa: a perceptron stops as soon as no flower is wrong, wherever it is "
                "then. And it says yes or no, without a probability."
            )
        )
    )
