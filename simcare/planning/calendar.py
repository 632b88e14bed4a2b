"""The calendar that answers count by: local days, intervals and months of a plan's zone, in minutes of the world.

A day of 23 hours has two empty intervals, one of 25 hours a longer last one; the number of intervals a day stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simcare.planning.basis import Basis
from simcare.planning.building import horizon
from simcare.world.clock import offsets

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """What is counted.

    Attributes:
        days: The local days, in order.
        interval_minutes: Length of an interval.
        edges: Where each interval begins, and the end of the last; minutes since the world's start, rising.
        months: First days of the calendar months that lie whole within the days.
        month_edges: Where each of them begins and ends, shape (months, 2).
        turns: Where any month of the world ends, also outside of what is counted, rising; the last is infinite.
    """

    days: tuple[date, ...]
    interval_minutes: int
    edges: Floats
    months: tuple[date, ...]
    month_edges: Floats
    turns: Floats

    @property
    def per_day(self) -> int:
        """Return how many intervals a day has."""
        return 1440 // self.interval_minutes

    @property
    def slots(self) -> Whole:
        """Return for each interval which of a week it is, from Monday 00:00."""
        at = np.arange(len(self.days) * self.per_day)
        weekday = np.array([day.weekday() for day in self.days], np.int64)
        return weekday[at // self.per_day] * self.per_day + at % self.per_day

    def interval_of(self, minute: Floats) -> Whole:
        """Return the interval of each time, -1 for what is not counted."""
        found = np.searchsorted(self.edges, minute, side="right") - 1
        found[(minute < self.edges[0]) | ~(minute < self.edges[-1])] = -1
        return found

    def month_of(self, minute: Floats) -> Whole:
        """Return the whole month of each time, -1 for none."""
        found = np.full(minute.size, -1, np.int64)
        for at, (start, end) in enumerate(self.month_edges):
            found[(minute >= start) & (minute < end)] = at
        return found

    def month_ends(self, minute: Floats) -> Floats:
        """Return where the month of each time ends."""
        return self.turns[np.searchsorted(self.turns, minute, side="right")]

    def shared(self, start: Floats, end: Floats, weights: Floats | None = None) -> Floats:
        """Return how many minutes of the spans [start, end) lie in each interval, each span times its weight."""
        before = _until(self.edges, start, weights) - _until(self.edges, end, weights)
        return np.diff(before)


def calendar_of(basis: Basis) -> Calendar:
    """Return the calendar of a plan."""
    plan = basis.plan
    on, _ = horizon(basis)
    first = (plan.start - on).days
    count = plan.horizon_days
    # At its midnight a day still has the clock of the day before: clocks change in the small hours.
    ahead = offsets(plan.zone, on, first + count)[first : first + count + 1]
    starts = np.arange(first, first + count + 1) * 1440.0 - ahead
    within = np.arange(0, 1440, plan.interval_minutes)
    edges = np.minimum(starts[:-1, None] + within[None, :], starts[1:, None]).ravel()
    days = tuple(plan.start + timedelta(days=day) for day in range(count))
    firsts = [at for at, day in enumerate([*days, days[-1] + timedelta(days=1)]) if day.day == 1]
    pairs = list(pairwise(firsts))
    turns = [day * 1440.0 for day in range(1, first + count + 2) if (on + timedelta(days=day)).day == 1]
    return Calendar(
        days=days,
        interval_minutes=plan.interval_minutes,
        edges=np.append(edges, starts[-1]),
        months=tuple(days[at] for at, _ in pairs),
        month_edges=np.array([(starts[a], starts[b]) for a, b in pairs], np.float64).reshape(-1, 2),
        turns=np.array([*turns, np.inf]),
    )


def _until(edges: Floats, times: Floats, weights: Floats | None) -> Floats:
    """Return at each edge the sum over times of what the edge lies beyond it: max(edge - time, 0), weighted."""
    order = np.argsort(times)
    at = times[order]
    weight = np.ones(at.size) if weights is None else weights[order]
    count = np.concatenate([[0.0], np.cumsum(weight)])
    moment = np.concatenate([[0.0], np.cumsum(weight * at)])
    place = np.searchsorted(at, edges, side="right")
    found: Floats = edges * count[place] - moment[place]
    return found
