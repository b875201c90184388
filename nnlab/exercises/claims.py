"""Claims: statements over many seeds, with a verdict that says how sure one may be.

A verdict has clauses, each with the number behind it. A claim holds if all its clauses do; one that
fails says by how much.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from nnlab.exercises.pairs import NEVER, PairedTimes
from nnlab.exercises.verdicts import CONFIDENCE, ClaimError, Clause, Verdict, significant, wilson
from nnlab.messages import N_, Message

__all__ = [
    "CONFIDENCE",
    "ClaimError",
    "Clause",
    "Verdict",
    "faster",
    "more_linear",
    "never_solved",
    "rule_of_three",
    "slower_layers",
    "solved",
    "some_but_not_all",
    "wilson",
]


def solved(epochs: ArrayLike, share: float = 0.9) -> Verdict:
    """Judge whether at least such a share of all seeds solves a problem.

    Parameters
    ----------
    epochs : array-like of shape (n_seeds,)
        After which epoch each seed had solved it; -1: never.
    share : float
        The share that is claimed.
    """
    count, trials = _counted(epochs)
    low, high = wilson(count, trials)
    found = count / trials
    facts = {"count": count, "trials": trials, "found": f"{found:.1%}", "share": f"{share:.0%}"}
    reached = found >= share
    says = SHARE_REACHED if reached else SHARE_MISSED
    interval = {"low": f"{low:.1%}", "high": f"{high:.1%}", "share": f"{share:.0%}"}
    sure = low >= share
    return Verdict(
        Message(N_("At least {share} of all seeds solve it."), {"share": f"{share:.0%}"}),
        (
            Clause(reached, Message(says, {**facts, "missing": f"{100 * (share - found):.1f}"})),
            Clause(sure, Message(SURE if sure else UNSURE, {**interval, "missing": f"{100 * (share - low):.1f}"})),
        ),
    )


SHARE_REACHED = N_("{count} of {trials} seeds solved it: {found}.")
SHARE_MISSED = N_("{count} of {trials} seeds solved it: {found}, {missing} percentage points too few.")
SURE = N_("Of all possible seeds {low} to {high} solve it (95% confidence): never below {share}.")
UNSURE = N_(
    "Of all possible seeds {low} to {high} solve it (95% confidence): it could be {missing} percentage points below "
    "{share}. More seeds make the interval narrower."
)


def never_solved(epochs: ArrayLike) -> Verdict:
    """Judge whether no seed ever solves a problem.

    Parameters
    ----------
    epochs : array-like of shape (n_seeds,)
        After which epoch each seed had solved it; -1: never.
    """
    count, trials = _counted(epochs)
    claim = Message(N_("No seed ever solves it."))
    if count:
        says = Message(N_("{count} of {trials} seeds solved it."), {"count": count, "trials": trials})
        return Verdict(claim, (Clause(False, says),))
    return Verdict(claim, (Clause(True, rule_of_three(trials)),))


def rule_of_three(trials: int) -> Message:
    """Say what follows from none of so many seeds.

    References
    ----------
    J. A. Hanley and A. Lippman-Hand, “If nothing goes wrong, is everything all right?”, 1983.
    """
    return Message(
        N_(
            "None of {trials} seeds solved it. This does not prove that none can: by the rule of three, up to 3 in "
            "{trials} of all seeds (95% confidence) might."
        ),
        {"trials": trials},
    )


def some_but_not_all(epochs: ArrayLike) -> Verdict:
    """Judge whether it is luck: some seeds solve a problem, and some do not.

    Parameters
    ----------
    epochs : array-like of shape (n_seeds,)
        After which epoch each seed had solved it; -1: never.
    """
    count, trials = _counted(epochs)
    facts: dict[str, object] = {"count": count, "trials": trials, "rest": trials - count}
    return Verdict(
        Message(N_("Some seeds solve it and some do not.")),
        (
            Clause(count > 0, Message(N_("{count} of {trials} seeds solved it."), facts)),
            Clause(count < trials, Message(N_("{rest} of {trials} seeds did not solve it."), facts)),
        ),
    )


def faster(first: ArrayLike, second: ArrayLike, epochs: int, names: tuple[Message, Message]) -> Verdict:
    """Judge whether a first setting solves a problem earlier than a second one, seed by seed.

    A seed that was not solved took longer than it was trained for, nobody knows how much. Against one that was
    solved this is a defeat; where neither was solved, the pair says nothing. While every pair was solved twice, the
    lengths of the differences count (Wilcoxon's signed-rank test); else only who won (sign test).

    Parameters
    ----------
    first, second : array-like of shape (n_seeds,)
        After which epoch each seed had solved it; -1: never. The same seeds, in the same order.
    epochs : int
        How long each was trained.
    names : tuple of Message
        What the settings are called.

    References
    ----------
    F. Wilcoxon, “Individual comparisons by ranking methods”, 1945.
    """
    pairs = PairedTimes(first, second, epochs)
    words: dict[str, object] = {"first": names[0], "second": names[1]}
    counts = {"wins": pairs.wins, "losses": pairs.losses, "ties": pairs.ties, "unknown": pairs.unknown, **words}
    ahead = pairs.wins > pairs.losses
    return Verdict(
        Message(N_("{first} is faster than {second}."), words),
        (
            Clause(ahead, Message(WINS, {**counts, "effect": f"{pairs.effect:+.2f}"})),
            significant(pairs.p_value, pairs.test, pairs.wins + pairs.losses),
        ),
    )


WINS = N_(
    "From the same seed {first} was faster {wins} times and {second} {losses} times; {ties} times they were equal, and "
    "{unknown} times neither solved it. Effect size (wins less defeats, from −1 to 1): {effect}."
)


def slower_layers(lower: ArrayLike, upper: ArrayLike, names: tuple[Message, Message]) -> Verdict:
    """Judge whether a lower layer learns more slowly than an upper one: its values are smaller, seed by seed.

    Parameters
    ----------
    lower, upper : array-like of shape (n_seeds,)
        Gradient norms or update ratios, above 0. Seeds where one is no number are left out.
    names : tuple of Message
        What the layers are called.
    """
    ratios = _ratios(lower, upper)
    median = float(np.exp(np.median(ratios)))
    p_value = float(stats.wilcoxon(ratios, alternative="less").pvalue) if np.any(ratios) else 1.0
    facts: dict[str, object] = {
        "lower": names[0],
        "upper": names[1],
        "count": int(np.sum(ratios < 0)),
        "trials": len(ratios),
        "ratio": f"{median:.2g}",
    }
    return Verdict(
        Message(N_("{lower} learns more slowly than {upper}."), facts),
        (
            Clause(median < 1, Message(SMALLER if median < 1 else NOT_SMALLER, facts)),
            significant(p_value, "wilcoxon", len(ratios)),
        ),
    )


def more_linear(first: ArrayLike, second: ArrayLike, names: tuple[Message, Message]) -> Verdict:
    """Judge whether the pictures of a first layer are closer to tilted planes than those of a second, seed by seed.

    Parameters
    ----------
    first, second : array-like of shape (n_seeds,)
        Mean R² of the best linear fit.
    names : tuple of Message
        What the layers are called.
    """
    flat, bent = np.asarray(first, np.float64), np.asarray(second, np.float64)
    ahead = flat - bent
    if not len(ahead):
        raise ClaimError("No seeds were trained, so nothing can be said. Run the exercise first.")
    facts: dict[str, object] = {
        "first": names[0],
        "second": names[1],
        "count": int(np.sum(ahead > 0)),
        "trials": len(ahead),
        "mean_first": f"{flat.mean():.2f}",
        "mean_second": f"{bent.mean():.2f}",
    }
    p_value = float(stats.wilcoxon(ahead, alternative="greater").pvalue) if np.any(ahead) else 1.0
    return Verdict(
        Message(N_("The pictures of {first} are closer to tilted planes than those of {second}."), facts),
        (
            Clause(bool(np.median(ahead) > 0), Message(FLATTER, facts)),
            significant(p_value, "wilcoxon", len(ahead)),
        ),
    )


FLATTER = N_(
    "For {count} of {trials} seeds R² of {first} is greater than that of {second}; the means are {mean_first} and "
    "{mean_second}."
)
SMALLER = N_(
    "For {count} of {trials} seeds the value of {lower} is smaller than that of {upper}; in the median it is {ratio} "
    "times as large."
)
NOT_SMALLER = N_(
    "Only for {count} of {trials} seeds is the value of {lower} smaller than that of {upper}; in the median it is "
    "{ratio} times as large, and it should be below 1."
)


def _ratios(lower: ArrayLike, upper: ArrayLike) -> NDArray[np.float64]:
    small, large = np.asarray(lower, np.float64), np.asarray(upper, np.float64)
    usable = np.isfinite(small) & np.isfinite(large) & (small > 0) & (large > 0)
    if not usable.any():
        raise ClaimError(
            "There is no seed with gradients to compare. Run the exercise again, at a lower learning rate."
        )
    ratios: NDArray[np.float64] = np.log(small[usable]) - np.log(large[usable])
    return ratios


def _counted(epochs: ArrayLike) -> tuple[int, int]:
    values = np.asarray(epochs)
    if not len(values):
        raise ClaimError("No seeds were trained, so nothing can be said. Run the exercise first.")
    return int(np.sum(values != NEVER)), len(values)
