"""The chances of one chart: every draw is named by what it is for and whom it concerns, never by its place in a queue.

So one more medicine or contact changes nothing else about the patient. The bits come from `simcare.chance`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import TypeVar

from simcare import chance

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Luck:
    """The luck of one chart, from its seed."""

    seed: int

    def share(self, what: str, who: str = "", nth: int = 0) -> float:
        """Draw a number in [0, 1)."""
        return chance.uniform(self.seed, f"chart.{what}", who, nth)

    def happens(self, percent: float, what: str, who: str = "") -> bool:
        """Draw whether something that happens to `percent` of patients happens to this one."""
        return self.share(what, who) * 100 < percent

    def whole(self, low: int, high: int, what: str, who: str = "", nth: int = 0) -> int:
        """Draw a whole number from low to high, both possible; low again where high is below it."""
        return low + chance.integer(self.seed, f"chart.{what}", who, nth, below=max(1, high - low + 1))

    def near(self, mean: float, sd: float, low: float, high: float, what: str, who: str = "") -> float:
        """Draw from a bell curve held between low and high."""
        return min(max(mean + sd * chance.normal(self.seed, f"chart.{what}", who), low), high)

    def one(self, options: Sequence[T], what: str, who: str = "", nth: int = 0) -> T:
        """Draw one of the options, all equally likely."""
        return options[chance.integer(self.seed, f"chart.{what}", who, nth, below=len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[float], what: str, who: str = "", nth: int = 0) -> T:
        """Draw one of the options by their weights (any positive scale)."""
        steps = _steps(tuple(weights))
        return options[min(bisect_right(steps, self.share(what, who, nth) * steps[-1]), len(options) - 1)]


@cache
def _steps(weights: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(accumulate(weights))


def weekday(day: date) -> date:
    """Return the day itself, or the Friday before a weekend: what is drawn happens on working days."""
    return day - timedelta(days=max(0, day.weekday() - 4))
