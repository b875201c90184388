"""The script of every playground preset, run without nnlab, has the history that the app has shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import load
from nnlab.exercises.presets import PRESETS
from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, Layer, Optimizer
from nnlab.experiment.playground import as_playground
from tests.export.conftest import Case, Scripts, assert_same_history, record_of, script_of

# Whichever test comes first waits for the scripts of all.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

EPOCHS = 3


def shortened(experiment: Experiment, epochs: int = EPOCHS) -> Case:
    return Case(replace(experiment, epochs=epochs), epochs)


PRESET_CASES = {preset.name: shortened(preset.experiment) for preset in PRESETS}

DATA = DatasetChoice("gauss", {"samples": 80, "noise": 0.3, "seed": 5})
BEGUN = Experiment(
    dataset=DATA,
    layers=(Layer(3, "tanh"), Layer(2, "relu", l2=0.01)),
    optimizer=Optimizer("sgd", 0.05),
    batch_size=7,
    epochs=None,
    seed=3,
)


def edited(experiment: Experiment) -> tuple[np.ndarray, ...]:
    """First weights, the first of them set by hand."""
    weights = models.build(experiment, load(DATA.name, **DATA.options)).get_weights()
    weights[0][0, 0] = 0.7
    return tuple(weights)


def with_layers(experiment: Experiment, **values: float) -> Experiment:
    return replace(experiment, layers=(experiment.layers[0], replace(experiment.layers[1], **values)))


FASTER = replace(BEGUN, optimizer=Optimizer("sgd", 0.1))
FULLER = replace(FASTER, batch_size=20)
DROPPING = with_layers(FULLER, dropout=0.25, l2=0.1)
CHANGED = Case(BEGUN, 4, ((0, BEGUN, edited(BEGUN)), (1, FASTER, None), (2, FULLER, None), (3, DROPPING, None)))

ORIGINAL = replace(as_playground(BEGUN), layers=(Layer(3, "tanh", l1=0.05), Layer(2, "relu", l2=0.05)), output_l1=0.03)
SLOWER = replace(ORIGINAL, optimizer=Optimizer("sgd", 0.02))
SMALLER = replace(with_layers(SLOWER, l2=0.2), batch_size=6)
AS_IN_PLAYGROUND = Case(ORIGINAL, 5, ((1, ORIGINAL, edited(ORIGINAL)), (2, SLOWER, None), (4, SMALLER, None)))
CHANGED_CASES = {"changed_by_hand": CHANGED, "as_in_playground": AS_IN_PLAYGROUND}
CASES = {
    **PRESET_CASES,
    "playground_regression": shortened(as_playground(Experiment(dataset=DatasetChoice("plane"), batch_size=10))),
    "dropout_and_early_stopping": shortened(
        replace(
            BEGUN,
            dataset=DatasetChoice("rings", {"samples": 90, "noise": 0.1}),
            features=("x1", "x2", "x1_squared", "sin_x2"),
            layers=(Layer(4, "elu", "he_normal", dropout=0.2, l1=0.001),),
            loss="categorical_crossentropy",
            optimizer=Optimizer("adamw", 0.02, weight_decay=0.01),
            early_stopping=EarlyStopping("val_metric", patience=1, min_delta=0.5),
            solved_at=0.999,
        ),
        epochs=6,
    ),
}


@pytest.fixture(scope="module")
def begun(scripts: Scripts) -> Scripts:
    for name, case in CASES.items():
        scripts.add(name, script_of(case))
    return scripts


@pytest.mark.parametrize("name", CASES)
def test_the_script_of_a_preset_repeats_its_run(name: str, begun: Scripts) -> None:
    assert_same_history(record_of(CASES[name]), begun.told(name))


@pytest.mark.parametrize("name", CHANGED_CASES)
def test_what_was_changed_while_it_trained_is_changed_in_the_script_at_the_same_epochs(name, scripts) -> None:
    case = CHANGED_CASES[name]
    record = record_of(case)
    scripts.add(name, script_of(case, record))

    assert [change.epoch for change in record.changes] == [epoch for epoch, _, _ in case.steps]
    assert_same_history(record, scripts.told(name))
