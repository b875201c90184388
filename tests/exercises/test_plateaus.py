"""A plateau: no improvement over a stated number of epochs while unsolved."""

import numpy as np

from nnlab.exercises.plateaus import Plateau, longest, plateaus

EPOCHS = np.arange(5, 405, 5)


def test_a_loss_that_always_falls_has_none():
    assert plateaus(EPOCHS, np.exp(-EPOCHS / 100)) == ()


def test_a_stretch_without_improvement_is_one():
    losses = np.where(EPOCHS <= 100, 1 - EPOCHS / 200, np.where(EPOCHS <= 300, 0.5, 0.1))

    assert plateaus(EPOCHS, losses) == (Plateau(100, 300), Plateau(305, 400))
    assert longest(EPOCHS, losses) == Plateau(100, 300)
    assert longest(EPOCHS, losses).epochs == 200


def test_a_little_less_is_no_improvement():
    losses = 0.5 - 1e-6 * EPOCHS

    assert plateaus(EPOCHS, losses) == (Plateau(5, 400),)


def test_what_comes_after_solving_does_not_count():
    losses = np.where(EPOCHS <= 100, 1 - EPOCHS / 200, 0.5)

    assert plateaus(EPOCHS, losses, solved=100) == ()
    assert plateaus(EPOCHS, losses, solved=110) == ()


def test_short_ones_do_not_count():
    losses = np.where(EPOCHS < 100, 1.0, np.where(EPOCHS < 140, 0.5, 0.1))

    assert [plateau.first for plateau in plateaus(EPOCHS, losses, solved=200)] == [5, 140]
    assert plateaus(EPOCHS[:5], losses[:5]) == ()
    assert plateaus([], []) == ()
