"""A state goes into the model it is of, and into one that drops out in other layers."""

from __future__ import annotations

import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import load
from nnlab.events import TrainerState
from nnlab.experiment import Experiment, Layer
from nnlab.training.state import arrays, fitted, restore


def built(*dropout: float):
    return models.build(Experiment(layers=tuple(Layer(3, "tanh", dropout=rate) for rate in dropout)), load("circle"))


def state_of(model, steps: int) -> TrainerState:
    """The state of a model after so many steps, in weights that tell their place."""
    model.optimizer.build(model.trainable_variables)
    values = []
    for place, value in enumerate(arrays(model.variables)):
        values.append(value + [0, steps] if value.dtype.kind == "i" else np.full_like(value, place))
    return TrainerState(7, tuple(values), arrays(model.optimizer.variables))


def seeds(model) -> dict[int, int]:
    """First number of each dropout layer's sequence, and how far it has come."""
    return {int(first): int(count) for first, count in (v for v in arrays(model.variables) if v.dtype.kind == "i")}


@pytest.mark.parametrize("before", [(0, 0), (0.2, 0), (0, 0.2), (0.2, 0.2)])
@pytest.mark.parametrize("after", [(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)])
def test_weights_stay_and_who_dropped_out_before_goes_on_where_it_was(
    before: tuple[float, float], after: tuple[float, float]
) -> None:
    one, other = built(*before), built(*after)
    state = state_of(one, steps=30)
    restore(one, state)
    fresh = seeds(other)
    restore(other, fitted(state, other))

    for expected, found in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)
    known = seeds(one)
    assert seeds(other) == {first: known.get(first, count) for first, count in fresh.items()}
    assert fitted(state, other).epoch == 7


def test_the_model_that_it_is_of_takes_it_as_it_is() -> None:
    model = built(0.2, 0.5)
    state = state_of(model, steps=3)

    for value, expected in zip(fitted(state, model).variables, state.variables, strict=True):
        np.testing.assert_array_equal(value, expected)
