"""Many seeds at once: what is solved, what diverges, what is shared."""

import numpy as np
import pytest

from nnlab.experiment import Experiment, Layer, Optimizer
from nnlab.messages import ExplainedError
from nnlab.replicas import ReplicaTrainer, group, train

pytestmark = pytest.mark.slow

# All tests but the last share one program: that of eight neurons in TensorFlow Playground's mode.
EIGHT = Experiment(
    layers=(Layer(8, "relu"),), batch_size=10, epochs=60, optimizer=Optimizer("sgd", 0.03), mode="playground"
)
SEEDS = tuple(range(8))


@pytest.fixture(scope="module")
def result():
    return train(EIGHT, SEEDS, evaluate_every=25)


def advanced(experiment, **options):
    trainer = ReplicaTrainer(experiment, SEEDS, **options)
    while trainer.advance(0.02):
        pass
    return trainer


def test_the_last_epoch_is_evaluated_whatever_the_interval(result):
    assert result.epochs.tolist() == [25, 50, 60]
    assert result.history["val_accuracy"].shape == (8, 3)
    assert result.history["loss"].dtype == np.float32


def test_solved_is_the_first_evaluated_epoch_with_the_accuracy(result):
    for accuracies, epoch, at_end in zip(
        result.history["val_accuracy"], result.epochs_to_solve, result.solved_at_end, strict=True
    ):
        solved = [int(number) for number, value in zip(result.epochs, accuracies, strict=True) if value >= 0.99]
        assert epoch == (solved[0] if solved else -1)
        assert at_end == (accuracies[-1] >= 0.99)
    assert (result.epochs_to_solve > 0).any()


def test_slices_of_time_change_nothing(result):
    sliced = advanced(EIGHT, evaluate_every=25).result()

    for one, other in zip(result.weights, sliced.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_results_arrive_while_training_goes_on():
    trainer = ReplicaTrainer(EIGHT, SEEDS, evaluate_every=5)
    trainer.advance(0)

    assert 0 < trainer.epoch < trainer.epochs
    while trainer.advance(0.005):
        seen = trainer.history()
        assert all(values.shape[-1] == int(trainer.epoch) // 5 for values in seen.values())
    np.testing.assert_array_equal(trainer.history(since=10)["epoch"], [55, 60])


def test_until_solved_ends_when_every_replica_is():
    slowest = train(EIGHT, SEEDS, evaluate_every=5)
    assert (slowest.epochs_to_solve > 0).all(), "choose other seeds"

    trainer = advanced(EIGHT, evaluate_every=5, until="solved")

    assert trainer.result().epochs[-1] >= slowest.epochs_to_solve.max()
    np.testing.assert_array_equal(trainer.result().epochs_to_solve, slowest.epochs_to_solve)


def test_a_diverged_replica_is_counted_and_disturbs_no_other(result, monkeypatch):
    drawn = group.first_weights

    def broken(*arguments):
        weights = drawn(*arguments)
        weights[0][..., 3] = np.nan
        return weights

    monkeypatch.setattr(group, "first_weights", broken)
    disturbed = train(EIGHT, SEEDS, evaluate_every=25)

    assert disturbed.diverged.tolist() == [seed == 3 for seed in SEEDS]
    others = [seed for seed in SEEDS if seed != 3]
    for one, other in zip(result.weights, disturbed.weights, strict=True):
        np.testing.assert_array_equal(one[..., others], other[..., others])


def test_a_narrow_network_can_be_trained_by_the_program_of_a_wide_one():
    three = Experiment(
        layers=(Layer(3, "relu"),), batch_size=10, epochs=20, optimizer=Optimizer("sgd", 0.03), mode="playground"
    )
    own = train(three, SEEDS)

    wide = advanced(three, widths=(8,)).result()

    assert [values.shape for values in wide.weights] == [values.shape for values in own.weights]
    for one, other in zip(own.weights, wide.weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_change_counts_from_its_epoch_on(result):
    slower = Experiment(
        layers=EIGHT.layers, batch_size=10, epochs=60, optimizer=Optimizer("sgd", 1e-6), mode="playground"
    )

    changed = advanced(EIGHT, evaluate_every=5, changes=[(25, slower)]).result()

    place = changed.epochs.tolist().index(25)
    np.testing.assert_allclose(changed.history["loss"][:, place], result.history["loss"][:, 0], atol=1e-6)
    np.testing.assert_allclose(changed.history["loss"][:, -1], changed.history["loss"][:, place], atol=1e-3)
    assert np.abs(result.history["loss"][:, -1] - result.history["loss"][:, 0]).max() > 0.01


@pytest.mark.parametrize(
    "experiment",
    [Experiment(epochs=None), Experiment(layers=(Layer(100), Layer(100))), Experiment(output_units=3)],
    ids=["without end", "too large", "without a loss"],
)
def test_what_cannot_be_trained_is_refused_with_a_reason(experiment):
    with pytest.raises(ExplainedError) as refused:
        train(experiment, SEEDS)
    assert str(refused.value)
