"""Who: the patient, the people and places around them, what they are insured by and what they agreed to.

One pure function for each resource, from the fields of a row to JSON. A field that is not a key may be a placeholder
(see `templates`): a builder sets it down or joins it to text, and never looks inside.
"""

from __future__ import annotations

from simcare.patients.fhir.codes import Resource, concept, hl7, listed, meta, reference, slug, subject

RACES = {
    "white": "White",
    "black": "Black or African American",
    "asian": "Asian",
    "american_indian": "American Indian or Alaska Native",
    "pacific_islander": "Native Hawaiian or Other Pacific Islander",
    "other": "Other",
    "unknown": "Unknown",
}
ETHNICITIES = {"hispanic": "Hispanic or Latino", "not_hispanic": "Not Hispanic or Latino", "unknown": "Unknown"}
INSURANCES = {
    "original_medicare": "Original Medicare",
    "medicare_medigap": "Original Medicare with a Medigap policy",
    "medicare_advantage": "Medicare Advantage",
    "dual_qmb": "Medicare and Medicaid (Qualified Medicare Beneficiary)",
}
PAYERS = {"medicare_advantage": "Medicare Advantage plan (made up)"}
MEDICARE = "Medicare (made up)"
_EXTENSION = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
_OWN = "https://example.com/simcare/"


def patient(
    *,
    person: str,
    sex: str,
    race: str,
    ethnicity: str,
    language: str,
    title: str,
    first_name: str,
    last_name: str,
    birth_date: str,
    phone: str,
    email: str,
    street: str,
    city: str,
    state: str,
    zip: str,
    doctor_id: str,
    clinic_id: str,
) -> Resource:
    """Build the Patient; a language outside the list ("other") is left out, since it has no tag."""
    spoken = concept(language, {"system": "urn:ietf:bcp:47", "code": language})
    communication = {} if language == "other" else {"communication": [{"language": spoken, "preferred": True}]}
    return {
        "resourceType": "Patient",
        "id": person,
        "meta": meta("patient"),
        "extension": [
            _category("race", RACES[race], listed("race", race)),
            _category("ethnicity", ETHNICITIES[ethnicity], listed("ethnicity", ethnicity)),
            {"url": f"{_EXTENSION}birthsex", "valueCode": sex[0].upper()},
        ],
        "identifier": [{"system": f"{_OWN}person", "value": person}],
        "active": True,
        "name": [{"use": "official", "family": last_name, "given": [first_name], "prefix": [title]}],
        "telecom": [
            {"system": "phone", "value": phone, "use": "home"},
            {"system": "email", "value": email, "use": "home"},
        ],
        "gender": sex,
        "birthDate": birth_date,
        "address": [
            {"use": "home", "line": [street], "city": city, "state": state, "postalCode": zip, "country": "US"}
        ],
        **communication,
        "generalPractitioner": [reference("Practitioner", doctor_id)],
        "managingOrganization": reference("Organization", clinic_id),
    }


def practitioner(*, doctor_id: str, family: str) -> Resource:
    """Build the doctor, with an identifier of our own and never an NPI."""
    return {
        "resourceType": "Practitioner",
        "id": doctor_id,
        "meta": meta("practitioner"),
        "identifier": [{"system": f"{_OWN}practitioner", "value": doctor_id}],
        "active": True,
        "name": [{"family": family, "prefix": ["Dr."]}],
    }


def organization(*, organization_id: str, name: str) -> Resource:
    """Build a clinic, a pharmacy or a payer."""
    return {
        "resourceType": "Organization",
        "id": organization_id,
        "meta": meta("organization"),
        "identifier": [{"system": f"{_OWN}organization", "value": organization_id}],
        "active": True,
        "name": name,
    }


def related_person(
    *, person: str, nth: str, relation: str, emergency: bool, first_name: str, last_name: str, phone: str
) -> Resource:
    """Build someone around the patient."""
    urgent = [concept("emergency contact")] if emergency else []
    return {
        "resourceType": "RelatedPerson",
        "id": f"{person}-contact-{nth}",
        "meta": meta(),
        "active": True,
        "patient": subject(person),
        "relationship": [concept(relation), *urgent],
        "name": [{"family": last_name, "given": [first_name]}],
        "telecom": [{"system": "phone", "value": phone}],
    }


def coverage(*, person: str, insurance: str, member_id: str) -> Resource:
    """Build the insurance; the member id is of a shape that is never issued."""
    return {
        "resourceType": "Coverage",
        "id": f"{person}-coverage",
        "meta": meta(),
        "status": "active",
        "type": concept(INSURANCES[insurance]),
        "subscriberId": member_id,
        "beneficiary": subject(person),
        "relationship": hl7("subscriber-relationship", "self"),
        "payor": [reference("Organization", slug(payer(insurance)))],
    }


def payer(insurance: str) -> str:
    """Return the name of the organization that pays."""
    return PAYERS.get(insurance, MEDICARE)


def enrollment(*, person: str, form: str, given: str, clinic_id: str) -> Resource:
    """Build the consent to chronic care management, `form` verbal or written."""
    return {
        "resourceType": "Consent",
        "id": f"{person}-consent",
        "meta": meta(),
        "status": "active",
        "scope": hl7("consentscope", "treatment"),
        "category": [concept(f"Chronic care management, {form} consent")],
        "patient": subject(person),
        "dateTime": given,
        "performer": [subject(person)],
        "organization": [reference("Organization", clinic_id)],
        "policyRule": concept("Consent before chronic care management, as Medicare asks for"),
    }


def sharing(*, person: str, nth: str, clinic_id: str) -> Resource:
    """Build the consent to share health matters with a contact; the chart does not tell its day."""
    contact = {"role": concept("may be told"), "reference": reference("RelatedPerson", f"{person}-contact-{nth}")}
    return {
        "resourceType": "Consent",
        "id": f"{person}-consent-contact-{nth}",
        "meta": meta(),
        "status": "active",
        "scope": hl7("consentscope", "patient-privacy"),
        "category": [concept("Sharing health matters with a family member or friend")],
        "patient": subject(person),
        "performer": [subject(person)],
        "organization": [reference("Organization", clinic_id)],
        "policyRule": concept("The patient named whom the clinic may talk to"),
        "provision": {"type": "permit", "actor": [contact]},
    }


def _category(name: str, words: str, code: Resource | None) -> Resource:
    """Return an extension for race or ethnicity: the OMB category where there is one, and always words."""
    omb = [] if code is None else [{"url": "ombCategory", "valueCoding": code}]
    return {"url": f"{_EXTENSION}{name}", "extension": [*omb, {"url": "text", "valueString": words}]}
