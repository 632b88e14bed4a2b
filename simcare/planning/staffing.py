"""The staffing search: the cheapest roster that meets the targets, as far as simulation can tell.

It starts where Erlang A says, half-hour by half-hour, and lets an integer program mix the shifts. Each candidate is
simulated; a roster that fails rules out every smaller one (see `shifts`), so the search ends with a proof within its
bounds, or at its limit and says so. The last few are ranked with a guarantee, the answer is tried with fresh luck.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simcare.chance import derive
from simcare.planning import erlang
from simcare.planning.answers import ANSWERS, whole
from simcare.planning.basis import Basis
from simcare.planning.counted import AT
from simcare.planning.judging import LOOKS, Finding, Judgment, judge, shown
from simcare.planning.posting import takes_of
from simcare.planning.ranking import Ranking, rank_least
from simcare.planning.replicate import Workers, money_of
from simcare.planning.shifts import Floats, Mix, Roster, bounds_of, month_cost, on_duty_shares

Tell = Callable[[str], None]
"""Called with a sentence on what the search is doing."""
FINALISTS = 4
INDIFFERENT = 0.005
"""Share of the monthly cost below which a difference of two rosters does not matter."""


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
    search = _Search(basis, seed, Workers() if workers is None else workers, confidence, most_rosters, tell)
    return search.run()


class _Search:
    """One search; it remembers what it simulated."""

    def __init__(
        self, basis: Basis, seed: int, workers: Workers, confidence: float, most_rosters: int, tell: Tell
    ) -> None:
        self._basis, self._seed, self._workers = basis, seed, workers
        self._confidence, self._left, self._tell = confidence, most_rosters, tell
        least, most = bounds_of(basis)
        self._judged: dict[Roster, Judgment] = {}
        self._mix = Mix(least, most, month_cost(basis), np.zeros((0, len(least))), np.zeros(0))

    def run(self) -> Staffing:
        biggest = self._judge(self._mix.most)
        if biggest.too_few:
            return self._impossible(biggest)
        self._raise_least()
        self._mix.covers, self._mix.needed = needs(self._basis, self._seed, self._workers, self._mix.most)
        best = self._first(biggest)
        if best is None:
            return self._impossible(biggest)
        best = self._descend(best)
        best, proven = self._close(best)
        finalists = self._finalists(best)
        ranking = self._rank(finalists) if len(finalists) > 1 else None
        if ranking is not None:
            best = finalists[ranking.best]
        names = [team.team for team in self._basis.plan.roster]
        answer = self._basis.staffed(dict(zip(names, best.people, strict=True)))
        fresh = tuple(
            judge(
                answer,
                best.people,
                derive(self._seed, "planning.fresh") >> 1,
                self._workers,
                confidence=self._confidence,
                most=LOOKS[-2],
            ).findings
        )
        return Staffing(
            answer,
            best,
            "",
            None,
            proven,
            tuple(self._judged.values()),
            tuple(finalists),
            ranking,
            fresh,
            self._confidence,
        )

    def _judge(self, people: Roster) -> Judgment:
        if people not in self._judged:
            self._left -= 1
            found = judge(self._basis, people, self._seed, self._workers, confidence=self._confidence)
            self._judged[people] = found
            if found.too_few:
                self._mix.too_small.append(people)
            if found.too_many:
                self._mix.too_big.append(people)
            verdict = (
                "meets the targets"
                if found.meets
                else "; ".join(str(finding) for finding in found.findings if finding.verdict != "met")
            )
            self._tell(f"{self._named(people)}, {shown(self._mix.price(people), 'USD')} a month: {verdict}")
        return self._judged[people]

    def _named(self, people: Roster) -> str:
        return ", ".join(f"{count} {team.team}" for team, count in zip(self._basis.plan.roster, people, strict=True))

    def _raise_least(self) -> None:
        """Find the fewest people of each team that can do at all, with all other teams at their most."""
        least = list(self._mix.least)
        for team, most in enumerate(self._mix.most):
            low, high = least[team], most
            while low < high and self._left > 0:
                middle = (low + high) // 2
                people = (*self._mix.most[:team], middle, *self._mix.most[team + 1 :])
                if self._judge(people).too_few:
                    low = middle + 1
                else:
                    high = middle
            least[team] = low
        self._mix.least = tuple(least)

    def _first(self, biggest: Judgment) -> Judgment | None:
        """Return a roster that meets the targets: what Erlang A asks for, then step by step more of it."""
        times = 1.0
        while self._left > 0 and times < 4:
            people = self._mix.cheapest(needed_times=times)
            if people is None:
                break
            found = self._judge(people)
            if found.meets:
                return found
            times *= 1.1
        if biggest.meets:
            return biggest
        while self._left > 0 and (people := self._mix.cheapest()) is not None:
            found = self._judge(people)
            if found.meets:
                return found
        return None

    def _descend(self, best: Judgment) -> Judgment:
        """Take people off, the dearest first, as long as the targets are met."""
        moved = True
        while moved and self._left > 0:
            moved = False
            for team in np.argsort(-self._mix.cost, kind="stable").tolist():
                step = max(1, (best.people[team] - self._mix.least[team]) // 2)
                while step >= 1 and self._left > 0:
                    fewer = best.people[team] - step
                    people = (*best.people[:team], fewer, *best.people[team + 1 :])
                    if fewer < self._mix.least[team] or self._mix.ruled_out(people):
                        step //= 2
                    elif (found := self._judge(people)).meets:
                        best, moved = found, True
                    else:
                        step //= 2
        return best

    def _close(self, best: Judgment) -> tuple[Judgment, bool]:
        """Try the cheapest roster that is not ruled out, until none is cheaper than the best or the limit comes."""
        while True:
            people = self._mix.cheapest(below=self._mix.price(best.people))
            if people is None:
                return best, True
            if self._left <= 0:
                return best, False
            found = self._judge(people)
            if found.meets:
                best = self._descend(found)

    def _finalists(self, best: Judgment) -> list[Judgment]:
        met = [found for found in self._judged.values() if found.meets]
        met.sort(key=lambda found: self._mix.price(found.people))
        close = self._mix.price(best.people) * 1.03
        return [found for found in met if self._mix.price(found.people) <= close][:FINALISTS] or [best]

    def _rank(self, finalists: Sequence[Judgment]) -> Ranking:
        """Rank by the simulated cost, overtime and sickness included."""
        names = [team.team for team in self._basis.plan.roster]
        bases = [self._basis.staffed(dict(zip(names, found.people, strict=True))) for found in finalists]
        money = money_of(self._basis)

        def draw(places: Sequence[int], replication: int) -> list[float]:
            jobs = [(bases[place], replication) for place in places]
            return [whole(tally, money)["cost"] for tally in self._workers.run(jobs, self._seed)]

        cost = finalists[0].mean("cost")
        self._tell(f"ranking the last {len(finalists)} by their simulated cost")
        return rank_least(
            len(finalists), draw, indifference=INDIFFERENT * cost, confidence=self._confidence, most=LOOKS[-1]
        )

    def _impossible(self, biggest: Judgment) -> Staffing:
        """Say which target fails, and at what."""
        plan = self._basis.plan
        wrong = [finding for finding in biggest.findings if finding.verdict != "met"]
        few = [finding for finding in wrong if not finding.by_more_people]
        if few:
            parts = " and ".join(str(finding) for finding in few)
            why = f"even with the most people that the plan allows ({self._named(biggest.people)}) it is {parts}"
        else:
            least = min(
                (found for found in self._judged.values() if not found.too_few),
                key=lambda found: self._mix.price(found.people),
                default=biggest,
            )
            parts = " and ".join(str(finding) for finding in least.findings if finding.verdict != "met")
            why = f"the cheapest roster found that meets all other targets ({self._named(least.people)}) has {parts}"
            few = [finding for finding in least.findings if finding.verdict != "met"]
        place = plan.targets.index(few[0].target) if few else None
        return Staffing(
            self._basis,
            None,
            why,
            place,
            proven=bool(few),
            judged=tuple(self._judged.values()),
            finalists=(),
            ranking=None,
            fresh=(),
            confidence=self._confidence,
        )


def needs(basis: Basis, seed: int, workers: Workers, people: Roster) -> tuple[Floats, Floats]:
    """Return what a roster must cover as rows of `covers @ people >= needed`: where the search starts.

    For each interval of the week the people whom Erlang A asks for to answer inbound calls in time; over the week the
    minutes of all work; the same for work that needs a license, and nurses for the escalations.
    """
    plan = basis.plan
    staffed = basis.staffed({team.team: count for team, count in zip(plan.roster, people, strict=True)})
    tally = next(workers.run([(staffed, 0)], seed))
    weeks = plan.horizon_days / 7
    step = float(plan.interval_minutes)
    shares = on_duty_shares(basis)
    takes = [takes_of(team) for team in plan.roster]
    week = tally.week.sum(axis=0)
    busy, calls, asked = week[AT["busy"]], week[AT["offered"]], week[AT["nurse_asked"]]
    rows: list[Floats] = []
    needed: list[float] = []
    answers = np.array([float("inbound" in of) for of in takes])
    service = max(1.0, busy / max(1.0, calls + week[AT["attempts_answered"]]))
    patience = 6.0 if plan.patients is None else basis.minutes("patience").mean
    within, share = plan.service_level.within_seconds / 60, _service_target(basis)
    for slot in range(len(shares)):
        rate = tally.week[slot, AT["offered"]] / weeks / step
        if rate > 0 and shares[slot] @ answers > 0:
            rows.append(shares[slot] * answers)
            needed.append(float(erlang.servers_needed(rate, service, patience, within, share, 2_000)))
    minutes = shares.sum(axis=0) * step
    rows.append(minutes)
    needed.append(busy / weeks)
    licensed = np.array([float(team.license != "none") for team in plan.roster])
    if plan.patients is not None and plan.patients.states is not None and licensed.any():
        states = plan.patients.states
        part = len(basis.nurse_only & set(states)) / len(states)
        rows.append(minutes * licensed)
        needed.append(busy / weeks * part * 0.8)
    nurses = np.array([float("escalation" in of) for of in takes])
    if asked and nurses.any():
        talk = basis.minutes("nurse_call").mean + basis.minutes("documentation").mean
        for slot in range(len(shares)):
            rate = tally.week[slot, AT["nurse_asked"]] / weeks / step
            if rate > 0 and shares[slot] @ nurses > 0:
                rows.append(shares[slot] * nurses)
                wanted = erlang.servers_needed(rate, talk, basis.minutes("hold_patience").mean, 5.0, 0.8, 500)
                needed.append(float(wanted))
    return np.array(rows), np.array(needed)


def _service_target(basis: Basis) -> float:
    for target in basis.plan.targets:
        if target.answer == "service_level" and target.at_least is not None:
            return min(target.at_least, 0.999)
    return 0.8


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
