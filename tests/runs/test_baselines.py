"""scikit-learn's runs beside Keras' own: one of each at a time, and what they come to is kept."""

from __future__ import annotations

import numpy as np
import pytest

from nnlab import events
from nnlab.experiment import DatasetChoice, Experiment, ExperimentError, Layer
from nnlab.experiment.scikit_learn import Fit, as_scikit_learn
from nnlab.runs import LimitError

IRIS = Experiment(dataset=DatasetChoice("iris"), layers=(Layer(5, "relu"),))


def test_it_is_a_run_of_its_own_with_what_scikit_learn_does(house) -> None:
    record, worker = house.running(experiment=IRIS, estimator="mlp")
    (start,) = worker.taken(events.Start)

    assert (start.estimator, record.estimator) == ("mlp", "mlp")
    assert start.experiment == record.experiment == as_scikit_learn(IRIS, "mlp")
    assert record.progress.epochs == 10_000


def test_what_it_has_come_to_is_kept(house) -> None:
    record, worker = house.running(experiment=IRIS, estimator="perceptron")
    line = Fit("setosa", 7, {"training": 1.0}, np.array([[-1.4, -2.2, 4.0]]))
    worker.report(events.Fitted(record.run_id, (line,)))
    worker.end(record.run_id)
    house.status(record, "finished")

    (kept,) = record.fits
    assert (kept.name, kept.iterations, kept.scores) == ("setosa", 7, {"training": 1.0})
    np.testing.assert_array_equal(kept.coefficients, line.coefficients)


def test_one_of_scikit_learn_runs_beside_one_of_keras_and_no_second_one(house) -> None:
    house.running(experiment=IRIS)
    house.running(experiment=IRIS, estimator="mlp")

    for estimator in (None, "mlp", "perceptron"):
        with pytest.raises(LimitError, match="still training"):
            house.start(IRIS, estimator=estimator)
    assert len(house.service.running("somebody")) == 2


def test_what_scikit_learn_lacks_is_refused_before_it_waits(house) -> None:
    with pytest.raises(ExperimentError, match="one activation"):
        house.start(Experiment(dataset=DatasetChoice("iris"), layers=(Layer(5, "gelu"),)), estimator="mlp")

    assert house.service.running("somebody") == ()


def test_set_aside_it_begins_anew_with_the_same_estimator(house) -> None:
    record, worker = house.running(experiment=IRIS, estimator="mlp")
    house.service.park(record.run_id)
    house.until(lambda: record.status == "paused" and not house.service.serves(record.run_id), "it has left its worker")
    house.service.resume(record.run_id)
    house.until(lambda: len(worker.taken(events.Start)) == 2, "it is taken up again")

    assert [start.estimator for start in worker.taken(events.Start)] == ["mlp", "mlp"]
