"""Charts of many seeds: shares with intervals, times with those that never got there."""

import numpy as np
import pytest

from nnlab.figures.palette import DARK, LIGHT
from nnlab.figures.seeds import ShareLabels, Shares, TimeLabels, share_alt, share_chart, time_chart

LABELS = ShareLabels("Share", "Neurons", "ever", "at the end", "predicted")
GROUPS = [Shares("2", 0.0, 0.0, 0.0, 0.04), Shares("3", 0.9, 0.8, 0.83, 0.95)]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_shares_have_their_intervals_and_the_prediction(palette):
    ever, at_end, predicted = share_chart(GROUPS, LABELS, palette, predictions=[("3", 0.5)]).data

    assert list(ever.y) == [0.0, 0.9]
    np.testing.assert_allclose(ever.y + ever.error_y.array, [0.04, 0.95])
    np.testing.assert_allclose(ever.y - ever.error_y.arrayminus, [0.0, 0.83])
    assert list(at_end.y) == [0.0, 0.8]
    assert (list(predicted.x), list(predicted.y)) == (["3"], [0.5])


def test_long_names_stand_below_each_other():
    figure = share_chart(GROUPS, LABELS, LIGHT, lying=True)

    assert list(figure.data[0].y) == ["2", "3"]
    assert figure.data[0].error_x.array is not None
    assert figure.layout.yaxis.autorange == "reversed"


def test_the_words_name_the_least_and_the_most():
    assert str(share_alt(GROUPS, 100)) == "Share of 100 seeds that solved it: from 0% (2) to 90% (3)."


def test_times_are_dots_and_never_is_counted():
    groups = [("2", np.array([-1, -1])), ("3", np.array([50, -1, 10]))]
    figure = time_chart(groups, TimeLabels("Epochs", "Neurons", "never: {count}"), LIGHT, 800)

    assert list(figure.data[1].y) == [10, 50]
    assert list(figure.data[2].y) == [30, 30]
    assert [note.text for note in figure.layout.annotations] == ["never:<br>2", "never:<br>1"]
