"""What any reader may ask of a bundle, asked without the writer's code: references, bindings, dates, codes, privacy.

Each check is a generator of complaints over one bundle as `json.loads` gives it.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[3] / "simcare" / "patients"
Json = dict[str, Any]
EVENT = {
    *("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"),
}
REQUEST = {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"}
COVERAGE = {"active", "cancelled", "draft", "entered-in-error"}
INTENTS = {"proposal", "plan", "order", "original-order", "reflex-order", "filler-order", "instance-order", "option"}
REQUIRED: dict[str, set[str]] = {
    "Bundle.type": {
        *("document", "message", "transaction", "transaction-response", "batch", "batch-response", "history"),
        *("searchset", "collection"),
    },
    "Bundle.entry.request.method": {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"},
    "Patient.gender": {"male", "female", "other", "unknown"},
    "Patient.name.use": {"usual", "official", "temp", "nickname", "anonymous", "old", "maiden"},
    "Patient.telecom.system": {"phone", "fax", "email", "pager", "url", "sms", "other"},
    "Patient.telecom.use": {"home", "work", "temp", "old", "mobile"},
    "Patient.address.use": {"home", "work", "temp", "old", "billing"},
    "RelatedPerson.telecom.system": {"phone", "fax", "email", "pager", "url", "sms", "other"},
    "Coverage.status": COVERAGE,
    "Consent.status": {"draft", "proposed", "active", "rejected", "inactive", "entered-in-error"},
    "Consent.provision.type": {"deny", "permit"},
    "Condition.clinicalStatus": {"active", "recurrence", "relapse", "inactive", "remission", "resolved"},
    "Condition.verificationStatus": {
        *("unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"),
    },
    "MedicationRequest.status": {
        *("active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"),
    },
    "MedicationRequest.intent": INTENTS,
    "MedicationDispense.status": {
        *("preparation", "in-progress", "cancelled", "on-hold", "completed", "entered-in-error", "stopped"),
        *("declined", "unknown"),
    },
    "Observation.status": {
        *("registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"),
    },
    "AllergyIntolerance.clinicalStatus": {"active", "inactive", "resolved"},
    "AllergyIntolerance.verificationStatus": {"unconfirmed", "confirmed", "refuted", "entered-in-error"},
    "Immunization.status": {"completed", "entered-in-error", "not-done"},
    "Procedure.status": EVENT,
    "FamilyMemberHistory.status": {"partial", "completed", "entered-in-error", "health-unknown"},
    "QuestionnaireResponse.status": {"in-progress", "completed", "amended", "entered-in-error", "stopped"},
    "CarePlan.status": REQUEST,
    "CarePlan.intent": {"proposal", "plan", "order", "option"},
    "CarePlan.text.status": {"generated", "extensions", "additional", "empty"},
    "Goal.lifecycleStatus": {
        *("proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "entered-in-error"),
        "rejected",
    },
    "CareTeam.status": {"proposed", "active", "suspended", "inactive", "entered-in-error"},
    "ServiceRequest.status": REQUEST,
    "ServiceRequest.intent": {*INTENTS, "directive"},
    "Appointment.status": {
        *("proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error"),
        *("checked-in", "waitlist"),
    },
    "Appointment.participant.status": {"accepted", "declined", "tentative", "needs-action"},
    "Communication.status": EVENT,
}
"""The required bindings of R4 for the elements written; source: the value sets of the FHIR 4.0.1 specification."""
BOUND_NAMES = {"status", "intent", "clinicalStatus", "verificationStatus", "lifecycleStatus", "gender", "method"}
"""Elements that always have a required binding, so that none may be missing above."""
UNITS = set(
    "mm[Hg] /min % Cel kg kg/m2 cm mg/dL mL/min/{1.73_m2} mg/g mmol/L g/dL {INR} m[IU]/L pg/mL {score} {Tscore} "
    "{steps} d".split()
)
"""Units of UCUM, looked through by hand."""
PHONE = re.compile(r"\(?\b[2-9]\d{2}\)?[-. ]?\d{3}[-. ]\d{4}\b")
PHONE_OF_FICTION = re.compile(r"\(?[2-9]\d{2}\)?[-. ]?555-01\d{2}")
MAIL_HOST = re.compile(r"@([\w.-]*)")
ISSUABLE = re.compile(
    r"\b[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b"
)
"""A Medicare Beneficiary Identifier as it may be issued."""
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
DAY_FIELDS = {"birthDate", "recordedDate", "authoredOn", "authored", "created", "startDate", "sent", "dateTime"}
DAY_FIELDS |= {
    "effectiveDateTime",
    "occurrenceDateTime",
    "performedDateTime",
    "whenHandedOver",
    "issued",
    "start",
    "end",
}
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ)?")


def parts(value: Any, path: str) -> list[tuple[str, Any]]:
    """Return every value below a value with its path, "Patient.name.family"; a list has the path of its items."""
    found = [(path, value)]
    for at, inner in found:  # grows while it is walked
        if isinstance(inner, dict):
            found += [(f"{at}.{name}", below) for name, below in inner.items()]
        elif isinstance(inner, list):
            found += [(at, below) for below in inner]
    return found


def resources(bundle: Json) -> list[Json]:
    """Return the resources of a bundle."""
    return [entry["resource"] for entry in bundle["entry"]]


@dataclass(frozen=True, slots=True)
class Walked:
    """A bundle and every value of its resources with its path, which starts with the type of the resource."""

    bundle: Json
    resources: list[Json]
    values: list[tuple[str, Any]]


def walk(bundle: Json) -> Walked:
    """Go through a bundle once, for all checks."""
    values = [found for resource in resources(bundle) for found in parts(resource, resource["resourceType"])]
    values += [found for entry in bundle["entry"] for found in parts(entry["request"], "Bundle.entry.request")]
    return Walked(bundle, resources(bundle), [*values, ("Bundle.type", bundle["type"])])


def places(walked: Walked) -> Iterator[str]:
    """Each id is well formed and stands once, and entry, address and request name the same place."""
    found = Counter(f"{resource['resourceType']}/{resource['id']}" for resource in walked.resources)
    yield from (f"{place} stands {times} times" for place, times in found.items() if times > 1)
    for entry in walked.bundle["entry"]:
        resource = entry["resource"]
        place = f"{resource['resourceType']}/{resource['id']}"
        if not ID.fullmatch(resource["id"]):
            yield f"{place} is no id"
        if entry["fullUrl"] != f"https://example.com/fhir/{place}" or entry["request"]["url"] != place:
            yield f"{place} is put elsewhere"


def references(walked: Walked) -> Iterator[str]:
    """Every reference names a resource of the bundle."""
    known = {f"{resource['resourceType']}/{resource['id']}" for resource in walked.resources}
    for path, value in walked.values:
        if path.endswith(".reference") and isinstance(value, str) and value not in known:
            yield f"{path}: {value} is not in the bundle"


def bindings(walked: Walked) -> Iterator[str]:
    """Every element with a required binding has a value of its value set."""
    for path, value in walked.values:
        if path.split(".")[-1] in BOUND_NAMES and path not in REQUIRED and not path.endswith("text.status"):
            yield f"{path}: no value set is stated"
        if path not in REQUIRED or isinstance(value, list):
            continue
        codes = [coded["code"] for coded in value["coding"]] if isinstance(value, dict) else [value]
        yield from (f"{path}: {code} is not allowed" for code in codes if code not in REQUIRED[path])


def dates(walked: Walked) -> Iterator[str]:
    """Days and moments are well formed and exist."""
    for path, value in walked.values:
        if path.split(".")[-1] not in DAY_FIELDS or not isinstance(value, str):
            continue
        match = DAY.fullmatch(value)
        try:
            date.fromisoformat(match[1] if match else value)
        except ValueError:
            match = None
        if not match:
            yield f"{path}: {value} is no day"


def invariants(walked: Walked) -> Iterator[str]:
    """Rules of R4 between elements, as far as they touch what is written."""
    for resource in walked.resources:
        where = f"{resource['resourceType']}/{resource['id']}"
        kind = resource["resourceType"]
        timeless = resource.get("status") in ("proposed", "cancelled", "waitlist")
        if kind == "Appointment" and not timeless and not resource["start"] < resource["end"]:
            yield f"{where}: app-3, start and end"
        if kind == "Consent" and not ("policy" in resource or "policyRule" in resource):
            yield f"{where}: ppc-1, no policy"
        if kind == "Observation" and not ({"valueQuantity", "valueCodeableConcept", "component"} & set(resource)):
            yield f"{where}: nothing was observed"
        if kind == "CarePlan" and not resource["text"]["div"].startswith('<div xmlns="http://www.w3.org/1999/xhtml">'):
            yield f"{where}: txt-1, no XHTML"


def emptiness(walked: Walked) -> Iterator[str]:
    """No list, object or text is empty, and nothing is null."""
    for path, value in walked.values:
        if value is None or value in ("", [], {}):
            yield f"{path} is empty"
        if isinstance(value, str) and value != value.strip():
            yield f"{path} has space around {value!r}"


def luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of Luhn's formula, as LOINC has it."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        twice = int(digit) * (1 + at % 2)
        total += twice // 10 + twice % 10
    return total % 10 == 0


_PERMUTED = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _dihedral(left: int, right: int) -> int:
    """Multiply in the group of a pentagon's symmetries, 0 to 4 rotations and 5 to 9 reflections."""
    turned = (left + right) % 5 if left < 5 else (left - right) % 5
    return turned + 5 * ((left < 5) != (right < 5))


