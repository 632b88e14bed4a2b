"""Candidates: all that could happen to each patient, drawn before a life begins and sorted by time.

A candidate comes at the ceiling of its rate, with its own luck; whether it becomes an episode is decided when it is
reached, in `acceptance`. Everything about it follows from (seed, hazard, patient, nth): one more patient, hazard or
year changes no other candidate, two plans share them all, and a higher rate adds some and moves none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.chance import derive, exponentials, uniforms
from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Facts, Flags, People, Whole, find_facts
from simcare.patients.life.hazards import DAYS_A_YEAR, Hazards, load_hazards
from simcare.patients.life.rates import Risks, find_risks, seasons_of

NTHS_A_YEAR = 1000
"""The nth of a candidate is this times its year of life, plus which of that year it is: both from 0."""
_MOST_A_YEAR = 700.0
"""No ceiling is above this: so e to its negative power is a number, and a year never holds `NTHS_A_YEAR`."""
_EVERY = slice(None)


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that happens to a patient at a time and may cause a call.

    Attributes:
        patient: Number of the patient.
        kind: What scenarios name: a word of `episode_kinds`.
        hazard: Which hazard led to it; with patient and nth its key.
        nth: Which candidate of the pair it was.
        day: When it begins, in days from the midnight on which the life begins.
        days: How long it lasts if nobody helps.
        severity: Rank among episodes of its hazard, from 0 (mildest) to 1.
        severe: Whether it is among the severe share.
        calls: Whether the patient, or somebody with them, calls about it.
    """

    patient: int
    kind: str
    hazard: str
    nth: int
    day: float
    days: float
    severity: float
    severe: bool
    calls: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """What could happen, as columns of one length, sorted by `day`.

    Attributes:
        hazards: The hazards it was drawn from; `hazard` counts in it.
        facts: Whom it was drawn for, and what held about them on the first day.
        risks: The pairs of hazard and patient; `pair` counts in it.
        seed: The seed of this life.
        on: The first day; `day` counts from its midnight.
        years: How long a life was drawn, of 365.25 days.
        day: When, in days with their fraction; float64.
        pair: Which pair of hazard and patient; int64.
        hazard: Index of the hazard; int16.
        place: Place of the patient in `facts.patient`; int64.
        nth: Which candidate of the pair, see `NTHS_A_YEAR`; within a year they are not sorted; int64.
        season: Index in `SEASONS`; int8.
        luck: Becomes an episode where this is below the probability of acceptance; in [0, 1).
    """

    hazards: Hazards
    facts: Facts
    risks: Risks
    seed: int
    on: date
    years: float
    day: Floats
    pair: Whole
    hazard: NDArray[np.int16]
    place: Whole
    nth: Whole
    season: NDArray[np.int8]
    luck: Floats

    def __len__(self) -> int:
        """Return how many candidates there are."""
        return self.day.size

    def days(self, at: Whole | slice = _EVERY) -> Floats:
        """Return how long the candidates at some places, all when left out, would last as episodes."""
        shortest = np.array([hazard.least_days for hazard in self.hazards])
        spread = np.array([hazard.spread_days for hazard in self.hazards])
        hazard = self.hazard[at]
        return shortest[hazard] + spread[hazard] * exponentials(self.seed, "life.days", *self._key(at))

    def severity(self, at: Whole | slice = _EVERY) -> Floats:
        """Return their ranks among episodes of their hazard, from 0 (mildest) to 1."""
        return uniforms(self.seed, "life.severity", *self._key(at))

    def calls(self, at: Whole | slice = _EVERY) -> Flags:
        """Return whether the patients, or somebody with them, would call about it."""
        shares = np.array([hazard.call_share for hazard in self.hazards])
        return uniforms(self.seed, "life.calls", *self._key(at)) < shares[self.hazard[at]]

    def episode(self, at: int) -> Episode:
        """Return the episode that the candidate at a place becomes when it is accepted."""
        (row,) = self.frame(np.array([at])).itertuples(index=False)
        return Episode(*row)

    def frame(self, chosen: Flags | Whole | slice = _EVERY) -> pd.DataFrame:
        """Return the chosen candidates as a frame with the fields of `Episode` as columns."""
        at = np.arange(len(self))[chosen]
        kinds = list(dict.fromkeys(hazard.kind for hazard in self.hazards))
        kind_of = np.array([kinds.index(hazard.kind) for hazard in self.hazards], np.int16)
        mild_share = np.array([1 - hazard.severe_share for hazard in self.hazards])
        hazard, severity = self.hazard[at], self.severity(at)
        return pd.DataFrame(
            {
                "patient": self.facts.patient[self.place[at]],
                "kind": pd.Categorical.from_codes(kind_of[hazard], categories=kinds),
                "hazard": pd.Categorical.from_codes(hazard, categories=[each.key for each in self.hazards]),
                "nth": self.nth[at],
                "day": self.day[at],
                "days": self.days(at),
                "severity": severity,
                "severe": severity >= mild_share[hazard],
                "calls": self.calls(at),
            }
        )

    def _key(self, at: Whole | slice) -> tuple[Whole, Whole]:
        return self.facts.patient[self.place[at]], self.nth[at] + _starts(self.hazards)[self.hazard[at]]


