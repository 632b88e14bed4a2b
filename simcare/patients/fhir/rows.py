"""Which rows of which table become which resource, with their fields.

One small function for each kind of resource; what a resource looks like is said by its builder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from simcare.patients.fhir import care, clinical, people
from simcare.patients.fhir.enrolled import care_plans, care_teams
from simcare.patients.fhir.panel import Panel, Part, flagged, ids, numbered, places
from simcare.patients.fhir.templates import Pooled, Rows

_SYSTOLIC, _DIASTOLIC = "bp_systolic", "bp_diastolic"
_UNMEASURED = "tobacco"
"""The observation that is no number; it is written from the patients."""
_OFFICE = "office"
"""The channel of work without anybody at the other end."""


def patients(panel: Panel) -> Rows:
    """Return the patients themselves."""
    t = panel["patients"]
    names = ("title", "first_name", "last_name", "street", "city", "state", "zip", "phone", "email")
    whole = {name: t.words(name) for name in names}
    joined = {"person": t.person, "birth_date": t.day("birth_date"), **places(panel, t, "doctor_id", "clinic_id")}
    fixed = {name: t.pool(name) for name in ("sex", "race", "ethnicity", "language")}
    return Rows(people.patient, t.patient, fixed, joined, whole)


def practitioners(panel: Panel) -> Rows:
    """Return each patient's doctor."""
    t = panel["patients"]
    doctor = t.pool("doctor")
    family = Pooled(doctor.codes, tuple(name.removeprefix("Dr. ") for name in doctor.values))
    return Rows(people.practitioner, t.patient, {}, places(panel, t, "doctor_id"), {"family": family})


def clinics(panel: Panel) -> Rows:
    """Return each patient's clinic."""
    return _organizations(panel, "clinic")


def pharmacies(panel: Panel) -> Rows:
    """Return each patient's pharmacy."""
    return _organizations(panel, "pharmacy")


def payers(panel: Panel) -> Rows:
    """Return who pays for each patient."""
    insurance = panel["patients"].pool("insurance")
    name = Pooled(insurance.codes, tuple(people.payer(key) for key in insurance.values))
    return Rows(people.organization, panel["patients"].patient, {}, {"organization_id": ids(name)}, {"name": name})


def coverages(panel: Panel) -> Rows:
    """Return the insurance of each patient."""
    t = panel["patients"]
    fixed, whole = {"insurance": t.pool("insurance")}, {"member_id": t.words("member_id")}
    return Rows(people.coverage, t.patient, fixed, {"person": t.person}, whole)


def related_persons(panel: Panel) -> Rows:
    """Return the contacts."""
    t = panel["contacts"]
    fixed = {"relation": t.pool("relation"), "emergency": t.flag("emergency")}
    whole = {name: t.words(name) for name in ("first_name", "last_name", "phone")}
    return Rows(people.related_person, t.patient, fixed, numbered(t), whole)


def enrollments(panel: Panel) -> Rows:
    """Return the consents to chronic care management."""
    t = panel["consents"]
    joined = {"person": t.person, "given": t.day("given"), **places(panel, t, "clinic_id")}
    return Rows(people.enrollment, t.patient, {"form": t.pool("form")}, joined)


def sharings(panel: Panel) -> Rows:
    """Return the consents to talk to a contact."""
    t = panel["contacts"].take(panel["contacts"].numbers("consent"))
    return Rows(people.sharing, t.patient, {}, numbered(t) | places(panel, t, "clinic_id"))


def conditions(panel: Panel) -> Rows:
    """Return the conditions."""
    t = panel["conditions"]
    fixed = {"key": t.pool("condition"), "stage": t.pool("stage")}
    return Rows(clinical.condition, t.patient, fixed, {"person": t.person, "since": t.day("since")})


def social_needs(panel: Panel) -> Rows:
    """Return the social needs."""
    t = panel["social_needs"]
    joined = {"person": t.person, "found": t.day("found")}
    return Rows(clinical.social_need, t.patient, {"key": t.pool("need")}, joined)


