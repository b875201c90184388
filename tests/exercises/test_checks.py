"""Each part's check on results that must pass and on results that must fail."""

from dataclasses import replace

import numpy as np
import pytest

from nnlab.events.studies import ReplicaResult
from nnlab.exercises import depth
from nnlab.exercises.checks import activations_verdicts, layers_verdicts, neurons_verdicts
from nnlab.exercises.depth import CURES, FIRST, PLAIN, SINGLE, TOGETHER, best_single, depth_study, depth_verdicts
from nnlab.exercises.free_play import FEWEST, SMALLEST, Try, challenges, tried, updates_an_epoch
from nnlab.exercises.parts import NEURONS, PARTS, activations_study, neurons_study
from nnlab.exercises.questions import WHYS
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.experiment.weights import weight_arrays

EPOCHS = np.arange(5, 105, 5)


def result(times, weights=()):
    """What has come of seeds that solved it after these epochs; -1: never."""
    accuracy = np.array([(time <= EPOCHS) & (time >= 0) for time in times], np.float32)
    losses = 1 - accuracy / 2
    history = {"epoch": EPOCHS, "loss": losses, "val_loss": losses, "val_accuracy": accuracy}
    return ReplicaResult(tuple(range(1, len(times) + 1)), history, weights)


def neurons(two, three, eight):
    return {str(units): result(times) for units, times in {2: two, 3: three, 8: eight}.items()}


GOOD = neurons([-1] * 100, [40] * 90 + [-1] * 10, [10] * 100)
BAD = neurons([20] + [-1] * 99, [40] * 100, [80] * 85 + [-1] * 15)


@pytest.mark.parametrize("part", ["c", "d", "e"])
def test_the_book_s_outcome_passes_and_another_fails(part):
    assert all(verdict.holds for verdict in neurons_verdicts(part, GOOD))
    assert not all(verdict.holds for verdict in neurons_verdicts(part, BAD))


def test_eight_neurons_have_to_be_faster_too():
    share, faster = neurons_verdicts("e", neurons([-1] * 100, [10] * 100, [20] * 100))

    assert share.holds
    assert not faster.holds


def test_relu_has_to_be_faster_than_tanh():
    quick, slow = result([20] * 50), result([40] * 50)

    assert activations_verdicts({"relu": quick, "tanh": slow})[0].holds
    assert not activations_verdicts({"relu": slow, "tanh": quick})[0].holds


def stacked(experiment, draw, seeds=12):
    rng = np.random.default_rng(0)
    return tuple(
        np.stack([np.float32(draw(rng, number, array.shape)) for _ in range(seeds)], axis=-1)
        for number, array in enumerate(weight_arrays(experiment))
    )


def test_layer_one_has_to_be_flatter_than_layer_two():
    experiment = PARTS["a"].experiment
    # Steep first weights make steps of the first layer, and sums of steps of the second.
    flat = stacked(experiment, lambda rng, number, shape: rng.uniform(-0.2, 0.2, shape) * (1, 1, 20, 1, 1, 1)[number])
    steep = stacked(experiment, lambda rng, number, shape: rng.normal(0, (9, 3, 0.01, 0.01, 1, 1)[number], shape))

    passing = layers_verdicts(experiment, {"network": result([10] * 12, flat)})[0]
    assert passing.holds, [str(clause.says) for clause in passing.clauses]
    constant = tuple(np.zeros_like(array) for array in steep)
    assert not layers_verdicts(experiment, {"network": result([10] * 12, constant)})[0].holds


def depth_results(first_weights, together):
    return {
        FIRST: result([-1] * 12, first_weights),
        PLAIN: result([-1] * 12),
        TOGETHER: result(together),
        **{name: result([-1] * 12) for name in SINGLE},
    }


def test_the_first_of_four_layers_has_to_get_less_of_the_gradient():
    experiment = PARTS["f"].experiment
    plain = depth.plain(experiment)
    small = stacked(plain, lambda rng, number, shape: rng.uniform(-0.05, 0.05, shape))
    large = stacked(plain, lambda rng, number, shape: rng.normal(0, 3 if number > 1 else 0.1, shape))

    vanishing, cure = depth_verdicts(experiment, depth_results(small, [50] * 12))
    assert vanishing.holds and cure.holds
    exploding, useless = depth_verdicts(experiment, depth_results(large, [-1] * 12))
    assert not exploding.holds and not useless.holds


