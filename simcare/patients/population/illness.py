"""The tables `conditions`, `medications` and `fills`: what people have, what they take for it, how they refill it.

A regimen follows conditions, kidney function and what is already taken: one option of each choice, one medicine of a
family. `data/regimens.csv` holds what charts are drawn with, `data/population_regimens.csv` the high-alert rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simcare.patients.medicines import SELDOM_COUNTED
from simcare.patients.population.columns import Bools, Coded, Drawn, Whole, coded
from simcare.patients.population.draws import bell, split
from simcare.patients.population.panel import CONDITIONS, NUMBER, YEAR, Panel, bits_of, curve, effect, rows_of
from simcare.patients.tables import Row, keyed, rows

YOUNGEST_ONSET = 40
"""No condition is dated before this age."""
MEDICINES: tuple[str, ...] = tuple(keyed("medications"))
STAGES = tuple(row["stage"] for row in rows("ckd_stages"))
FILLED_DAYS = 365


@dataclass(frozen=True, slots=True)
class Option:
    """One row of a choice: a medicine or nothing, and who may have it."""

    medicine: int
    """Its place in MEDICINES; -1 for nothing."""
    weight: float
    family: int
    """A bit, 0 for none."""
    egfr_from: float
    egfr_below: float
    not_with: int
    schedule: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The options of one choice for one condition."""

    condition: int
    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """Who takes what, one row a medicine, person by person, for sections that must agree with the list."""

    person: Whole
    medicine: Whole
    listed: NDArray[np.uint64]
    """For each person, a bit for each medicine up to 64; `more` holds the others."""
    more: NDArray[np.uint64]

    def takes(self, key: str) -> Bools:
        """Return who takes a medicine."""
        place = MEDICINES.index(key)
        bits = self.listed if place < 64 else self.more
        found: Bools = (bits >> np.uint64(place % 64)) & np.uint64(1) == 1
        return found


def conditions(panel: Panel) -> tuple[Drawn, NDArray[np.int32]]:
    """Return the table of conditions, and the day each was found as (person, condition)."""
    most = np.array([float(row["years_at_most"]) for row in rows("conditions")])
    person, which = rows_of(panel.has.T)
    share = panel.draws.among(person).share("since", nth=which)
    years = np.minimum(most[which], panel.age[person] - float(YOUNGEST_ONSET))
    # At least ten days ago, so that there was time to start a medicine.
    day = panel.on - 10 - np.floor(share * years * YEAR).astype(np.int32)
    found = np.full(panel.has.T.shape, panel.on, dtype=np.int32)
    found[person, which] = day
    bounds = [float(row["egfr_below"]) for row in rows("ckd_stages")][::-1]
    stage = len(STAGES) - 1 - np.searchsorted(bounds, panel.egfr, side="right")
    kidney = which == NUMBER["chronic_kidney_disease"]
    return {
        "patient": panel.draws.who[person],
        "condition": Coded(which.astype(np.int8), CONDITIONS),
        "since": day,
        "severity": np.round(panel.under[which, person], 3).astype(np.float32),
        "stage": Coded(np.where(kidney, stage[person], -1).astype(np.int8), STAGES),
    }, found


@cache
def choices() -> tuple[Choice, ...]:
    """Return all choices in the order in which they are made: charts' regimens first, then the population's own."""
    members = (*rows("regimens"), *rows("population_regimens"))
    families = {
        name: 1 << nth for nth, name in enumerate(dict.fromkeys(row["family"] for row in members if row["family"]))
    }
    groups: dict[tuple[str, str], list[Option]] = {}
    for row in members:
        groups.setdefault((row["condition"], row["choice"]), []).append(_option(row, families))
    return tuple(
        Choice(NUMBER[condition], f"{condition}.{name}", tuple(own)) for (condition, name), own in groups.items()
    )


def _option(row: Row, families: dict[str, int]) -> Option:
    key = row["medication"]
    nothing = key == "-"
    return Option(
        medicine=-1 if nothing else MEDICINES.index(key),
        weight=float(row["weight"]),
        family=families.get(row["family"], 0),
        egfr_from=float(row["egfr_min"]),
        egfr_below=float(row["egfr_max"] or "inf"),
        not_with=bits_of(row["not_with"]),
        schedule="" if nothing else row["take"] or keyed("medications")[key]["take"],
    )


