"""The answers of a plan: each with its definition, its unit and how it is made of a tally's sums (`data/answers.csv`).

One definition serves an interval, a day, a month and the whole. What is no ratio of sums comes from the tally's own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from simcare.planning import tables
from simcare.planning.counted import AT, Tally

Floats = NDArray[np.float64]
Level = Literal["interval", "day", "month", "whole"]
LEVELS: tuple[Level, ...] = get_args(Level)
MONTH_DAYS = 30.4375


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        key: Its name in targets and tables.
        title: A few words for a heading.
        plain: Its definition.
        unit: share, minutes, seconds, USD, a day, a month, items, people or hours.
        level: The smallest part for which it means something.
        better: 1 where more is better, -1 where less is, 0 where neither.
        most: What it cannot be above; none can be below 0.
        top: Sum over which it is made; empty for what is no ratio of sums.
        bottom: Sum by which that is divided.
        factor: Times this.
    """

    key: str
    title: str
    plain: str
    unit: str
    level: Level
    better: int
    most: float
    top: str
    bottom: str
    factor: float


@dataclass(frozen=True, slots=True)
class Money:
    """What turns wages into cost."""

    benefit_load: float
    overhead_share: float


def _answer(row: tables.Row) -> Answer:
    level = next(word for word in LEVELS if word == row["level"])
    return Answer(
        row["key"],
        row["title"],
        row["plain"],
        row["unit"],
        level,
        int(row["better"]),
        float(row["most"] or math.inf),
        row["top"],
        row["bottom"],
        float(row["factor"] or 1),
    )


ANSWERS: Mapping[str, Answer] = {row["key"]: _answer(row) for row in tables.rows("answers")}


def derive_answers(counted: Floats, money: Money, months: Floats | float) -> dict[str, Floats]:
    """Return every answer that is a ratio of sums, for each row of `counted`; NaN where there is nothing to divide by.

    Args:
        counted: Sums of shape (rows, COUNTED), of intervals, days, months or the whole.
        money: What turns wages into cost.
        months: How many whole months begin in each row.
    """

    def sums(name: str) -> Floats:
        match name:
            case "missed_or_lost":
                return sums("missed") + sums("lost")
            case "not_short":
                return sums("offered") - sums("short")
            case "days":
                return sums("clock") / 1440.0
            case "clock_months":
                return sums("days") / MONTH_DAYS
            case "months":
                return np.broadcast_to(np.asarray(months, np.float64), counted.shape[:1])
            case "cost":
                paid = sums("wages") * (1 + money.benefit_load) + sums("software")
                return np.asarray(paid * (1 + money.overhead_share) + sums("replacement"))
        return counted[:, AT[name]]

    found = {}
    for key, answer in ANSWERS.items():
        if answer.top:
            top, bottom = sums(answer.top), sums(answer.bottom)
            with np.errstate(divide="ignore", invalid="ignore"):
                found[key] = np.where(bottom > 0, answer.factor * top / bottom, np.nan)
    return found


def whole(tally: Tally, money: Money) -> dict[str, float]:
    """Return all answers of a replication over its whole horizon, and the occupancy of each team."""
    found = derive_answers(tally.days.sum(axis=0, keepdims=True), money, float(tally.codes.shape[0]))
    return {key: float(found[key][0]) if key in found else tally.own[key] for key in ANSWERS}
