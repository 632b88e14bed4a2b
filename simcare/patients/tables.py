"""The tables of `patients/data`: read once, looked up by key, and asked whether a constraint names what they hold.

Every row carries its `source` and `confidence`; `data/README.md` tells where each table comes from. Nothing is drawn
here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from simcare.patients.constraints import PatientConstraints

Row = Mapping[str, str]
TABLES = (
    "activities",
    "allergies",
    "care_gaps",
    "comorbidity",
    "ckd_stages",
    "conditions",
    "consent",
    "courses",
    "effects",
    "family_history",
    "goals",
    "hazard_modifiers",
    "hazard_scales",
    "hazards",
    "latent",
    "licensure",
    "life_facts",
    "measures",
    "medications",
    "names",
    "needs",
    "note_words",
    "notes",
    "observations",
    "panel",
    "places",
    "population_regimens",
    "prevalence",
    "prevalence_cells",
    "quantiles",
    "regimens",
    "sdoh",
    "specialists",
    "surgeries",
)


@cache
def rows(table: str) -> tuple[Row, ...]:
    """Return all rows of a table of `patients/data`, in the file's order, every value as text."""
    text = files("simcare.patients").joinpath("data", f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def keyed(table: str, key: str = "key") -> Mapping[str, Row]:
    """Return the rows of a table by the value of its key column."""
    return {row[key]: row for row in rows(table)}


@cache
def grouped(table: str, column: str) -> Mapping[str, tuple[Row, ...]]:
    """Return the rows of a table by a column whose values repeat, in the file's order."""
    groups: dict[str, list[Row]] = {}
    for row in rows(table):
        groups.setdefault(row[column], []).append(row)
    return {value: tuple(members) for value, members in groups.items()}


@cache
def listed(text: str) -> frozenset[str]:
    """Split a cell that holds several keys, "gout;gerd", into a set."""
    return frozenset(part.strip() for part in text.split(";") if part.strip())


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key in a constraint that no table holds: where it stands, which table was asked, and the nearest key."""

    path: tuple[str | int, ...]
    key: str
    table: str
    meant: str | None

    def __str__(self) -> str:
        """Say the fact and the remedy in one line."""
        place = ".".join(str(part) for part in self.path)
        remedy = f"did you mean '{self.meant}'?" if self.meant else f"use a key of patients/data/{self.table}.csv"
        return f"{place}: '{self.key}' is not in patients/data/{self.table}.csv; {remedy}"


def unknown_keys(constraints: PatientConstraints) -> tuple[UnknownKey, ...]:
    """Return every key of the constraints that no table holds, in the order of the fields; the lint and a draw ask."""
    return tuple(
        UnknownKey(path, key, table, next(iter(get_close_matches(key, keyed(table, column), n=1)), None))
        for path, key, table, column in _keys(constraints)
        if key not in keyed(table, column)
    )


def _keys(wanted: PatientConstraints) -> Iterator[tuple[tuple[str | int, ...], str, str, str]]:
    if wanted.state is not None:
        yield ("state",), wanted.state, "places", "abbr"
    for nth, key in enumerate(wanted.conditions):
        yield ("conditions", nth), key, "conditions", "key"
    for nth, medication in enumerate(wanted.medications or ()):
        if medication.key is not None:
            yield ("medications", nth, "key"), medication.key, "medications", "key"
    for nth, observation in enumerate(wanted.observations):
        yield ("observations", nth, "key"), observation.key, "observations", "key"
    for section, dues in (("care_gaps", wanted.care_gaps), ("immunizations", wanted.immunizations)):
        for nth, due in enumerate(dues or ()):
            if due.key is not None:
                yield (section, nth, "key"), due.key, "care_gaps", "key"
    for nth, key in enumerate(wanted.social_needs or ()):
        yield ("social_needs", nth), key, "sdoh", "key"
