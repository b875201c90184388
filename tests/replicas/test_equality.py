"""One replica of many is its single run, to rounding."""

import numpy as np
import pytest

from nnlab.events.studies import StudyError
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.replicas import ReplicaTrainer, train
from nnlab.replicas.one_by_one import single

pytestmark = pytest.mark.slow

SEEDS = (3, 11)
# 250 samples: the last batch has 10.
TWO_LAYERS = {"layers": (Layer(4, "tanh", l2=0.01), Layer(2, "relu", l1=0.001)), "batch_size": 30, "epochs": 20}
EXPERIMENTS = {
    **{
        name: Experiment(**TWO_LAYERS, optimizer=Optimizer(name, rate))
        for name, rate in {"adam": 1e-3, "adamw": 1e-3, "rmsprop": 1e-3, "adagrad": 0.01, "nadam": 1e-3}.items()
    },
    "sgd with momentum": Experiment(**TWO_LAYERS, optimizer=Optimizer("sgd", 0.01, momentum=0.5)),
    "as in TensorFlow Playground": Experiment(**TWO_LAYERS, optimizer=Optimizer("sgd", 0.03), mode="playground"),
    "six layers": Experiment(
        layers=(Layer(5, "tanh"),) * 6, batch_size=32, epochs=3, optimizer=Optimizer("adam", 1e-3)
    ),
    "batch normalization": Experiment(
        layers=(Layer(4, "relu", batch_norm=True),), batch_size=32, epochs=3, optimizer=Optimizer("sgd", 0.01)
    ),
    "three classes": Experiment(dataset=DatasetChoice("blobs"), layers=(Layer(4, "relu"),), batch_size=50, epochs=3),
    "a number": Experiment(dataset=DatasetChoice("plane"), layers=(Layer(4, "relu"),), batch_size=50, epochs=3),
}


def single_run(experiment, **options):
    trainer = single(experiment, **options)
    while trainer.advance(60):
        pass
    return trainer.model.get_weights(), trainer.history.history


def assert_equal(result, place, weights, history):
    for own, of_all in zip(weights, result.weights, strict=True):
        np.testing.assert_allclose(of_all[..., place], own, atol=1e-5)
    assert set(result.history) == {*history, "epoch"}
    for name, values in history.items():
        evaluated = np.array(values)[result.epochs - 1]
        np.testing.assert_allclose(result.history[name][place], evaluated, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_replica_is_its_single_run(name):
    experiment = EXPERIMENTS[name]

    result = train(experiment, SEEDS, evaluate_every=4)

    assert result.one_by_one is None
    assert_equal(result, 1, *single_run(experiment.with_seed(SEEDS[1])))


def test_each_seed_can_draw_its_own_points():
    experiment = EXPERIMENTS["three classes"]

    result = train(experiment, SEEDS, own_data=True)

    assert_equal(result, 1, *single_run(experiment.with_seed(SEEDS[1]), own_data=True))


def test_with_dropout_replicas_are_trained_one_by_one_and_the_result_says_why():
    experiment = Experiment(layers=(Layer(4, "relu", dropout=0.2),), batch_size=50, epochs=3)

    result = train(experiment, SEEDS)

    assert "dropout" in str(result.one_by_one)
    assert_equal(result, 1, *single_run(experiment.with_seed(SEEDS[1])))


def test_replicas_that_are_trained_one_by_one_follow_no_change():
    experiment = Experiment(layers=(Layer(4, "relu", dropout=0.2),), epochs=3)

    with pytest.raises(StudyError, match="Press Reset"):
        ReplicaTrainer(experiment, SEEDS, changes=[(1, experiment)])
