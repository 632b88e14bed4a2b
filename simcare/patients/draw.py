"""Draw one patient's chart: what the constraints give stands, the rest follows from the seed and agrees with it.

Order matters only between sections that must agree: values measured decide the regimen, both decide gaps, gaps decide
visits. Every draw is keyed, so the same constraints, seed and day always give the same chart.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from simcare import chance
from simcare.documents import SimcareError
from simcare.patients import history, medicines, people, prevention
from simcare.patients.chart import Chart, Condition, Medication, Observation, Visit
from simcare.patients.constraints import PatientConstraints
from simcare.patients.luck import Luck, weekday
from simcare.patients.measures import Measured, observe
from simcare.patients.names import Phones
from simcare.patients.tables import keyed, rows, unknown_keys


class ChartError(SimcareError):
    """The constraints name something that no data table holds; the text has a line for each."""


def draw_chart(constraints: PatientConstraints, *, seed: int, on: date) -> Chart:
    """Draw the chart of a patient who satisfies the constraints, as of the day `on`.

    Raises ChartError when a key is in no data table.
    """
    unknown = unknown_keys(constraints)
    if unknown:
        raise ChartError("\n".join(str(problem) for problem in unknown))
    wanted, luck = constraints, _luck(constraints, seed)
    home = people.home(wanted, luck)
    phones = Phones(luck, home.state)
    who = people.identify(wanted, luck, on, phones, home)
    practice = people.practice(luck, who, phones)
    contacts = people.contacts(wanted, luck, who, phones)
    visits = _given_visits(wanted, on)
    seen = _last_seen(wanted, luck, visits, on)
    held = _held(wanted, luck)
    measured = observe(wanted, luck, age=who.age, conditions=held, seen=seen, on=on)
    values = {key: (value, day) for key, value, day, _ in sorted(measured, key=lambda seen: seen[2])}
    medications = _medications(wanted, luck, held, values["egfr"][0], on)
    facts = prevention.Facts(
        on=on,
        seen=seen,
        birth=who.birth_date,
        age=who.age,
        conditions=frozenset(held),
        medications=frozenset(taken.key for taken in medications),
        measured=values,
        visits=visits,
    )
    gaps = prevention.care_gaps(wanted, luck, facts)
    return Chart(
        on=on,
        identity=who,
        contacts=contacts,
        practice=practice,
        conditions=tuple(_condition(key, luck, who.age, values["egfr"][0], on) for key in held),
        medications=medications,
        allergies=history.allergies(wanted, luck, facts.medications),
        observations=_observations(measured, facts.medications, luck, seen),
        visits=prevention.visits(wanted, luck, facts, gaps),
        care_gaps=gaps,
        immunizations=prevention.immunizations(wanted, luck, facts),
        surgeries=history.surgeries(wanted, luck, who.birth_date, on),
        family_history=history.family_history(wanted, luck, held),
        social=history.social(wanted, luck, who.lives_with, on),
        goals=history.goals(wanted, luck),
        notes=history.notes(wanted, luck, on),
        consent=history.consent(luck, practice.doctor, on),
        minutes=history.minutes(wanted, luck, on),
    )


def _luck(wanted: PatientConstraints, seed: int) -> Luck:
    """Mix age, sex and conditions into the seed, so that the same seed gives two scenarios two different people."""
    return Luck(chance.derive(seed, "chart", f"{wanted.age} {wanted.sex} {' '.join(wanted.conditions)}"))


def _given_visits(wanted: PatientConstraints, on: date) -> tuple[Visit, ...]:
    return tuple(
        Visit(visit.with_whom, visit.why, on + timedelta(days=visit.days), visit.status)
        for visit in sorted(wanted.visits or (), key=lambda visit: visit.days)
    )


def _last_seen(wanted: PatientConstraints, luck: Luck, visits: Collection[Visit], on: date) -> date:
    """Return the day of the last visit at the clinic: as a given value or visit says it, else drawn."""
    measured = [on - timedelta(days=asked.days_ago) for asked in wanted.observations if asked.where == "clinic"]
    if measured:
        return max(measured)
    done = [visit.on for visit in visits if visit.status == "done"]
    return max(done) if done else weekday(on - timedelta(days=luck.whole(14, 110, "seen")))


def _held(wanted: PatientConstraints, luck: Luck) -> tuple[str, ...]:
    """Return the conditions asked for; only high cholesterol may be added, if no medicines are given or a statin is."""
    asked = tuple(dict.fromkeys(wanted.conditions))
    if "hyperlipidemia" in asked:
        return asked
    if wanted.medications is not None:
        treated = prevention.STATINS & {taken.key for taken in wanted.medications}
        return (*asked, "hyperlipidemia") if treated else asked
    common = float(keyed("conditions")["hyperlipidemia"]["sim_65plus_pct"])
    return (*asked, "hyperlipidemia") if luck.happens(common, "hyperlipidemia") else asked


def _medications(
    wanted: PatientConstraints, luck: Luck, held: Collection[str], egfr: float, on: date
) -> tuple[Medication, ...]:
    if wanted.medications is not None:
        return medicines.given(wanted.medications, luck, conditions=held, on=on)
    return medicines.drawn(luck, conditions=held, egfr=egfr, on=on)


def _condition(key: str, luck: Luck, age: int, egfr: float, on: date) -> Condition:
    row = keyed("conditions")[key]
    since = on.year - luck.whole(1, max(1, min(int(row["years_at_most"]), age - 30)), "since", key)
    if key != "chronic_kidney_disease":
        return Condition(key, row["plain"], "", row["icd10cm"], since)
    stage = next(
        stage for stage in rows("ckd_stages") if float(stage["egfr_from"]) <= egfr < float(stage["egfr_below"])
    )
    return Condition(key, row["plain"], stage["name"], stage["icd10cm"], since)


def _observations(
    measured: Collection[Measured], medications: Collection[str], luck: Luck, seen: date
) -> tuple[Observation, ...]:
    kept = [
        Observation(key, value, keyed("observations")[key]["unit"], day, where) for key, value, day, where in measured
    ]
    if "warfarin" in medications and not any(value.key == "inr" for value in kept):
        inr = round(luck.near(2.4, 0.2, 2.0, 3.0, "measure", "inr"), 1)
        kept.append(Observation("inr", inr, keyed("observations")["inr"]["unit"], seen, "lab"))
    return tuple(sorted(kept, key=lambda value: value.on, reverse=True))
