"""The shift mix as an integer program: the cheapest numbers of people that cover the need and were not ruled out.

What is needed comes from Erlang A, half-hour by half-hour; what is ruled out comes from simulated rosters. One that is
too small rules out every roster that is nowhere bigger, one that is too big every one that is nowhere smaller.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from simcare.planning.basis import Basis
from simcare.planning.plan import Team
from simcare.planning.posting import hourly_of, leaving_of, shrinkage_of
from simcare.planning.tables import WEEKDAYS

Floats = NDArray[np.float64]
Roster = tuple[int, ...]
_WEEKS_A_MONTH = 30.4375 / 7


@dataclass
class Mix:
    """What a search knows of rosters: their bounds, what a person of each team costs, and what is ruled out.

    Attributes:
        least: Fewest people of each team.
        most: Most people of each team.
        cost: USD a month of one person of each team, in a full month without overtime.
        covers: Rows of an inequality `covers @ people >= needed`.
        needed: See `covers`.
        too_small: Rosters that were too small.
        too_big: Rosters that were too big.
    """

    least: Roster
    most: Roster
    cost: Floats
    covers: Floats
    needed: Floats
    too_small: list[Roster] = field(default_factory=list)
    too_big: list[Roster] = field(default_factory=list)

    def price(self, people: Roster) -> float:
        """Return what a roster costs a month."""
        return float(self.cost @ np.array(people, np.float64))

    def ruled_out(self, people: Roster) -> bool:
        """Tell whether a simulated roster already says that this one will not do."""
        return any(all(a <= b for a, b in zip(people, small, strict=True)) for small in self.too_small) or any(
            all(a >= b for a, b in zip(people, big, strict=True)) for big in self.too_big
        )

    def dearest(self, *, below: float) -> Roster | None:
        """Return the dearest roster that is not ruled out and costs less than `below`; None where there is none."""
        return self._solve(-1.0, None, below)

    def cheapest(self, *, needed_times: float | None = None, below: float = math.inf) -> Roster | None:
        """Return the cheapest roster that is not ruled out and costs less than `below`; None where there is none.

        With `needed_times` it must also cover that many times what is needed; where no roster within the bounds does,
        the needs are cut to what the bounds allow.
        """
        return self._solve(1.0, needed_times, below)

    def _solve(self, sign: float, needed_times: float | None, below: float) -> Roster | None:
        teams, small, big = len(self.cost), len(self.too_small), len(self.too_big)
        size = teams * (1 + small + big)
        least, most = np.array(self.least, np.float64), np.array(self.most, np.float64)
        rows: list[Floats] = []
        ends: list[float] = []

        def ask(values: dict[int, float], at_least: float) -> None:
            row = np.zeros(size)
            for place, value in values.items():
                row[place] = value
            rows.append(row)
            ends.append(at_least)

        for nth, roster in enumerate([*self.too_small, *self.too_big]):
            start = teams * (1 + nth)
            ask({start + team: 1.0 for team in range(teams)}, 1.0)
            for team, people in enumerate(roster):
                if nth < small:  # more people in one of the teams: x >= least + (people + 1 - least) z
                    ask({team: 1.0, start + team: -(people + 1 - least[team])}, least[team])
                else:  # fewer: x <= most - (most - people + 1) z
                    ask({team: -1.0, start + team: -(most[team] - people + 1)}, -most[team])
        if needed_times is not None:
            reachable = self.covers @ most
            for row, need in zip(self.covers, np.minimum(self.needed * needed_times, reachable), strict=True):
                if need > 0:
                    ask({team: float(value) for team, value in enumerate(row)}, float(need) - 1e-9)
        if below < math.inf:
            ask({team: -float(value) for team, value in enumerate(self.cost)}, -below + 1e-6 * max(1.0, abs(below)))
        prices = np.concatenate([sign * self.cost, np.zeros(size - teams)])
        constraints = LinearConstraint(np.array(rows), np.array(ends), np.inf) if rows else ()
        bounds = Bounds(np.concatenate([least, np.zeros(size - teams)]), np.concatenate([most, np.ones(size - teams)]))
        found = milp(prices, constraints=constraints, bounds=bounds, integrality=np.ones(size))
        if found.x is None:
            return None
        return tuple(round(float(value)) for value in found.x[:teams])


def bounds_of(basis: Basis) -> tuple[Roster, Roster]:
    """Return the fewest and the most people of each team; a team that names none stays as it is."""
    bounds = [team.may_be or (team.people, team.people) for team in basis.plan.roster]
    return tuple(low for low, _ in bounds), tuple(high for _, high in bounds)


def month_cost(basis: Basis) -> Floats:
    """Return what one person of each team costs a month: paid hours with benefits and overhead, and replacements."""
    loads = (1 + basis.number("benefit_load")) * (1 + basis.number("overhead_share"))
    return np.array(
        [
            hourly_of(basis, team) * _paid_hours(team) * _WEEKS_A_MONTH * loads
            + leaving_of(basis, team) / 12 * basis.number(f"replacement_usd_{team.license}")
            for team in basis.plan.roster
        ]
    )


def _paid_hours(team: Team) -> float:
    if team.shift is None:
        return 168.0
    return len(team.shift.days) * team.shift.length / 60 / team.shift.every


def on_duty_shares(basis: Basis) -> Floats:
    """Return which share of a team's people is there in each interval of the week, shape (intervals, teams).

    In the plan's zone; breaks, meetings, leave and sickness are taken off, evenly over the shift.
    """
    plan = basis.plan
    step = plan.interval_minutes
    week = np.zeros((7 * 1440 // step, len(plan.roster)))
    noon = datetime.combine(plan.start, time(12))
    here = ZoneInfo(plan.zone).utcoffset(noon)
    for at, team in enumerate(plan.roster):
        shrinkage = shrinkage_of(basis, team)
        present = (1 - shrinkage.sick) * (1 - shrinkage.leave) * (1 - shrinkage.meetings)
        if team.shift is None:
            week[:, at] = present
            continue
        there = ZoneInfo(team.shift.zone or plan.zone).utcoffset(noon)
        assert here is not None and there is not None
        ahead = (here - there).total_seconds() / 60
        shift = team.shift.shift(plan.zone)
        share = present * (team.shift.worked / team.shift.length) / shift.every
        for day in team.shift.days:
            start = WEEKDAYS.index(day) * 1440 + shift.start + ahead
            minutes = np.arange(0, shift.minutes, step)
            np.add.at(week[:, at], ((start + minutes) // step).astype(np.int64) % len(week), share)
    return week
