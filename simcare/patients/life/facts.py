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
    tables = {name: _Table(people.tables[name], patient) for name in _tables_of(hazards)}
    lasting: dict[str, Flags] = {}
    changing = np.zeros(patient.size, np.int64)
    for key, fact in hazards.facts.items():
        holds = tables[fact.table].holds(fact) if fact.table else np.zeros(patient.size, np.bool_)
        if fact.changeable:
            changing |= holds * np.int64(hazards.bit(key))
        else:
            lasting[key] = holds
    return Facts(patient, lasting, changing)


def _tables_of(hazards: Hazards) -> set[str]:
    return {fact.table for fact in hazards.facts.values() if fact.table}


class _Table:
    """One table of the people, with the place of each row's patient; what several facts ask is worked out once."""

    def __init__(self, frame: pd.DataFrame, patient: Whole) -> None:
        self._frame = frame
        self._count = patient.size
        self._place = _places(frame["patient"].to_numpy(np.int64), patient)
        self._categories: dict[str, tuple[list[str], NDArray[np.integer]]] = {}

    def holds(self, fact: Fact) -> Flags:
        """Return for whom the fact holds."""
        rows = self._rows(fact.column, fact.values) if fact.column else np.arange(self._place.size)
        if fact.measure:
            measure = self._frame[fact.measure].to_numpy()[rows]
            rows = rows[(measure >= fact.least) & (measure < fact.below)]
        place = self._place[rows]
        place = place[place >= 0]
        if fact.rows_least > 1:
            return np.bincount(place, minlength=self._count) >= fact.rows_least
        holds = np.zeros(self._count, np.bool_)
        holds[place] = True
        return holds

    def _rows(self, column: str, values: frozenset[str]) -> Whole:
        if column not in self._categories:
            category = self._frame[column].astype("category").cat
            self._categories[column] = [str(word) for word in category.categories], category.codes.to_numpy()
        words, codes = self._categories[column]
        found = np.zeros(codes.size, np.bool_)
        for code, word in enumerate(words):
            if word in values:
                found |= codes == code
        return np.flatnonzero(found)


def _places(whose: Whole, patient: Whole) -> Whole:
    """Return at which place of `patient` the owner of each row stands, -1 for who is not among them."""
    if patient.size == 0:
        return np.full(whose.size, -1, np.int64)
    if patient[-1] - patient[0] == patient.size - 1:  # a whole range, as it mostly is, needs no search
        place = whose - patient[0]
        return np.where((place >= 0) & (place < patient.size), place, -1)
    place = np.minimum(np.searchsorted(patient, whose), patient.size - 1)
    return np.where(patient[place] == whose, place, -1)
