"""Clocks: which local hour and weekday it is in a zone, and when the months and the hours of a horizon begin.

All times are minutes since 00:00 UTC of the first day. An offset is taken at local noon and stands for the local day.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.posts import Shift
from simcare.world.spec import DAY


@lru_cache(maxsize=256)
def offsets(zone: str, on: date, days: int) -> NDArray[np.int64]:
    """Return the minutes that a zone is ahead of UTC on each of `days` local days, and one before and after them.

    Element d + 1 is that of day d. Raises ValueError for a zone that is unknown or not whole hours from UTC.
    """
    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"there is no time zone '{zone}'; use an IANA name such as America/Chicago") from None
    noon = datetime.combine(on, time(12), clock)
    found = []
    for day in range(-1, days + 1):
        ahead = (noon + timedelta(days=day)).utcoffset()
        assert ahead is not None
        found.append(int(ahead.total_seconds()) // 60)
    if any(minutes % 60 for minutes in found):
        raise ValueError(f"the time zone '{zone}' is not whole hours from UTC; choose another")
    return np.array(found, np.int64)


def starts(shift: Shift, on: date, days: float) -> Floats:
    """Return when the shift begins, rising, from the local day before the horizon to its end; float64."""
    whole = math.ceil(days)
    ahead = offsets(shift.zone, on, whole)
    day = np.arange(-1, whole + 1)
    weekday = (day + on.weekday()) % 7
    week = (day + on.weekday()) // 7
    works = np.isin(weekday, shift.days) & (week % shift.every == shift.week % shift.every)
    begins: Floats = (day * DAY + shift.start - ahead)[works]
    return begins[(begins < days * DAY) & (begins + shift.minutes > 0)]


def months(on: date, days: float) -> Whole:
    """Return the day on which each calendar month of the horizon begins, the first from day 0."""
    firsts = [0]
    for day in range(1, math.ceil(days)):
        if (on + timedelta(days=day)).day == 1:
            firsts.append(day)
    return np.array(firsts, np.int64)


def operational(shares: Floats, ahead: Whole, on: date, days: float) -> Floats:
    """Return, at each whole hour of the horizon and its end, the minutes that a flat process would have needed.

    `shares` are those of 168 local hours from Monday, `ahead` the zone's `offsets`. A Poisson process of rate 1 in
    these minutes follows the weekly pattern in those of the clock, with mean 1 a minute over a whole week.
    """
    hour = np.arange(math.ceil(days * 24))
    local = hour * 60 + ahead[hour // 24 + 1]
    of_week = (local // 60 + on.weekday() * 24) % 168
    rates = shares[of_week] * 168.0
    lengths = np.minimum(60.0, days * DAY - hour * 60.0)
    return np.asarray(np.r_[0.0, np.cumsum(rates * lengths)], np.float64)


def clock_times(flat: Floats, reached: Floats, days: float) -> Floats:
    """Return the minutes of the clock at which `operational` time has `reached` the `flat` minutes."""
    marks = np.minimum(np.arange(reached.size) * 60.0, days * DAY)
    return np.asarray(np.interp(flat, reached, marks), np.float64)
