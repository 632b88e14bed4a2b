"""Bundles hold: for a library that did not write them, and for checks that share no code with the writer."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import fhirkit
import orjson
import pytest

from simcare.patients.fhir import bundle_objects, bundles
from simcare.patients.population.drawing import populate
from tests.patients.fhir import us_core
from tests.patients.fhir.awkward import awkward
from tests.patients.fhir.checks import CHECKS, Json, luhn, resources, verhoeff, walk

WRITTEN = {
    *("Patient", "Practitioner", "Organization", "RelatedPerson", "Coverage", "Consent", "Condition"),
    *("MedicationRequest", "MedicationDispense", "Observation", "AllergyIntolerance", "Immunization", "Procedure"),
    *("FamilyMemberHistory", "QuestionnaireResponse", "CarePlan", "Goal", "CareTeam", "ServiceRequest"),
    *("Appointment", "Communication"),
}
CLAIMED = {
    *("patient", "condition", "medicationrequest", "allergyintolerance", "immunization", "careplan", "goal"),
    *("careteam", "observation-lab", "smokingstatus", "pulse-oximetry", "practitioner", "organization"),
}


@pytest.fixture(scope="module")
def some() -> list[Json]:
    """The bundles of the awkward patients."""
    return [json.loads(text) for text in bundles(awkward())]


@pytest.fixture(scope="module")
def drawn() -> list[bytes]:
    """The bundles of 500 drawn patients."""
    return list(bundles(populate(500, seed=2026, on=date(2026, 10, 14))))


def complaints(bundle: Json) -> Iterator[str]:
    """Yield all that is wrong with a bundle."""
    walked = walk(bundle)
    for check in CHECKS:
        yield from (f"{check.__name__}: {text}" for text in check(walked))
    for resource in walked.resources:
        for profile in resource["meta"].get("profile", []):
            place = f"{resource['resourceType']}/{resource['id']}"
            yield from (f"{place} claims {profile}: {text}" for text in us_core.unmet(resource, profile))


def test_templates_give_the_bytes_of_the_builders(drawn: list[bytes]) -> None:
    """The fast way writes, byte for byte, what orjson makes of the builders' plain objects."""
    assert list(bundles(awkward(7))) == [orjson.dumps(built) for built in bundle_objects(awkward(7))]
    people = populate(60, seed=2026, on=date(2026, 10, 14))
    assert drawn[:60] == [orjson.dumps(built) for built in bundle_objects(people)]


@pytest.mark.slow
def test_drawn_bundles_are_sound(drawn: list[bytes]) -> None:
    """No check finds anything in 500 bundles of a drawn population."""
    assert [text for bundle in drawn for text in complaints(json.loads(bundle))] == []


@pytest.mark.slow
def test_a_library_that_did_not_write_them_finds_no_issue(drawn: list[bytes]) -> None:
    """The structure of 500 drawn bundles, and of the awkward ones, is that of FHIR 4.0.1."""
    texts = [text.decode() for text in (*drawn, *bundles(awkward()))]
    assert [str(issue) for text in texts for issue in fhirkit.validate(text)] == []


def test_that_library_sees_what_is_missing(some: list[Json]) -> None:
    """It complains of an element that R4 requires and of one that R4 does not have."""
    spoiled = copy.deepcopy(some[0])
    del _first(spoiled, "Observation")["code"]
    _first(spoiled, "Goal")["aim"] = "x"
    found = [str(issue) for issue in fhirkit.validate(json.dumps(spoiled))]
    assert [text.split(".")[-1] for text in found] == ["code: required element missing", "aim: unknown element"]


def test_drawn_patients_have_every_type(drawn: list[bytes]) -> None:
    """Among 500 drawn patients each type occurs, so that the checks saw them all."""
    kinds = {resource["resourceType"] for text in drawn for resource in resources(json.loads(text))}
    assert kinds == WRITTEN


def test_awkward_bundles_are_sound(some: list[Json]) -> None:
    """Quotes, percent signs, ampersands and empty cells lead to no complaint."""
    assert [text for bundle in some for text in complaints(bundle)] == []


def test_every_type_is_written(some: list[Json]) -> None:
    """All types that are promised occur, and no other."""
    assert {resource["resourceType"] for bundle in some for resource in resources(bundle)} == WRITTEN


def test_only_profiles_that_were_checked_are_claimed(some: list[Json]) -> None:
    """Each claim is one of the extract, each of those is claimed somewhere, and a Procedure claims nothing."""
    claims = {
        (profile.removeprefix(us_core.RACE), resource["resourceType"])
        for bundle in some
        for resource in resources(bundle)
        for profile in resource["meta"].get("profile", [])
    }
    assert {profile for profile, _ in claims} == CLAIMED
    assert "Procedure" not in {kind for _, kind in claims}


