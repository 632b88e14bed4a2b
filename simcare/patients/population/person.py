"""The chart of one person of a population: the frozen `Chart` that the desk shows, made from the tables.

Only the enrolled have a chart: a care manager works with who consented. Choosing a person for a scenario is `picking`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from simcare.patients import chart as charts
from simcare.patients.chart import Chart
from simcare.patients.history import LAST_NOTES
from simcare.patients.names import Address
from simcare.patients.population.drawing import Population, PopulationError, populate
from simcare.patients.prevention import ORDER
from simcare.patients.tables import keyed, rows

Row = Mapping[str, Any]
BLANK = ""


def draw_person(patient: int, *, seed: int, on: date, mix: str = "default") -> Chart:
    """Draw one person alone and return their chart: the same as in any population with this seed, mix and day.

    Raises PopulationError where the person did not consent to chronic care management.
    """
    return chart_of(populate(1, seed=seed, on=on, mix=mix, start=patient), patient)


def chart_of(population: Population, patient: int) -> Chart:
    """Return the chart of a person by patient number.

    Raises PopulationError for a number that is not in the population and for a person who is not enrolled.
    """
    person = _person(population, patient)
    rows_of = {name: _rows(table, patient) for name, table in population.tables.items() if name != "patients"}
    gaps = [_due(row) for row in rows_of["care_gaps"]]
    shots = {row["key"] for row in rows("care_gaps") if row["category"] == "immunization"}
    return Chart(
        on=population.on,
        identity=_identity(person, rows_of),
        contacts=tuple(_contact(row) for row in rows_of["contacts"]),
        practice=_practice(person),
        conditions=tuple(_condition(row, float(person["egfr"])) for row in rows_of["conditions"]),
        medications=tuple(_medication(row, rows_of["fills"], population.on) for row in rows_of["medications"]),
        allergies=tuple(charts.Allergy(row["substance"], row["reaction"]) for row in rows_of["allergies"]),
        observations=_observations(rows_of["observations"]),
        visits=tuple(
            charts.Visit(row["with_whom"], row["why"], _date(row["on"]), row["status"]) for row in rows_of["visits"]
        ),
        care_gaps=tuple(sorted((due for due in gaps if due.key not in shots), key=lambda due: ORDER[due.status])),
        immunizations=tuple(due for due in gaps if due.key in shots),
        surgeries=tuple(f"{row['surgery']}, {row['on'].year}" for row in sorted(rows_of["surgeries"], key=_on)),
        family_history=tuple(
            f"{str(row['relation']).capitalize()}: {row['what']}" for row in rows_of["family_history"]
        ),
        social=_social(rows_of, person, population.on),
        goals=tuple(_goal(row) for row in rows_of["goals"]),
        notes=tuple(_note(row) for row in rows_of["notes"][: -LAST_NOTES - 1 : -1]),
        consent=_consent(rows_of["consents"][0]),
        minutes=tuple(
            charts.MinutesEntry(_date(row["on"]), row["what"], int(row["minutes"])) for row in rows_of["contacts_log"]
        ),
    )


def _person(population: Population, patient: int) -> Row:
    first, end = population.start, population.start + len(population)
    if not first <= patient < end:
        raise PopulationError(f"there is no patient {patient} here; the numbers go from {first} to {end - 1}")
    person: Row = population.patients.iloc[patient - first].to_dict()
    if not person["enrolled"]:
        enrolled = population.patients.loc[population.patients["enrolled"], "patient"]
        after = enrolled[enrolled > patient]
        near = f"the next who has is {after.iloc[0]}" if len(after) else "choose another number"
        raise PopulationError(
            f"patient {patient} has not consented to chronic care management and has no chart; {near}"
        )
    return person


def _rows(table: pd.DataFrame, patient: int) -> list[Row]:
    numbers = table["patient"].to_numpy()
    low, high = numbers.searchsorted(patient, "left"), numbers.searchsorted(patient, "right")
    found: list[Row] = table.iloc[low:high].to_dict("records")
    return found


def _identity(person: Row, rows_of: Mapping[str, list[Row]]) -> charts.Identity:
    place = keyed("places", "abbr")[person["state"]]
    return charts.Identity(
        first_name=person["first_name"],
        last_name=person["last_name"],
        title=person["title"],
        sex=person["sex"],
        birth_date=_date(person["birth_date"]),
        age=int(person["age"]),
        address=Address(person["street"], person["city"], person["state"], place["state"], person["zip"]),
        setting=person["setting"],
        time_zone=person["time_zone"],
        clock=place["clock"],
        phone=person["phone"],
        email=person["email"],
        best_time=person["best_time"],
        lives_with=lives_with(person, rows_of["contacts"]),
        insurance=person["insurance"],
        member_id=person["member_id"],
        tobacco=tobacco(person),
        baseline=BLANK,
    )


def lives_with(person: Row, contacts: list[Row]) -> str:
    """Tell in words whom a person lives with."""
    if person["lives_alone"]:
        return "alone"
    own = "her" if person["sex"] == "female" else "his"
    home = next((row["relation"] for row in contacts if row["lives"] == "same home"), None)
    return f"with {own} {home}" if home else BLANK


def tobacco(person: Row) -> str:
    """Tell in words whether a person smokes."""
    words = {"current": "smokes", "never": "never smoked", "former": f"quit in {person['quit_year']}"}
    return words[person["tobacco"]]


def _contact(row: Row) -> charts.Contact:
    return charts.Contact(
        relation=row["relation"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        phone=row["phone"],
        lives=row["lives"],
        emergency=bool(row["emergency"]),
        consent=bool(row["consent"]),
        note=BLANK,
    )


def _practice(person: Row) -> charts.Practice:
    area, line = person["phone"][:6], int(person["phone"][-2:])
    return charts.Practice(
        doctor=person["doctor"],
        doctor_full_name=person["doctor"],
        clinic=person["clinic"],
        clinic_phone=f"{area}555-01{(line + 37) % 100:02d}",
        pharmacy=person["pharmacy"],
        pharmacy_phone=f"{area}555-01{(line + 74) % 100:02d}",
    )


def _condition(row: Row, egfr: float) -> charts.Condition:
    known = keyed("conditions")[row["condition"]]
    detail, code = BLANK, known["icd10cm"]
    if row["condition"] == "chronic_kidney_disease":
        stage = keyed("ckd_stages", "stage")[row["stage"]]
        detail, code = stage["name"], stage["icd10cm"]
    return charts.Condition(row["condition"], known["plain"], detail, code, row["since"].year)


def _medication(row: Row, fills: list[Row], on: date) -> charts.Medication:
    known = keyed("medications")[row["medication"]]
    filled = max((fill["filled"] for fill in fills if fill["nth"] == row["nth"]), default=None)
    left = None if filled is None else max(0, int(row["days_supply"]) - (on - _date(filled)).days)
    return charts.Medication(
        key=row["medication"],
        name=known["name"][:1].upper() + known["name"][1:],
        schedule=row["schedule"],
        reason=keyed("conditions")[row["condition"]]["short"],
        as_needed=bool(row["as_needed"]),
        over_the_counter=bool(row["over_the_counter"]),
        days_supply=None if filled is None else int(row["days_supply"]),
        filled=None if filled is None else _date(filled),
        days_left=left,
        note=BLANK,
    )


def _observations(table: list[Row]) -> tuple[charts.Observation, ...]:
    """Return the last value of each key, the newest first."""
    last = {row["observation"]: row for row in sorted(table, key=_on)}
    kept = [
        charts.Observation(key, float(row["value"]), keyed("observations")[key]["unit"], _date(row["on"]), row["where"])
        for key, row in last.items()
    ]
    return tuple(sorted(kept, key=lambda value: value.on, reverse=True))


def _due(row: Row) -> charts.Due:
    day = None if pd.isna(row["on"]) else _date(row["on"])
    return charts.Due(row["care_gap"], keyed("care_gaps")[row["care_gap"]]["plain"], row["status"], day, BLANK)


def _goal(row: Row) -> charts.Goal:
    known = next(goal for goal in rows("goals") if goal["goal"] == row["goal"])
    so_far = {"none": "Not begun", "some": "Some progress", "good": known["progress"], "met": "Met"}
    return charts.Goal(row["goal"], known["plan"], so_far[row["progress"]])


def _note(row: Row) -> charts.Note:
    return charts.Note(_date(row["on"]), row["author"], row["channel"], row["topic"], row["text"])


def _social(rows_of: Mapping[str, list[Row]], person: Row, on: date) -> charts.SocialScreen:
    needs = rows_of["social_needs"]
    days = [row["found"] for row in needs] or [row["on"] for row in rows_of["screens"]]
    asked = _date(days[0]) if days else on - timedelta(days=200)
    return charts.SocialScreen(asked, tuple(row["need"] for row in needs))


def _consent(row: Row) -> charts.Consent:
    return charts.Consent(
        given=_date(row["given"]),
        form=row["form"],
        practitioner=row["practitioner"],
        elements=tuple(element["element"] for element in rows("consent")),
        plan_reviewed=_date(row["plan_reviewed"]),
    )


def _on(row: Row) -> Any:
    return row["on"]


def _date(stamp: datetime) -> date:
    return date(stamp.year, stamp.month, stamp.day)
