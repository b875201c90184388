"""The settings that the page Tables suggests, one for each of its data sets."""

from __future__ import annotations

from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer

TABLE_PRESETS: dict[str, Experiment] = {
    "iris": Experiment(
        dataset=DatasetChoice("iris"),
        layers=(Layer(5, "relu"),),
        optimizer=Optimizer("adam", learning_rate=0.01),
        batch_size=16,
        epochs=100,
    ),
    "messages": Experiment(
        dataset=DatasetChoice("messages"),
        layers=(Layer(8, "relu"),),
        optimizer=Optimizer("adam", learning_rate=0.01),
        batch_size=32,
        epochs=30,
    ),
}
