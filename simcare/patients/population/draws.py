"""Vectorized luck of many people: every draw is named by what it is for, and keyed by the person's number.

One draw has 53 random bits. Where a few thousand steps are fine enough, `parts` cuts one draw into independent pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simcare import chance
from simcare.chance.quantiles import normal_quantile
from simcare.patients.population.columns import Bools, Floats, Whole


@dataclass(frozen=True, slots=True)
class Draws:
    """The luck of the people `who` under a seed."""

    seed: int
    who: NDArray[np.int64]

    def share(self, what: str, nth: Whole | int = 0) -> Floats:
        """Draw numbers in [0, 1), one a person, or one for each person and nth."""
        return chance.uniforms(self.seed, f"population.{what}", self.who, nth)

    def normal(self, what: str) -> Floats:
        """Draw standard normal numbers, one a person."""
        return chance.normals(self.seed, f"population.{what}", self.who)

    def parts(self, what: str, count: int, nth: Whole | int = 0) -> list[Floats]:
        """Draw `count` (2 to 4) independent numbers in [0, 1) a person, in 2**13 steps or more, for the cost of one."""
        return split(self.share(what, nth), count)

    def happens(self, percent: float | Floats, what: str) -> Bools:
        """Draw whether something that happens to `percent` of people happens to each."""
        return self.share(what) * 100 < percent

    def among(self, rows: Whole | Bools) -> Draws:
        """Return the luck of some of the people; each keeps their own."""
        return Draws(self.seed, self.who[rows])


def split(share: Floats, count: int) -> list[Floats]:
    """Cut numbers in [0, 1) with 53 random bits into `count` independent ones of 53 // count bits."""
    steps = float(1 << (53 // count))
    pieces = []
    for _ in range(count - 1):
        share = share * steps
        whole = np.floor(share)
        pieces.append(whole / steps)
        share = share - whole
    return [*pieces, share]


def one_of(share: Floats, weights: Sequence[float]) -> NDArray[np.int16]:
    """Return which option each number in [0, 1) means when options have these weights (any positive scale)."""
    steps = np.cumsum(np.asarray(weights, dtype=np.float64))
    chosen = np.searchsorted(steps, share * steps[-1], side="right")
    found: NDArray[np.int16] = np.minimum(chosen, len(weights) - 1).astype(np.int16)
    return found


def whole(share: Floats, low: int | Whole, high: int | Whole) -> NDArray[np.int32]:
    """Return whole numbers from low to high, both possible; low again where high is below it."""
    width = np.maximum(1, np.asarray(high) - low + 1)
    return (low + np.floor(share * width)).astype(np.int32)


def bell(share: Floats) -> Floats:
    """Turn numbers in [0, 1) into standard normal ones in 2048 steps: fine enough for what is rounded afterwards."""
    return _bells()[(share * 2048.0).astype(np.int16)]


@cache
def _bells() -> Floats:
    return np.array([normal_quantile((step + 0.5) / 2048 - 0.5) for step in range(2048)])


def working_day(day: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return each day itself, or the Friday before a weekend; day 0 of 1970 was a Thursday."""
    return (day - np.maximum(0, (day + 3) % 7 - 4)).astype(np.int32)