def verhoeff(digits: str) -> bool:
    """Tell whether the last digit is the check digit of Verhoeff's formula, as SNOMED CT has it."""
    check = 0
    for at, digit in enumerate(reversed(digits)):
        number = int(digit)
        for _ in range(at % 8):
            number = _PERMUTED[number]
        check = _dihedral(check, number)
    return check == 0


def check_digits(walked: Walked) -> Iterator[str]:
    """LOINC and SNOMED CT codes have the right check digit."""
    for path, value in walked.values:
        if not isinstance(value, dict) or "code" not in value or "system" not in value:
            continue
        code = value["code"]
        if value["system"] == "http://loinc.org" and not luhn(code.replace("-", "")):
            yield f"{path}: LOINC {code}"
        if value["system"] == "http://snomed.info/sct" and not (6 <= len(code) <= 18 and verhoeff(code)):
            yield f"{path}: SNOMED CT {code}"


def tables() -> dict[str, set[str]]:
    """Return the codes that the tables hold as verified, by system."""

    def read(path: str) -> list[dict[str, str]]:
        return list(csv.DictReader((DATA / path).read_text(encoding="utf-8").splitlines()))

    known: dict[str, set[str]] = {}
    for row in read("fhir/data/codes.csv"):
        assert row["confidence"] == "verified"
        known.setdefault(row["system"], set()).add(row["code"])
    for row in read("data/conditions.csv"):
        known.setdefault("http://hl7.org/fhir/sid/icd-10-cm", set()).add(row["icd10cm"])
        if row["code_confidence"] == "verified":
            known["http://snomed.info/sct"].add(row["snomed"])
    for table, column, confidence, system in (
        ("sdoh", "zcode", "zcode_confidence", "http://hl7.org/fhir/sid/icd-10-cm"),
        ("medications", "rxnorm", "code_confidence", "http://www.nlm.nih.gov/research/umls/rxnorm"),
        ("observations", "loinc", "code_confidence", "http://loinc.org"),
    ):
        known[system] |= {row[column] for row in read(f"data/{table}.csv") if row[confidence] == "verified"}
    return known


