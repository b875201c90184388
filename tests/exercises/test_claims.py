"""Claims over many seeds: some have to be accepted, some rejected, and each number has an oracle."""

import math

import numpy as np
import pytest

from nnlab.exercises import claims
from nnlab.exercises.claims import ClaimError, faster, never_solved, slower_layers, solved, some_but_not_all, wilson
from nnlab.exercises.pairs import PairedTimes
from nnlab.messages import Message

NAMES = (Message("ReLU"), Message("tanh"))
LAYERS = (Message("layer 1"), Message("layer 4"))


def times(solved, unsolved):
    return np.array([50] * solved + [-1] * unsolved)


def sentences(verdict):
    return " ".join(str(clause.says) for clause in verdict.clauses)


def wilson_by_hand(count, trials, z=1.959963984540054):
    share = count / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return middle - half, middle + half


@pytest.mark.parametrize(("count", "trials"), [(0, 100), (1, 100), (50, 100), (93, 100), (100, 100), (3, 7)])
def test_the_interval_of_a_share_is_wilsons(count, trials):
    assert wilson(count, trials) == pytest.approx(wilson_by_hand(count, trials), abs=1e-9)


def test_nothing_is_claimed_without_seeds():
    for claim in (solved, never_solved, some_but_not_all):
        with pytest.raises(ClaimError, match="Run the exercise first"):
            claim([])


def test_nearly_all_of_a_hundred_seeds_are_enough_for_nine_in_ten():
    verdict = solved(times(98, 2), share=0.9)

    assert verdict.holds
    assert "98 of 100 seeds solved it: 98.0%" in sentences(verdict)


def test_a_share_that_is_too_small_is_rejected_by_how_much():
    verdict = solved(times(85, 15), share=0.9)

    assert not verdict.holds
    assert "5.0 percentage points too few" in str(verdict.failed[0].says)


def test_a_share_that_may_be_luck_is_not_accepted():
    verdict = solved(times(9, 1), share=0.9)

    assert [clause.holds for clause in verdict.clauses] == [True, False]
    low, _ = wilson_by_hand(9, 10)
    assert f"{low:.1%}" in str(verdict.failed[0].says)
    assert f"{100 * (0.9 - low):.1f} percentage points below 90%" in str(verdict.failed[0].says)


def test_never_is_said_with_the_rule_of_three():
    verdict = never_solved(times(0, 100))

    assert verdict.holds
    assert "up to 3 in 100 of all seeds" in sentences(verdict)


def test_the_rule_of_three_is_close_to_the_exact_bound():
    exact = 1 - 0.05 ** (1 / 100)

    assert exact == pytest.approx(3 / 100, rel=0.02)


def test_one_solved_seed_refutes_never():
    verdict = never_solved(times(1, 99))

    assert not verdict.holds
    assert str(verdict.failed[0].says) == "1 of 100 seeds solved it."


def test_luck_is_neither_all_nor_none():
    assert some_but_not_all(times(60, 40)).holds
    assert not some_but_not_all(times(100, 0)).holds
    assert not some_but_not_all(times(0, 100)).holds


def test_who_wins_every_pair_is_faster():
    first = np.arange(10, 110, 5)
    verdict = faster(first, first + 5 * np.arange(1, 21), 800, NAMES)

    assert verdict.holds
    assert "Wilcoxon" in sentences(verdict)
    assert "ReLU was faster 20 times and tanh 0 times" in sentences(verdict)
    # All signs alike: of 2^20 ways to give them, one.
    assert PairedTimes(first, first + 5 * np.arange(1, 21), 800).p_value == pytest.approx(0.5**20, rel=1e-3)
    assert "with probability <0.001" in sentences(verdict)


def test_who_loses_is_not_faster():
    first = np.arange(10, 110, 5)
    verdict = faster(first + 5 * np.arange(1, 21), first, 800, NAMES)

    assert [clause.holds for clause in verdict.clauses] == [False, False]
    assert "Effect size (wins less defeats, from −1 to 1): -1.00" in sentences(verdict)


def test_equal_times_make_nobody_faster():
    verdict = faster(times(50, 50), times(50, 50), 800, NAMES)

    assert not verdict.holds
    assert "50 times they were equal, and 50 times neither solved it" in sentences(verdict)


def test_with_unsolved_seeds_only_who_won_counts():
    first, second = np.array([700] * 8 + [-1, 30]), np.array([-1] * 8 + [10, -1])
    verdict = faster(first, second, 800, NAMES)

    assert "the sign test" in sentences(verdict)
    # 9 of 10 or more heads: (10 + 1) / 2^10.
    assert f"{11 / 1024:.2g}" in sentences(verdict)
    assert verdict.holds


def test_how_long_the_training_was_does_not_decide_who_won():
    first, second = np.array([700] * 9 + [-1]), np.array([-1] * 9 + [10])

    short, long = (faster(first, second, epochs, NAMES) for epochs in (800, 100_000))
    assert sentences(short) == sentences(long)


def test_pairs_need_the_same_seeds():
    with pytest.raises(ValueError, match="same seeds"):
        faster([1, 2], [1], 800, NAMES)


def test_smaller_values_make_a_layer_slower():
    rng = np.random.default_rng(0)
    upper = rng.uniform(1, 2, 30)
    verdict = slower_layers(upper / 4, upper, LAYERS)

    assert verdict.holds
    assert "For 30 of 30 seeds the value of layer 1 is smaller" in sentences(verdict)
    assert "0.25 times as large" in sentences(verdict)


def test_larger_values_do_not():
    verdict = slower_layers(np.full(30, 2.0), np.linspace(0.5, 1, 30), LAYERS)

    assert [clause.holds for clause in verdict.clauses] == [False, False]
    assert "should be below 1" in str(verdict.failed[0].says)


def test_three_seeds_are_too_few_to_exclude_chance():
    verdict = slower_layers([1, 1, 1], [2, 3, 4], LAYERS)

    assert [clause.holds for clause in verdict.clauses] == [True, False]
    assert f"{0.5**3:.2g}" in str(verdict.failed[0].says)


def test_seeds_without_gradients_are_left_out():
    verdict = slower_layers([1.0] * 10 + [np.nan, 0.0], [2.0] * 12, LAYERS)

    assert "For 10 of 10 seeds" in sentences(verdict)
    with pytest.raises(ClaimError, match="no seed with gradients"):
        slower_layers([np.nan], [1.0], LAYERS)


def test_every_sentence_can_be_filled():
    templates = [value for name, value in vars(claims).items() if name.isupper() and isinstance(value, str)]

    assert templates
    assert all(template.endswith(".") for template in templates)