def medication_requests(panel: Panel) -> Rows:
    """Return the list of medicines."""
    t = panel["medications"]
    fixed = {"key": t.pool("medication"), "reason": t.pool("condition"), "schedule": t.pool("schedule")}
    fixed |= {name: t.flag(name) for name in ("as_needed", "over_the_counter")}
    joined = numbered(t) | {"started": t.day("started")} | places(panel, t, "doctor_id")
    return Rows(clinical.medication_request, t.patient, fixed, joined)


def medication_dispenses(panel: Panel) -> Rows:
    """Return the fills; patient and nth tell which medicine was filled."""
    t, listed = panel["fills"], panel["medications"]
    at = np.searchsorted(_pair(listed.patient, listed.numbers("nth")), _pair(t.patient, t.numbers("nth")))
    medication = listed.pool("medication")
    fixed = {"key": Pooled(medication.codes[at], medication.values)}
    joined = numbered(t) | {"filled": t.day("filled")} | places(panel, t, "pharmacy_id")
    return Rows(clinical.medication_dispense, t.patient, fixed, joined, {"days": _pooled_numbers(t, "days_supply")})


def observations(panel: Panel) -> Rows:
    """Return what was measured, but for blood pressures of two values, which go together."""
    t = panel["observations"]
    systolic, diastolic = _pressures(t)
    alone = t.pool("observation").codes != _code(t, _UNMEASURED)
    alone[systolic] = alone[diastolic] = False
    t = t.take(alone)
    fixed = {"key": t.pool("observation"), "where": t.pool("where")}
    joined, whole = {"person": t.person, "on": t.day("on")}, {"value": _pooled_numbers(t, "value")}
    return Rows(clinical.observation, t.patient, fixed, joined, whole)


def blood_pressures(panel: Panel) -> Rows:
    """Return the blood pressures of which both values were taken on one day."""
    t = panel["observations"]
    systolic, diastolic = _pressures(t)
    lower, t = t.take(diastolic), t.take(systolic)
    joined = {"person": t.person, "on": t.day("on")}
    whole = {"systolic": _pooled_numbers(t, "value"), "diastolic": _pooled_numbers(lower, "value")}
    return Rows(clinical.blood_pressure, t.patient, {"where": t.pool("where")}, joined, whole)


def smoking_statuses(panel: Panel) -> Rows:
    """Return the smoking status of each patient on the day the panel is seen."""
    t = panel["patients"]
    on = Pooled(np.zeros(len(t), dtype=np.int8), (panel.on,))
    return Rows(clinical.smoking_status, t.patient, {"tobacco": t.pool("tobacco")}, {"person": t.person, "on": on})


def allergies(panel: Panel) -> Rows:
    """Return the allergies."""
    t = panel["allergies"]
    fixed = {name: t.pool(name) for name in ("substance", "reaction")}
    return Rows(clinical.allergy, t.patient, fixed, {"person": t.person})


def immunizations(panel: Panel) -> Rows:
    """Return the shots given."""
    t = panel["immunizations"]
    joined = {"person": t.person, "on": t.day("on")}
    return Rows(clinical.immunization, t.patient, {"key": t.pool("immunization")}, joined)


def procedures(panel: Panel) -> Rows:
    """Return the past operations."""
    t = panel["surgeries"]
    joined = {"person": t.person, "on": t.day("on")}
    return Rows(clinical.procedure, t.patient, {"surgery": t.pool("surgery")}, joined)


def family_histories(panel: Panel) -> Rows:
    """Return what relatives had."""
    t = panel["family_history"]
    fixed = {"relation": t.pool("relation"), "what": t.pool("what"), "key": t.pool("condition")}
    return Rows(clinical.family_history, t.patient, fixed, {"person": t.person})


def questionnaire_responses(panel: Panel) -> Rows:
    """Return the screens for depression."""
    t = panel["screens"]
    fixed = {"instrument": t.pool("instrument"), "asked_item9": flagged(t.numbers("item9") >= 0)}
    whole = {name: _pooled_numbers(t, name) for name in ("score", "item9")}
    joined = {"person": t.person, "on": t.day("on")}
    return Rows(clinical.questionnaire_response, t.patient, fixed, joined, whole)


