"""Learning curves: what is drawn, what is kept of a long run, what the alt text says."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.figures import curves
from nnlab.figures.curves import CurveLabels, Scale
from nnlab.figures.palette import DARK, LIGHT

LABELS = CurveLabels(training="훈련", validation="검증", epoch="에포크", metric="손실")
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


def test_a_reference_is_dotted_grey_and_no_key_fills_it():
    trace = curves.reference_trace("the book", [1, 2], [0.7, 0.6], LIGHT)

    assert (trace.line.dash, trace.line.color, trace.meta) == ("dot", LIGHT.reference, None)
    assert "meta" not in json.loads(trace.to_json())


def test_a_short_curve_is_drawn_whole():
    epochs, values = curves.thin(range(1, 2001), np.arange(2000.0))

    assert epochs.tolist() == list(range(1, 2001))
    assert values.tolist() == list(range(2000))


@given(
    values=st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), min_size=1, max_size=400),
    limit=st.integers(4, 60),
)
def test_thinning_keeps_the_ends_and_every_bins_extremes(values, limit):
    values = np.array(values)
    epochs, kept = curves.thin(np.arange(1, values.size + 1), values, limit)

    assert epochs.size <= limit
    assert (epochs[0], epochs[-1]) == (1, values.size)
    assert np.all(np.diff(epochs) > 0)
    np.testing.assert_array_equal(kept, values[epochs.astype(int) - 1])
    if np.isfinite(values).any():
        assert np.nanmin(kept) == np.nanmin(values)
        assert np.nanmax(kept) == np.nanmax(values)


def test_a_single_spike_in_a_long_run_survives_thinning():
    values = np.full(100_000, 0.5)
    values[77_777] = 40.0
    epochs, kept = curves.thin(np.arange(1, 100_001), values)

    assert epochs[np.argmax(kept)] == 77_778


def test_a_stretch_without_numbers_stays_a_gap():
    values = np.linspace(1, 0, 10_000)
    values[3000:6000] = np.nan
    epochs, kept = curves.thin(np.arange(10_000), values, 100)

    assert np.isnan(kept[(epochs > 3200) & (epochs < 5800)]).all()
    assert np.isfinite(kept[(epochs < 2800) | (epochs > 6200)]).all()


def test_curves_that_travel_together_share_their_epochs():
    training, validation = np.zeros(5000), np.zeros(5000)
    training[1234], validation[4321] = 1, 2
    epochs, history = curves.thin_history(np.arange(1, 5001), {"loss": training, "val_loss": validation}, limit=50)

    assert len(epochs) <= 100
    assert {len(values) for values in history.values()} == {len(epochs)}
    assert history["loss"][epochs.index(1235)] == 1
    assert history["val_loss"][epochs.index(4322)] == 2


def test_nothing_thinned_is_nothing():
    assert curves.thin_history([], {}) == ([], {})
    assert curves.thin_history([], {"loss": []}) == ([], {"loss": []})


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
