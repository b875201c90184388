"""Verdicts: what many seeds say to a claim, clause by clause, and how sure one may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scipy import stats

from nnlab.messages import N_, ExplainedError, Message

CONFIDENCE = 0.95
SIGNIFICANCE = 0.05
SMALLEST = 0.001
"""A smaller probability is only said to be smaller."""


class ClaimError(ExplainedError):
    """There is nothing to judge a claim by."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a claim.

    Parameters
    ----------
    holds : bool
        Whether the seeds bear it out.
    says : Message
        What was found, and where it fails, by how much.
    """

    holds: bool
    says: Message


@dataclass(frozen=True, slots=True)
class Verdict:
    """What many seeds say to a claim.

    Parameters
    ----------
    claim : Message
        The statement.
    clauses : tuple of Clause
        All of them have to hold.
    """

    claim: Message
    clauses: tuple[Clause, ...]

    @property
    def holds(self) -> bool:
        """Whether the claim is accepted."""
        return all(clause.holds for clause in self.clauses)

    @property
    def failed(self) -> tuple[Clause, ...]:
        """The clauses that do not hold."""
        return tuple(clause for clause in self.clauses if not clause.holds)


def wilson(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the interval that a share lies in, from so many successes among so many trials.

    References
    ----------
    E. B. Wilson, “Probable inference, the law of succession, and statistical inference”, 1927.

    Examples
    --------
    >>> low, high = wilson(0, 100)
    >>> low, round(high, 4)
    (0.0, 0.037)
    """
    interval = stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)


def significant(p_value: float, test: str, pairs: int) -> Clause:
    """Return the clause that chance alone would rarely give such a result.

    Parameters
    ----------
    p_value : float
        How often it would.
    test : {"wilcoxon", "sign"}
        The test that says so.
    pairs : int
        By how many pairs.
    """
    facts: dict[str, Any] = {
        "test": Message(TESTS[test]),
        "p": f"{p_value:.2g}" if p_value >= SMALLEST else f"<{SMALLEST:g}",
        "pairs": pairs,
        "limit": f"{SIGNIFICANCE:g}",
    }
    holds = p_value < SIGNIFICANCE
    return Clause(holds, Message(CHANCE_RARE if holds else CHANCE_ENOUGH, facts))


TESTS = {"wilcoxon": N_("Wilcoxon's signed-rank test"), "sign": N_("the sign test")}
CHANCE_RARE = N_("Chance alone would give this with probability {p} ({test}, {pairs} pairs): less than {limit}.")
CHANCE_ENOUGH = N_(
    "Chance alone would give this with probability {p} ({test}, {pairs} pairs): it would have to be below {limit}."
)
