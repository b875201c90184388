"""The twelve presets do what their sentences promise: each is trained and measured, from three seeds."""

import re
from dataclasses import dataclass, replace
from functools import cache

import keras
import numpy as np
import pytest

from nnlab import models
from nnlab.datasets import features, load
from nnlab.datasets.catalog import CATALOG
from nnlab.datasets.toy import HILL_SIGNS, HILLS
from nnlab.exercises.presets import PRESETS, preset_of
from nnlab.experiment import DatasetChoice, Experiment, Layer
from nnlab.experiment.summary import parameter_count
from nnlab.training import Record, Recorded, fit

BY_NAME = {preset.name: preset for preset in PRESETS}
EACH = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
# The first is the presets' own.
SEEDS = (42, 0, 1)
slow = pytest.mark.slow


@dataclass(frozen=True)
class Run:
    """A training from one seed."""

    model: keras.Model
    history: dict[str, list[float]]
    recorded: Recorded

    @property
    def accuracy(self):
        return np.array(self.history["val_accuracy"])

    @property
    def loss(self):
        return np.array(self.history["loss"])


def train(experiment, epochs, seed, probes=()):
    experiment = experiment.with_seed(seed)
    loaded = load(experiment.dataset.name, **experiment.dataset.options)
    data = features.select(loaded, experiment.features)
    model = models.build(experiment, loaded)
    history = fit(
        model,
        data.x_train,
        models.targets(experiment, data.y_train),
        epochs=epochs,
        batch_size=experiment.batch_size,
        validation_data=(data.x_valid, models.targets(experiment, data.y_valid)),
        seed=seed,
        record=Record(weights_every=0, probes=probes),
    )
    assert history.params["compiled"], history.params["reason"]
    return Run(model, history.history, history.record)


def runs(name, epochs, *, probes=(), **changes):
    """Train a preset, perhaps with something changed, from each seed."""
    experiment = replace(BY_NAME[name].experiment, **changes)
    return [train(experiment, epochs, seed, probes) for seed in SEEDS]


# What they are ------------------------------------------------------------------------------


def test_there_are_six_that_work_and_six_that_fail():
    assert [preset.fails for preset in PRESETS] == [False] * 6 + [True] * 6
    assert len(BY_NAME) == len({preset.title for preset in PRESETS}) == 12


@EACH
def test_what_to_look_for_is_two_sentences(preset):
    assert len(re.findall(r"[.!?](?:\s|$)", preset.look_for)) == 2
    assert preset.look_for.endswith(".")


@EACH
def test_a_preset_is_points_in_the_plane_and_a_network_that_fits_the_picture(preset):
    experiment = preset.experiment

    assert CATALOG[experiment.dataset.name].kind == "toy"
    assert len(experiment.layers) <= 8
    assert all(layer.units <= 16 for layer in experiment.layers)
    # Its head goes with its data, and it trains until it is stopped.
    assert experiment.head
    assert experiment.epochs is None


@EACH
def test_a_preset_is_recognized_whatever_its_seeds(preset):
    dataset = preset.experiment.dataset
    others = replace(preset.experiment, seed=7, dataset=DatasetChoice(dataset.name, {**dataset.options, "seed": 8}))

    assert preset_of(others) is preset
    assert preset_of(replace(others, batch_size=11)) is None
    assert preset_of(replace(others, layers=(*others.layers, Layer(3)))) is None


def test_an_experiment_of_ones_own_is_no_preset():
    assert preset_of(Experiment(layers=(Layer(5, "tanh"),))) is None


# Those that work ----------------------------------------------------------------------------


@cache
def circles():
    # With the probes of the preset whose rate is too high: the same program, compiled once.
    return runs("circle", 100, probes=("saturated",))


@slow
def test_the_circle_is_solved():
    assert BY_NAME["circle"].experiment.layers[0].units == 4
    assert all(run.accuracy.max() >= 0.99 for run in circles())


def straightness(model):
    """Share of the steps along x1 in which the output before the sigmoid goes on as before."""
    axis = np.linspace(-6, 6, 201, dtype=np.float32)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    outputs = np.asarray(model(grid), dtype=np.float64).reshape(201, 201)
    logits = np.log(outputs / (1 - outputs))
    bends, slopes = np.abs(np.diff(logits, 2, axis=1)), np.abs(np.diff(logits, axis=1))
    return (bends < 0.01 * slopes.mean()).mean()


@slow
def test_with_relu_the_circle_is_solved_and_bends_at_the_kinks_alone():
    found = runs("circle_relu", 100)

    assert all(run.accuracy.max() >= 0.99 for run in found)
    # A line meets each of 8 kinks once at most, and a kink bends two steps of 199.
    assert all(straightness(run.model) > 1 - 8 * 2 / 199 for run in found)
    assert straightness(circles()[0].model) < 0.5


@slow
def test_the_right_feature_solves_the_exclusive_or_and_a_straight_border_does_not():
    assert all(run.accuracy[:10].max() >= 0.99 for run in runs("xor_product", 10))
    assert all(run.accuracy.max() < 0.75 for run in runs("xor_product", 100, features=("x1", "x2")))


@slow
def test_adam_solves_the_spiral_and_sgd_lags():
    adam = BY_NAME["spiral"].experiment.optimizer
    assert all(run.accuracy.max() >= 0.95 for run in runs("spiral", 100))
    assert all(run.accuracy.max() < 0.80 for run in runs("spiral", 100, optimizer=replace(adam, name="sgd")))


