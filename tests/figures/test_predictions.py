"""What a model says of pictures: none of it marked by colour alone."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from nnlab.figures import predictions
from nnlab.figures.palette import DARK, LIGHT
from nnlab.figures.predictions import ConfusionLabels, ProbabilityLabels

NAMES = ("Coat", "Sandal", "Bag")
LABELS = ProbabilityLabels(probability="Probability", true_class="true class")
AXES = ConfusionLabels(true="True class", predicted="Predicted class")
COUNTS = np.array([[7, 2, 1], [0, 10, 0], [4, 0, 6]])


def test_the_true_class_is_marked_in_words_and_the_choice_by_its_strength():
    bars = predictions.probabilities([0.1, 0.2, 0.7], NAMES, 1, LIGHT, LABELS).data[0]

    assert list(bars.y) == ["Coat", "<b>Sandal</b>", "Bag"]
    assert list(bars.text) == ["10.0%", "<b>20.0% · true class</b>", "70.0%"]
    assert list(bars.marker.opacity) == [0.45, 0.45, 1.0]


def test_the_alt_text_of_probabilities_says_whether_the_model_is_right():
    assert (
        str(predictions.probabilities_alt([0.1, 0.2, 0.7], NAMES, 2))
        == "The model takes it for “Bag” with 70.0%, and is right."
    )
    assert (
        str(predictions.probabilities_alt([0.1, 0.2, 0.7], NAMES, 1))
        == "The model takes it for “Bag” with 70.0%; it is “Sandal”, which got 20.0%."
    )
    assert str(predictions.probabilities_alt([np.nan] * 3, NAMES, 1)) == "The model no longer answers with numbers."


def test_counts_are_those_of_scikit_learn():
    generator = np.random.default_rng(0)
    true, predicted = generator.integers(0, 4, (2, 500)).astype(np.uint8)

    np.testing.assert_array_equal(
        predictions.confusion_counts(true, predicted, 5), confusion_matrix(true, predicted, labels=range(5))
    )


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_each_cell_has_its_number_and_mistakes_another_colour_than_what_is_right(theme):
    cells = predictions.confusion(COUNTS, NAMES, theme, AXES).data[0]
    shades = np.asarray(cells.z)

    assert np.asarray(cells.text).tolist() == [["7", "2", "1"], ["", "10", ""], ["4", "", "6"]]
    assert (np.diag(shades) > 0).all()
    assert shades[2, 0] == -1  # the most frequent mistake of a class, as a share of it
    assert shades[0, 1] == pytest.approx(-0.5)
    assert [colour for _, colour in cells.colorscale] == [theme.negative, theme.middle, theme.positive]


def test_a_click_on_a_cell_tells_its_row_and_its_column():
    figure = predictions.confusion(COUNTS, NAMES, LIGHT, AXES)
    markers = figure.data[1]
    for index, (predicted, true) in enumerate(zip(markers.x, markers.y, strict=True)):
        row, column = divmod(index, len(NAMES))
        assert (true, predicted) == (NAMES[row], NAMES[column])
        assert markers.customdata[index] == COUNTS[row, column]
    assert figure.layout.clickmode == "event+select"
    assert (markers.selected.marker.opacity, markers.unselected.marker.opacity) == (0, 0)


def test_the_alt_text_of_the_matrix_names_the_commonest_mistake():
    assert str(predictions.confusion_alt(COUNTS, NAMES)) == (
        "Of 30 test images 23 are right. The most frequent mistake: “Bag” taken for “Coat”, 4 times."
    )
    assert str(predictions.confusion_alt(np.diag([5, 5]), NAMES[:2])) == "All of the 10 test images are right."


def test_a_matrix_without_a_single_mistake_is_drawn():
    assert np.isfinite(np.asarray(predictions.confusion(np.diag([5, 0, 3]), NAMES, LIGHT, AXES).data[0].z)).all()
