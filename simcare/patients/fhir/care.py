"""What is done for the patient: plan, goals, team, what is due, visits, contacts.

One pure function for each resource, as in `people`.
"""

from __future__ import annotations

from collections.abc import Sequence

from simcare.patients.fhir.clinical import condition_id
from simcare.patients.fhir.codes import Resource, coding, concept, hl7, listed, meta, reference, slug, subject
from simcare.patients.tables import keyed

PRIMARY_CARE = "primary care"
_ACHIEVEMENT = {"none": "no-progress", "some": "in-progress", "good": "improving", "met": "achieved"}
_GAP_STATES = {
    "due": ("active", "proposal"),
    "overdue": ("active", "proposal"),
    "booked": ("active", "order"),
    "done": ("completed", "order"),
    "declined": ("revoked", "proposal"),
}
"""Status and intent of a ServiceRequest."""
_GAP_NOTES = {"due": "Last time: ", "overdue": "Overdue since ", "declined": "Declined on "}
_VISIT_STATES = {
    "done": ("fulfilled", "accepted"),
    "booked": ("booked", "accepted"),
    "overdue": ("proposed", "needs-action"),
    "missed": ("noshow", "accepted"),
}
"""Status of an Appointment and of those who take part."""


def care_plan(
    *,
    person: str,
    with_goals: bool,
    on: str,
    words: str,
    addresses: Sequence[Resource],
    goals: Sequence[Resource],
    doctor_id: str,
) -> Resource:
    """Build the care plan as it was reviewed on a day; `words` is its narrative, an XHTML div.

    `with_goals` is apart because JSON of FHIR has no empty list.
    """
    assess = coding("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan")
    return {
        "resourceType": "CarePlan",
        "id": f"{person}-plan",
        "meta": meta("careplan"),
        "text": {"status": "generated", "div": words},
        "status": "active",
        "intent": "plan",
        "category": [{"coding": [assess], "text": "Chronic care management"}],
        "subject": subject(person),
        "created": on,
        "author": reference("Practitioner", doctor_id),
        "careTeam": [reference("CareTeam", f"{person}-team")],
        "addresses": addresses,
        **({"goal": goals} if with_goals else {}),
    }


def goal(*, person: str, nth: str, words: str, key: str, progress: str, since: str) -> Resource:
    """Build a goal of the plan for a condition; `progress` is none, some, good or met."""
    return {
        "resourceType": "Goal",
        "id": f"{person}-goal-{nth}",
        "meta": meta("goal"),
        "lifecycleStatus": "completed" if progress == "met" else "active",
        "achievementStatus": hl7("goal-achievement", _ACHIEVEMENT[progress]),
        "description": concept(words),
        "subject": subject(person),
        "startDate": since,
        "addresses": [reference("Condition", condition_id(person, key))],
    }


def care_team(
    *, person: str, practice: str, family: Sequence[tuple[int, str]], doctor_id: str, clinic_id: str, pharmacy_id: str
) -> Resource:
    """Build the care team; `family` are nth and relation of those who may be told.

    A family member has no code in the value set of roles, so a team with one does not claim US Core.
    """
    doctor = listed("role", practice) or listed("role", "doctor")
    members = [
        (concept("primary care doctor", doctor), reference("Practitioner", doctor_id)),
        (concept("care management", listed("role", "clinic")), reference("Organization", clinic_id)),
        (concept("pharmacy", listed("role", "pharmacy")), reference("Organization", pharmacy_id)),
        *((concept(relation), reference("RelatedPerson", f"{person}-contact-{nth}")) for nth, relation in family),
    ]
    return {
        "resourceType": "CareTeam",
        "id": f"{person}-team",
        "meta": meta() if family else meta("careteam"),
        "status": "active",
        "subject": subject(person),
        "participant": [{"role": [role], "member": member} for role, member in members],
    }


def service_request(*, person: str, key: str, status: str, dated: bool, on: str) -> Resource:
    """Build a care gap: a proposal while it is due, an order once booked or done, revoked when declined."""
    state, intent = _GAP_STATES[status]
    when: Resource = {}
    if dated:
        noted = status in _GAP_NOTES
        when = {"note": [{"text": _GAP_NOTES[status] + on}]} if noted else {"occurrenceDateTime": on}
    return {
        "resourceType": "ServiceRequest",
        "id": f"{person}-gap-{slug(key)}",
        "meta": meta(),
        "status": state,
        "intent": intent,
        "code": concept(keyed("care_gaps")[key]["name"]),
        "subject": subject(person),
        **when,
    }


def appointment(*, person: str, nth: str, with_whom: str, why: str, status: str, on: str, doctor_id: str) -> Resource:
    """Build a visit; the chart knows its day alone, so the hour (3 pm UTC, 20 minutes) is a stand-in."""
    state, answer = _VISIT_STATES[status]
    hour = {"start": f"{on}T15:00:00Z", "end": f"{on}T15:20:00Z"}
    doctor = [reference("Practitioner", doctor_id)] if with_whom == PRIMARY_CARE else []
    return {
        "resourceType": "Appointment",
        "id": f"{person}-visit-{nth}",
        "meta": meta(),
        "status": state,
        "serviceType": [concept(with_whom)],
        "description": why,
        **({"requestedPeriod": [{"start": on}]} if status == "overdue" else hour),
        "participant": [{"actor": actor, "status": answer} for actor in (subject(person), *doctor)],
    }


def communication(*, person: str, nth: str, channel: str, what: str, on: str, minutes: str) -> Resource:
    """Build a contact of the month with the minutes that count."""
    return {
        "resourceType": "Communication",
        "id": f"{person}-contact-log-{nth}",
        "meta": meta(),
        "status": "completed",
        "category": [concept("chronic care management")],
        "medium": [concept(channel)],
        "subject": subject(person),
        "sent": on,
        "payload": [{"contentString": what}],
        "note": [{"text": f"Minutes counted: {minutes}"}],
    }
