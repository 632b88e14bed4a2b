"""Draw all tables of a range of patient numbers, and the Population they make in memory.

People are drawn some thousands at a time, so that what one section hands to the next stays in the processor's cache;
the size of a block changes nobody. Files live in `storage`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from simcare.documents import SimcareError
from simcare.patients.population import courses, illness, needs, notes, past, people, prevention, program
from simcare.patients.population.columns import Coded, Drawn, Values, frame
from simcare.patients.population.gathering import gather
from simcare.patients.population.mix import Mix, read_mix
from simcare.patients.population.panel import Panel
from simcare.patients.population.schema import SCHEMA, TABLES

BLOCK = 8192
MOST_PEOPLE = 100_000_000
EARLIEST, LATEST = date(2024, 1, 1), date(2100, 1, 1)
"""Days on which a panel can be seen: every vaccine of the tables could be had by then."""


class PopulationError(SimcareError):
    """A population that was asked for, or a folder that should hold one, cannot be."""


@dataclass(frozen=True, slots=True)
class Population:
    """Synthetic patients as columns, one pandas frame a table; `population.conditions` is `tables["conditions"]`.

    `start` is the number of the first patient. `schema` says every column.
    """

    seed: int
    mix: str
    on: date
    start: int
    tables: Mapping[str, pd.DataFrame]

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return a table by name."""
        if name in SCHEMA and name in self.tables:
            return self.tables[name]
        raise AttributeError(f"the population holds no table '{name}'; the tables are {', '.join(SCHEMA)}")

    def __len__(self) -> int:
        """Return how many people there are."""
        return len(self.tables["patients"])


def populate(
    count: int,
    *,
    seed: int,
    on: date,
    mix: str = "default",
    start: int = 0,
    tables: Collection[str] | None = None,
) -> Population:
    """Draw the people numbered from `start`; all tables, or some (`patients` is always among them).

    `mix` is a name or the path of a .yaml file. Raises PopulationError, MixError or DocumentError for what cannot be.
    """
    wanted = _wanted(tables)
    drawn = draw_range(start, count, seed=seed, on=on, mix=read_mix(mix), tables=wanted)
    return Population(seed, mix, on, start, {name: frame(name, drawn[name]) for name in wanted})


def draw_range(
    start: int, count: int, *, seed: int, on: date, mix: Mix, tables: Collection[str] | None = None
) -> dict[str, Drawn]:
    """Draw the people of a range of numbers as columns."""
    blocks = list(draw_blocks(start, count, seed=seed, on=on, mix=mix, tables=tables))
    return {name: _joined([block[name] for block in blocks]) for name in _wanted(tables)}


def draw_blocks(
    start: int, count: int, *, seed: int, on: date, mix: Mix, tables: Collection[str] | None = None
) -> Iterator[dict[str, Drawn]]:
    """Draw the people of a range of numbers some thousands at a time; no people give one empty block."""
    check(start, count, on)
    wanted = _wanted(tables)
    for first in range(start, start + max(count, 1), BLOCK):
        who = np.arange(first, min(first + BLOCK, start + count))
        yield draw_block(gather(seed, who, mix, on), wanted)


def check(start: int, count: int, on: date) -> None:
    """Raise PopulationError where such a range of people cannot be drawn."""
    if count < 0 or start < 0 or start + count > MOST_PEOPLE:
        raise PopulationError(
            f"{count:,} people from number {start:,} cannot be drawn; count and start must be 0 or more and end "
            f"under {MOST_PEOPLE:,}"
        )
    if not EARLIEST <= on < LATEST:
        raise PopulationError(f"the panel cannot be seen on {on}; choose a day from {EARLIEST} to before {LATEST}")


def draw_block(panel: Panel, wanted: Collection[str]) -> dict[str, Drawn]:
    """Draw the wanted tables of people who were gathered; later sections agree with earlier ones."""
    return dict(_sections(panel, frozenset(wanted)))


def _sections(panel: Panel, wanted: frozenset[str]) -> Iterator[tuple[str, Drawn]]:
    lacking = needs.needs(panel)
    alone = lacking.with_need("living_alone")
    who = people.patients(panel, alone, lacking.with_need("health_literacy"), lacking.language)
    enrolled, last, doctor = who["enrolled"], who["last_name"], who["doctor"]
    assert isinstance(enrolled, np.ndarray) and isinstance(last, Coded) and isinstance(doctor, Coded)
    yield "patients", who
    around = people.contacts(panel, alone, last) if wanted & {"contacts", "notes"} else None
    if around is not None:
        yield "contacts", around
    if wanted <= {"patients", "contacts"}:
        return
    ill, found = illness.conditions(panel)
    yield "conditions", ill
    if wanted <= {"patients", "contacts", "conditions"}:
        return
    listed, taken = illness.medications(panel, found)
    yield "medications", listed
    yield "fills", illness.fills(panel, taken, listed)
    measured, seen = courses.observations(panel, taken)
    yield "observations", measured
    yield "allergies", past.allergies(panel, taken)
    screened, day = needs.asked_about_mood(panel), needs.screen_days(panel)
    pack_years, quit_year, language = who["pack_years"], who["quit_year"], who["language"]
    assert isinstance(pack_years, np.ndarray) and isinstance(quit_year, np.ndarray) and isinstance(language, Coded)
    facts = prevention.Facts(taken, seen, screened, day, pack_years, quit_year)
    state = prevention.prevent(panel, facts)
    yield "immunizations", prevention.immunizations(panel, state)
    yield "care_gaps", prevention.care_gaps(panel, state)
    yield "surgeries", past.surgeries(panel)
    yield "family_history", past.family_history(panel)
    yield "social_needs", needs.social_needs(panel, lacking, day, language.codes > 0)
    yield "screens", needs.screens(panel, day, screened)
    agreed, given = program.consents(panel, enrolled, doctor)
    yield "consents", agreed
    agreed_on = program.goals(panel, enrolled, given)
    yield "goals", agreed_on
    yield "visits", program.visits(panel, seen, state)
    yield "contacts_log", program.contacts_log(panel, enrolled, given)
    if around is not None and "notes" in wanted:
        known = notes.Known(who, found, lacking, language.codes > 0, day, listed, agreed_on, around, given)
        yield "notes", notes.notes(panel, known)


def _wanted(tables: Collection[str] | None) -> tuple[str, ...]:
    unknown = sorted(set(tables or ()) - set(SCHEMA))
    if unknown:
        raise PopulationError(f"there is no table '{unknown[0]}'; the tables are {', '.join(SCHEMA)}")
    return tuple(table.name for table in TABLES if tables is None or table.name in {*tables, "patients"})


def _joined(blocks: list[Drawn]) -> Drawn:
    if len(blocks) == 1:
        return blocks[0]
    return {name: _join([block[name] for block in blocks]) for name in blocks[0]}


def _join(parts: list[Values]) -> Values:
    first = parts[0]
    if isinstance(first, Coded):
        return Coded(np.concatenate([part.codes for part in parts if isinstance(part, Coded)]), first.words)
    if isinstance(first, pa.Array):
        return pa.concat_arrays(parts)
    return np.concatenate([part for part in parts if isinstance(part, np.ndarray)])
