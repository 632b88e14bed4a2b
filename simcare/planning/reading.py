"""From files to a basis: reads a plan and the tables beside it, and finds what the shapes of `plan` cannot see.

A finding has the file, line and column of the word that is wrong, a code, the fact and a remedy; all are told at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from simcare.calls.skills import read_skills, shipped_skills
from simcare.documents import Document, DocumentError, Problem, SimcareError, read
from simcare.patients.population.drawing import EARLIEST, LATEST
from simcare.patients.population.mix import Mix, read_mix
from simcare.patients.population.storage import describe
from simcare.patients.tables import keyed
from simcare.planning import tables
from simcare.planning.answers import ANSWERS
from simcare.planning.basis import Basis, Row
from simcare.planning.csvs import Column, one_of, read_csv, text
from simcare.planning.plan import Patients, Plan, Team
from simcare.planning.posting import states_of, takes_of
from simcare.planning.profiles import check_profiles, profile_columns
from simcare.planning.store import PlanError

Place = tuple[str | int, ...]
Finding = tuple[Place, str, str, str]
"""Where, code, fact, remedy."""


def read_plan(path: Path) -> tuple[Document[Plan], Basis]:
    """Read a plan and the files that it names; raises DocumentError with every finding."""
    document = read(path, Plan)
    plan = document.value
    findings = list(_check(plan))
    mix: Mix | None = None
    if plan.patients is not None and plan.patients.folder is None:
        try:
            beside = path.parent / plan.patients.mix
            mix = read_mix(beside if beside.suffix in (".yaml", ".yml") else plan.patients.mix)
        except DocumentError:
            raise
        except SimcareError as error:
            fact, _, remedy = str(error).partition("; ")
            findings.append((("patients", "mix"), "P201", fact, remedy))
    if plan.patients is not None and plan.patients.folder is not None:
        folder = path.parent / plan.patients.folder
        plan = plan.model_copy(update={"patients": plan.patients.model_copy(update={"folder": str(folder)})})
        findings += _folder(plan.patients, folder)
    if findings:
        raise DocumentError(document.problem(*finding) for finding in findings)
    basis = Basis(plan, mix)
    if plan.policy.licensure is not None:
        basis = replace(basis, licensure=_licensure(path.parent / plan.policy.licensure))
    if plan.calls.profiles is not None:
        found = read_csv(path.parent / plan.calls.profiles, profile_columns(), more=True)
        profiles = tuple({key: "" if cell is None else str(cell) for key, cell in row.items()} for row in found)
        check_profiles(profiles, (path.parent / plan.calls.profiles).as_posix())
        basis = replace(basis, profiles=profiles)
    if plan.calls.skills is not None:
        basis = replace(basis, skills=read_skills(path.parent / plan.calls.skills))
    findings = [*_skills(basis), *_eligible(basis)]
    if findings:
        raise DocumentError(document.problem(*finding) for finding in findings)
    return document, basis


def what_if(
    basis: Basis, numbers: Mapping[str, float], people: Mapping[str, int], patients: int | None = None
) -> Basis:
    """Return a basis with some numbers, teams and the panel's size changed; raises PlanError for what cannot be."""
    changed = basis.varied(**numbers).staffed(people)
    if patients is not None:
        if changed.plan.patients is None:
            raise PlanError("there are no patients in this plan; add 'patients' to it")
        panel = changed.plan.patients.model_copy(update={"count": patients})
        changed = replace(changed, plan=changed.plan.model_copy(update={"patients": panel}))
    teams = [team.team for team in basis.plan.roster]
    findings = [*_check(changed.plan), *_eligible(changed)]
    findings += [finding for name in people for finding in _unknown((), "team", name, teams)]
    if findings:
        raise PlanError("\n".join(f"{fact}; {remedy}" for _, _, fact, remedy in findings))
    return changed