def medications(panel: Panel, found: NDArray[np.int32]) -> tuple[Drawn, Taken]:
    """Return the table of medicines; `found` is the day each condition was found as (person, condition)."""
    people = len(panel.age)
    chosen = np.full((people, len(choices())), -1, dtype=np.int16)
    family = np.zeros(people, dtype=np.int64)
    flat = [(choice.condition, option) for choice in choices() for option in choice.options]
    first = 0
    for place, choice in enumerate(choices()):
        who = np.flatnonzero(panel.has[choice.condition])
        option = _choose(panel, choice, who, family)
        taken = option >= 0
        bits = np.array([own.family for own in choice.options], dtype=np.int64)
        family[who[taken]] |= bits[option[taken]]
        chosen[who[taken], place] = first + option[taken]
        first += len(choice.options)
    medicine_of = np.array([option.medicine for _, option in flat], dtype=np.int16)
    condition_of = np.array([condition for condition, _ in flat], dtype=np.int8)
    schedule = tuple(option.schedule for _, option in flat)
    real = (chosen >= 0) & (medicine_of[chosen] >= 0)
    person, at = rows_of(real)
    option = chosen[person, at]
    medicine, condition = medicine_of[option], condition_of[option]
    share = panel.draws.among(person).share("started", nth=at)
    since = found[person, condition]
    # Many begin soon after the condition is found.
    started = since + np.floor((panel.on - since - 5) * share * share).astype(np.int32)
    places = np.arange(len(person)) - np.searchsorted(person, person)
    listed, more = np.zeros(people, dtype=np.uint64), np.zeros(people, dtype=np.uint64)
    for set_of, own in ((listed, medicine < 64), (more, medicine >= 64)):
        np.bitwise_or.at(set_of, person[own], np.uint64(1) << (medicine[own] % 64).astype(np.uint64))
    drawn = {
        "patient": panel.draws.who[person],
        "nth": places.astype(np.int8),
        "medication": Coded(medicine.astype(np.int8), MEDICINES),
        "condition": Coded(condition, CONDITIONS),
        "started": started,
        "schedule": coded(option, schedule),
        "days_supply": _per_medicine("days_supply")[medicine],
        "as_needed": _per_medicine("as_needed")[medicine].astype(bool),
        "over_the_counter": _per_medicine("over_the_counter")[medicine].astype(bool),
    }
    return drawn, Taken(person, medicine, listed, more)


def _choose(panel: Panel, choice: Choice, who: Whole, family: NDArray[np.int64]) -> NDArray[np.int16]:
    """Return the option each of these people gets, -1 where none is allowed."""
    held, kidneys, taken = panel.held[who], panel.egfr[who], family[who]
    weights = np.empty((len(choice.options), len(who)))
    for at, option in enumerate(choice.options):
        allowed = (taken & option.family) == 0
        if option.not_with:
            allowed &= (held & option.not_with) == 0
        if option.egfr_from > 0 or option.egfr_below < np.inf:
            allowed &= (kidneys >= option.egfr_from) & (kidneys < option.egfr_below)
        np.multiply(allowed, option.weight, out=weights[at])
    steps = np.cumsum(weights, axis=0)
    left = panel.draws.among(who).share(f"regimen.{choice.name}") * steps[-1]
    option = (steps <= left).sum(axis=0)
    return np.where(steps[-1] > 0, np.minimum(option, len(choice.options) - 1), -1).astype(np.int16)


@cache
def _per_medicine(column: str) -> NDArray[np.int16]:
    return np.array(
        [int(row[column] == "Y") if row[column] in "YN" else int(row[column]) for row in rows("medications")], np.int16
    )


def fills(panel: Panel, taken: Taken, drawn: Drawn) -> Drawn:
    """Return the fills of the last 12 months: one each days of supply, later where doses are missed."""
    counted = ~np.array([key in SELDOM_COUNTED for key in MEDICINES])[taken.medicine]
    counted &= ~np.asarray(drawn["as_needed"]) & ~np.asarray(drawn["over_the_counter"])
    person, nth = taken.person[counted], np.asarray(drawn["nth"])[counted]
    supply, started = np.asarray(drawn["days_supply"])[counted], np.asarray(drawn["started"])[counted]
    late_of, own_of = split(panel.draws.among(person).share("fills", nth=nth), 2)
    covered = curve("adherence", panel.adherence[person] + effect("adherence_of_medicine") * bell(own_of))
    every = supply / covered
    ago = np.floor(late_of * every)
    span = np.minimum(FILLED_DAYS, panel.on - started).astype(np.float64)
    count = np.maximum(0, np.floor((span - ago) / every) + 1).astype(np.int32)
    row = np.repeat(np.arange(len(person)), count)
    back = count[row] - 1 - (np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count))
    day = panel.on - np.floor(ago[row] + back * every[row]).astype(np.int32)
    return {
        "patient": panel.draws.who[person[row]],
        "nth": nth[row],
        "filled": day,
        "days_supply": supply[row],
    }
