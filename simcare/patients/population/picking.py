"""Pick the person of the population who fits a scenario's wishes best, and adjust them no more than is needed.

Some thousand people are gathered, the nearest few drawn whole, and the one taken who needs the fewest adjustments. What
the person brings completes the wishes; `draw_chart` then makes the chart, so that what is drawn stays harmless: nothing
of it decides a call. Every adjustment is told in a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare import chance
from simcare.patients.chart import Chart
from simcare.patients.constraints import (
    PatientConstraints,
    WantedAllergy,
    WantedContact,
    WantedMedication,
    WantedObservation,
)
from simcare.patients.draw import draw_chart
from simcare.patients.names import Address
from simcare.patients.population.columns import Coded, Drawn, day_number
from simcare.patients.population.drawing import draw_block
from simcare.patients.population.gathering import gather
from simcare.patients.population.mix import read_mix
from simcare.patients.population.panel import NUMBER, Panel
from simcare.patients.population.person import lives_with
from simcare.patients.tables import keyed, rows

CANDIDATES, FINALISTS = 4096, 12
ADDED, REMOVED = 3, 1
"""An illness that must be added weighs more than one that must be taken off."""
SPARED = "hyperlipidemia"
"""Charts may hold it without being asked to, for it decides no call."""
TABLES = ("patients", "contacts", "conditions", "medications", "fills", "observations", "allergies", "social_needs")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One finalist: rows by table, and what would have to be adjusted."""

    rows: Mapping[str, list[Row]]
    completed: PatientConstraints
    adjustments: tuple[str, ...]


def pick_chart(
    constraints: PatientConstraints, seed: int, on: date, *, mix: str = "default"
) -> tuple[Chart, tuple[str, ...]]:
    """Return the chart of the best-fitting person for a scenario, and a sentence for each thing that was adjusted.

    The same wishes, seed and day always give the same person. Raises ChartError when a key is in no data table.
    """
    text = f"{constraints.age} {constraints.sex} {' '.join(constraints.conditions)}"
    own = chance.derive(seed, "pick", text)
    if any(key not in NUMBER for key in constraints.conditions):
        return draw_chart(constraints, seed=seed, on=on), ()
    panel = gather(own, np.arange(CANDIDATES), read_mix(mix), on)
    best = min(_finalists(panel, constraints, on, mix, own), key=lambda candidate: len(candidate.adjustments))
    chart = draw_chart(best.completed, seed=seed, on=on)
    return _as_person(chart, best.rows["patients"][0], constraints), best.adjustments


def _finalists(panel: Panel, wanted: PatientConstraints, on: date, mix: str, seed: int) -> Iterator[Candidate]:
    """Yield the nearest candidates, drawn whole, with what each brings."""
    distance = _distance(panel, wanted)
    nearest = np.argsort(distance, kind="stable")[:FINALISTS]
    who = np.sort(panel.draws.who[nearest])
    drawn = draw_block(gather(seed, who, read_mix(mix), on), TABLES)
    for number in who:
        rows_of = {name: _rows(drawn[name], int(number)) for name in TABLES}
        yield _complete(rows_of, wanted, on)


def _distance(panel: Panel, wanted: PatientConstraints) -> NDArray[np.float64]:
    """Return how much would have to be adjusted about each person: conditions, age, sex."""
    asked = np.zeros(len(NUMBER), dtype=bool)
    asked[[NUMBER[key] for key in wanted.conditions]] = True
    spared = asked.copy()
    spared[NUMBER[SPARED]] = True
    missing = (~panel.has[asked]).sum(axis=0)
    extra = panel.has[~spared].sum(axis=0)
    low, high = _ages(wanted)
    years = np.maximum(0, np.maximum(low - panel.age, panel.age - high))
    other = panel.female != (wanted.sex == "female")
    found: NDArray[np.float64] = ADDED * missing + REMOVED * extra + 0.5 * np.minimum(years, 40) + 100.0 * other
    return found


def _ages(wanted: PatientConstraints) -> tuple[int, int]:
    low, high = wanted.age if isinstance(wanted.age, tuple) else (wanted.age, wanted.age)
    return min(low, high), max(low, high)


def _complete(rows_of: Mapping[str, list[Row]], wanted: PatientConstraints, on: date) -> Candidate:
    """Return the wishes completed by what a person brings, with a sentence for each thing that does not fit."""
    told: list[str] = []
    person, held = rows_of["patients"][0], [row["condition"] for row in rows_of["conditions"]]
    told += [f"{_condition(key)} was added." for key in wanted.conditions if key not in held]
    told += [f"{_condition(key)} was taken off." for key in held if key not in (*wanted.conditions, SPARED)]
    brought = _who(person, wanted, told)
    if wanted.lives_with is None and wanted.contacts is None and wanted.sex == person["sex"]:
        brought |= _home(rows_of["contacts"], person)
    kept = set(wanted.conditions)
    if wanted.medications is None:
        # High cholesterol stays with who has it, and so does its medicine.
        kept |= {SPARED} & set(held)
        brought["conditions"] = (*wanted.conditions, *sorted(kept - set(wanted.conditions)))
        if set(wanted.conditions) <= set(held):
            brought["medications"] = _medicines(rows_of["medications"], kept, told)
            if wanted.allergies is None:
                brought["allergies"] = tuple(
                    WantedAllergy(substance=row["substance"], reaction=row["reaction"]) for row in rows_of["allergies"]
                )
    if wanted.social_needs is None:
        lacking = [row["need"] for row in rows_of["social_needs"] if row["need"] != "living_alone"]
        words = [keyed("sdoh")[key]["plain"] for key in lacking]
        told += [f"The social need '{word}' was left out, for a call may be about it." for word in words]
    if not wanted.observations:
        brought["observations"] = tuple(_values(rows_of["observations"], wanted.sex, kept, on, told))
    return Candidate(rows_of, wanted.model_copy(update=brought), tuple(told))


