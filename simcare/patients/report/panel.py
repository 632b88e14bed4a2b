"""What a panel looks like, as counts for pictures: ages, conditions by group and by pair, care gaps by state.

Which people are counted is chosen here; how a picture is drawn is the desk's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from simcare.patients.population.columns import Bools
from simcare.patients.population.drawing import Population
from simcare.patients.tables import keyed

TABLES = ("patients", "conditions", "care_gaps")
"""The tables that a panel is counted from."""
YOUNGEST, OLDEST = 65, 110
BANDS = ((65, 69), (70, 74), (75, 79), (80, 84), (85, 89), (90, OLDEST))
BAND_NAMES = tuple(f"{low}-{high}" if high < OLDEST else f"{low}+" for low, high in BANDS)
GROUPS = tuple((sex, low, high) for sex in ("female", "male") for low, high in ((65, 74), (75, 84), (85, OLDEST)))
STATES = ("done", "booked", "due", "overdue", "declined")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which people of a panel are looked at; None for the sex or the condition means all."""

    sex: str | None = None
    youngest: int = YOUNGEST
    oldest: int = OLDEST
    condition: str | None = None


@dataclass(frozen=True)
class PanelCounts:
    """The chosen people of a population, counted."""

    population: Population
    chosen: Chosen

    @cached_property
    def people(self) -> pd.DataFrame:
        """Return the rows of `patients` that were chosen."""
        table, chosen = self.population.patients, self.chosen
        keep = (table["age"] >= chosen.youngest) & (table["age"] <= chosen.oldest)
        if chosen.sex is not None:
            keep &= table["sex"] == chosen.sex
        if chosen.condition is not None:
            has = self.population.conditions
            keep &= table["patient"].isin(has.loc[has["condition"] == chosen.condition, "patient"])
        return table[keep]

    @cached_property
    def has(self) -> Mapping[str, Bools]:
        """Return for each condition who of the chosen has it."""
        numbers = self.people["patient"].to_numpy()
        table = self.population.conditions
        by_key = dict(iter(table.groupby("condition", observed=True)["patient"]))
        return {key: np.isin(numbers, by_key[key].to_numpy()) for key in keyed("conditions") if key in by_key}

    def ages(self, sex: str) -> list[int]:
        """Return how many of a sex are in each of BANDS."""
        age = self.people.loc[self.people["sex"] == sex, "age"].to_numpy()
        return [int(((age >= low) & (age <= high)).sum()) for low, high in BANDS]

    def group(self, sex: str, low: int, high: int) -> Bools:
        """Return who of the chosen is of a sex and an age."""
        people = self.people
        inside = (people["sex"] == sex) & (people["age"] >= low) & (people["age"] <= high)
        return np.asarray(inside.to_numpy(), dtype=bool)

    def commonest(self, count: int) -> list[str]:
        """Return the keys of the commonest conditions, the commonest first; ties in the order of the table."""
        often = {key: int(who.sum()) for key, who in self.has.items()}
        return [key for key in sorted(often, key=lambda key: -often[key]) if often[key]][:count]

    def share(self, key: str, among: Bools) -> float | None:
        """Return the percent of a group who have a condition; None for a group of nobody."""
        size = int(among.sum())
        return 100 * float((self.has[key] & among).sum()) / size if size else None

    def gaps(self) -> list[tuple[str, list[int]]]:
        """Return each care gap with how many of the chosen are in each of STATES; the most open one first."""
        table = self.population.care_gaps
        mine = table[table["patient"].isin(self.people["patient"])]
        found = pd.crosstab(mine["care_gap"].astype(str), mine["status"].astype(str))
        found = found.reindex(columns=list(STATES), fill_value=0)
        counted = [
            (str(key), [int(number) for number in row]) for key, row in zip(found.index, found.to_numpy(), strict=True)
        ]
        return sorted(counted, key=lambda gap: (-(gap[1][2] + gap[1][3]), gap[0]))
