from dataclasses import replace

from nnlab.datasets import load
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.models import build
from nnlab.training import Trainer
from nnlab.ui.stage.cost import updates

SMALL = Experiment(dataset=DatasetChoice("circle", {"samples": 100}), layers=(Layer(2, "tanh"),), batch_size=15)


def test_updates_are_as_many_as_the_optimizer_has_made():
    data = load("circle", samples=100)
    model = build(SMALL, data)
    trainer = Trainer(model, data.x_train, data.y_train, epochs=5, batch_size=15)
    while trainer.advance(10.0):
        pass

    assert updates(SMALL, [], 5, 50) == int(model.optimizer.iterations.numpy())


def test_tensorflow_playground_carries_left_over_samples_into_the_next_epoch():
    carrying = replace(SMALL, batch_size=30, mode="playground")

    assert [updates(carrying, [], epochs, 250) for epochs in (1, 2, 3)] == [8, 16, 25]


def test_another_batch_size_counts_from_its_epoch_on():
    experiment = Experiment(batch_size=10)

    assert updates(experiment, [(2, {"batch_size": 50}), (4, {"optimizer.learning_rate": 0.1})], 6, 100) == 20 + 8
    # A change beyond the end never came to be.
    assert updates(experiment, [(9, {"batch_size": 50})], 6, 100) == 60
