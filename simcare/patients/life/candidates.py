"""Candidates: all that could happen to each patient, drawn before a life begins and sorted by time.

A candidate comes at the ceiling of its rate, with its own luck; whether it becomes an episode is decided when it is
reached, in `acceptance`. Everything about it follows from (seed, hazard, patient, nth), so one more patient, hazard or
day changes no other candidate, and two plans share them all.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that happens to a patient at a time and may cause a call."""

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
        on: The first day; `day` counts from its midnight.
        years: How long a life was drawn, of 365.25 days.
        day: When, in days with their fraction; float64.
        pair: Which pair of hazard and patient; int64.
        hazard: Index of the hazard; int16.
        place: Place of the patient in `facts.patient`; int64.
        nth: Which candidate of the pair, from 0; int32.
        season: Index in `SEASONS`; int8.
        luck: Becomes an episode where this is below the probability of acceptance; in [0, 1).
        severity: Rank among episodes of its hazard, from 0 (mildest) to 1.
        days: How long it would last.
        calls: Whether the patient, or somebody with them, would call about it.
    """

    hazards: Hazards
    facts: Facts
    risks: Risks
    on: date
    years: float
    day: Floats
    pair: Whole
    hazard: NDArray[np.int16]
    place: Whole
    nth: NDArray[np.int32]
    season: NDArray[np.int8]
    luck: Floats
    severity: Floats
    days: Floats
    calls: Flags

    def __len__(self) -> int:
        """Return how many candidates there are."""
        return self.day.size

    @property
    def patient(self) -> Whole:
        """Return the number of each candidate's patient."""
        return self.facts.patient[self.place]

    @property
    def severe(self) -> Flags:
        """Return which candidates would be severe."""
        return self.severity >= np.array([1 - hazard.severe_share for hazard in self.hazards])[self.hazard]

    def episode(self, at: int) -> Episode:
        """Return the episode that the candidate at a place becomes when it is accepted."""
        hazard = self.hazards.all[self.hazard[at]]
        severity = float(self.severity[at])
        return Episode(
            patient=int(self.facts.patient[self.place[at]]),
            kind=hazard.kind,
            hazard=hazard.key,
            nth=int(self.nth[at]),
            day=float(self.day[at]),
            days=float(self.days[at]),
            severity=severity,
            severe=severity >= 1 - hazard.severe_share,
            calls=bool(self.calls[at]),
        )

    def frame(self, chosen: Flags | None = None) -> pd.DataFrame:
        """Return the chosen candidates, all when left out, as a frame with the fields of `Episode` as columns."""
        at = np.arange(len(self)) if chosen is None else np.flatnonzero(chosen)
        kinds = list(dict.fromkeys(hazard.kind for hazard in self.hazards))
        kind_of = np.array([kinds.index(hazard.kind) for hazard in self.hazards], np.int16)
        hazard = self.hazard[at]
        return pd.DataFrame(
            {
                "patient": self.facts.patient[self.place[at]],
                "kind": pd.Categorical.from_codes(kind_of[hazard], categories=kinds),
                "hazard": pd.Categorical.from_codes(hazard, categories=[each.key for each in self.hazards]),
                "nth": self.nth[at],
                "day": self.day[at],
                "days": self.days[at],
                "severity": self.severity[at],
                "severe": self.severe[at],
                "calls": self.calls[at],
            }
        )


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
    hazards = hazards or load_hazards()
    facts = find_facts(people, hazards, among)
    risks = find_risks(hazards, facts, people.seed)
    pair, nth, day = _arrivals(hazards, facts, risks, seed, years * DAYS_A_YEAR)
    order = np.argsort(day, kind="stable")
    pair, nth, day = pair[order], nth[order], day[order]
    hazard, place = risks.hazard[pair], risks.place[pair]
    who, key = facts.patient[place], nth + _starts(hazards)[hazard]
    shortest = np.array([each.least_days for each in hazards])[hazard]
    spread = np.array([each.spread_days for each in hazards])[hazard]
    calling = np.array([each.call_share for each in hazards])[hazard]
    return Candidates(
        hazards=hazards,
        facts=facts,
        risks=risks,
        on=people.on,
        years=years,
        day=day,
        pair=pair,
        hazard=hazard,
        place=place,
        nth=nth,
        season=seasons_of(people.on, int(years * DAYS_A_YEAR) + 1)[day.astype(np.int64)],
        luck=uniforms(seed, "life.luck", who, key),
        severity=uniforms(seed, "life.severity", who, key),
        days=shortest + spread * exponentials(seed, "life.days", who, key),
        calls=uniforms(seed, "life.calls", who, key) < calling,
    )


def with_facts(candidates: Candidates, changing: Whole) -> Candidates:
    """Return the same candidates for patients whose changing facts are others from the first day on."""
    return replace(candidates, facts=replace(candidates.facts, changing=changing))


def _arrivals(
    hazards: Hazards, facts: Facts, risks: Risks, seed: int, days: float
) -> tuple[Whole, NDArray[np.int32], Floats]:
    """Draw the Poisson process of each pair at its ceiling: pair, nth and day of each candidate."""
    pair = np.flatnonzero(risks.ceiling > 0)
    who, key = facts.patient[risks.place[pair]], _starts(hazards)[risks.hazard[pair]]
    wait, day = 1 / risks.ceiling[pair], np.zeros(pair.size)
    pairs, nths, arrived = [pair[:0]], [np.zeros(0, np.int32)], [day[:0]]
    nth = 0
    while pair.size:
        day = day + wait * exponentials(seed, "life.gap", who, key + nth)
        within = np.flatnonzero(day < days)
        pair, who, key, wait, day = pair[within], who[within], key[within], wait[within], day[within]
        pairs.append(pair)
        nths.append(np.full(pair.size, nth, np.int32))
        arrived.append(day)
        nth += 1
    return np.concatenate(pairs), np.concatenate(nths), np.concatenate(arrived)


def _starts(hazards: Hazards) -> Whole:
    """Return where each hazard's nths begin among all nths of a patient.

    From its name alone, so that another hazard moves nobody; 2**53 places leave the ranges of all hazards apart.
    """
    return np.array([_start(hazard.key) for hazard in hazards], np.int64)


@cache
def _start(hazard: str) -> int:
    return derive(0, "life.hazard", hazard)