def test_the_best_single_cure_is_none_where_none_helps():
    results = {name: result([-1] * 4) for name in SINGLE}

    assert best_single(results) == ()
    results["adam"] = result([5, 5, -1, -1])
    assert best_single(results) == ("adam",)


def test_each_cure_changes_what_it_says():
    plain = depth.plain(PARTS["f"].experiment)
    cured = {name: cure.apply(plain) for name, cure in CURES.items()}

    assert {layer.initializer for layer in cured["glorot"].layers} == {"glorot_uniform"}
    assert {layer.activation for layer in cured["relu_he"].layers} == {"relu"}
    assert all(layer.batch_norm for layer in cured["batch_norm"].layers)
    assert cured["adam"].optimizer.name == "adam" and cured["adam"].layers == plain.layers
    assert cured["original_relu"].mode == "playground"
    assert len({part.name for part in depth_study(PARTS["f"].experiment, 10).parts}) == len(CURES) + 1


def test_the_parts_study_the_same_seeds():
    neurons_of = neurons_study(PARTS["c"].experiment, 100)

    assert neurons_of == neurons_study(PARTS["e"].experiment, 100)
    assert [part.experiment.layers[0].units for part in neurons_of.parts] == list(NEURONS)
    assert activations_study(PARTS["b"].experiment, 100).seeds == neurons_of.seeds


def test_every_part_asks_why_with_one_right_answer():
    assert set(WHYS) == set(PARTS)
    assert all(sum(answer.right for answer in why.answers) == 1 for why in WHYS.values())


SPIRAL = Experiment(
    dataset=DatasetChoice("spiral"), layers=(Layer(8, "relu"),) * 2, optimizer=Optimizer("adam", 0.01), batch_size=10
)


def entry(experiment=SPIRAL, solved=6, seeds=10, epochs=30.0):
    return Try(experiment, 0.5, seeds, solved, epochs if solved else None)


def test_all_three_challenges_can_be_met():
    # 8·3 + 8·9 + 9 parameters; 25 updates an epoch.
    assert entry().parameters == 105 <= SMALLEST
    assert entry().updates == 750 <= FEWEST
    assert [verdict.holds for verdict in challenges([entry()])] == [True, True, True]


def test_no_try_no_challenge():
    assert [verdict.holds for verdict in challenges([])] == [False, False, False]


@pytest.mark.parametrize(
    ("case", "met"),
    [
        (entry(solved=4), [False, False, False]),
        (entry(seeds=8), [False, False, False]),
        (entry(replace(SPIRAL, layers=(Layer(16, "relu"),) * 2)), [False, True, True]),
        (entry(replace(SPIRAL, features=("x1", "x2", "sin_x1"))), [True, False, True]),
        (entry(epochs=300.0), [True, True, False]),
        (entry(replace(SPIRAL, dataset=DatasetChoice("circle"))), [False, False, False]),
        (entry(replace(SPIRAL, dataset=DatasetChoice("spiral", {"samples": 60}))), [False, False, False]),
        (entry(replace(SPIRAL, dataset=DatasetChoice("spiral", {"noise": 0.1}))), [False, False, False]),
    ],
)
def test_a_challenge_is_met_only_as_it_is_meant(case, met):
    assert [verdict.holds for verdict in challenges([case])] == met


def test_a_missed_record_says_by_how_much():
    verdict = challenges([entry(epochs=300.0)])[2]

    assert str(verdict.failed[0].says) == "The fewest so far are 7,500 updates. That is 6,500 too many."


def test_a_try_counts_what_was_solved():
    noted = tried(SPIRAL, 0.3, result([20, 40, -1, 30]))

    assert (noted.seeds, noted.solved, noted.epochs, noted.share) == (4, 3, 30.0, 0.75)
    assert updates_an_epoch(SPIRAL) == 25
