"""Codes as FHIR wants them: systems, codings and concepts, from the tables of `patients/data` and `fhir/data`.

Only a code whose row is `verified` is written; where none is, a concept is plain words. No display goes with a code,
so that no text of SNOMED CT or LOINC is copied. Which resource a code stands in is said in the builders.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any

from simcare.patients.tables import Row, keyed

Resource = dict[str, Any]
"""A resource or a part of one as JSON: what `json.loads` would give."""

BASE = "https://example.com/fhir"
"""Where the resources would lie; example.com is kept for documents, so nothing is ever sent there."""
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
TEST_DATA = {"system": f"{TERMINOLOGY}v3-ActReason", "code": "HTEST", "display": "test health data"}


def meta(*profiles: str) -> Resource:
    """Return the meta of a resource: test data, and the US Core 3.1 profiles ("patient") that it meets."""
    claimed = {"profile": [US_CORE + profile for profile in profiles]} if profiles else {}
    return {**claimed, "tag": [TEST_DATA]}


def coding(system: str, code: str) -> Resource:
    """Return one code of a system."""
    return {"system": system, "code": code}


def concept(text: str, *codings: Resource | None) -> Resource:
    """Return a concept in words with the codes that are known for it."""
    known = [given for given in codings if given is not None]
    return {"coding": known, "text": text} if known else {"text": text}


def hl7(system: str, code: str) -> Resource:
    """Return a concept that is one code of HL7's own terminology, such as a clinical status."""
    return {"coding": [coding(TERMINOLOGY + system, code)]}


def reference(kind: str, key: str) -> Resource:
    """Return a reference to a resource by type and id."""
    return {"reference": f"{kind}/{key}"}


def subject(person: str) -> Resource:
    """Return a reference to the patient."""
    return {"reference": f"Patient/{person}"}


@cache
def slug(words: str) -> str:
    """Return words as a part of an id: letters and digits, everything else one hyphen."""
    return "-".join("".join(letter if letter.isascii() and letter.isalnum() else " " for letter in words).split())


@cache
def listed(kind: str, key: str) -> Resource | None:
    """Return the code that `fhir/data/codes.csv` has for a key, or None."""
    row = _codes().get((kind, key))
    return None if row is None else coding(row["system"], row["code"])


@cache
def observation_kind(key: str) -> Row:
    """Return category and UCUM unit of an observation."""
    return {row["key"]: row for row in _table("observation_kinds")}[key]


def condition_code(key: str) -> Resource:
    """Return ICD-10-CM and SNOMED CT codes of a condition, in plain words."""
    row = keyed("conditions")[key]
    snomed_recalled = "snomed recalled" in row["code_confidence_note"]
    snomed = None if snomed_recalled or not row["snomed"] else coding(SNOMED, row["snomed"])
    return concept(row["plain"], coding(ICD10CM, row["icd10cm"]), snomed)


def need_code(key: str) -> Resource:
    """Return the ICD-10-CM Z code of a social need, where there is one."""
    row = keyed("sdoh")[key]
    known = row["zcode"] and row["zcode_confidence"] == "verified"
    return concept(row["plain"], coding(ICD10CM, row["zcode"]) if known else None)


def medication_code(key: str) -> Resource:
    """Return the RxNorm code of a medicine."""
    row = keyed("medications")[key]
    return concept(row["name"], coding(RXNORM, row["rxnorm"]) if row["code_confidence"] == "verified" else None)


def observation_code(key: str) -> Resource:
    """Return the LOINC code of an observation; oxygen saturation has two, as its profile asks."""
    row = keyed("observations")[key]
    known = coding(LOINC, row["loinc"]) if row["code_confidence"] == "verified" else None
    return concept(row["name"], known, listed("pulse_oximetry", key))


def quantity(value: object, key: str) -> Resource:
    """Return a value in the unit of an observation."""
    unit = observation_kind(key)["ucum"]
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


@cache
def _codes() -> dict[tuple[str, str], Row]:
    return {(row["kind"], row["key"]): row for row in _table("codes")}


@cache
def _table(name: str) -> tuple[Row, ...]:
    text = files("simcare.patients.fhir").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
