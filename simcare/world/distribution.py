"""Distributions of minutes, by name, so that a plan can be reduced to a textbook queue; their draws are keyed.

A draw is a pure function of (seed, purpose, who, nth) and rises with its luck, so two plans that differ in a mean still
share the luck of every call.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from simcare.chance import exponential as exponential_draw
from simcare.chance import exponentials, normal, normals, uniforms
from simcare.chance import uniform as uniform_draw
from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole

Shape = Literal["fixed", "exponential", "lognormal", "gamma", "uniform", "triangular", "empirical"]
_GRID = np.linspace(-9.0, 9.0, 4609)
"""Standard normal scores at which a gamma quantile is tabulated; between them it is nearly straight, and no luck that a
double of 52 bits can hold lies outside."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of a duration of 0 or more, in minutes; make one with the words below this class.

    Attributes:
        shape: Its name.
        mean: Mean before `least` and `most` cut it; for `triangular` the mode.
        sd: Standard deviation before the cut, of `lognormal` and `gamma`.
        least: Values below are raised to this; the lower end of `uniform` and `triangular`.
        most: Values above are lowered to this; the upper end of `uniform` and `triangular`.
        values: For `empirical` the observed values, rising; each is as likely.
    """

    shape: Shape
    mean: float
    sd: float = 0.0
    least: float = 0.0
    most: float = math.inf
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a distribution that cannot be."""
        if not (0 <= self.mean < math.inf and 0 <= self.sd < math.inf and 0 <= self.least <= self.most):
            raise ValueError(f"a duration needs 0 <= mean and sd, and 0 <= least <= most, got {self}")
        if self.shape in ("lognormal", "gamma") and not (self.mean > 0 and self.sd > 0):
            raise ValueError(f"a {self.shape} needs a mean and an sd above 0, got {self.mean} and {self.sd}")
        if self.shape == "empirical" and not self.values:
            raise ValueError("an empirical distribution needs at least one value")
        if self.shape in ("uniform", "triangular") and not self.most < math.inf:
            raise ValueError(f"a {self.shape} distribution needs an upper end")

    def draws(self, seed: int, purpose: str, who: Whole | int, nth: Whole | int = 0) -> Floats:
        """Return one draw for each pair of who and nth, in minutes, float64 of their broadcast shape."""
        return self.minutes(self.luck(seed, purpose, who, nth))

    def draw(self, seed: int, purpose: str, who: int, nth: int = 0) -> float:
        """Return what `draws` returns for one pair, in less time."""
        if self.shape == "fixed":
            return float(self.minutes(np.zeros(())))
        word = {"exponential": exponential_draw, "normal": normal, "uniform": uniform_draw}[self.family]
        return float(self.minutes(np.asarray(word(seed, purpose, who, nth))))

    @property
    def family(self) -> str:
        """Return what its luck is like; distributions of one family make of the same luck their own minutes."""
        return {"exponential": "exponential", "lognormal": "normal", "gamma": "normal"}.get(self.shape, "uniform")

    def luck(self, seed: int, purpose: str, who: Whole | int, nth: Whole | int = 0) -> Floats:
        """Return the luck of each pair of who and nth."""
        if self.shape == "fixed":
            return np.zeros(np.broadcast(who, nth).shape)
        draw = {"exponential": exponentials, "normal": normals, "uniform": uniforms}[self.family]
        return draw(seed, purpose, who, nth)

    def minutes(self, luck: Floats) -> Floats:
        """Return what luck means in minutes."""
        match self.shape:
            case "fixed":
                drawn = np.full(luck.shape, self.mean)
            case "exponential":
                drawn = self.mean * luck
            case "lognormal":
                variance = math.log1p((self.sd / self.mean) ** 2)
                drawn = np.exp(math.log(self.mean) - variance / 2 + math.sqrt(variance) * luck)
            case "gamma":
                shape = (self.mean / self.sd) ** 2
                drawn = self.mean / shape * _between(luck, _gamma_quantiles(shape))
            case "empirical":
                drawn = np.array(self.values)[(luck * len(self.values)).astype(np.int64)]
            case "uniform":
                drawn = self.least + (self.most - self.least) * luck
            case "triangular":
                drawn = self._triangular(luck)
        if self.least > 0 or self.most < math.inf:
            drawn = np.clip(drawn, self.least, self.most)
        return drawn

    def _triangular(self, luck: Floats) -> Floats:
        low, mode, high = self.least, self.mean, self.most
        left = (mode - low) / (high - low)
        rising = low + np.sqrt(luck * (high - low) * (mode - low))
        falling = high - np.sqrt((1 - luck) * (high - low) * (high - mode))
        return np.where(luck < left, rising, falling)


def fixed(minutes: float) -> Distribution:
    """Return the distribution that always gives the same minutes."""
    return Distribution("fixed", minutes)


def exponential(mean: float) -> Distribution:
    """Return the exponential distribution with a mean in minutes."""
    return Distribution("exponential", mean)


def lognormal(mean: float, sd: float, least: float = 0.0, most: float = math.inf) -> Distribution:
    """Return the lognormal whose own mean and standard deviation are given, in minutes, cut to [least, most]."""
    return Distribution("lognormal", mean, sd, least, most)


def gamma(mean: float, sd: float, least: float = 0.0, most: float = math.inf) -> Distribution:
    """Return the gamma with a mean and a standard deviation in minutes, cut to [least, most]."""
    return Distribution("gamma", mean, sd, least, most)


def uniform(least: float, most: float) -> Distribution:
    """Return the uniform distribution between two numbers of minutes."""
    return Distribution("uniform", (least + most) / 2, 0.0, least, most)


def triangular(least: float, mode: float, most: float) -> Distribution:
    """Return the triangular distribution between two ends with a most likely value, in minutes."""
    if not least <= mode <= most or least == most:
        raise ValueError(f"a triangle needs least <= mode <= most, got {least}, {mode}, {most}")
    return Distribution("triangular", mode, 0.0, least, most)


def empirical(values: tuple[float, ...]) -> Distribution:
    """Return the distribution of observed minutes: each value is as likely as every other."""
    return Distribution("empirical", float(np.mean(values)) if values else 0.0, values=tuple(sorted(values)))


NOTHING = fixed(0.0)


def _between(score: Floats, tabulated: Floats) -> Floats:
    """Return the value at each normal score, on the straight line between its neighbors on the grid."""
    at = (score - _GRID[0]) * ((_GRID.size - 1) / (_GRID[-1] - _GRID[0]))
    left = at.astype(np.int64)
    return np.asarray(tabulated[left] + (tabulated[left + 1] - tabulated[left]) * (at - left), np.float64)


@lru_cache(maxsize=64)
def _gamma_quantiles(shape: float) -> Floats:
    from scipy.special import gammaincinv, log_ndtr  # slow to import, and most plans name no gamma

    found: Floats = gammaincinv(shape, np.exp(log_ndtr(_GRID)))
    found[~np.isfinite(found)] = found[np.isfinite(found)].max()
    return found
