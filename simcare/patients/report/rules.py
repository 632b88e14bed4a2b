"""What must never be in a population: the rules of `plausible`, and that its rows are in order at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from simcare.patients.population.drawing import Population
from simcare.patients.population.plausible import RULES
from simcare.patients.report.lines import PEOPLE, Line

SOURCE = "True by the meaning of the words, or by the tables the people were drawn with"
ORDERED = "Every row stands under its patient, and every patient once"


def rule_lines(populations: Iterable[Population]) -> Iterator[Line]:
    """Yield one line a rule: how many people break it, added over the parts of a population."""
    found: Counter[str] = Counter({ORDERED: 0})
    for population in populations:
        found[ORDERED] += _out_of_order(population)
        ordered = in_order(population)
        for rule in RULES:
            found[rule.says] += len(rule.broken(ordered)) if ordered is not None and len(ordered) else 0
    for says, broken in found.items():
        numbers = 0.0, float(broken), 0.0, broken == 0
        yield Line("rule", says, "all", PEOPLE, *numbers, "population/plausible.py", SOURCE, "rule")


def in_order(population: Population) -> Population | None:
    """Return the population with its people in order, so that it can be counted; None where some are missing."""
    numbers = population.patients["patient"].to_numpy()
    wanted = np.arange(population.start, population.start + len(numbers))
    if not np.array_equal(np.sort(numbers), wanted):
        return None
    tables = {}
    for name, table in population.tables.items():
        mine = table["patient"].to_numpy()
        inside = (mine >= population.start) & (mine < population.start + len(numbers))
        if not inside.all():
            table, mine = table[inside], mine[inside]
        tables[name] = table if _rising(mine) else table.sort_values("patient", kind="stable")
    return replace(population, tables=tables)


def _out_of_order(population: Population) -> int:
    """Return how many rows stand out of order, repeat a patient or belong to nobody."""
    numbers = population.patients["patient"].to_numpy()
    end = population.start + len(numbers)
    wrong = int((numbers != np.arange(population.start, end)).sum())
    for table in population.tables.values():
        mine = table["patient"].to_numpy()
        wrong += int((np.diff(mine) < 0).sum() + ((mine < population.start) | (mine >= end)).sum())
    return wrong


def _rising(numbers: np.ndarray) -> bool:
    return bool((np.diff(numbers) >= 0).all())
