"""Put the lines of a report together, for a population in memory or, partition by partition, for one on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from simcare.patients.population.drawing import Population
from simcare.patients.population.storage import describe, load, load_partitions
from simcare.patients.population.targets import compare
from simcare.patients.report.lines import Line, line_of
from simcare.patients.report.lives import life_lines
from simcare.patients.report.medicines import treatments
from simcare.patients.report.rules import in_order, rule_lines

NARROW = ("patients", "conditions", "medications", "social_needs", "screens")
"""The tables that are counted over all people at once; the rules see every table of one partition at a time."""
Progress = Callable[[int, int], None]
"""Called with how many people were looked at and how many there are."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was compared, and every line of it."""

    count: int
    seed: int
    mix: str
    on: date
    lines: tuple[Line, ...]

    @property
    def failed(self) -> tuple[Line, ...]:
        """Return the lines that do not hold."""
        return tuple(line for line in self.lines if line.holds is False)

    @property
    def passed(self) -> bool:
        """Tell whether every line holds that has a verdict."""
        return not self.failed

    def as_json(self) -> dict[str, Any]:
        """Return the report as a dict with the keys that `report --json` publishes."""
        return {
            "count": self.count,
            "seed": self.seed,
            "mix": self.mix,
            "on": self.on.isoformat(),
            "passed": self.passed,
            "lines": [line.as_json() for line in self.lines],
        }


def report_on(population: Population) -> Report:
    """Compare a population in memory, with all its tables, with what is published."""
    lines = (*rule_lines([population]), *_counted(population))
    return Report(len(population), population.seed, population.mix, population.on, lines)


def report_on_folder(folder: Path, progress: Progress | None = None) -> Report:
    """Compare a population on disk with what is published; only one partition has all its tables in memory.

    Raises PopulationError where the folder holds no whole population that can be read back.
    """
    everybody = load(folder, NARROW)
    stored = describe(folder)
    rules = tuple(rule_lines(_followed(load_partitions(folder), stored.count, progress)))
    return Report(stored.count, stored.seed, stored.mix, stored.on, (*rules, *_counted(everybody)))


def _counted(population: Population) -> Iterator[Line]:
    people = in_order(population)
    if people is None or not len(people):
        return
    yield from map(line_of, compare(people))
    yield from treatments(people)
    yield from life_lines(people)


def _followed(parts: Iterable[Population], count: int, progress: Progress | None) -> Iterator[Population]:
    done = 0
    for part in parts:
        yield part
        done += len(part)
        if progress is not None:
            progress(done, count)
