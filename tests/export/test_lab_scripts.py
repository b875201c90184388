"""The scripts of images, housing and tables, run without nnlab, come to what the app came to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnlab.events import Event, Fitted, Start
from nnlab.exercises.book import CALIFORNIA_HOUSING
from nnlab.exercises.image_presets import IMAGE_PRESETS
from nnlab.exercises.table_presets import TABLE_PRESETS
from nnlab.experiment import Experiment
from nnlab.experiment.scikit_learn import as_scikit_learn
from nnlab.export import estimator_script
from nnlab.training.baseline import BaselineSession
from tests.export.conftest import Case, Scripts, assert_same_history, record_of, script_of

# Whichever test comes first waits for the scripts of all.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

EPOCHS = 2
# An epoch of 55,000 images is 1,719 batches of 32 already.
FEWER_BATCHES = {"batch_size": 250, "epochs": 1}
SHORTER = {"fashion_mnist": FEWER_BATCHES, "mnist": FEWER_BATCHES}
PRESETS: dict[str, Experiment] = {
    **{preset.name: preset.experiment for preset in IMAGE_PRESETS},
    "california_housing": CALIFORNIA_HOUSING,
    **TABLE_PRESETS,
}
SHORTENED = {name: replace(experiment, **SHORTER.get(name, {"epochs": EPOCHS})) for name, experiment in PRESETS.items()}
CASES = {name: Case(experiment, experiment.epochs or EPOCHS) for name, experiment in SHORTENED.items()}
ITERATIONS = {"mlp": 5, "perceptron": 1000}
ESTIMATORS = (("california_housing", "mlp"), ("iris", "mlp"), ("iris", "perceptron"), ("messages", "mlp"))


@pytest.fixture(scope="module")
def begun(scripts: Scripts, real_data) -> Scripts:
    for name, case in CASES.items():
        scripts.add(name, script_of(case))
    for name, estimator in ESTIMATORS:
        scripts.add(f"{name}_{estimator}", estimator_script(PRESETS[name], estimator, ITERATIONS[estimator]))
    return scripts


@pytest.mark.parametrize("name", CASES)
def test_the_script_of_a_preset_repeats_its_run(name: str, begun: Scripts) -> None:
    assert_same_history(record_of(CASES[name]), begun.told(name))


@pytest.mark.parametrize(("name", "estimator"), ESTIMATORS)
def test_the_script_of_an_estimator_comes_to_the_same_scores(name: str, estimator: Any, begun: Scripts) -> None:
    events: list[Event] = []
    experiment = replace(as_scikit_learn(PRESETS[name], estimator), epochs=ITERATIONS[estimator])
    session = BaselineSession(Start("run", experiment, estimator=estimator), events.append)
    while session.advance(10):
        continue
    [fitted] = [event for event in events if isinstance(event, Fitted)]
    found = begun.told(f"{name}_{estimator}")

    assert found["scores"] == pytest.approx(fitted.fits[0].scores, abs=1e-9)
    if estimator == "mlp":
        losses = [iteration.logs["loss"] for iteration in session._baseline.iterations]
        np.testing.assert_allclose(found["losses"], losses, rtol=1e-9)
