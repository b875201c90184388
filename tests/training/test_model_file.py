"""A model that is taken along is Keras' own: it loads without nnlab and says what the run's model says."""

from __future__ import annotations

import json
import warnings
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import load
from nnlab.events import Event, ModelSaved, SaveModel
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.experiment.playground import as_playground
from nnlab.training.kinds import KINDS
from nnlab.training.model_file import keras_file

CASES = {
    "normalization": (Experiment(dataset=DatasetChoice("iris"), layers=(Layer(4),)), (2,)),
    "dropout and batch normalization": (
        Experiment(dataset=DatasetChoice("digits"), layers=(Layer(6, batch_norm=True, dropout=0.5, l2=0.1),)),
        (8, 8),
    ),
    "as in TensorFlow Playground": (as_playground(Experiment(layers=(Layer(3, "tanh", l1=0.1),))), (2,)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_file_loads_and_gives_the_same_outputs(name: str, tmp_path: Path) -> None:
    experiment, shape = CASES[name]
    model = models.build(experiment, load(experiment.dataset.name))
    path = tmp_path / "model.keras"
    path.write_bytes(keras_file(experiment, tuple(model.get_weights())))
    # Nothing in it is of a class that only nnlab has.
    with zipfile.ZipFile(path) as archive:
        assert "nnlab" not in json.loads(archive.read("config.json")).get("module", "")
        assert '"module": "nnlab' not in archive.read("config.json").decode()
    with warnings.catch_warnings():
        # NumPy's, of the way in which Keras' variables are converted.
        warnings.simplefilter("ignore", DeprecationWarning)
        loaded = keras.models.load_model(path)
    x = np.random.default_rng(0).normal(size=(5, *shape)).astype(np.float32)

    np.testing.assert_allclose(loaded(x), model(x, training=False), rtol=1e-5, atol=1e-6)
    assert type(loaded) is keras.Sequential


def test_a_worker_answers_with_the_file_or_with_a_reason() -> None:
    experiment, _ = CASES["normalization"]
    weights = tuple(models.build(experiment, load("iris")).get_weights())
    told: list[Event] = []
    for given in (weights, weights[:1]):
        assert KINDS[SaveModel](SaveModel("run", "question", experiment, given), told.append).advance(1.0) is False
    saved, failed = told

    assert isinstance(saved, ModelSaved) and saved.content is not None and saved.content[:2] == b"PK"
    assert isinstance(failed, ModelSaved) and failed.content is None and failed.problem is not None
