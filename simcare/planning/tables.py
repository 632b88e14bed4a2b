"""The tables of `planning/data`: every number of a plan that its author leaves out, with its source and confidence.

`Number` is a scalar with its range for a tornado; durations, consequences, arrivals, kinds and
prices are rows. What a plan says instead lies in `plan`; what becomes of both lies in `building`.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from simcare.world import Distribution

Row = Mapping[str, str]
Confidence = Literal["verified", "derived", "recalled", "assumption"]
CONFIDENCES: tuple[Confidence, ...] = ("verified", "derived", "recalled", "assumption")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a plan rests on.

    Attributes:
        key: Its name in a plan's `numbers`.
        value: The number.
        low: The low end of a tornado; None where it is not varied.
        high: The high end.
        least: No plan may go below.
        most: No plan may go above.
        unit: In words.
        plain: What it says.
        source: Where it comes from; "the plan" where the author set it.
        confidence: How sure it is.
    """

    key: str
    value: float
    low: float | None
    high: float | None
    least: float
    most: float
    unit: str
    plain: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """One line of the list that a report ends with."""

    key: str
    value: str
    plain: str
    source: str
    confidence: str


@cache
def rows(table: str) -> tuple[Row, ...]:
    """Return all rows of a table of `planning/data`, in the file's order, every value as text."""
    text = files("simcare.planning").joinpath("data", f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def numbers() -> Mapping[str, Number]:
    """Return the numbers by key."""
    return {row["key"]: _number(row) for row in rows("numbers")}


@cache
def durations() -> Mapping[str, Distribution]:
    """Return the distributions of minutes by key."""
    return {row["key"]: _distribution(row) for row in rows("durations")}


@cache
def consequences() -> Mapping[str, tuple[float, float, float, float, float]]:
    """Return the probability of an emergency visit by rank of the need, for each fate."""
    return {row["fate"]: _shares(row, "need") for row in rows("consequences")}


@cache
def arrivals(what: str) -> Mapping[str, str]:
    """Return the weights of `weekday`, `hour`, `after_hours`, or the hours meant by the words of `best_time`."""
    return {row["word"]: row["weight"] for row in rows("arrivals") if row["what"] == what}


def prices(year: int) -> tuple[Row, ...]:
    """Return one row for each billing code: the newest price that is not after `year`, else the oldest there is."""
    best: dict[str, Row] = {}
    for row in rows("prices"):
        known = best.get(row["code"])
        if known is None or int(known["year"]) > year or int(known["year"]) < int(row["year"]) <= year:
            best[row["code"]] = row
    return tuple(best.values())


def assumptions(table: str, key: str, value: str) -> list[Assumption]:
    """Return a table's rows as lines of the report: `key` and `value` are columns, several joined by a plus."""
    found = []
    for row in rows(table):
        name, said = (" ".join(filter(None, (row[part] for part in cols.split("+")))) for cols in (key, value))
        plain = row.get("plain") or row.get("label") or table
        found.append(Assumption(f"{table}: {name}", said, plain, row["source"], row["confidence"]))
    return found


def count_confidence(found: Iterable[Assumption]) -> Mapping[str, int]:
    """Return how many lines are of each confidence, surest first; none is left out."""
    counted = Counter(line.confidence for line in found)
    return {word: counted[word] for word in CONFIDENCES}


def _number(row: Row) -> Number:
    low, high = (float(row[end]) if row[end] else None for end in ("low", "high"))
    return Number(
        row["key"],
        float(row["value"]),
        low,
        high,
        float(row["least"]),
        float(row["most"]),
        row["unit"],
        row["plain"],
        row["source"],
        row["confidence"],
    )


def _distribution(row: Row) -> Distribution:
    cut = {end: float(row[end]) for end in ("least", "most") if row[end]}
    shape = row["shape"]
    assert shape in ("exponential", "lognormal", "gamma", "triangular", "fixed")
    return Distribution(shape, float(row["mean"]), float(row["sd"] or 0), **cut)  # type: ignore[arg-type]


def _shares(row: Row, stem: str) -> tuple[float, float, float, float, float]:
    a, b, c, d, e = (float(row[f"{stem}_{rank}"]) for rank in range(5))
    return a, b, c, d, e
