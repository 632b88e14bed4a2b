"""What the tables of `data` say about a panel, as arrays; and the people drawn so far, whom all subjects share.

`Panel` is what sections hand to each other while a partition is drawn. It is never written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simcare.chance.quantiles import normal_quantile
from simcare.patients.population.columns import Bools, Coded, Floats, Whole
from simcare.patients.population.draws import Draws, one_of
from simcare.patients.population.mix import Mix
from simcare.patients.tables import grouped, keyed, listed

CONDITIONS: tuple[str, ...] = tuple(keyed("conditions"))
NUMBER = {key: nth for nth, key in enumerate(CONDITIONS)}
"""The place of a condition in every array of conditions."""
MONTH = 30.44
YEAR = 365.25


@dataclass(slots=True)
class Panel:
    """The people of one partition while they are drawn; sections fill in what later ones need."""

    draws: Draws
    mix: Mix
    on: int
    """The day the panel is seen, in days since 1970."""
    female: Bools
    age: NDArray[np.int8]
    birth: NDArray[np.int32]
    under: Floats
    """How far each condition lies under its threshold: (condition, person)."""
    has: Bools
    """(condition, person)"""
    held: NDArray[np.int64]
    """A bit for each condition."""
    dual: Bools
    hardship: Floats
    aloneness: Floats
    mood: Floats
    """Standard normal factors; more is harder, lonelier, lower."""
    adherence: Floats
    control: Floats
    """Standard normal; more is better."""
    egfr: Floats

    def with_condition(self, key: str) -> Bools:
        """Return who has a condition."""
        row: Bools = self.has[NUMBER[key]]
        return row

    def severity(self, key: str) -> Floats:
        """Return the severity of a condition, 0 for who does not have it."""
        found: Floats = np.maximum(self.under[NUMBER[key]], 0.0)
        return found

    def holds_any(self, bits: int) -> Bools:
        """Return who has one of the conditions of a bit set."""
        found: Bools = (self.held & bits) != 0
        return found


def bits_of(keys: str) -> int:
    """Return the bit set of a cell that lists conditions, "gout;gerd"."""
    return sum(1 << NUMBER[key] for key in listed(keys))


@cache
def effect(key: str) -> float:
    """Return a number of `data/effects.csv`."""
    return float(keyed("effects")[key]["value"])


def choose(what: str, share: Floats, words: tuple[str, ...] | None = None) -> Coded:
    """Return words of `data/panel.csv` by their percents; `words` widens the fixed list."""
    members = grouped("panel", "what")[what]
    own = tuple(row["word"] for row in members)
    listing = own if words is None else words
    number = np.array([listing.index(word) for word in own], dtype=np.int8)
    return Coded(number[one_of(share, [float(row["percent"]) for row in members])], listing)


def curve(what: str, standard: Floats) -> Floats:
    """Return the values that a standard normal variable means by a curve of `data/quantiles.csv`."""
    at, values = _curve(what)
    return np.interp(standard, at, values)


@cache
def _curve(what: str) -> tuple[Floats, Floats]:
    members = grouped("quantiles", "what")[what]
    at = np.array([normal_quantile(float(row["percent"]) / 100 - 0.5) for row in members])
    return at, np.array([float(row["value"]) for row in members])


@cache
def _ranks() -> tuple[Floats, Floats]:
    percents = np.r_[0.0005, np.arange(0.005, 1.0, 0.005), 0.9995]
    return np.array([normal_quantile(float(share) - 0.5) for share in percents]), percents


def rank(standard: Floats) -> Floats:
    """Return the share of people below each value of a standard normal variable, to about 0.001."""
    return np.interp(standard, *_ranks())


def threshold(percent: float) -> float:
    """Return the value of a standard normal variable that this percent of people lie under."""
    return normal_quantile(min(max(percent / 100, 1e-9), 1 - 1e-9) - 0.5)


def rows_of(mask: Bools) -> tuple[Whole, Whole]:
    """Return (person, place) of every true value of a (person, place) mask, person by person."""
    people, places = np.nonzero(mask)
    return people, places
