"""How often a condition is treated with a medicine, beside the weights of the tables of regimens.

A weight is asked for where nothing but the condition decides: no kidney function, no other illness, no family of
medicines that another choice may give. The others are shown: how often each is given follows from the whole person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from simcare.patients.population.drawing import Population
from simcare.patients.population.targets import errors_allowed, share_allowed
from simcare.patients.report.lines import PERCENT, Line
from simcare.patients.tables import Row, rows

NOTHING = "-"
TABLES = ("regimens", "population_regimens")


def treatments(population: Population) -> Iterator[Line]:
    """Yield the share of people with each condition who take each medicine for it."""
    errors = errors_allowed(len(population))
    having = population.conditions["condition"].value_counts()
    taken = population.medications
    taking = Counter(zip(taken["medication"].astype(str), taken["condition"].astype(str), strict=True))
    for table, members in _choices():
        condition, weight = members[0]["condition"], sum(float(row["weight"]) for row in members)
        size = int(having.get(condition, 0))
        free = not any(_is_bound(row) for row in members)
        for row in members:
            if row["medication"] == NOTHING or size == 0:
                continue
            published = 100 * float(row["weight"]) / weight
            found = 100 * taking[row["medication"], condition] / size
            allowed = share_allowed(published, found, size, errors)
            holds = bool(abs(found - published) <= allowed) if free else None
            about = f"{table}.csv", row["source"], row["confidence"]
            yield Line(
                "medicine", row["medication"], f"with {condition}", PERCENT, published, found, allowed, holds, *about
            )


def _choices() -> Iterator[tuple[str, list[Row]]]:
    """Yield table and rows of each choice whose medicines stand in no other choice of the same condition."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for table in TABLES:
        for row in rows(table):
            found.setdefault((table, row["condition"], row["choice"]), []).append(row)
    often = Counter((row["condition"], row["medication"]) for members in found.values() for row in members)
    for (table, _, _), members in found.items():
        once = [often[row["condition"], row["medication"]] == 1 for row in members if row["medication"] != NOTHING]
        if all(once):
            yield table, members


def _is_bound(row: Row) -> bool:
    kidneys = float(row["egfr_min"]) > 0 or row["egfr_max"]
    return bool(kidneys or row["not_with"] or row["family"] in _shared_families())


@cache
def _shared_families() -> frozenset[str]:
    """Return the families of medicines that more than one choice can give, of which a person gets one."""
    given = {(row["family"], row["condition"], row["choice"]) for table in TABLES for row in rows(table)}
    choices = Counter(family for family, _, _ in given if family)
    return frozenset(family for family, count in choices.items() if count > 1)
