"""The staffing search: the cheapest roster that meets the targets, as far as simulation can tell.

It starts where Erlang A says, half-hour by half-hour, and lets an integer program mix the shifts. Each candidate is
simulated; a roster that fails rules out every smaller one (see `shifts`), so the search ends with a proof within its
bounds, or at its limit and says so. The last few are ranked with a guarantee, the answer is tried with fresh luck.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simcare.chance import derive
from simcare.planning.answers import ANSWERS
from simcare.planning.basis import Basis
from simcare.planning.judging import LOOKS, Finding, Judgment, judge, shown
from simcare.planning.ranking import Ranking
from simcare.planning.replicate import Workers
from simcare.planning.search import Search, Tell


@dataclass(frozen=True, slots=True, eq=False)
class Staffing:
    """The answer.

    Attributes:
        basis: What was asked, staffed with the answer.
        best: The chosen roster; None where the targets cannot be met.
        why_not: Why they cannot be met; empty where they can.
        place: Index of the target that `why_not` speaks of, or None.
        proven: Whether every cheaper roster within the bounds was ruled out.
        judged: Every roster that was simulated, in order.
        finalists: The last few that met the targets, cheapest first.
        ranking: How they were ranked; None for fewer than two.
        fresh: What fresh luck says of each target.
        confidence: Of each judgment.
    """

    basis: Basis
    best: Judgment | None
    why_not: str
    place: int | None
    proven: bool
    judged: tuple[Judgment, ...]
    finalists: tuple[Judgment, ...]
    ranking: Ranking | None
    fresh: tuple[Finding, ...]
    confidence: float

    @property
    def sentence(self) -> str:
        """Return the answer in one sentence with its uncertainty."""
        if self.best is None:
            return f"The targets cannot be met because {self.why_not}."
        people = [
            f"{count} {team.team}"
            for team, count in zip(self.basis.plan.roster, self.best.people, strict=True)
            if count
        ]
        low, high = (np.nanpercentile([each["cost"] for each in self.best.whole], end) for end in (5, 95))
        met = "; ".join(str(finding) for finding in self.fresh)
        proof = "no cheaper roster within the bounds does" if self.proven else "a cheaper roster was not ruled out"
        return (
            f"{' and '.join(filter(None, (', '.join(people[:-1]), people[-1])))} meet the targets for "
            f"{shown(self.best.mean('cost'), 'USD')} a month (nine months in ten {shown(float(low), 'USD')} to "
            f"{shown(float(high), 'USD')}); {proof}. With fresh luck: {met}."
        )


def staff(
    basis: Basis,
    seed: int,
    workers: Workers | None = None,
    *,
    confidence: float = 0.95,
    most_rosters: int = 60,
    tell: Tell = lambda _: None,
) -> Staffing:
    """Search for the cheapest roster that meets the plan's targets; raises Interrupted when cancelled."""
    search = Search(basis, seed, Workers() if workers is None else workers, confidence, most_rosters, tell)
    best, proven = search.best()
    if best is None:
        why, place = _why_not(search, basis)
        judged = tuple(search.judged.values())
        return Staffing(basis, None, why, place, proven, judged, (), None, (), confidence)
    finalists = search.finalists(best)
    ranking = search.rank(finalists) if len(finalists) > 1 else None
    if ranking is not None:
        best = finalists[ranking.best]
    names = [team.team for team in basis.plan.roster]
    answer = basis.staffed(dict(zip(names, best.people, strict=True)))
    luck = derive(seed, "planning.fresh") >> 1
    fresh = judge(answer, best.people, luck, search.workers, confidence=confidence, most=LOOKS[-2])
    judged = tuple(search.judged.values())
    return Staffing(answer, best, "", None, proven, judged, tuple(finalists), ranking, fresh.findings, confidence)


def _why_not(search: Search, basis: Basis) -> tuple[str, int | None]:
    """Say which target fails, at what and with whom; and its place among the plan's targets."""
    biggest = search.judge(search.mix.most)
    wrong = [finding for finding in biggest.findings if finding.verdict != "met" and not finding.by_more_people]
    if wrong:
        who = f"even with the most people that the plan allows ({search.named(biggest.people)}) it is"
    else:
        least = min(
            (found for found in search.judged.values() if not found.too_few),
            key=lambda found: search.mix.price(found.people),
            default=biggest,
        )
        wrong = [finding for finding in least.findings if finding.verdict != "met"]
        who = f"the cheapest roster found that meets all other targets ({search.named(least.people)}) has"
    parts = " and ".join(str(finding) for finding in wrong)
    return f"{who} {parts}", basis.plan.targets.index(wrong[0].target) if wrong else None


def front(judged: Sequence[Judgment], answer: str = "missed_a_month") -> list[Judgment]:
    """Return the rosters of which none other is both cheaper and better in an answer, by cost (a Pareto front)."""
    better = ANSWERS[answer].better
    found: list[Judgment] = []
    best = -math.inf
    for each in sorted(judged, key=lambda one: (one.mean("cost"), -better * one.mean(answer))):
        value = better * each.mean(answer)
        if value > best:
            best = value
            found.append(each)
    return found
