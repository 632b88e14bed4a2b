"""The plan and the team of an enrolled patient: rows that gather what several tables hold."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import numpy as np

from simcare.patients.fhir import care, clinical
from simcare.patients.fhir.codes import reference
from simcare.patients.fhir.panel import Panel, flagged, places, pool_of
from simcare.patients.fhir.templates import Pooled, Rows, as_objects
from simcare.patients.tables import keyed

_CLINIC_KINDS = ("Family Medicine", "Internal Medicine")
"""Kinds of clinic whose doctors have a code of their own; they end a clinic's name."""


def care_plans(panel: Panel) -> Rows:
    """Return the plan of each enrolled patient."""
    t, held, aims = panel["consents"], panel["conditions"], panel["goals"]
    about = zip(held.person.tolist(), held.pool("condition").each().tolist(), strict=True)
    problems = [reference("Condition", clinical.condition_id(person, key)) for person, key in about]
    goal_ids = zip(aims.person.tolist(), aims.digits("nth").tolist(), strict=True)
    wanted = [reference("Goal", f"{person}-goal-{nth}") for person, nth in goal_ids]
    names = _words(held.pool("condition"), lambda key: keyed("conditions")[key]["plain"])
    aimed = _words(aims.pool("goal"), str)
    conditions_at, goals_at = panel.starts["conditions"].tolist(), panel.starts["goals"].tolist()
    addresses, goals, words = [], [], []
    for patient, on in zip(t.patient.tolist(), t.day("plan_reviewed").tolist(), strict=True):
        mine = slice(conditions_at[patient], conditions_at[patient + 1])
        theirs = slice(goals_at[patient], goals_at[patient + 1])
        addresses.append(problems[mine])
        goals.append(wanted[theirs])
        words.append(_narrative(on, names[mine], aimed[theirs]))
    fixed = {"with_goals": flagged(np.fromiter(map(len, goals), dtype=np.int64, count=len(goals)) > 0)}
    joined = {"person": t.person, "on": t.day("plan_reviewed"), **places(panel, t, "doctor_id")}
    whole = {"words": as_objects(words), "addresses": as_objects(addresses), "goals": as_objects(goals)}
    return Rows(care.care_plan, t.patient, fixed, joined, whole)


def care_teams(panel: Panel) -> Rows:
    """Return the team of each enrolled patient."""
    t, contacts = panel["consents"], panel["contacts"].take(panel["contacts"].numbers("consent"))
    family: dict[int, tuple[tuple[int, str], ...]] = {}
    relations, nths = contacts.pool("relation").each().tolist(), contacts.numbers("nth").tolist()
    for patient, nth, relation in zip(contacts.patient.tolist(), nths, relations, strict=True):
        family[patient] = (*family.get(patient, ()), (nth, relation))
    clinic = panel["patients"].pool("clinic")
    kinds = tuple(next((kind for kind in _CLINIC_KINDS if name.endswith(kind)), "doctor") for name in clinic.values)
    members = pool_of(as_objects([family.get(patient, ()) for patient in t.patient.tolist()]))
    fixed = {"practice": Pooled(clinic.codes[t.patient], kinds), "family": members}
    joined = {"person": t.person, **places(panel, t, "doctor_id", "clinic_id", "pharmacy_id")}
    return Rows(care.care_team, t.patient, fixed, joined)


def _words(pool: Pooled, name: Callable[[str], str]) -> list[str]:
    texts: list[str] = as_objects([escape(name(key), quote=False) for key in pool.values])[pool.codes].tolist()
    return texts


def _narrative(on: str, conditions: list[str], goals: list[str]) -> str:
    aims = f"<p>Goals: {'; '.join(goals)}.</p>" if goals else ""
    return (
        f'<div xmlns="http://www.w3.org/1999/xhtml"><p>Chronic care management plan, reviewed {on}. '
        f"Conditions: {'; '.join(conditions)}.</p>{aims}</div>"
    )