def _who(person: Row, wanted: PatientConstraints, told: list[str]) -> dict[str, object]:
    """Return age, place, insurance and title as the person brings them, or as the scenario sets them."""
    low, high = _ages(wanted)
    age = min(max(int(person["age"]), low), high)
    if age != person["age"]:
        told.append(f"The age was moved from {person['age']} to {age}.")
    brought: dict[str, object] = {"age": age}
    for name in ("state", "setting", "insurance"):
        asked = getattr(wanted, name)
        if asked is None:
            brought[name] = person[name]
        elif asked != person[name]:
            told.append(f"The {name} was set to {asked.replace('_', ' ')}.")
    if wanted.sex != person["sex"]:
        told.append(f"The sex was set to {wanted.sex}.")
    elif wanted.title is None:
        brought["title"] = person["title"]
    return brought


def _home(contacts: list[Row], person: Row) -> dict[str, object]:
    known = tuple(
        WantedContact(
            relation=row["relation"],
            first_name=row["first_name"],
            lives=row["lives"],
            emergency=bool(row["emergency"]),
            consent=bool(row["consent"]),
        )
        for row in contacts
    )
    return {"lives_with": lives_with(person, contacts) or None, "contacts": known}


def _medicines(listed: list[Row], kept: set[str], told: list[str]) -> tuple[WantedMedication, ...]:
    """Return the medicines for what is kept; those that charts never draw are taken off, and said."""
    found = []
    for row in listed:
        if row["condition"] not in kept:
            continue
        if row["medication"] not in _harmless():
            name = keyed("medications")[row["medication"]]["name"].capitalize()
            told.append(f"{name} was taken off, for it may decide a call.")
            continue
        reason = keyed("conditions")[row["condition"]]["short"]
        found.append(WantedMedication(key=row["medication"], schedule=row["schedule"], reason=reason))
    return tuple(found)


@cache
def _harmless() -> frozenset[str]:
    return frozenset(row["medication"] for row in rows("regimens"))


def _values(measured: list[Row], sex: str, held: set[str], on: date, told: list[str]) -> Iterator[WantedObservation]:
    """Yield the person's last values inside the bounds of what charts draw; a value that had to be moved is said."""
    last = {row["observation"]: row for row in measured}
    for key, row in last.items():
        bounds = next(iter(_bounds(key, sex, held)), None)
        if bounds is None:
            continue
        value = min(max(row["value"], float(bounds["low"])), float(bounds["high"]))
        if value != row["value"]:
            name = keyed("observations")[key]["plain"]
            told.append(f"{name} was moved from {row['value']:g} to {value:g}: a drawn value must not be a red flag.")
        yield WantedObservation(key=key, value=value, days_ago=day_number(on) - int(row["on"]), where=row["where"])


def _bounds(key: str, sex: str, held: set[str]) -> list[Row]:
    """Return the rows of measures.csv that hold for a key, those for a condition first.

    Weight and creatinine follow from BMI and eGFR and have none.
    """
    own = [row for row in rows("measures") if row["key"] in (key, f"{key}_{sex}")]
    return [row for row in own if row["condition"] in held] + [row for row in own if not row["condition"]]


def _condition(key: str) -> str:
    return keyed("conditions")[key]["plain"]


def _as_person(chart: Chart, person: Row, wanted: PatientConstraints) -> Chart:
    """Return the chart with the person's own name, address, mail and practice."""
    if person["sex"] != wanted.sex:
        return chart
    before, place = chart.identity, keyed("places", "abbr")[chart.identity.address.state]
    taken = {contact.first_name for contact in wanted.contacts or () if contact.first_name}
    first = before.first_name if person["first_name"] in taken else person["first_name"]
    identity = replace(
        before,
        first_name=first,
        last_name=person["last_name"],
        birth_date=before.birth_date
        if before.age != person["age"]
        else date.fromordinal(int(person["birth_date"]) + 719_163),
        address=Address(person["street"], person["city"], before.address.state, place["state"], place["zip"]),
        email=f"{first}.{person['last_name']}@example.com".lower().replace(" ", ""),
        member_id=person["member_id"],
        best_time=person["best_time"],
    )
    contacts = tuple(
        replace(contact, last_name=identity.last_name) if contact.last_name == before.last_name else contact
        for contact in chart.contacts
    )
    practice = replace(chart.practice, clinic=person["clinic"], pharmacy=person["pharmacy"])
    return replace(chart, identity=identity, contacts=contacts, practice=practice)


def _rows(drawn: Drawn, patient: int) -> list[Row]:
    """Return a person's rows of a drawn table as words and numbers."""
    numbers = drawn["patient"]
    assert isinstance(numbers, np.ndarray)
    low, high = int(np.searchsorted(numbers, patient)), int(np.searchsorted(numbers, patient, "right"))
    columns = {name: _plain(values, low, high) for name, values in drawn.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(values: Any, low: int, high: int) -> list[Any]:
    if isinstance(values, Coded):
        return [values.words[code] if code >= 0 else "" for code in values.codes[low:high]]
    part = values[low:high]
    return list(part.tolist() if isinstance(part, np.ndarray) else part.to_pylist())
