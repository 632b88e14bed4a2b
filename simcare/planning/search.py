"""How a staffing search goes: up from Erlang A until the targets are met, down again, sideways, and to a proof.

What it ends with is told in `staffing`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from simcare.planning.answers import whole
from simcare.planning.basis import Basis
from simcare.planning.judging import LOOKS, Judgment, judge, shown
from simcare.planning.loads import needs
from simcare.planning.ranking import Ranking, rank_least
from simcare.planning.replicate import Workers, money_of
from simcare.planning.shifts import Mix, Roster, bounds_of, month_cost

Tell = Callable[[str], None]
"""Called with a sentence on what the search is doing."""
FINALISTS = 4
CLOSE = 1.03
"""Rosters up to so many times the best's cost are ranked with it."""
INDIFFERENT = 0.005
"""Share of the monthly cost below which a difference of two rosters does not matter."""


class Search:
    """One search; it remembers what it simulated.

    Attributes:
        mix: What it knows of rosters.
        judged: Every roster that it simulated, in order.
    """

    def __init__(
        self, basis: Basis, seed: int, workers: Workers, confidence: float, most_rosters: int, tell: Tell
    ) -> None:
        self._basis, self._seed, self.workers = basis, seed, workers
        self._confidence, self._left, self._tell = confidence, most_rosters, tell
        least, most = bounds_of(basis)
        self.judged: dict[Roster, Judgment] = {}
        self.mix = Mix(least, most, month_cost(basis), np.zeros((0, len(least))), np.zeros(0))

    def best(self) -> tuple[Judgment | None, bool]:
        """Return the cheapest roster that was found to meet the targets, and whether that is proven; None for none."""
        biggest = self.judge(self.mix.most)
        if biggest.too_few:
            return None, True
        self._raise_least()
        self.mix.covers, self.mix.needed = needs(self._basis, self._seed, self.workers, self.mix.most)
        found = self._first(biggest)
        if found is None:
            return None, self.mix.cheapest() is None
        return self._close(self._swap(self._descend(found)))

    def judge(self, people: Roster) -> Judgment:
        """Simulate a roster, or remember what came of it."""
        if people not in self.judged:
            self._left -= 1
            found = judge(self._basis, people, self._seed, self.workers, confidence=self._confidence)
            self.judged[people] = found
            if found.too_few:
                self.mix.too_small.append(people)
            if found.too_many:
                self.mix.too_big.append(people)
            verdict = (
                "meets the targets"
                if found.meets
                else "; ".join(str(finding) for finding in found.findings if finding.verdict != "met")
            )
            self._tell(f"{self.named(people)}, staff of {shown(self.mix.price(people), 'USD')} a month: {verdict}")
        return self.judged[people]

    def named(self, people: Roster) -> str:
        """Return a roster in words."""
        return ", ".join(f"{count} {team.team}" for team, count in zip(self._basis.plan.roster, people, strict=True))

    def _raise_least(self) -> None:
        """Find the fewest people of each team that can do at all, with all other teams at their most."""
        least = list(self.mix.least)
        for team, most in enumerate(self.mix.most):
            low, high, middle = least[team], most, least[team]  # mostly the fewest will do, so that is asked first
            while low < high and self._left > 0:
                people = (*self.mix.most[:team], middle, *self.mix.most[team + 1 :])
                if self.judge(people).too_few:
                    low = middle + 1
                else:
                    high = middle
                middle = (low + high) // 2
            least[team] = low
        self.mix.least = tuple(least)

    def _first(self, biggest: Judgment) -> Judgment | None:
        """Return a roster that meets the targets: what Erlang A asks for, then step by step more of it."""
        times = 1.0
        while self._left > 0 and times < 4:
            people = self.mix.cheapest(needed_times=times)
            if people is None:
                break
            found = self.judge(people)
            if found.meets:
                return found
            times *= 1.1
        if biggest.meets:
            return biggest
        while self._left > 0 and (people := self.mix.cheapest()) is not None:
            found = self.judge(people)
            if found.meets:
                return found
        return None

    def _descend(self, best: Judgment) -> Judgment:
        """Take people off, the dearest first, as long as the targets are met."""
        moved = True
        while moved and self._left > 0:
            moved = False
            for team in np.argsort(-self.mix.cost, kind="stable").tolist():
                step = max(1, (best.people[team] - self.mix.least[team]) // 2)
                while step >= 1 and self._left > 0:
                    fewer = best.people[team] - step
                    people = (*best.people[:team], fewer, *best.people[team + 1 :])
                    if fewer < self.mix.least[team] or self.mix.ruled_out(people):
                        step //= 2
                    elif (found := self.judge(people)).meets:
                        best, moved = found, True
                    else:
                        step //= 2
        return best

    def _swap(self, best: Judgment) -> Judgment:
        """Put people of one team in the place of one or two of another, where that is cheaper, until nothing helps."""
        found: Judgment | None = best
        while found is not None and self._left > 0:
            best = found
            found = next((each for each in map(self.judge, self._swaps(best)) if each.meets), None)
            found = None if found is None else self._descend(found)
        return best

    def _swaps(self, best: Judgment) -> Iterator[Roster]:
        """Yield the neighbors of a roster that are cheaper and not ruled out when they are asked for."""
        cost = self.mix.cost
        for fewer, more, taken in itertools.product(range(len(cost)), range(len(cost)), (1, 2)):
            given = math.ceil(cost[fewer] * taken / cost[more]) - 1 if cost[more] > 0 else 0
            if fewer == more or given < 1:
                continue
            people = list(best.people)
            people[fewer] -= taken
            people[more] = min(people[more] + given, self.mix.most[more])
            roster = tuple(people)
            if people[fewer] >= self.mix.least[fewer] and not self.mix.ruled_out(roster) and self._left > 0:
                yield roster

    def _close(self, best: Judgment) -> tuple[Judgment, bool]:
        """Try cheaper rosters that are not ruled out, the dearest first, until there is none or the limit comes.

        The dearest rules out most when it fails, because all smaller ones fail with it.
        """
        while (people := self.mix.dearest(below=self.mix.price(best.people))) is not None:
            if self._left <= 0:
                return best, False
            found = self.judge(people)
            if found.meets:
                best = self._swap(self._descend(found))
        return best, True

    def finalists(self, best: Judgment) -> list[Judgment]:
        """Return the last few that met the targets and cost nearly as little as the best, cheapest first."""
        met = [found for found in self.judged.values() if found.meets]
        met.sort(key=lambda found: self.mix.price(found.people))
        close = self.mix.price(best.people) * CLOSE
        return [found for found in met if self.mix.price(found.people) <= close][:FINALISTS] or [best]

    def rank(self, finalists: Sequence[Judgment]) -> Ranking:
        """Rank by the simulated cost, overtime and sickness included."""
        names = [team.team for team in self._basis.plan.roster]
        bases = [self._basis.staffed(dict(zip(names, found.people, strict=True))) for found in finalists]
        money = money_of(self._basis)

        def draw(places: Sequence[int], replication: int) -> list[float]:
            jobs = [(bases[place], replication) for place in places]
            return [whole(tally, money)["cost"] for tally in self.workers.run(jobs, self._seed)]

        cost = finalists[0].mean("cost")
        self._tell(f"ranking the last {len(finalists)} by their simulated cost")
        return rank_least(
            len(finalists), draw, indifference=INDIFFERENT * cost, confidence=self._confidence, most=LOOKS[-1]
        )
