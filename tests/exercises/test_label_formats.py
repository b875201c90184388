"""Every combination of output layer, loss and label format, beside what the real Keras does with it."""

import itertools
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from nnlab.exercises.label_formats import LABELS, LOSSES, OUTPUTS, example_outputs, formatted, outcome

FASHION, MNIST = (9, 2, 1), (7, 2, 1)
EVERY = list(itertools.product(OUTPUTS, LOSSES, LABELS))
WITH = pytest.mark.parametrize(("output", "loss", "labels"), EVERY)


def loss_of_keras(name):
    """The object that `fit` makes of a name."""
    return getattr(keras.losses, "".join(part.title() for part in name.split("_")))()


@WITH
@pytest.mark.parametrize("classes", [FASHION, MNIST, (3, 3, 0)])
def test_losses_errors_and_warnings_are_those_of_keras(output, loss, labels, classes):
    told = outcome(output, loss, labels, classes)
    compute, outputs = loss_of_keras(loss), told.outputs.astype(np.float32)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        if told.kind == "error":
            assert told.loss is None
            with pytest.raises((ValueError, tf.errors.InvalidArgumentError)) as refused:
                compute(told.labels, outputs)
            assert told.keras_says
            assert told.keras_says in str(refused.value)
        else:
            assert told.loss == pytest.approx(float(compute(told.labels, outputs)), rel=1e-4, abs=1e-5)
            assert [str(warning.message) for warning in warned] == ([told.keras_says] if told.keras_says else [])


def fitted(output, loss, labels, epochs=1):
    """Train a small network with Keras' own fit on 30 images of three classes; its losses and its outputs."""
    classes = np.tile(FASHION, 10)
    x = np.eye(3)[np.searchsorted(sorted(FASHION), classes)]
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1 if output == "sigmoid" else 10, output)])
    model.compile(loss=loss, optimizer=keras.optimizers.Adam(0.2))
    history = model.fit(x, formatted(labels, classes), batch_size=30, epochs=epochs, verbose=0)
    return history.history["loss"], model(x).numpy()


@pytest.mark.parametrize(("output", "loss"), [(output, loss) for output in OUTPUTS for loss in LOSSES])
@pytest.mark.filterwarnings("ignore:In loss categorical_crossentropy:SyntaxWarning")
def test_fit_refuses_rows_of_ten_where_the_page_says_so(output, loss):
    if outcome(output, loss, "one_hot", FASHION).kind == "error":
        with pytest.raises(ValueError, match="Arguments? "):
            fitted(output, loss, "one_hot")
    else:
        losses, _ = fitted(output, loss, "one_hot", epochs=5)
        assert losses[-1] < losses[0]


@pytest.mark.filterwarnings("ignore:In loss categorical_crossentropy:SyntaxWarning")
def test_a_loss_that_is_always_0_is_always_0():
    losses, _ = fitted("sigmoid", "categorical_crossentropy", "sparse", epochs=3)
    assert losses == pytest.approx([0] * 3, abs=1e-5)


def test_class_numbers_with_one_sigmoid_make_the_loss_negative_and_every_answer_a_yes():
    losses, outputs = fitted("sigmoid", "binary_crossentropy", "sparse", epochs=20)
    assert losses[-1] < 0
    assert (outputs > 0.5).all()


def test_yes_and_no_with_ten_units_are_learned_as_the_first_two_classes():
    _, outputs = fitted("softmax", "sparse_categorical_crossentropy", "binary", epochs=40)
    assert set(outputs.argmax(axis=1)) == {0, 1}


def test_ten_separate_questions_have_a_smaller_loss_for_the_same_outputs():
    odd, right = (outcome("softmax", loss, "one_hot", FASHION) for loss in (LOSSES[2], LOSSES[1]))
    assert (odd.kind, right.kind) == ("odd", "right")
    assert odd.loss < 0.5 * right.loss


def test_the_formats_are_what_keras_makes_of_class_numbers():
    np.testing.assert_array_equal(formatted("one_hot", FASHION), keras.utils.to_categorical(FASHION, 10))
    np.testing.assert_array_equal(formatted("one_hot", FASHION).argmax(axis=1), FASHION)
    assert formatted("binary", FASHION).tolist() == [1, 0, 0]


@pytest.mark.parametrize("output", OUTPUTS)
def test_the_example_outputs_are_probabilities(output):
    outputs = example_outputs(output, FASHION)

    assert outputs.shape == (3, 10 if output == "softmax" else 1)
    if output == "softmax":
        np.testing.assert_allclose(outputs.sum(axis=1), 1)
