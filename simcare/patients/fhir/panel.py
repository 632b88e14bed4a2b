"""A population as the columns that FHIR needs, prepared once: words pooled, days as text, rows by patient.

A `Panel` is a run of whole patients; `part` cuts a shorter run out of it without copying. What a column becomes in a
resource is not said here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.patients.fhir.codes import slug
from simcare.patients.fhir.templates import Column, Objects, Pooled, as_objects

_FIRST_DAY = np.datetime64("1880-01-01", "D")
_LAST_DAY = np.datetime64("2100-01-01", "D")
_NO_DAY = int((_LAST_DAY - _FIRST_DAY).astype(int))
"""Where the list of days holds the empty text, for a day that is missing."""


class Population(Protocol):
    """What is read of a population: its tables and the day on which it is seen."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables of `patients.population.schema`."""
        ...

    @property
    def on(self) -> Any:
        """The day the panel is seen."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table for the patients of a panel; `patient` is 0-based in the panel."""

    patient: NDArray[np.int64]
    columns: Mapping[str, Pooled | NDArray[Any]]
    persons: Objects

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.patient)

    @property
    def person(self) -> Objects:
        """Return the readable id of every row's patient."""
        persons: Objects = self.persons[self.patient]
        return persons

    def words(self, name: str) -> Column:
        """Return a column of words, pooled or not."""
        return self.columns[name]

    def pool(self, name: str) -> Pooled:
        """Return a column of words, pooled."""
        column = self.columns[name]
        return column if isinstance(column, Pooled) else pool_of(column)

    def flag(self, name: str) -> Pooled:
        """Return a column of yes and no."""
        return flagged(self.numbers(name))

    def numbers(self, name: str) -> NDArray[Any]:
        """Return a column of numbers; days are counted from the first that is listed."""
        column = self.columns[name]
        assert not isinstance(column, Pooled)
        return column

    def day(self, name: str) -> Objects:
        """Return a column of days as text, 2026-10-14; empty where there is none."""
        days: Objects = _days()[self.numbers(name)]
        return days

    def dated(self, name: str) -> Pooled:
        """Tell for each row whether a day is there."""
        return flagged(self.numbers(name) != _NO_DAY)

    def digits(self, name: str) -> Objects:
        """Return a column of small whole numbers, 0 or more, as text."""
        digits: Objects = _digits()[self.numbers(name)]
        return digits

    def take(self, chosen: NDArray[Any]) -> Part:
        """Return the chosen rows, by mask or by number."""
        return Part(self.patient[chosen], {name: _cut(col, chosen) for name, col in self.columns.items()}, self.persons)


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns of a run of patients: `starts` of a table tells where each patient's rows begin, and the end."""

    on: str
    count: int
    tables: Mapping[str, Part]
    starts: Mapping[str, NDArray[np.int64]]

    def __getitem__(self, table: str) -> Part:
        """Return the rows of a table."""
        return self.tables[table]

    def parts(self, patients: int) -> Iterator[Panel]:
        """Yield the panel in runs of at most so many patients."""
        for first in range(0, self.count, patients):
            yield self.part(first, min(first + patients, self.count))

    def part(self, first: int, end: int) -> Panel:
        """Return the patients from `first` up to, not including, `end`."""
        persons = self.tables["patients"].persons[first:end]
        tables, starts = {}, {}
        for name, table in self.tables.items():
            bounds = self.starts[name][first : end + 1]
            rows = slice(int(bounds[0]), int(bounds[-1]))
            columns = {key: _cut(column, rows) for key, column in table.columns.items()}
            tables[name] = Part(table.patient[rows] - first, columns, persons)
            starts[name] = bounds - bounds[0]
        return Panel(self.on, end - first, tables, starts)


def panel(population: Population) -> Panel:
    """Prepare a population; its tables are ordered by patient, as their schema says."""
    frames = population.tables
    numbers = frames["patients"]["patient"].to_numpy(dtype=np.int64)
    persons = frames["patients"]["person_id"].to_numpy(dtype=object)
    tables, starts = {}, {}
    for name, frame in frames.items():
        patient = np.searchsorted(numbers, frame["patient"].to_numpy(dtype=np.int64))
        columns = {key: _column(frame[key]) for key in frame.columns if key not in ("patient", "person_id")}
        tables[name] = Part(patient, columns | (_place_ids(columns) if name == "patients" else {}), persons)
        starts[name] = np.searchsorted(patient, np.arange(len(numbers) + 1))
    return Panel(pd.Timestamp(population.on).strftime("%Y-%m-%d"), len(numbers), tables, starts)


def flagged(mask: NDArray[Any]) -> Pooled:
    """Return a mask as a column of yes and no."""
    return Pooled(mask.astype(np.int8), (False, True))


def ids(column: Column) -> Objects:
    """Return names as ids: letters, digits and hyphens."""
    pooled = column if isinstance(column, Pooled) else pool_of(column)
    names: Objects = as_objects([slug(value) for value in pooled.values])[pooled.codes]
    return names


def places(panel: Panel, rows: Part, *wanted: str) -> dict[str, Objects]:
    """Return the `doctor_id`, `clinic_id` or `pharmacy_id` of every row's patient."""
    return {name: panel["patients"].numbers(name)[rows.patient] for name in wanted}


def numbered(rows: Part) -> dict[str, Objects]:
    """Return the fields by which a row of a numbered table is told from the others."""
    return {"person": rows.person, "nth": rows.digits("nth")}


def pool_of(column: Objects) -> Pooled:
    """Pool a column of hashable objects by value."""
    codes, values = pd.factorize(column)
    return Pooled(codes, tuple(values))


def _column(series: pd.Series[Any]) -> Pooled | NDArray[Any]:
    """Return words as a pool, where an empty cell is the empty word; days as numbers; anything else as it is."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        codes, values = series.cat.codes.to_numpy().astype(np.int64), tuple(series.cat.categories)
        return Pooled(codes % (len(values) + 1), (*values, "")) if (codes < 0).any() else Pooled(codes, values)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        days = series.to_numpy().astype("datetime64[D]")
        return np.where(np.isnat(days), _NO_DAY, (days - _FIRST_DAY).astype(np.int64))
    kind = object if pd.api.types.is_string_dtype(series.dtype) else series.dtype.type
    return np.asarray(series.to_numpy(dtype=kind))


def _place_ids(columns: Mapping[str, Column]) -> dict[str, Objects]:
    """Return ids of the places that a patient goes to; a doctor is one of a clinic."""
    clinic = ids(columns["clinic"])
    return {
        "doctor_id": ids(columns["doctor"]) + "-" + clinic,
        "clinic_id": clinic,
        "pharmacy_id": ids(columns["pharmacy"]),
    }


def _cut(column: Pooled | NDArray[Any], rows: Any) -> Pooled | NDArray[Any]:
    return Pooled(column.codes[rows], column.values) if isinstance(column, Pooled) else column[rows]


@cache
def _days() -> Objects:
    return as_objects([*np.datetime_as_string(np.arange(_FIRST_DAY, _LAST_DAY)).tolist(), ""])


@cache
def _digits() -> Objects:
    return as_objects([str(number) for number in range(1000)])
