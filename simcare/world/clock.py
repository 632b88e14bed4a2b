"""Clocks: which local hour and weekday it is in a zone, and when the months and the hours of a horizon begin.

All times are minutes since 00:00 UTC of the first day. An offset is taken at local noon and stands for the local day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.posts import Shift
from simcare.world.spec import DAY, WEEK


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
    whole = int(np.ceil(days))
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
    for day in range(1, int(np.ceil(days))):
        if (on + timedelta(days=day)).day == 1:
            firsts.append(day)
    return np.array(firsts, np.int64)


def weekly_times(local_hours: Floats, utc_minutes: Floats, ahead: Whole, on: date) -> Floats:
    """Return times of a flat Poisson process moved so that they follow a weekly pattern of the local clock.

    `local_hours` are the shares of 168 hours from Monday; each time stays in its own local week. A monotone change of
    time, so the result is a Poisson process, and who had the earlier call still has.
    """
    local = utc_minutes + ahead + on.weekday() * DAY
    week = np.floor(local / WEEK)
    at = np.concatenate([[0.0], np.cumsum(local_hours)])
    at /= at[-1]
    # Hours without calls make flat steps, which an inverse must not have twice.
    grid = np.arange(169) * 60.0
    inside = np.r_[True, np.diff(at) > 0]
    inside[:-1] |= inside[1:]
    moved = np.interp(local / WEEK - week, at[inside], grid[inside])
    return np.asarray(week * WEEK + moved - ahead - on.weekday() * DAY, np.float64)


def hours(days: float) -> Iterator[float]:
    """Go through the minutes at which the hours of a horizon begin."""
    for hour in range(int(np.ceil(days * 24))):
        yield hour * 60.0
