"""The small parts of a plan as people write them: a distribution of minutes, a time of day, hours of work.

Each becomes a part of the world by its own method; what a whole plan holds lies in `plan`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from simcare.planning.tables import WEEKDAYS
from simcare.world import (
    Distribution,
    Shift,
    empirical,
    exponential,
    fixed,
    gamma,
    lognormal,
    triangular,
    uniform,
)
from simcare.world.clock import offsets

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$", max_length=60)]
Share = Annotated[float, Field(ge=0, le=1)]
Length = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_ANY_YEAR = date(2026, 1, 1)
WORKWEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


class Authored(BaseModel):
    """Refuse unknown keys and any later change."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Spread(Authored):
    """A mean and a standard deviation in minutes, with the least and the most that may come out."""

    mean: Annotated[float, Field(gt=0, le=100_000)]
    sd: Annotated[float, Field(gt=0, le=100_000)]
    least: Length = 0.0
    most: Annotated[float, Field(gt=0, le=100_000)] | None = None


class Between(Authored):
    """Two ends in minutes."""

    least: Length
    most: Length

    @model_validator(mode="after")
    def _in_order(self) -> Between:
        if not self.least < self.most:
            raise ValueError(f"least is {self.least:g} and most is {self.most:g}; make least the smaller one")
        return self


class Triangle(Authored):
    """Two ends and the most likely value in minutes."""

    least: Length
    likely: Length
    most: Length

    @model_validator(mode="after")
    def _in_order(self) -> Triangle:
        if not self.least <= self.likely <= self.most or self.least == self.most:
            raise ValueError("the three minutes are not in order; write least, likely and most, rising")
        return self


class Minutes(Authored):
    """A distribution of minutes under its name: {exponential: 8}, {lognormal: {mean: 14, sd: 7}}, {fixed: 5}."""

    fixed: Length | None = None
    exponential: Annotated[float, Field(gt=0, le=100_000)] | None = None
    lognormal: Spread | None = None
    gamma: Spread | None = None
    uniform: Between | None = None
    triangular: Triangle | None = None
    empirical: Annotated[tuple[Length, ...], Field(min_length=1, max_length=100_000)] | None = None

    @model_validator(mode="after")
    def _one_name(self) -> Minutes:
        if len(self.model_fields_set) != 1:
            names = ", ".join(type(self).model_fields)
            raise ValueError(f"a distribution has {len(self.model_fields_set)} names; give exactly one of {names}")
        return self

    def distribution(self) -> Distribution:
        """Return it as the world uses it."""
        if self.fixed is not None:
            return fixed(self.fixed)
        if self.exponential is not None:
            return exponential(self.exponential)
        for spread, make in ((self.lognormal, lognormal), (self.gamma, gamma)):
            if spread is not None:
                cut = {} if spread.most is None else {"most": spread.most}
                return make(spread.mean, spread.sd, spread.least, **cut)
        if self.uniform is not None:
            return uniform(self.uniform.least, self.uniform.most)
        if self.triangular is not None:
            return triangular(self.triangular.least, self.triangular.likely, self.triangular.most)
        assert self.empirical is not None
        return empirical(self.empirical)


def _clock(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", text):
        raise ValueError(f"'{text}' is no time of day; write hours and minutes in quotes, such as \"08:30\"")
    return text


def _zone(text: str) -> str:
    offsets(text, _ANY_YEAR, 365)  # raises where there is no such zone, or the world's clocks cannot keep it
    return text


Clock = Annotated[str, AfterValidator(_clock)]
Zone = Annotated[str, AfterValidator(_zone)]


def minute_of(clock: str) -> float:
    """Return the minutes after midnight of "08:30"."""
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60.0 + int(minutes)


class Break(Authored):
    """A break of a shift."""

    at: Clock
    minutes: Annotated[float, Field(gt=0, le=240)]


class Hours(Authored):
    """Hours of a week in which people work or lines are open."""

    zone: Zone | None = None
    """Where; the plan's zone when left out."""
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WORKWEEK
    start: Annotated[Clock, Field(alias="from")]
    end: Annotated[Clock, Field(alias="to")]
    overnight: bool = False
    """Whether it runs past midnight into the next day."""
    breaks: tuple[Break, ...] = ()
    every: Annotated[int, Field(ge=1, le=52)] = 1
    """Of so many weeks one is worked: a rotation."""
    week: Annotated[int, Field(ge=0, le=51)] = 0
    """Which week of the rotation, from 0."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Hours:
        if self.overnight != (minute_of(self.end) <= minute_of(self.start)):
            if self.overnight:
                raise ValueError(f"a shift from {self.start} to {self.end} ends on its own day; remove 'overnight'")
            raise ValueError(
                f"a shift from {self.start} to {self.end} ends before it begins; swap the two, or add "
                "'overnight: true' where it ends on the next day"
            )
        for part in self.breaks:
            after = (minute_of(part.at) - minute_of(self.start)) % 1440
            if after + part.minutes > self.length:
                raise ValueError(f"the break at {part.at} lies outside of the shift; move it between its two ends")
        if self.week >= self.every:
            raise ValueError(f"week {self.week} is not in a rotation of {self.every}; count weeks from 0")
        return self

    @property
    def length(self) -> float:
        """Return the minutes from beginning to end, breaks included."""
        return (minute_of(self.end) - minute_of(self.start)) % 1440 or 1440.0

    @property
    def worked(self) -> float:
        """Return the minutes without breaks."""
        return self.length - sum(part.minutes for part in self.breaks)

    def shift(self, zone: str) -> Shift:
        """Return it as the world uses it; `zone` is that of the plan."""
        start = minute_of(self.start)
        return Shift(
            zone=self.zone or zone,
            days=tuple(WEEKDAYS.index(day) for day in self.days),
            start=start,
            minutes=self.length,
            breaks=tuple(((minute_of(part.at) - start) % 1440, part.minutes) for part in self.breaks),
            every=self.every,
            week=self.week,
        )
