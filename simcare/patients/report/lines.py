"""One line of a report, whatever it is about; nothing is computed here."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from simcare.patients.population import targets

PERCENT, RATIO, PEOPLE, RATE = "percent", "odds ratio", "people", "per 1,000 patient-years"
_TABLES = {
    "prevalence": ("prevalence.csv", PERCENT),
    "adjusted odds ratio": ("comorbidity.csv", RATIO),
    "odds ratio": ("comorbidity.csv", RATIO),
    "count": ("comorbidity.csv", PERCENT),
    "combination": ("comorbidity.csv", PERCENT),
    "social need": ("sdoh.csv", PERCENT),
    "adherence": ("quantiles.csv", PERCENT),
    "mood": ("quantiles.csv", PERCENT),
}
"""Where the published numbers of a section of `targets` stand, and in which unit."""


@dataclass(frozen=True, slots=True)
class Line:
    """One published number beside the population's.

    Attributes:
        section: Which part of the report it belongs to.
        what: What is counted.
        among: Of whom.
        unit: The unit of the three numbers.
        published: The number of the table.
        found: The number of the population; None where there is nobody to count.
        allowed: How far the two may be apart.
        holds: Whether they are that near; None where the number is shown and not asked for.
        table: The file of `patients/data`, or the module, that holds the number.
        source: Where the table has it from.
        confidence: verified, derived, recalled or assumption; `rule` for what holds by its meaning.
    """

    section: str
    what: str
    among: str
    unit: str
    published: float
    found: float | None
    allowed: float
    holds: bool | None
    table: str
    source: str
    confidence: str

    @property
    def verdict(self) -> str:
        """Return pass, fail or shown."""
        return {True: "pass", False: "fail", None: "shown"}[self.holds]

    @property
    def strain(self) -> float:
        """Return the difference as a share of what is allowed: above 1 fails."""
        if self.found is None:
            return 0.0
        off = abs(self.found - self.published)
        return off / self.allowed if self.allowed else math.inf if off else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the line as a dict with the keys that `report --json` publishes."""
        return {**asdict(self), "holds": self.verdict}


def line_of(line: targets.Line) -> Line:
    """Return a line of `targets` as one of the report."""
    table, unit = _TABLES[line.section]
    found = None if math.isnan(line.found) else line.found
    numbers = line.published, found, line.allowed, line.holds
    return Line(line.section, line.what, line.among, unit, *numbers, table, line.source, line.confidence)
