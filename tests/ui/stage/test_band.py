"""The band behind the curves: which study it is, when it is another one, and what the browser is told of it."""

import base64
from dataclasses import replace

import numpy as np
import pytest

from nnlab.events import Changed
from nnlab.events.studies import PartAdvanced, ReplicaResult
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.runs import RunError, RunRecord, StudyRecord
from nnlab.ui.stage import band as module
from nnlab.ui.stage.band import Bands, band_problem, band_update

CIRCLE = Experiment(epochs=None)


class Service:
    """Keeps the studies that are asked for."""

    def __init__(self):
        self.records = {}
        self.studies = self

    def study(self, visitor, study):
        name = f"study {len(self.records)}"
        self.records[name] = StudyRecord(name, study, visitor)
        return name

    def study_record(self, study_id):
        if study_id not in self.records:
            raise RunError("gone")
        return self.records[study_id]

    def has(self, study_id):
        return study_id in self.records

    def stop(self, study_id):
        self.records[study_id].enter("stopped")

    @property
    def newest(self):
        return list(self.records.values())[-1]


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def bands(monkeypatch, service):
    made = Bands()
    monkeypatch.setattr(module, "BANDS", made)
    made.switch(service, "stage", on=True)
    return made


def run(experiment=CIRCLE):
    return RunRecord("a", experiment, "visitor", watched=True)


def part(service):
    return service.newest.study.parts[0]


def follow(bands, service, record, epoch=0):
    bands.follow(service, "stage", record, epoch)


def test_the_same_setting_is_trained_from_a_hundred_seeds(bands, service):
    follow(bands, service, run())

    assert len(service.newest.study.seeds) == 100
    assert part(service).experiment == replace(CIRCLE, epochs=800, seed=0)


def test_another_seed_needs_no_other_band_and_another_setting_does(bands, service):
    follow(bands, service, run())
    follow(bands, service, run(CIRCLE.with_seed(3)))
    assert len(service.records) == 1

    follow(bands, service, run(replace(CIRCLE, batch_size=8)))
    assert len(service.records) == 2


def test_a_change_is_done_to_all_at_its_epoch_and_weights_set_by_hand_are_not(bands, service):
    record = run()
    follow(bands, service, record)
    faster = replace(CIRCLE, optimizer=Optimizer("sgd", 0.1))
    record.follow(Changed("a", 40, faster))
    record.follow(Changed("a", 60, faster, (np.zeros(3),)))

    follow(bands, service, record)

    assert [(epoch, followed.optimizer.learning_rate) for epoch, followed in part(service).changes] == [(40, 0.1)]


@pytest.mark.parametrize(("epoch", "epochs"), [(0, 800), (719, 800), (721, 1600), (5000, 6400), (100_000, 6400)])
def test_the_others_go_a_little_further_than_the_run_on_screen(bands, service, epoch, epochs):
    follow(bands, service, run(), epoch)

    assert part(service).experiment.epochs == epochs


def test_none_goes_beyond_the_last_epoch_of_the_run(bands, service):
    follow(bands, service, run(replace(CIRCLE, epochs=50)))

    assert part(service).experiment.epochs == 50


def test_a_setting_that_cannot_be_trained_so_often_says_why(bands, service):
    follow(bands, service, run(Experiment(dataset=DatasetChoice("iris"), epochs=None)))

    assert "points in the plane" in str(band_problem(service, "stage"))
    assert band_update(service, "stage", "")["band"]["pending"] is False
    assert band_update(service, "stage", "problem") == {}

    follow(bands, service, run())
    assert band_problem(service, "stage") is None


def test_the_browser_is_told_what_is_new(bands, service):
    follow(bands, service, run(replace(CIRCLE, layers=(Layer(2),))))
    begun = band_update(service, "stage", "")["band"]
    assert begun["pending"] and begun["columns"] == {}

    losses = np.linspace(2, 1, 100, dtype=np.float32).reshape(100, 1)
    losses[0] = np.nan
    history = {"epoch": np.array([5]), "val_loss": losses, "loss": losses}
    service.newest.advance(PartAdvanced("study 0", "band", 5, 800, 1.0, 0, history))
    told = band_update(service, "stage", begun["key"])["band"]

    assert told["pending"]
    low, middle, high = np.frombuffer(base64.b64decode(told["columns"]["val_loss"]), np.float32)
    in_order = np.frombuffer(base64.b64decode(told["losses"]), np.float32)
    assert in_order[-1] == np.inf and (np.diff(in_order[:-1]) >= 0).all()
    assert [low, middle, high] == [in_order[10], in_order[50], in_order[89]]
    assert list(told["columns"]) == ["val_loss"]
    assert band_update(service, "stage", told["key"]) == {}

    service.newest.keep("band", ReplicaResult(service.newest.study.seeds, history))
    service.newest.enter("finished")
    assert band_update(service, "stage", told["key"])["band"]["pending"] is False


def test_switched_off_it_stops_and_goes_from_the_picture(bands, service):
    follow(bands, service, run())
    bands.switch(service, "stage", on=False)

    assert service.newest.state == "stopped"
    assert band_update(service, "stage", "study 0 1") == {"band": None}
    assert band_update(service, "stage", "") == {}
    follow(bands, service, run())
    assert len(service.records) == 1


def test_whoever_comes_back_after_long_gets_a_new_one(bands, service):
    follow(bands, service, run())
    service.records.clear()

    band_update(service, "stage", "study 0 1")
    follow(bands, service, run())

    assert len(service.records) == 1


def reached(service, epochs, history):
    service.newest.keep("band", ReplicaResult(service.newest.study.seeds, {"epoch": epochs, **history}))
    service.newest.enter("finished")


def test_the_band_stays_while_the_others_train_further(bands, service):
    def told():
        return np.frombuffer(base64.b64decode(band_update(service, "stage", "")["band"]["epochs"]), np.int32)

    follow(bands, service, run())
    reached(service, np.array([400, 800]), {"val_loss": np.ones((100, 2), np.float32)})

    follow(bands, service, run(), 790)
    assert part(service).experiment.epochs == 1600
    np.testing.assert_array_equal(told(), [400, 800])

    reached(service, np.array([400, 800, 1600]), {"val_loss": np.ones((100, 3), np.float32)})
    np.testing.assert_array_equal(told(), [400, 800, 1600])


def test_the_band_of_another_setting_goes_at_once(bands, service):
    follow(bands, service, run())
    reached(service, np.array([800]), {"val_loss": np.ones((100, 1), np.float32)})

    follow(bands, service, run(replace(CIRCLE, batch_size=8)))

    assert band_update(service, "stage", "")["band"]["columns"] == {}
