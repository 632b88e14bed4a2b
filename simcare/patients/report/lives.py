"""How often things happen to the people in a year, beside the rates of the sources."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from simcare.patients.life import compare_rates, compare_shares
from simcare.patients.life.calibration import WITHIN
from simcare.patients.population.drawing import Population
from simcare.patients.population.targets import ERRORS_OF_FEW, MANY
from simcare.patients.report.lines import PERCENT, RATE, Line
from simcare.patients.tables import keyed

Numbers = tuple[float, float | None, float, bool | None]
"""Published, found, allowed, holds."""
LIVES = MANY
"""So many people live a year; more would show no more."""
POINT = 1.0
"""Percent of people with one or more a year may be off by this much: the shape of frailty is in eighths."""


def life_lines(population: Population) -> Iterator[Line]:
    """Yield the rate of each hazard, and the share with one or more a year where one is published.

    The default mix is held to the sources. Another mix is held to what follows from its own people: a frail panel falls
    more often than the source says, and should.
    """
    if not len(population):
        return
    people = first_of(population, LIVES)
    default = population.mix == "default"
    errors = WITHIN if len(people) >= MANY else ERRORS_OF_FEW
    for row in compare_rates(people, population.seed).to_dict("records"):
        found = _number(row["realized"])
        wanted, error = ("source", "standard_error") if default else ("expected", "expected_error")
        published = float(row["source" if found is None else wanted])
        allowed = 0.0 if found is None else errors * max(float(row[error]), _luck(found, float(row["person_years"])))
        source = row["where"] if default else f"Follows from the people; {row['where']}"
        holds = found is None or abs(found - published) <= allowed
        yield _line(row["hazard"], RATE, (published, found, allowed, holds), source, row["confidence"])
    for row in compare_shares(people, population.seed).to_dict("records"):
        found, published = _number(100 * row["realized"]), 100 * float(row["source"])
        allowed = POINT if found is None else max(POINT, errors * 100 * float(row["standard_error"]))
        holds = found is None or abs(found - published) <= allowed
        stated = keyed("hazards")[row["hazard"]]
        numbers = published, found, allowed, holds if default else None
        about = stated["yearly_source"], stated["yearly_confidence"]
        yield _line(f"one or more: {row['hazard']}", PERCENT, numbers, *about)


def _line(what: str, unit: str, numbers: Numbers, source: str, confidence: str) -> Line:
    return Line("episode", what, "at risk of it", unit, *numbers, "hazards.csv", source, confidence)


def first_of(population: Population, count: int) -> Population:
    """Return the first people of a population whose rows are in order."""
    if len(population) <= count:
        return population
    end = population.start + count
    tables = {
        name: table.iloc[: int(np.searchsorted(table["patient"].to_numpy(), end))]
        for name, table in population.tables.items()
    }
    return replace(population, tables=tables)


def _luck(rate: float, person_years: float) -> float:
    """Return the standard error that the counted episodes themselves imply, for panels of few."""
    return math.sqrt(rate * 1000 / person_years)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