def goals(panel: Panel) -> Rows:
    """Return the goals."""
    t = panel["goals"]
    fixed = {"words": t.pool("goal"), "key": t.pool("condition"), "progress": t.pool("progress")}
    return Rows(care.goal, t.patient, fixed, numbered(t) | {"since": t.day("since")})


def service_requests(panel: Panel) -> Rows:
    """Return the care gaps in all their states."""
    t = panel["care_gaps"]
    fixed = {"key": t.pool("care_gap"), "status": t.pool("status"), "dated": t.dated("on")}
    return Rows(care.service_request, t.patient, fixed, {"person": t.person, "on": t.day("on")})


def appointments(panel: Panel) -> Rows:
    """Return the visits."""
    t = panel["visits"]
    fixed = {name: t.pool(name) for name in ("with_whom", "why", "status")}
    joined = numbered(t) | {"on": t.day("on")} | places(panel, t, "doctor_id")
    return Rows(care.appointment, t.patient, fixed, joined)


def communications(panel: Panel) -> Rows:
    """Return the calls, texts and mails of the month; work in the office reaches nobody."""
    t = panel["contacts_log"]
    t = t.take(t.pool("channel").codes != _code(t, _OFFICE, "channel"))
    fixed = {name: t.pool(name) for name in ("channel", "what")}
    return Rows(care.communication, t.patient, fixed, numbered(t) | {"on": t.day("on"), "minutes": t.digits("minutes")})


KINDS: Mapping[str, tuple[Callable[[Panel], Rows], ...]] = {
    "Patient": (patients,),
    "Practitioner": (practitioners,),
    "Organization": (clinics, pharmacies, payers),
    "RelatedPerson": (related_persons,),
    "Coverage": (coverages,),
    "Consent": (enrollments, sharings),
    "Condition": (conditions, social_needs),
    "MedicationRequest": (medication_requests,),
    "MedicationDispense": (medication_dispenses,),
    "Observation": (smoking_statuses, blood_pressures, observations),
    "AllergyIntolerance": (allergies,),
    "Immunization": (immunizations,),
    "Procedure": (procedures,),
    "FamilyMemberHistory": (family_histories,),
    "QuestionnaireResponse": (questionnaire_responses,),
    "Goal": (goals,),
    "CareTeam": (care_teams,),
    "CarePlan": (care_plans,),
    "ServiceRequest": (service_requests,),
    "Appointment": (appointments,),
    "Communication": (communications,),
}
"""Every type that is written, in the order of a bundle."""


def _organizations(panel: Panel, column: str) -> Rows:
    t = panel["patients"]
    joined, whole = {"organization_id": t.numbers(f"{column}_id")}, {"name": t.words(column)}
    return Rows(people.organization, t.patient, {}, joined, whole)


def _pair(patient: NDArray[np.int64], nth: NDArray[np.integer]) -> NDArray[np.int64]:
    return patient * 1000 + nth


def _pooled_numbers(rows: Part, name: str) -> Pooled:
    """Return numbers as JSON wants them: a whole one without a point, since FHIR counts decimals as precision."""
    values, codes = np.unique(rows.numbers(name), return_inverse=True)
    return Pooled(codes, tuple(int(value) if float(value).is_integer() else float(value) for value in values))


def _code(rows: Part, word: str, column: str = "observation") -> int:
    values = rows.pool(column).values
    return values.index(word) if word in values else -1


def _pressures(rows: Part) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the row numbers of systolic and diastolic values of one patient, day and place."""
    codes, key = rows.pool("observation").codes, rows.patient * 100_000 + rows.numbers("on")
    key = key * len(rows.pool("where").values) + rows.pool("where").codes
    first, second = (np.flatnonzero(codes == _code(rows, word)) for word in (_SYSTOLIC, _DIASTOLIC))
    _, in_first, in_second = np.intersect1d(key[first], key[second], return_indices=True)
    return first[in_first], second[in_second]
