"""What a person may change about a plan on the page: some numbers by sliders, and the roster. Nothing is drawn here.

Each change gives another basis; one that makes no sense raises QuestionError with a sentence, and changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from simcare.calls.skills import shipped_skills
from simcare.documents import SimcareError
from simcare.planning import tables
from simcare.planning.authored import Hours
from simcare.planning.basis import Basis
from simcare.planning.plan import Plan, Team

PATIENTS = "patients"
LABELS = {
    "answer_probability": "Attempts to reach a patient that are answered",
    "attempts_a_month": "Attempts a patient and month, at most",
    "inbound_per_patient_month": "Inbound calls a patient and month",
    "episodes_rate": "Flares, falls and other episodes, against usual",
    "sick": "Shifts missed through sickness",
    "turnover_none_yearly": "Care managers who leave in a year",
}
"""Numbers of `planning/data/numbers.csv` that have a slider, with what the page calls them."""
LICENSES = {"none": "no license", "lpn": "licensed practical nurse", "rn": "registered nurse"}
MOST_PEOPLE = 99


class QuestionError(SimcareError):
    """A change that makes no sense; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Slider:
    """One number with its ends on the page."""

    key: str
    label: str
    low: float
    high: float
    step: float
    unit: str
    value: float
    usual: float
    confidence: str


def sliders(first: Basis, now: Basis) -> tuple[Slider, ...]:
    """Return the sliders of a plan as it now stands; the ends are those of the plan that was opened."""
    found = []
    if first.plan.patients is not None and first.plan.patients.count is not None and now.plan.patients is not None:
        count = first.plan.patients.count
        step = float(max(1, 10 ** math.floor(math.log10(count)) // 20))
        fewest, most = (step * max(1, round(count * times / step)) for times in (0.25, 2.0))
        value = float(now.plan.patients.count or count)
        found.append(Slider(PATIENTS, "Patients", fewest, most, step, "", value, float(count), "the plan"))
    if first.plan.patients is None:
        return tuple(found)
    for key, label in LABELS.items():
        number = tables.numbers()[key]
        if number.low is None or number.high is None:
            continue
        room = number.high - number.low
        low, high = max(number.least, number.low - room), min(number.most, number.high + room)
        whole = number.unit == "attempts"
        step = 1.0 if whole else 10.0 ** math.floor(math.log10(room / 8))
        low, high = (round(math.floor(end / step + 1e-9) * step, 6) for end in (low, high))
        confidence = "the plan" if key in first.plan.numbers else number.confidence
        value, usual = now.number(key), first.number(key)
        low, high = min(max(low, number.least), usual), max(high, usual)
        found.append(Slider(key, label, low, high, step, number.unit, value, usual, confidence))
    return tuple(found)


def slide(first: Basis, now: Basis, key: str, value: float) -> Basis:
    """Return the basis with a slider moved; raises QuestionError for what no slider has."""
    known = next((each for each in sliders(first, now) if each.key == key), None)
    if known is None or not known.low <= value <= known.high:
        raise QuestionError(f"'{key}' cannot be {value:g}; move one of the sliders")
    if key == PATIENTS:
        assert now.plan.patients is not None
        return _with(now, patients=now.plan.patients.model_copy(update={"count": round(value)}))
    return now.varied(**{key: value})


def most_people(team: Team) -> int:
    """Return how many people the page lets a team have."""
    return max(MOST_PEOPLE, team.people, team.may_be[1] if team.may_be else 0)


def change_team(now: Basis, name: str, key: str, value: str) -> Basis:
    """Return the basis with one thing of a team changed: people, skill, start or end; raises QuestionError."""
    team = next((each for each in now.plan.roster if each.team == name), None)
    if team is None:
        raise QuestionError(f"there is no team '{name}'; use one of {', '.join(each.team for each in now.plan.roster)}")
    if key == "people":
        most = most_people(team)
        if not value.isdecimal() or not 0 <= int(value) <= most:
            raise QuestionError(f"{name} cannot have '{value}' people; write a whole number from 0 to {most}")
        changed = now.staffed({name: int(value)})
        if not any(each.people for each in changed.plan.roster):
            raise QuestionError("nobody would work in this roster; leave at least one person in it")
        return changed
    if key == "skill" and value in skill_names(now):
        return _team(now, team, skill=value)
    if key in ("start", "end") and team.shift is not None:
        shift = team.shift.model_dump(by_alias=True, exclude_unset=True) | {"from" if key == "start" else "to": value}
        try:
            return _team(now, team, shift=Hours.model_validate(shift))
        except ValidationError as error:
            why = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
            raise QuestionError(f"{name}: {why}") from None
    raise QuestionError(f"'{value}' cannot be the {key} of {name}; choose one that the page offers")


def skill_names(basis: Basis) -> tuple[str, ...]:
    """Return the skills that a team of this plan may have: the shipped levels, and those of its skill file."""
    return tuple(dict.fromkeys((*shipped_skills(), *(() if basis.skills is None else basis.skills.names))))


def differences(before: Basis, after: Basis) -> tuple[str, ...]:
    """Say in few words what is otherwise in `after`: coordinators 2 -> 3."""
    found = []
    for was, now in zip(sliders(before, before), sliders(before, after), strict=True):
        if was.value != now.value:
            found.append(f"{now.label.lower()} {told(was.value, was.unit)} → {told(now.value, now.unit)}")
    for old, new in zip(before.plan.roster, after.plan.roster, strict=True):
        if old.people != new.people:
            found.append(f"{new.team} {old.people} → {new.people}")
        if old.skill != new.skill:
            found.append(f"{new.team} {old.skill} → {new.skill}")
        if old.shift != new.shift and new.shift is not None:
            found.append(f"{new.team} from {new.shift.start} to {new.shift.end}")
    return tuple(found)


def told(value: float, unit: str) -> str:
    """Return a slider's number as it is shown beside it."""
    if unit == "share" or unit == "a year":
        return f"{value:.0%}" if round(value * 100, 6) % 1 == 0 else f"{value:.1%}"
    if unit == "times":
        return f"{value:.2f} times"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


def _team(now: Basis, team: Team, **changes: object) -> Basis:
    roster = tuple(each.model_copy(update=changes) if each.team == team.team else each for each in now.plan.roster)
    return _with(now, roster=roster)


def _with(now: Basis, **changes: object) -> Basis:
    plan: Plan = now.plan.model_copy(update=dict[str, object](changes))
    return replace(now, plan=plan)


def as_document(plan: Plan) -> Mapping[str, object]:
    """Return a plan as the data of a plan file, without what nobody set."""
    return plan.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