KNOWN = tables()
OWN_SYSTEMS = ("http://terminology.hl7.org/CodeSystem/", "http://hl7.org/fhir/us/core/CodeSystem/")


def codes(walked: Walked) -> Iterator[str]:
    """Every clinical code stands in a table as verified; every unit is one of UCUM."""
    for path, value in walked.values:
        if not isinstance(value, dict) or "code" not in value or "system" not in value:
            continue
        system, code = value["system"], value["code"]
        if system == "http://unitsofmeasure.org":
            if code not in UNITS:
                yield f"{path}: {code} is no unit"
        elif system == "urn:ietf:bcp:47":
            if not re.fullmatch("[a-z]{2}", code):
                yield f"{path}: {code} is no language"
        elif code not in KNOWN.get(system, ()) and not system.startswith(OWN_SYSTEMS):
            yield f"{path}: {system} {code} has no source"


def nobody(walked: Walked) -> Iterator[str]:
    """Phones are 555-01xx, mail goes to example.com, no member id could be issued, all is tagged as test data."""
    text = json.dumps(walked.bundle)
    yield from (f"phone {phone}" for phone in PHONE.findall(text) if not PHONE_OF_FICTION.fullmatch(phone))
    yield from (f"mail to {host}" for host in MAIL_HOST.findall(text) if host != "example.com")
    yield from (f"member id {member}" for member in ISSUABLE.findall(text))
    for resource in [walked.bundle, *walked.resources]:
        tags = [(tag["system"], tag["code"]) for tag in resource.get("meta", {}).get("tag", [])]
        if ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST") not in tags:
            yield f"{resource['resourceType']} is not tagged as test data"
        for contact in resource.get("telecom", []):
            if contact["system"] == "phone" and not PHONE_OF_FICTION.fullmatch(contact["value"]):
                yield f"{resource['resourceType']}.telecom: {contact['value']}"


CHECKS: tuple[Callable[[Walked], Iterator[str]], ...] = (
    places,
    references,
    bindings,
    dates,
    invariants,
    emptiness,
    check_digits,
    codes,
    nobody,
)