def draw_candidates(
    people: People,
    seed: int,
    years: float = 1.0,
    *,
    hazards: Hazards | None = None,
    among: Whole | None = None,
) -> Candidates:
    """Draw what could happen to the patients over some years from the day the panel is seen.

    `seed` is that of this life: the same people may live many. `hazards` are those of the data when left out; `among`
    are the numbers of those patients who take part, everybody when left out. Raises ValueError for a length under 0.
    """
    if not years >= 0:
        raise ValueError(f"a life lasts 0 years or more, got {years}")
    hazards = load_hazards() if hazards is None else hazards
    facts, risks = _facts_and_risks(people, hazards, among)
    pair, nth, day = _arrivals(hazards, facts, risks, seed, years)
    order = _by_time(day)
    pair, nth, day = pair[order], nth[order], day[order]
    hazard, place = risks.hazard[pair], risks.place[pair]
    return Candidates(
        hazards=hazards,
        facts=facts,
        risks=risks,
        seed=seed,
        on=people.on,
        years=years,
        day=day,
        pair=pair,
        hazard=hazard,
        place=place,
        nth=nth,
        season=seasons_of(people.on, int(years * DAYS_A_YEAR) + 1)[day.astype(np.int64)],
        luck=uniforms(seed, "life.luck", facts.patient[place], nth + _starts(hazards)[hazard]),
    )


_latest: tuple[tuple[object, ...], Facts, Risks] | None = None


def _facts_and_risks(people: People, hazards: Hazards, among: Whole | None) -> tuple[Facts, Risks]:
    """Return what holds about the patients and what they are at risk of.

    Neither has to do with the luck of a life, so those of the latest people are kept: replications live many lives of
    the same people. They are known again as the same objects; nobody writes into the tables of a population.
    """
    global _latest
    asked = (people, hazards, among)
    latest = _latest
    if latest is None or any(one is not other for one, other in zip(latest[0], asked, strict=True)):
        facts = find_facts(people, hazards, among)
        latest = _latest = asked, facts, find_risks(hazards, facts, people.seed)
    return latest[1:]


def with_facts(candidates: Candidates, changing: Whole) -> Candidates:
    """Return the same candidates for patients whose changing facts are others from the first day on."""
    return replace(candidates, facts=replace(candidates.facts, changing=changing))


def _arrivals(hazards: Hazards, facts: Facts, risks: Risks, seed: int, years: float) -> tuple[Whole, Whole, Floats]:
    """Draw the Poisson process of each pair at its ceiling: pair, nth and day of each candidate.

    Year by year: how many, by inversion, and for each of them when. So more of a rate leaves those that were there.
    """
    yearly = np.minimum(risks.ceiling * DAYS_A_YEAR, _MOST_A_YEAR)
    who, start = facts.patient[risks.place], _starts(hazards)[risks.hazard]
    none = np.exp(-yearly)
    pairs, nths, days = [who[:0]], [who[:0]], [yearly[:0]]
    for year in range(math.ceil(years)):
        first = year * NTHS_A_YEAR
        pair, place = _counted(yearly, none, uniforms(seed, "life.count", who, start + first))
        nth = place + first
        day = (year + uniforms(seed, "life.time", who[pair], start[pair] + nth)) * DAYS_A_YEAR
        if year + 1 > years:
            within = day < years * DAYS_A_YEAR
            pair, nth, day = pair[within], nth[within], day[within]
        pairs.append(pair)
        nths.append(nth)
        days.append(day)
    return np.concatenate(pairs), np.concatenate(nths), np.concatenate(days)


def _counted(mean: Floats, none: Floats, luck: Floats) -> tuple[Whole, Whole]:
    """Return, for Poisson counts by inversion, whose each counted one is and which of theirs; `none` is exp(-mean)."""
    whose, which = [], []
    left = np.flatnonzero(luck >= none)
    luck, term, below, mean = luck[left], none[left], none[left], mean[left]
    place = 0
    while left.size:
        whose.append(left)
        which.append(np.full(left.size, place))
        place += 1
        term = term * mean / place
        below = below + term
        more = luck >= below
        # Where the sum is as near to 1 as it gets, no further one can be told from it.
        more &= (term > 1e-17) | (mean > place)
        left, luck, term, below, mean = left[more], luck[more], term[more], below[more], mean[more]
    nobody = np.zeros(0, np.int64)
    return np.concatenate([nobody, *whose]), np.concatenate([nobody, *which])


def _by_time(day: Floats) -> Whole:
    """Return the order by time; two of one moment, which hardly ever meet, keep theirs."""
    order = np.argsort(day)  # three times as fast as a stable sort
    sorted_days = day[order]
    return np.argsort(day, kind="stable") if (sorted_days[1:] == sorted_days[:-1]).any() else order


def _starts(hazards: Hazards) -> Whole:
    """Return where each hazard's nths begin among all nths of a patient.

    From its name alone, so that another hazard moves nobody; 2**53 places leave the ranges of all hazards apart.
    """
    return np.array([_start(hazard.key) for hazard in hazards], np.int64)


@cache
def _start(hazard: str) -> int:
    return derive(0, "life.hazard", hazard)