def with_skills(basis: Basis, path: Path) -> Basis:
    """Return a basis whose care managers decide as a skill file says.

    Teams whose skill the file names have that; where it names none of theirs and holds only one, all care managers have
    it. Raises DocumentError for a file that is none, PlanError where it cannot be told whose skills these are.
    """
    skills, plan = read_skills(path), basis.plan
    if not any(team.skill in skills.names for team in plan.roster):
        if len(skills.names) > 1:
            raise PlanError(
                f"no team of the plan has one of the skills {', '.join(skills.names)} of {path.as_posix()}; "
                "write one as the 'skill' of a team"
            )
        roster = tuple(
            team.model_copy(update={"skill": skills.names[0]}) if team.role == "care_manager" else team
            for team in plan.roster
        )
        plan = plan.model_copy(update={"roster": roster})
    return replace(basis, plan=plan, skills=skills)


def _folder(patients: Patients | None, folder: Path) -> Iterator[Finding]:
    try:
        stored = describe(folder)
    except SimcareError as error:
        fact, _, remedy = str(error).partition("; ")
        yield ("patients", "folder"), "P201", fact, remedy
        return
    if patients is not None and patients.count is not None and patients.count > stored.count:
        fact = f"there are {stored.count:,} people in the folder, fewer than {patients.count:,}"
        yield ("patients", "count"), "P202", fact, "ask for fewer, or leave 'count' out"


def _licensure(path: Path) -> dict[str, Row]:
    columns = [
        Column("abbr", one_of(*keyed("licensure", "abbr"))),
        Column("licensed_nurse_required", one_of("Y", "N")),
        Column("nlc_status", text),
    ]
    rows = read_csv(path, columns, more=True)
    missing = keyed("licensure", "abbr").keys() - {row["abbr"] for row in rows}
    if missing:
        fact = f"{', '.join(sorted(missing))} is missing"
        raise DocumentError([Problem(path.as_posix(), 1, 1, "P211", fact, "give every state a row")])
    return {str(row["abbr"]): {key: str(cell or "") for key, cell in row.items()} for row in rows}


def _check(plan: Plan) -> Iterator[Finding]:
    yield from _known(plan)
    yield from _twice(plan)
    if not EARLIEST <= plan.start < LATEST:
        yield ("start",), "P202", f"a plan cannot start on {plan.start}", f"choose a day from {EARLIEST} to {LATEST}"
    if not sum(team.people for team in plan.roster):
        yield ("roster",), "P205", "nobody works in this roster", "give at least one team people"
    for at, stream in enumerate(plan.streams):
        if stream.per_patient_month is not None and plan.patients is None:
            rate = ("streams", at, "per_patient_month")
            yield rate, "P205", "there are no patients in this plan", "add 'patients', or write per_hour"
    total = sum(plan.numbers.get(key, tables.numbers()[key].value) for key in _MONTHLY_NEEDS)
    if total > 1:
        place = ("numbers", next((key for key in _MONTHLY_NEEDS if key in plan.numbers), ""))
        yield place, "P202", f"the needs of monthly calls add up to {total:g}", "make them at most 1 together"
    for first, end in _FROM_TO:
        begins, closes = (plan.numbers.get(key, tables.numbers()[key].value) for key in (first, end))
        if begins >= closes:
            fact = f"{first} is {begins:g} and {end} {closes:g}: nobody may be called at any hour"
            place = ("numbers", first if first in plan.numbers else end)
            yield place, "P202", fact, "make the first hour the smaller one"
    for at, target in enumerate(plan.targets):
        answer = ANSWERS.get(target.answer)
        if answer is not None and not 0 <= target.bound <= answer.most:
            fact = f"{target.answer} cannot be {target.bound:g}"
            where = ("targets", at, "at_least" if target.at_least is not None else "at_most")
            yield where, "P202", fact, f"it lies from 0 to {answer.most:g} ({answer.unit})"


_FROM_TO = (("outreach_first_hour", "outreach_end_hour"), ("callback_first_hour", "callback_end_hour"))
_MONTHLY_NEEDS = ("monthly_need_l1", "monthly_need_l2", "monthly_need_l3", "monthly_need_l4")


