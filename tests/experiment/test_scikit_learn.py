"""What scikit-learn can do of an experiment, and what is said where it cannot."""

from __future__ import annotations

import pytest
from sklearn.neural_network import MLPRegressor

from nnlab.experiment import DatasetChoice, EarlyStopping, Experiment, ExperimentError, Layer, Optimizer
from nnlab.experiment.scikit_learn import as_scikit_learn

HOUSING = Experiment(
    dataset=DatasetChoice("california_housing", {"outliers": 100}),
    features=("median_income", "latitude"),
    layers=(Layer(50, "tanh", l2=0.1, initializer="he_normal"), Layer(20, "tanh")),
    loss="huber",
    output_activation="softplus",
    output_l2=0.1,
    optimizer=Optimizer("rmsprop", learning_rate=0.1),
    batch_size=32,
    epochs=20,
    early_stopping=EarlyStopping(),
    seed=7,
)


def test_the_mlp_has_the_same_data_layers_and_seed_and_scikit_learns_defaults_otherwise() -> None:
    made, defaults = as_scikit_learn(HOUSING, "mlp"), MLPRegressor()

    assert (made.dataset, made.features, made.seed) == (HOUSING.dataset, HOUSING.features, 7)
    assert made.layers == (Layer(50, "tanh"), Layer(20, "tanh"))
    assert (made.optimizer.name, made.optimizer.learning_rate) == (defaults.solver, defaults.learning_rate_init)
    assert made.epochs == defaults.max_iter
    assert (made.head.loss, made.head.activation, made.early_stopping) == ("mean_squared_error", "linear", None)


def test_a_classifier_may_take_as_many_iterations_as_in_the_chapter() -> None:
    for name in ("iris", "messages"):
        experiment = Experiment(dataset=DatasetChoice(name), layers=(Layer(5, "relu"),))
        assert as_scikit_learn(experiment, "mlp").epochs == 10_000


def test_a_perceptron_has_no_hidden_layer() -> None:
    iris = Experiment(dataset=DatasetChoice("iris"), layers=(Layer(5, "gelu", dropout=0.5),))

    assert as_scikit_learn(iris, "perceptron").layers == ()


@pytest.mark.parametrize(
    ("layers", "field", "reason"),
    [
        ((Layer(5, "gelu"),), "layers", "one activation for all hidden layers: linear, relu, tanh, sigmoid."),
        ((Layer(5, "relu"), Layer(5, "tanh")), "layers", "one activation for all hidden layers"),
        ((Layer(5), Layer(5, dropout=0.1)), "layers[1]", "Switch them off in layer 2 to compare."),
        ((Layer(5, batch_norm=True),), "layers[0]", "neither batch normalization nor dropout"),
    ],
)
def test_a_network_that_scikit_learn_lacks_is_refused_with_what_to_do(
    layers: tuple[Layer, ...], field: str, reason: str
) -> None:
    with pytest.raises(ExperimentError) as caught:
        as_scikit_learn(Experiment(dataset=DatasetChoice("iris"), layers=layers), "mlp")

    assert caught.value.field == field
    assert reason in caught.value.reason


def test_a_perceptron_neither_predicts_prices_nor_gives_two_labels() -> None:
    for name in ("california_housing", "messages"):
        with pytest.raises(ExperimentError, match="A perceptron tells classes apart"):
            as_scikit_learn(Experiment(dataset=DatasetChoice(name)), "perceptron")


@pytest.mark.parametrize("name", ["circle", "digits"])
def test_it_is_compared_on_tables_only(name: str) -> None:
    with pytest.raises(ExperimentError, match="compared on tables"):
        as_scikit_learn(Experiment(dataset=DatasetChoice(name), layers=(Layer(4),)), "mlp")
