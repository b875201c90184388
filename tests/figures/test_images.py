"""Pictures, class counts and probabilities: each where it belongs, none marked by colour alone."""

import numpy as np
import pytest

from nnlab.figures import images
from nnlab.figures.images import ProbabilityLabels
from nnlab.figures.palette import DARK, LIGHT

NAMES = ("Coat", "Sandal", "Bag")
LABELS = ProbabilityLabels(probability="Probability", true_class="true class")


def pictures(count, side=6):
    """Picture number n is filled with the grey n + 1, so that it can be found again."""
    return np.repeat(np.arange(1, count + 1, dtype=np.uint8), side * side).reshape(count, side, side)


def test_pictures_lie_in_rows_in_their_order():
    canvas = np.asarray(images.samples(pictures(7), ["x"] * 7, LIGHT, columns=3).data[0].z)
    height, width = canvas.shape[0] // 3, canvas.shape[1] // 3

    for index in range(7):
        top, left = index // 3 * height, index % 3 * width
        assert (canvas[top : top + 6, left : left + 6] == index + 1).all()
    assert set(np.unique(canvas)) == set(range(8))


def test_each_name_stands_below_its_picture():
    figure = images.samples(pictures(4), ["a", "b", "c", "d"], LIGHT, columns=2)
    canvas = np.asarray(figure.data[0].z)

    for number, note in enumerate(figure.layout.annotations, start=1):
        rows, columns = np.nonzero(canvas == number)
        assert note.text == "abcd"[number - 1]
        assert note.x == columns.mean()
        assert rows.max() < note.y < rows.max() + 1
        assert note.yanchor == "top"


def test_names_are_legible_and_not_below_eleven_pixels():
    assert {note.font.size for note in images.samples(pictures(2), ["a", "b"], LIGHT).layout.annotations} == {11}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_ink_has_the_colour_of_text_on_the_pages_ground(theme):
    heat_map = images.samples(pictures(2), ["a", "b"], theme, scale=16).data[0]

    assert [colour for _, colour in heat_map.colorscale] == [theme.background, theme.text]
    assert (heat_map.zmin, heat_map.zmax, heat_map.zsmooth) == (0, 16, False)


def test_the_picture_is_upright_square_and_sent_as_bytes():
    figure = images.samples(pictures(2), ["a", "b"], LIGHT)

    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.yaxis.scaleanchor == "x"
    assert '"dtype":"u1"' in figure.to_json()


def test_by_class_shows_the_first_pictures_of_each_class_in_its_row():
    labels = np.array([2, 0, 0, 2, 0])
    figure = images.by_class(pictures(5), labels, NAMES, LIGHT, per_class=2)
    canvas = np.asarray(figure.data[0].z)
    rows = [set(np.unique(row[row > 0])) for row in np.array_split(canvas, 3)]

    assert rows == [{2, 3}, set(), {1, 4}]
    assert list(figure.layout.yaxis.ticktext) == list(NAMES)
    height = canvas.shape[0] / 3
    assert [int(tick // height) for tick in figure.layout.yaxis.tickvals] == [0, 1, 2]


def test_the_alt_text_of_samples_names_what_is_seen():
    assert str(images.samples_alt(["Bag", "Coat", "Bag"])) == "3 pictures from the data set: Bag, Coat."


def test_class_counts_are_written_beside_their_bars():
    bars = images.counts([6000, 5999, 12], NAMES, LIGHT, title="Samples").data[0]

    assert list(bars.x) == [6000, 5999, 12]
    assert list(bars.y) == list(NAMES)
    assert list(bars.text) == ["6,000", "5,999", "12"]


def test_the_alt_text_of_counts_says_whether_classes_are_balanced():
    assert str(images.counts_alt([6000] * 3, NAMES)) == "Each of the 3 classes has 6,000 samples."
    assert (
        str(images.counts_alt([6000, 12, 70], NAMES))
        == "Between 12 (Sandal) and 6,000 (Coat) samples in each of 3 classes."
    )


def test_the_true_class_is_marked_in_words_and_the_choice_by_its_strength():
    bars = images.probabilities([0.1, 0.2, 0.7], NAMES, 1, LIGHT, LABELS).data[0]

    assert list(bars.y) == ["Coat", "<b>Sandal</b>", "Bag"]
    assert list(bars.text) == ["10.0%", "<b>20.0% · true class</b>", "70.0%"]
    assert list(bars.marker.opacity) == [0.45, 0.45, 1.0]


def test_the_alt_text_of_probabilities_says_whether_the_model_is_right():
    assert (
        str(images.probabilities_alt([0.1, 0.2, 0.7], NAMES, 2))
        == "The model takes it for “Bag” with 70.0%, and is right."
    )
    assert (
        str(images.probabilities_alt([0.1, 0.2, 0.7], NAMES, 1))
        == "The model takes it for “Bag” with 70.0%; it is “Sandal”, which got 20.0%."
    )
    assert str(images.probabilities_alt([np.nan] * 3, NAMES, 1)) == "The model no longer answers with numbers."
