"""What is known about the patient's health: conditions, medicines, measurements, allergies, shots, history, screens.

One pure function for each resource, as in `people`. US Core 3.1 is claimed where a code of the bound value set stands;
an operation has only words, so no Procedure claims it.
"""

from __future__ import annotations

from simcare.patients.fhir.codes import (
    LOINC,
    UCUM,
    Resource,
    coding,
    concept,
    condition_code,
    hl7,
    listed,
    medication_code,
    meta,
    need_code,
    observation_code,
    observation_kind,
    quantity,
    reference,
    slug,
    subject,
)
from simcare.patients.tables import keyed

SCREENS = {"phq2": "PHQ-2", "phq9": "PHQ-9"}
TOBACCO = {"never": "Never smoked", "former": "Used to smoke", "current": "Smokes"}
UNKNOWN_FAMILY = "nothing known"
"""The words of `family_history.csv` for a relative of whom the patient can tell nothing."""
_SMOKING_STATUS = "72166-2"


def condition(*, person: str, key: str, stage: str, since: str) -> Resource:
    """Build a condition of the problem list; `since` is the day it was found."""
    staged = {"stage": [{"summary": concept(f"stage {stage}")}]} if stage else {}
    return {
        **_problem(person, condition_id(person, key), "problem-list-item", condition_code(key)),
        **staged,
        "recordedDate": since,
    }


def social_need(*, person: str, key: str, found: str) -> Resource:
    """Build a social need as a health concern; `found` is the day of the screen."""
    code = need_code(key)
    return {**_problem(person, f"{person}-need-{slug(key)}", "health-concern", code), "recordedDate": found}


def condition_id(person: str, key: str) -> str:
    """Return the id of a condition, by which medicines, goals and the care plan name it."""
    return f"{person}-condition-{slug(key)}"


def _problem(person: str, name: str, category: str, code: Resource) -> Resource:
    concern = coding("http://hl7.org/fhir/us/core/CodeSystem/condition-category", category)
    return {
        "resourceType": "Condition",
        "id": name,
        "meta": meta("condition") if "coding" in code else meta(),
        "clinicalStatus": hl7("condition-clinical", "active"),
        "verificationStatus": hl7("condition-ver-status", "confirmed"),
        "category": [{"coding": [concern]} if category == "health-concern" else hl7("condition-category", category)],
        "code": code,
        "subject": subject(person),
    }


def medication_request(
    *,
    person: str,
    nth: str,
    key: str,
    reason: str,
    schedule: str,
    as_needed: bool,
    over_the_counter: bool,
    started: str,
    doctor_id: str,
) -> Resource:
    """Build a medicine of the list; what is bought without a prescription is the patient's own plan, reported."""
    asked = {"reference": f"Patient/{person}"} if over_the_counter else reference("Practitioner", doctor_id)
    return {
        "resourceType": "MedicationRequest",
        "id": f"{person}-medication-{nth}",
        "meta": meta("medicationrequest"),
        "status": "active",
        "intent": "plan" if over_the_counter else "order",
        "reportedBoolean": over_the_counter,
        "medicationCodeableConcept": medication_code(key),
        "subject": subject(person),
        "authoredOn": started,
        "requester": asked,
        "reasonReference": [reference("Condition", condition_id(person, reason))],
        "dosageInstruction": [{"text": schedule, "asNeededBoolean": as_needed}],
    }


def medication_dispense(*, person: str, nth: str, key: str, filled: str, days: int, pharmacy_id: str) -> Resource:
    """Build a fill of a prescription, `days` of supply."""
    return {
        "resourceType": "MedicationDispense",
        "id": f"{person}-fill-{nth}-{filled}",
        "meta": meta(),
        "status": "completed",
        "medicationCodeableConcept": medication_code(key),
        "subject": subject(person),
        "performer": [{"actor": reference("Organization", pharmacy_id)}],
        "authorizingPrescription": [reference("MedicationRequest", f"{person}-medication-{nth}")],
        "daysSupply": {"value": days, "unit": "days", "system": UCUM, "code": "d"},
        "whenHandedOver": filled,
    }


def observation(*, person: str, key: str, where: str, on: str, value: float) -> Resource:
    """Build one measured value in the unit of `observations.csv`, written as UCUM."""
    code = observation_code(key)
    category = observation_kind(key)["category"]
    profile = {"laboratory": ["observation-lab"]}.get(category, ["pulse-oximetry"] if key == "spo2" else [])
    return {
        **_measured(person, f"{slug(key)}-{where}-{on}", profile if "coding" in code else [], category, code),
        "effectiveDateTime": on,
        **_by(person, where),
        "valueQuantity": quantity(value, key),
    }


