"""Learning curves: what is drawn, what is kept of a long run, what the alt text says."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nnlab.figures import curves
from nnlab.figures.curves import CurveLabels, Scale
from nnlab.figures.palette import DARK, LIGHT

LABELS = CurveLabels(training="훈련", validation="검증", epoch="에포크", metric="손실", mark="여기")
HISTORY = {"loss": [0.7, 0.4, 0.3], "val_loss": [0.6, 0.5, 0.45]}


def filled(**options):
    return curves.figure("loss", LABELS, LIGHT, epochs=[1, 2, 3], history=HISTORY, **options)


def test_training_is_a_solid_blue_line_and_validation_a_dashed_vermilion_one():
    training, validation = filled().data

    assert (training.meta, training.name, training.line.color, training.line.dash) == (
        "loss",
        "훈련",
        LIGHT.training,
        "solid",
    )
    assert (validation.meta, validation.name, validation.line.color, validation.line.dash) == (
        "val_loss",
        "검증",
        LIGHT.validation,
        "dash",
    )


def test_curves_are_drawn_as_svg_and_without_a_template():
    figure = filled()

    assert {trace.type for trace in figure.data} == {"scatter"}
    assert len(curves.figure("loss", LABELS, LIGHT).to_json()) < 2500


def test_the_axes_are_named_in_the_readers_language():
    layout = filled().layout

    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("에포크", "손실")


def test_a_skeleton_differs_from_a_filled_figure_only_by_its_points():
    skeleton, full = curves.figure("loss", LABELS, LIGHT).to_dict(), filled().to_dict()

    assert skeleton["layout"] == full["layout"]
    for empty, trace in zip(skeleton["data"], full["data"], strict=True):
        assert len(empty.pop("x")) == len(empty.pop("y")) == 0
        assert {key: trace[key] for key in empty} == empty


def test_the_shift_moves_the_training_curve_half_an_epoch_back_and_leaves_validation():
    training, validation = filled(scale=Scale(shift=True)).data

    assert list(training.x) == [0.5, 1.5, 2.5]
    assert list(validation.x) == [1, 2, 3]


def test_the_metric_axis_can_be_logarithmic():
    assert filled().layout.yaxis.type == "linear"
    assert filled(scale=Scale(log=True)).layout.yaxis.type == "log"


def test_hovering_shows_four_significant_digits_and_shares_in_percent():
    assert filled().layout.yaxis.hoverformat == ".4g"
    assert filled(scale=Scale(percent=True)).layout.yaxis.hoverformat == ".1%"


def test_a_run_without_validation_has_one_curve():
    assert [trace.meta for trace in filled(validation=False).data] == ["loss"]


def test_a_single_epoch_is_visible_as_a_point():
    training = curves.figure("loss", LABELS, LIGHT, epochs=[1], history={"loss": [0.7]}).data[0]

    assert training.mode == "lines+markers"
    assert filled().data[0].mode == "lines"


def test_the_zoom_belongs_to_the_chart_whatever_is_drawn():
    assert filled().layout.uirevision == curves.figure("loss", LABELS, DARK).layout.uirevision


BOOK = {"loss": [0.72, 0.48], "val_loss": [0.5, 0.46], "accuracy": [0.76, 0.83]}


def test_a_run_to_compare_with_is_dotted_grey_behind_and_no_key_fills_it():
    labels = replace(LABELS, reference_training="책: 훈련", reference_validation="책: 검증")
    figure = curves.figure("loss", labels, LIGHT, epochs=[1, 2, 3], history=HISTORY, reference=BOOK)
    book = figure.data[:2]

    assert [trace.name for trace in figure.data] == ["책: 훈련", "책: 검증", "훈련", "검증"]
    assert [trace.line.dash for trace in book] == ["dot", "dashdot"]
    assert {trace.line.color for trace in book} == {LIGHT.reference}
    assert [list(trace.y) for trace in book] == [BOOK["loss"], BOOK["val_loss"]]
    assert all("meta" not in json.loads(trace.to_json()) for trace in book)


def test_a_run_to_compare_with_is_shifted_as_ones_own_is():
    shifted = filled(reference=BOOK, scale=Scale(shift=True)).data

    assert [list(trace.x) for trace in shifted] == [[0.5, 1.5], [1, 2], [0.5, 1.5, 2.5], [1, 2, 3]]


def test_what_a_run_to_compare_with_has_not_measured_is_not_drawn():
    assert len(curves.figure("accuracy", LABELS, LIGHT, reference=BOOK).data) == 3


def test_a_marked_epoch_has_a_line_and_words():
    layout = filled(mark=2).layout

    assert [(line.type, line.x0, line.x1, line.yref) for line in layout.shapes] == [("line", 2, 2, "paper")]
    assert [(words.x, words.text) for words in layout.annotations] == [(2, LABELS.mark)]
    assert not filled().layout.shapes


@pytest.mark.parametrize(
    ("training", "validation", "sentence"),
    [
        (
            [0.7, 0.2, 0.03],
            [0.5, 0.1, 0.04],
            "Training loss fell from 0.7 to 0.03 in 3 epochs; validation loss is 0.04.",
        ),
        ([0.7, 0.9], None, "Training loss rose from 0.7 to 0.9 in 2 epochs."),
        ([0.69312, 0.69311], [0.7, 0.7], "Training loss is 0.6931, as in the first epoch; validation loss is 0.7."),
        ([0.5], [], "Training loss is 0.5, as in the first epoch."),
        ([0.7, 3.0, np.nan], [0.5, 2.0, np.nan], "Training loss was 3 and is no longer a number after 3 epochs."),
        ([], [], "No loss has been recorded yet."),
        ([np.nan], None, "No loss has been recorded yet."),
    ],
)
def test_the_alt_text_states_the_takeaway(training, validation, sentence):
    assert str(curves.alt("loss", training, validation)) == sentence


def test_the_alt_text_of_a_share_is_in_percent():
    sentence = str(curves.alt("accuracy", np.linspace(0.5, 0.8894, 1200), [0.87], percent=True))

    assert sentence == "Training accuracy rose from 50.0% to 88.9% in 1,200 epochs; validation accuracy is 87.0%."