def test_a_blood_pressure_is_one_observation(some: list[Json]) -> None:
    """Two values of a day and place go together; a value that is alone stays alone."""
    pressures = [
        [part["valueQuantity"]["value"] for part in resource["component"]]
        for resource in resources(some[0])
        if "component" in resource
    ]
    alone = [
        resource["valueQuantity"]["value"]
        for resource in resources(some[0])
        if resource["resourceType"] == "Observation" and resource["code"]["text"] == "Systolic blood pressure"
    ]
    assert (pressures, alone) == ([[142, 80]], [150])


def test_a_code_that_is_only_recalled_is_not_written(some: list[Json]) -> None:
    """GAD-2 and osteoarthritis in SNOMED CT are known from memory alone, so words stand there."""
    concepts = {
        resource["code"]["text"]: resource["code"].get("coding", [])
        for bundle in some
        for resource in resources(bundle)
        if "code" in resource
    }
    assert concepts["GAD-2 total"] == []
    arthritis = concepts["Wear-and-tear arthritis (osteoarthritis)"]
    assert [coded["system"] for coded in arthritis] == ["http://hl7.org/fhir/sid/icd-10-cm"]


def _first(bundle: Json, kind: str) -> Json:
    return next(resource for resource in resources(bundle) if resource["resourceType"] == kind)


SPOILED: dict[str, Callable[[Json], Any]] = {
    "places: Patient/SYN-0000000 stands 2": lambda b: b["entry"].append(copy.deepcopy(b["entry"][0])),
    "references: Goal.subject.reference": lambda b: _first(b, "Goal")["subject"].update(reference="Patient/x"),
    "bindings: Observation.status": lambda b: _first(b, "Observation").update(status="bogus"),
    "bindings: Condition.clinicalStatus": lambda b: _first(b, "Condition")["clinicalStatus"]["coding"][0].update(
        code="x"
    ),
    "dates: Goal.startDate": lambda b: _first(b, "Goal").update(startDate="2026-02-30"),
    "invariants: Consent": lambda b: _first(b, "Consent").pop("policyRule"),
    "emptiness: Patient.name.given": lambda b: _first(b, "Patient")["name"][0].update(given=[]),
    "check_digits: Condition.code.coding: SNOMED": lambda b: _first(b, "Condition")["code"]["coding"][1].update(
        code="59621001"
    ),
    "codes: Condition.code.coding": lambda b: _first(b, "Condition")["code"]["coding"][0].update(code="I11"),
    "nobody: Patient.telecom": lambda b: _first(b, "Patient")["telecom"][0].update(value="(614) 556-0142"),
    "nobody: member id 1EG4": lambda b: _first(b, "Coverage").update(subscriberId="1EG4-TE5-MK73"),
    "nobody: mail to example.org": lambda b: _first(b, "Patient")["telecom"][1].update(value="x@example.org"),
    "nobody: phone (614) 555-0242": lambda b: _first(b, "Patient").update(text="call (614) 555-0242"),
    "nobody: Goal is not tagged": lambda b: _first(b, "Goal")["meta"].pop("tag"),
    "us-core-goal: description: 0": lambda b: _first(b, "Goal").pop("description"),
    "us-core-careplan: category:AssessPlan": lambda b: _first(b, "CarePlan").update(category=[{"text": "x"}]),
    "us-core-race extension:text": lambda b: _first(b, "Patient")["extension"][0]["extension"].pop(),
    "us-core-allergyintolerance: code": lambda b: _first(b, "AllergyIntolerance")["code"].pop("coding"),
    "us-core-pulse-oximetry: code.coding:OxygenSatCode": lambda b: _oximetry(b)["code"]["coding"].pop(),
    "us-core-pulse-oximetry: value[x]:valueQuantity.code": lambda b: _oximetry(b)["valueQuantity"].update(code="1"),
    "us-core-pulse-oximetry: category:VSCat": lambda b: _oximetry(b)["category"][0]["coding"][0].update(code="exam"),
    "us-core-smokingstatus: issued": lambda b: _first(b, "Observation").pop("issued"),
}


def _oximetry(bundle: Json) -> Json:
    return next(r for r in resources(bundle) if r["id"].endswith("spo2-clinic-2026-09-01"))


@pytest.mark.parametrize("complaint", SPOILED)
def test_the_checks_see_what_is_spoiled(complaint: str, some: list[Json]) -> None:
    """Each check complains of a bundle in which one thing was made wrong."""
    bundle = copy.deepcopy(some[0])
    SPOILED[complaint](bundle)
    assert [text for text in complaints(bundle) if complaint in text]


def test_check_digits_are_those_of_the_standards() -> None:
    """The two formulas accept known codes and refuse every other last digit."""
    assert [digit for digit in range(10) if luhn(f"4548{digit}")] == [4]
    assert [digit for digit in range(10) if verhoeff(f"4405400{digit}")] == [6]