def blood_pressure(*, person: str, where: str, on: str, systolic: float, diastolic: float) -> Resource:
    """Build a blood pressure: one observation with two components, in mm[Hg]."""
    parts = (("bp_systolic", systolic), ("bp_diastolic", diastolic))
    code = concept("Blood pressure", listed("panel", "blood_pressure"))
    return {
        **_measured(person, f"bp-{where}-{on}", [], "vital-signs", code),
        "effectiveDateTime": on,
        **_by(person, where),
        "component": [{"code": observation_code(key), "valueQuantity": quantity(value, key)} for key, value in parts],
    }


def smoking_status(*, person: str, tobacco: str, on: str) -> Resource:
    """Build the smoking status as of a day; its profile asks for a moment, which is noon."""
    code = concept("Tobacco smoking status", coding(LOINC, _SMOKING_STATUS))
    return {
        **_measured(person, "smoking", ["smokingstatus"], "social-history", code),
        "effectiveDateTime": on,
        "issued": f"{on}T12:00:00Z",
        "valueCodeableConcept": concept(TOBACCO[tobacco], listed("tobacco", tobacco)),
    }


def _measured(person: str, name: str, profile: list[str], category: str, code: Resource) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"{person}-{name}",
        "meta": meta(*profile),
        "status": "final",
        "category": [hl7("observation-category", category)],
        "code": code,
        "subject": subject(person),
    }


def _by(person: str, where: str) -> Resource:
    """Tell who measured, where the chart does: at home the patient."""
    return {"performer": [subject(person)]} if where == "home" else {}


def allergy(*, person: str, substance: str, reaction: str) -> Resource:
    """Build an allergy with its reaction in words."""
    code = concept(substance, listed("allergy", substance))
    return {
        "resourceType": "AllergyIntolerance",
        "id": f"{person}-allergy-{slug(substance)}",
        "meta": meta("allergyintolerance") if "coding" in code else meta(),
        "clinicalStatus": hl7("allergyintolerance-clinical", "active"),
        "verificationStatus": hl7("allergyintolerance-verification", "confirmed"),
        "code": code,
        "patient": subject(person),
        "reaction": [{"manifestation": [concept(reaction)]}],
    }


def immunization(*, person: str, key: str, on: str) -> Resource:
    """Build a shot that was given; without a CVX code nothing is claimed."""
    code = concept(keyed("care_gaps")[key]["name"], listed("vaccine", key))
    return {
        "resourceType": "Immunization",
        "id": f"{person}-shot-{slug(key)}-{on}",
        "meta": meta("immunization") if "coding" in code else meta(),
        "status": "completed",
        "vaccineCode": code,
        "patient": subject(person),
        "occurrenceDateTime": on,
        "primarySource": True,
    }


def procedure(*, person: str, surgery: str, on: str) -> Resource:
    """Build a past operation, in words."""
    return {
        "resourceType": "Procedure",
        "id": f"{person}-surgery-{slug(surgery)}-{on}",
        "meta": meta(),
        "status": "completed",
        "code": concept(surgery),
        "subject": subject(person),
        "performedDateTime": on,
    }


def family_history(*, person: str, relation: str, what: str, key: str) -> Resource:
    """Build what a relative had; `key` is the condition, empty where the words are none."""
    told: Resource = {"note": [{"text": what}]}
    if key:
        told = {"condition": [{"code": {**condition_code(key), "text": what}}]}
    return {
        "resourceType": "FamilyMemberHistory",
        "id": f"{person}-{relation}-{slug(what)}",
        "meta": meta(),
        "status": "health-unknown" if what == UNKNOWN_FAMILY else "completed",
        "patient": subject(person),
        "relationship": concept(relation),
        **told,
    }


def questionnaire_response(
    *, person: str, instrument: str, asked_item9: bool, on: str, score: int, item9: int
) -> Resource:
    """Build the result of a PHQ-2 or PHQ-9: the total, and the ninth answer where it was asked."""
    items = [{"linkId": "total", "text": f"{SCREENS[instrument]} total", "answer": [{"valueInteger": score}]}]
    if asked_item9:
        text = "Thoughts of being better off dead or of self-harm, 0 to 3"
        items.append({"linkId": "9", "text": text, "answer": [{"valueInteger": item9}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "id": f"{person}-{instrument}-{on}",
        "meta": meta(),
        "questionnaire": f"https://example.com/simcare/Questionnaire/{instrument}",
        "status": "completed",
        "subject": subject(person),
        "authored": on,
        "source": subject(person),
        "item": items,
    }