@slow
def test_batch_normalization_lets_the_network_learn_that_did_not():
    plain = tuple(replace(layer, batch_norm=False) for layer in BY_NAME["batch_norm"].experiment.layers)
    same = replace(BY_NAME["batch_norm"].experiment, layers=plain)

    assert same == BY_NAME["vanishing"].experiment
    assert same.dataset.outputs == 4
    assert all(run.accuracy.max() >= 0.95 for run in runs("batch_norm", 50))


@slow
def test_hills_and_valleys_rise_and_sink():
    data = load("multi_gauss", **BY_NAME["hills"].experiment.dataset.options)
    assert data.y_valid.std() == pytest.approx(0.3, abs=0.05)

    for run in runs("hills", 200):
        assert min(run.history["val_root_mean_squared_error"]) < 0.12
        heights = np.asarray(run.model(HILLS.astype(np.float32)))[:, 0]
        assert (heights * HILL_SIGNS > 0.3).all()


# Those that fail ----------------------------------------------------------------------------


@slow
def test_a_layer_of_dead_relus_stays_dead_and_the_output_flat():
    high = BY_NAME["dead_relu"].experiment.optimizer
    assert high.learning_rate == 3
    fifth = 4
    for run in runs("dead_relu", 100, probes=("dead",)):
        # The neuron that lives, where there is one, tells hardly any point from the others.
        assert set(run.recorded.probes["dead"]["hidden_3"][fifth:]) <= {1.0, 7 / 8}
        assert run.accuracy[fifth:] == pytest.approx(0.5, abs=0.05)
        outputs = np.asarray(run.model(np.random.default_rng(0).uniform(-5, 5, (500, 2)).astype(np.float32)))
        assert np.mean(abs(outputs - np.median(outputs)) < 0.01) > 0.95
    milder = runs("dead_relu", 100, probes=("dead",), optimizer=replace(high, learning_rate=0.03))
    assert all(run.accuracy.max() >= 0.99 for run in milder)


@slow
def test_too_high_a_learning_rate_jumps_up_and_down():
    first, preset = PRESETS[0].experiment, BY_NAME["rate_too_high"].experiment
    assert (preset.optimizer.learning_rate, first.optimizer.learning_rate) == (10, 0.03)
    assert replace(preset, optimizer=first.optimizer) == first

    for run in runs("rate_too_high", 300, probes=("saturated",)):
        assert (np.diff(run.loss) > 0).mean() == pytest.approx(0.5, abs=0.1)
        assert run.accuracy.max() < 0.90
        assert min(run.recorded.probes["saturated"]["hidden_1"][1:]) > 0.5


@slow
def test_two_neurons_are_too_few_and_three_are_better():
    assert len(BY_NAME["too_small"].experiment.layers) == 1
    assert all(run.accuracy.max() < 0.95 for run in runs("too_small", 500))
    assert all(run.accuracy.max() > 0.95 for run in runs("too_small", 500, layers=(Layer(3, "tanh"),)))


def largest_stable_rate(experiment):
    """2 / λ, where λ is the largest eigenvalue of the mean squared error's second derivative."""
    loaded = load(experiment.dataset.name, **experiment.dataset.options)
    x = features.select(loaded, experiment.features).x_train.astype(np.float64)
    inputs = np.column_stack([x, np.ones(len(x))])
    return 2 / np.linalg.eigvalsh(2 * inputs.T @ inputs / len(x)).max()


@slow
def test_unscaled_features_let_the_loss_grow_beyond_all_numbers():
    experiment = BY_NAME["unscaled"].experiment
    scaled = replace(experiment, features=("x1", "x2"))
    points = load(experiment.dataset.name, **experiment.dataset.options)
    assert np.abs(points.x_train).max() == pytest.approx(6, abs=0.1)
    # All points in one batch: plain gradient descent, of which theory knows where it diverges.
    assert len(points.x_train) == experiment.batch_size
    assert largest_stable_rate(experiment) < experiment.optimizer.learning_rate < largest_stable_rate(scaled)

    for run in runs("unscaled", 400):
        finite = run.loss[np.isfinite(run.loss)]
        assert (np.diff(finite[2:]) > 0).all()
        assert np.isnan(run.loss[-1])
    assert all(
        run.history["val_root_mean_squared_error"][-1] < 0.02 for run in runs("unscaled", 200, features=("x1", "x2"))
    )


@slow
def test_gradients_vanish_on_their_way_through_six_sigmoid_layers():
    assert [layer.activation for layer in BY_NAME["vanishing"].experiment.layers] == ["sigmoid"] * 6
    for run in runs("vanishing", 300, probes=("gradient_norm",)):
        norms = run.recorded.probes["gradient_norm"]
        assert (np.array(norms["hidden_1"]) < np.array(norms["output"]) / 100).all()
        assert run.accuracy.max() < 0.60


def rise(run):
    """How many times its minimum the validation loss reaches after it."""
    losses = np.array(run.history["val_loss"])
    return losses[losses.argmin() :].max() / losses.min()


@slow
def test_a_large_network_learns_a_few_noisy_points_by_heart():
    experiment = BY_NAME["overfitting"].experiment
    penalized = tuple(replace(layer, l2=0.03) for layer in experiment.layers)
    assert parameter_count(experiment) == 337
    assert len(load(experiment.dataset.name, **experiment.dataset.options).x_train) == 40

    for run in runs("overfitting", 300):
        assert max(run.history["accuracy"]) == 1
        assert rise(run) > 2
    assert all(rise(run) < 1.25 for run in runs("overfitting", 300, layers=penalized, output_l2=0.03))
