"""Whether a roster meets the targets of a plan: simulated until the answer is clear, at a stated confidence.

More people never make a target of service worse; a target that a bigger roster makes harder (a budget, an occupancy
that must not fall) works the other way. Both kinds of verdict cut what a search still has to look at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simcare.planning.answers import ANSWERS, whole
from simcare.planning.basis import Basis
from simcare.planning.plan import Target
from simcare.planning.replicate import Workers, money_of
from simcare.planning.statistics import t_quantile

LOOKS = (3, 6, 12, 24, 48)
"""Numbers of replications after which targets are looked at; the error is shared among the looks."""
Verdict = Literal["met", "missed", "open"]
_MORE_PEOPLE_HURT = frozenset(("cost", "occupancy", "utilization"))


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known about one target.

    Attributes:
        target: Which.
        mean: Of its answer, over the replications.
        low: Low end of the interval at the confidence of the whole judgment.
        high: High end.
        verdict: met or missed where the interval lies clear of the bound; open where it does not.
    """

    target: Target
    mean: float
    low: float
    high: float
    verdict: Verdict

    @property
    def by_more_people(self) -> bool:
        """Tell whether a bigger roster makes the target harder to meet."""
        return more_people_hurt(self.target)

    def __str__(self) -> str:
        """Return the finding in words."""
        answer = ANSWERS[self.target.answer]
        bound = f"{'at least' if self.target.sign > 0 else 'at most'} {shown(self.target.bound, answer.unit)}"
        between = f"{shown(self.low, answer.unit)} to {shown(self.high, answer.unit)}"
        return f"{answer.title.lower()} {shown(self.mean, answer.unit)} ({between}), asked for {bound}"


@dataclass(frozen=True, slots=True, eq=False)
class Judgment:
    """A roster, judged.

    Attributes:
        people: How many in each team, in the roster's order.
        findings: One a target.
        whole: The answers of each replication.
    """

    people: tuple[int, ...]
    findings: tuple[Finding, ...]
    whole: tuple[dict[str, float], ...]

    @property
    def meets(self) -> bool:
        """Tell whether every target is clearly met."""
        return all(finding.verdict == "met" for finding in self.findings)

    @property
    def too_few(self) -> bool:
        """Tell whether a target is not met that more people could mend."""
        return any(finding.verdict != "met" and not finding.by_more_people for finding in self.findings)

    @property
    def too_many(self) -> bool:
        """Tell whether a target is not met that fewer people could mend."""
        return any(finding.verdict != "met" and finding.by_more_people for finding in self.findings)

    def mean(self, answer: str) -> float:
        """Return the mean of an answer over the replications that have one."""
        values = np.array([each[answer] for each in self.whole])
        return float(np.nanmean(values)) if not np.isnan(values).all() else math.nan


def more_people_hurt(target: Target) -> bool:
    """Tell whether a bigger roster makes a target harder to meet."""
    return target.answer in _MORE_PEOPLE_HURT and (target.sign < 0) == (target.answer == "cost")


def judge(
    basis: Basis,
    people: Sequence[int],
    seed: int,
    workers: Workers,
    *,
    confidence: float = 0.95,
    most: int = LOOKS[-2],
) -> Judgment:
    """Simulate a roster until every target is clear, one is clearly missed, or `most` replications are done.

    With the stated confidence no target is called met that is missed, or missed that is met: the error is shared among
    targets and looks (Bonferroni).
    """
    plan = basis.plan
    staffed = basis.staffed({team.team: count for team, count in zip(plan.roster, people, strict=True)})
    money = money_of(staffed)
    looks = [look for look in LOOKS if look < most] + [most]
    error = (1 - confidence) / max(1, len(plan.targets) * len(looks))
    values: list[dict[str, float]] = []
    findings: tuple[Finding, ...] = ()
    for look in looks:
        jobs = ((staffed, replication) for replication in range(len(values), look))
        values += [whole(tally, money) for tally in workers.run(jobs, seed)]
        findings = tuple(find(target, values, error) for target in plan.targets)
        verdicts = {finding.verdict for finding in findings}
        if "missed" in verdicts or verdicts <= {"met"}:
            break
    return Judgment(tuple(people), findings, tuple(values))


def find(target: Target, values: Sequence[dict[str, float]], error: float) -> Finding:
    """Return what replications say about a target; each end of its interval is wrong with probability `error`."""
    numbers = np.array([each[target.answer] for each in values])
    numbers = numbers[~np.isnan(numbers)]
    if not numbers.size:  # where nobody was asked for, nobody waited
        verdict: Verdict = "met" if target.sign < 0 else "open"
        return Finding(target, math.nan, math.nan, math.nan, verdict)
    mean, spread = float(numbers.mean()), float(numbers.std(ddof=1)) if numbers.size > 1 else math.inf
    half = 0.0 if spread == 0 else t_quantile(max(1, numbers.size - 1), 1 - error) * spread / math.sqrt(numbers.size)
    low, high = mean - half, mean + half
    if target.sign > 0:
        verdict = "met" if low >= target.bound else "missed" if high < target.bound else "open"
    else:
        verdict = "met" if high <= target.bound else "missed" if low > target.bound else "open"
    return Finding(target, mean, low, high, verdict)


def shown(value: float, unit: str) -> str:
    """Return a number with its unit, as a person would say it."""
    if math.isnan(value):
        return "none"
    if unit == "share":
        return f"{value:.1%}"
    if unit == "USD":
        return f"{'-' if value < -0.5 else ''}${abs(value):,.0f}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"
