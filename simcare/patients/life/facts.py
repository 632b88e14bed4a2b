"""What holds about each patient of a population at the start of a life: lasting facts as flags, changing ones as bits.

A fact is a row of `life_facts.csv`; what it does to a hazard does not live here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.patients.life.hazards import Fact, Hazards

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


class People(Protocol):
    """What life needs of a population: who drew it, the day it is seen, and its tables."""

    @property
    def seed(self) -> int:
        """Return the seed of the people."""

    @property
    def on(self) -> date:
        """Return the day the panel is seen, on which a life begins."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return the tables by name."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of n patients, as columns.

    Attributes:
        patient: Numbers of the patients, rising; int64 of shape (n,).
        lasting: Flags of shape (n,) for each fact that does not change.
        changing: The changeable facts of each patient as bits (`Hazards.bit`); int64 of shape (n,).
    """

    patient: Whole
    lasting: Mapping[str, Flags]
    changing: Whole


def find_facts(people: People, hazards: Hazards, among: Whole | None = None) -> Facts:
    """Return what holds about the patients, or about those `among` them whose numbers are given."""
    everybody = people.tables["patients"]["patient"].to_numpy(np.int64)
    patient = everybody if among is None else np.intersect1d(everybody, among)
    places: dict[str, Whole] = {}
    lasting: dict[str, Flags] = {}
    changing = np.zeros(patient.size, np.int64)
    for key, fact in hazards.facts.items():
        holds = _holds(fact, people, patient, places)
        if fact.changeable:
            changing |= holds * np.int64(hazards.bit(key))
        else:
            lasting[key] = holds
    return Facts(patient, lasting, changing)


def _holds(fact: Fact, people: People, patient: Whole, places: dict[str, Whole]) -> Flags:
    holds = np.zeros(patient.size, np.bool_)
    if not fact.table:
        return holds
    frame = people.tables[fact.table]
    if fact.table not in places:
        places[fact.table] = _places(frame["patient"].to_numpy(np.int64), patient)
    place = places[fact.table]
    chosen = place >= 0
    if fact.column:
        chosen &= _is_one_of(frame[fact.column], fact.values)
    if fact.measure:
        measure = frame[fact.measure].to_numpy()
        chosen &= (measure >= fact.least) & (measure < fact.below)
    if fact.rows_least > 1:
        return np.bincount(place[chosen], minlength=patient.size) >= fact.rows_least
    holds[place[chosen]] = True
    return holds


def _places(whose: Whole, patient: Whole) -> Whole:
    """Return at which place of `patient` the owner of each row stands, -1 for who is not among them."""
    if patient.size == 0:
        return np.full(whose.size, -1, np.int64)
    if patient[-1] - patient[0] == patient.size - 1:  # a whole range, as it mostly is, needs no search
        place = whose - patient[0]
        return np.where((place >= 0) & (place < patient.size), place, -1)
    place = np.minimum(np.searchsorted(patient, whose), patient.size - 1)
    return np.where(patient[place] == whose, place, -1)


def _is_one_of(column: pd.Series, values: frozenset[str]) -> Flags:
    categories = column.astype("category").cat
    wanted = np.array([str(word) in values for word in categories.categories] + [False])
    return wanted[categories.codes.to_numpy()]  # a missing value has code -1, the False at the end