def _known(plan: Plan) -> Iterator[Finding]:
    known = tables.numbers()
    for key, value in plan.numbers.items():
        yield from _unknown(("numbers", key), "number", key, known)
        if key in known and not known[key].least <= value <= known[key].most:
            fact = f"{key} is {value:g}"
            yield ("numbers", key), "P202", fact, f"write one from {known[key].least:g} to {known[key].most:g}"
    for key in plan.durations:
        yield from _unknown(("durations", key), "distribution", key, tables.durations())
    states = keyed("licensure", "abbr")
    if plan.patients is not None:
        for nth, state in enumerate(plan.patients.states or ()):
            yield from _unknown(("patients", "states", nth), "state", state, keyed("places", "abbr"))
    for nth, state in enumerate(plan.policy.nurse_only_states or ()):
        yield from _unknown(("policy", "nurse_only_states", nth), "state", state, states)
    for at, team in enumerate(plan.roster):
        for nth, state in enumerate(team.licensed or ()):
            yield from _unknown(("roster", at, "licensed", nth), "state", state, states)
    for at, target in enumerate(plan.targets):
        yield from _unknown(("targets", at, "answer"), "answer", target.answer, ANSWERS)
    for nth, key in enumerate(plan.runs.of):
        yield from _unknown(("runs", "of", nth), "answer", key, ANSWERS)
    codes = {row["code"] for row in tables.rows("prices")}
    for code in plan.billing.usd:
        yield from _unknown(("billing", "usd", code), "billing code", code, codes)


def _unknown(place: Place, thing: str, word: str, known: Iterable[str]) -> Iterator[Finding]:
    names = list(known)
    if word not in names:
        near = get_close_matches(word.lower(), {name.lower(): name for name in names}, n=1)
        meant = next((name for name in names if near and name.lower() == near[0]), None)
        article = "an" if thing[0] in "aeiou" else "a"
        few = f"use one of {', '.join(names[:60])}"
        yield place, "P201", f"'{word}' is not {article} {thing}", f"did you mean '{meant}'?" if meant else few


def _twice(plan: Plan) -> Iterator[Finding]:
    for part, names in (
        ("roster", [team.team for team in plan.roster]),
        ("streams", [stream.stream for stream in plan.streams]),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                last = len(names) - 1 - names[::-1].index(name)
                yield (part, last), "P203", f"the name '{name}' is given {times} times", "give each its own"


def _skills(basis: Basis) -> Iterator[Finding]:
    known = {*shipped_skills(), *(() if basis.skills is None else basis.skills.names)}
    for at, team in enumerate(basis.plan.roster):
        yield from _unknown(("roster", at, "skill"), "skill", team.skill, sorted(known))


def _eligible(basis: Basis) -> Iterator[Finding]:
    """Find work that nobody of the roster may do."""
    plan = basis.plan
    if plan.patients is None:
        return
    among = plan.patients.states or tuple(keyed("places", "abbr"))
    staffed = [team for team in plan.roster if team.people or (team.may_be and team.may_be[1])]
    for state in among:
        licensed = [team for team in staffed if team.license != "none" and _holds(basis, team, state)]
        if state in basis.nurse_only and not any("outreach" in takes_of(team) for team in licensed):
            fact = f"patients in {state} may be called by licensed nurses only, and no team may"
            remedy = f"license a team that takes outreach in {state}, or leave the state out"
            yield ("roster",), "P204", fact, remedy
        if plan.policy.transfers and not any(
            team.license == "rn" and "escalation" in takes_of(team) for team in licensed
        ):
            fact = f"no registered nurse may take an escalation from a patient in {state}"
            yield ("roster",), "P204", fact, f"license a team of nurses in {state}, or set 'transfers: false'"


def _holds(basis: Basis, team: Team, state: str) -> bool:
    states = states_of(basis, team)
    return states is None or state in states
