"""What is counted by arithmetic before anything is built is what Keras counts afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnlab.datasets import Dataset
from nnlab.datasets.catalog import CATALOG
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.experiment.summary import parameter_count, summary


def test_the_chapters_network_has_the_chapters_parameters() -> None:
    rows = summary(Experiment(dataset=DatasetChoice("fashion_mnist"), layers=(Layer(300), Layer(100))))

    assert [(row.name, row.kind, row.output_shape, row.parameters) for row in rows] == [
        ("flatten", "Flatten", (784,), 0),
        ("hidden_1", "Dense", (300,), 235_500),
        ("hidden_2", "Dense", (100,), 30_100),
        ("output", "Dense", (10,), 1_010),
    ]
    assert sum(row.parameters for row in rows) == 266_610


def test_the_chapters_housing_network_has_the_chapters_parameters() -> None:
    experiment = Experiment(dataset=DatasetChoice("california_housing"), layers=(Layer(50), Layer(50), Layer(50)))

    # Eight means, eight variances and a counter are not trained.
    assert [row.parameters for row in summary(experiment)] == [17, 450, 2550, 2550, 51]
    assert sum(row.trainable for row in summary(experiment)) == 5_601
    assert parameter_count(experiment) == 5_618


def rows_of_keras(experiment: Experiment) -> list[tuple[str, str, tuple[int, ...], int, int]]:
    from nnlab import models

    columns = CATALOG[experiment.dataset.name].input_shape
    x = np.random.default_rng(0).normal(size=(6, *columns)).astype(np.float32)
    y = np.zeros(6, np.uint8)
    names = experiment.dataset.info.features
    data = Dataset(experiment.dataset.name, x, y, x, y, x, y, 1.0, experiment.dataset.task, (), names)
    model = models.build(experiment, data)

    def count(weights) -> int:
        return sum(int(np.prod(weight.shape)) for weight in weights)

    return [
        (
            layer.name,
            type(layer).__name__,
            tuple(layer.output.shape[1:]),
            count(layer.trainable_weights),
            # Keras counts a random layer's seed neither in a model's summary nor in count_params().
            count(weight for weight in layer.non_trainable_weights if "seed" not in weight.name),
        )
        for layer in model.layers
    ]


LAYERS = st.lists(
    st.builds(Layer, units=st.integers(1, 40), batch_norm=st.booleans(), dropout=st.sampled_from([0.0, 0.3])),
    max_size=4,
).map(tuple)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    name = draw(st.sampled_from(sorted(CATALOG)))
    known = CATALOG[name].features
    features = tuple(draw(st.sets(st.sampled_from(known)))) if known else ()
    binary = DatasetChoice(name).task == "binary"
    units = draw(st.sampled_from([None, 2])) if binary else None
    return Experiment(dataset=DatasetChoice(name), features=features, layers=draw(LAYERS), output_units=units)


@pytest.mark.slow
@settings(max_examples=40)
@given(experiments())
@example(Experiment(dataset=DatasetChoice("fashion_mnist"), layers=(Layer(300), Layer(100))))
@example(Experiment(dataset=DatasetChoice("digits"), layers=(Layer(30, batch_norm=True, dropout=0.2), Layer(20))))
@example(Experiment(dataset=DatasetChoice("california_housing"), layers=(Layer(50, dropout=0.5),)))
@example(Experiment(dataset=DatasetChoice("iris"), layers=()))
@example(Experiment(dataset=DatasetChoice("blobs", {"classes": 6}), layers=(Layer(3),)))
@example(Experiment(features=("x1", "sin_x1", "x1_x2"), layers=(Layer(3),), output_units=2))
def test_every_row_is_what_keras_counts(experiment: Experiment) -> None:
    rows = [(row.name, row.kind, row.output_shape, row.trainable, row.non_trainable) for row in summary(experiment)]

    assert rows == rows_of_keras(experiment)
