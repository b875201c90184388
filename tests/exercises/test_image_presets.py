"""What the presets of the images page promise, trained for real."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import load
from nnlab.datasets.drawing import drawn_sample, read_strokes
from nnlab.exercises.book import FASHION_MNIST, book_run
from nnlab.exercises.image_presets import IMAGE_PRESETS
from nnlab.exercises.presets import preset_of
from nnlab.training import fit

PRESETS = {preset.name: preset.experiment for preset in IMAGE_PRESETS}
DATA = Path(__file__).parents[1] / "data"
DRAWN = json.loads((DATA / "drawn_digits.json").read_text())
GARMENTS = json.loads((DATA / "drawn_garments.json").read_text())


def trained(experiment):
    data = load(experiment.dataset.name, **experiment.dataset.options)
    model = models.build(experiment, data)
    fit(
        model,
        data.x_train,
        models.targets(experiment, data.y_train),
        epochs=experiment.epochs,
        batch_size=experiment.batch_size,
        seed=experiment.seed,
        input_scale=experiment.input_scale,
    )
    return model, data


def right(model, pictures, labels, scale):
    """The share of pictures whose class the model knows."""
    outputs = model.predict(pictures.astype(np.float32) / scale, batch_size=1000, verbose=0)
    return np.mean(outputs.argmax(axis=1) == labels)


def drawn_digits(name):
    """The ten digits drawn by hand, as pictures of a data set, in their order."""
    return np.stack([drawn_sample(name, read_strokes(DRAWN[str(digit)])) for digit in range(10)])


def test_the_first_preset_is_the_books_setting():
    assert PRESETS["fashion_mnist"] == FASHION_MNIST
    assert book_run(PRESETS["fashion_mnist"]) is not None


def test_a_preset_is_known_by_its_setting_whatever_the_seed():
    for preset in IMAGE_PRESETS:
        assert preset_of(preset.experiment.with_seed(7), IMAGE_PRESETS) is preset


def test_the_digits_are_learned_without_a_file():
    experiment = PRESETS["digits"]
    assert experiment.dataset.info.files == ()
    model, data = trained(experiment)

    assert right(model, data.x_test, data.y_test, 16) > 0.95
    assert right(model, drawn_digits("digits"), range(10), 16) >= 0.8


@pytest.mark.slow
def test_mnist_reaches_98_percent_and_reads_what_is_drawn_by_hand(real_data):
    model, data = trained(PRESETS["mnist"])

    assert right(model, data.x_test, data.y_test, 255) >= 0.98
    assert right(model, drawn_digits("mnist"), range(10), 255) >= 0.8


@pytest.mark.slow
def test_clothes_that_are_drawn_as_outlines_are_known_after_a_few_epochs_already(real_data):
    model, data = trained(replace(PRESETS["fashion_mnist"], epochs=5))
    drawn = [drawn_sample("fashion_mnist", read_strokes(lines), filled=True) for lines in GARMENTS.values()]
    labels = [data.class_names.index(name) for name in GARMENTS]

    assert len(drawn) == 7
    assert right(model, np.stack(drawn), labels, 255) >= 5 / 7


@pytest.mark.slow
def test_the_chapters_setting_without_the_division_learns_nothing(real_data):
    model, data = trained(replace(PRESETS["fashion_mnist"], scale_inputs=False, epochs=1))

    # Either the weights are no numbers any more, or nearly every image gets the same answer.
    assert right(model, data.x_valid, data.y_valid, 1) < 0.15
