"""Call profiles of a plan: rehearsed ones that serve episodes, and default ones by skill for what no scenario serves.

A row of rehearsed profiles is one scenario variant in the hands of one skill level. How rehearsals are held lives in
`simcare.calls`; here their rows become the world's profiles and servings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from simcare.calls.profiles import profiles_of, shipped_profiles
from simcare.calls.skills import Skill, shipped_skills
from simcare.documents import DocumentError, Problem
from simcare.patients.life import episode_kinds
from simcare.planning import tables
from simcare.planning.basis import Basis, Row
from simcare.planning.csvs import Cell, Column, number, one_of
from simcare.planning.csvs import text as any_text
from simcare.world import NOTHING, CallProfile, Distribution, Serving, lognormal

URGENT = 3
"""Rank of a need from which a variant stands for a severe episode."""
MILD, SEVERE = "episode_mild", "episode_severe"


def skill_of(basis: Basis, name: str, replication: int, ignorance: int) -> Skill:
    """Return a skill by its name: one of the plan's skill file, drawn for the replication, or a shipped level.

    `ignorance` is a seed of its own: luck and ignorance are two things.
    """
    if basis.skills is not None and name in basis.skills.names:
        return basis.skills.drawn(name, ignorance, replication)
    return shipped_skills()[name]


def default_profiles(basis: Basis, skills: Sequence[Skill]) -> list[CallProfile]:
    """Return the profiles of monthly and other calls, of unserved episodes, of nurses and of tasks, for each skill."""
    write, routine, severe = (basis.minutes(key) for key in ("documentation", "inbound_call", "severe_call"))
    found: list[CallProfile] = []
    for skill in skills:
        for need in range(5):
            decided = skill.decided(need)
            for key, talk in (
                (f"monthly_l{need}", basis.minutes("monthly_call")),
                (f"episode_l{need}", routine if need < 3 else severe),
                (f"inbound_l{need}", routine),
            ):
                found.append(CallProfile(key, skill.name, need, talk, write, decided))
        found.append(CallProfile(MILD, skill.name, 1, routine, write, skill.decided(1)))
        found.append(CallProfile("discharge", skill.name, 0, basis.minutes("discharge_call"), write))
        found.append(CallProfile(SEVERE, skill.name, 3, severe, write, skill.decided(3)))
    found.append(CallProfile("nurse", "", 0, basis.minutes("nurse_call"), write))
    found.append(CallProfile("task", "", 0, basis.minutes("coordination_task"), NOTHING))
    return found


def default_servings(served: set[tuple[str, bool]]) -> list[Serving]:
    """Return what serves the kinds of episodes that no scenario serves, mild and severe apart."""
    return [
        Serving(row["kind"], f"episode_l{row['severe' if severe else 'mild']}", severe=severe)
        for row in tables.rows("kinds")
        for severe in (False, True)
        if row["kind"] in episode_kinds() and (row["kind"], severe) not in served
    ]


def rehearsed(basis: Basis, skills: Sequence[Skill]) -> tuple[list[CallProfile], list[Serving]]:
    """Return rehearsed profiles of the skills, and which episodes they serve.

    Variants whose need is L3 or more serve severe episodes, the others mild ones; where a scenario has only one of the
    two it serves both.
    """
    rows = [row for skill in skills for row in _rows(basis, skill)]
    by_variant: dict[tuple[str, str], list[Row]] = defaultdict(list)
    needs_of: dict[str, set[bool]] = defaultdict(set)
    for row in rows:
        by_variant[row["scenario"], row["variant"]].append(row)
        needs_of[row["scenario"]].add(int(row["need"]) >= URGENT)
    profiles: list[CallProfile] = []
    servings: list[Serving] = []
    for (scenario, variant), members in by_variant.items():
        key, need = f"{scenario}/{variant}", int(members[0]["need"])
        profiles += [_profile(basis, key, need, row) for row in members]
        severe = need >= URGENT if len(needs_of[scenario]) == 2 else None
        for kind in members[0]["episodes"].split(";"):
            if kind.strip() in episode_kinds():
                servings.append(Serving(kind.strip(), key, float(members[0]["weight"] or 1), severe))
    return profiles, servings


def _rows(basis: Basis, skill: Skill) -> list[Row]:
    """Return the rows of a skill: of the plan's own table, of the shipped one, or carried over to a skill of a file."""
    if basis.profiles is not None:
        own = [row for row in basis.profiles if row["skill"] == skill.name]
        # Who is not in the plan's own table is taken as whoever its first row speaks of.
        first = basis.profiles[0]["skill"]
        return own or [{**row, "skill": skill.name} for row in basis.profiles if row["skill"] == first]
    if skill.name in shipped_skills():
        return [profile.row() for profile in shipped_profiles() if profile.skill == skill.name]
    return [profile.row() for profile in profiles_of(skill)]


def _profile(basis: Basis, key: str, need: int, row: Row) -> CallProfile:
    talk = _minutes(row["talk_mean"], row["talk_sd"]) or basis.minutes("inbound_call")
    write = _minutes(row["documentation_mean"], row["documentation_sd"]) or basis.minutes("documentation")
    counted = [float(row[f"decided_{rank}"]) for rank in range(5)]
    # A table holds rounded shares, which the world wants to add up to 1.
    a, b, c, d, e = (share / sum(counted) for share in counted)
    return CallProfile(key, row["skill"], need, talk, write, (a, b, c, d, e), row["scenario"], row["variant"])


def _minutes(mean: str, sd: str) -> Distribution | None:
    if not mean or float(mean) <= 0:
        return None
    return lognormal(float(mean), max(float(sd or 0), 0.01 * float(mean)))


def profile_columns() -> list[Column]:
    """Return the columns of a program's own profiles."""
    minutes = number(0, 600)
    return [
        Column("scenario", any_text),
        Column("variant", any_text),
        Column("episodes", any_text, may_be_empty=True),
        Column("skill", any_text),
        Column("need", one_of("0", "1", "2", "3", "4")),
        Column("weight", number(0, 1e6), may_be_empty=True),
        Column("talk_mean", minutes, may_be_empty=True),
        Column("talk_sd", minutes, may_be_empty=True),
        Column("documentation_mean", minutes, may_be_empty=True),
        Column("documentation_sd", minutes, may_be_empty=True),
        *(Column(f"decided_{rank}", number(0, 1)) for rank in range(5)),
    ]


def check_profiles(rows: Sequence[Mapping[str, Cell]], name: str) -> None:
    """Raise DocumentError where decisions do not add up to 1 or rows of one variant disagree about its need."""
    problems: list[Problem] = []
    needs: dict[tuple[Cell, Cell], Cell] = {}
    for line, row in enumerate(rows, 2):
        total = sum(float(str(row[f"decided_{rank}"])) for rank in range(5))
        if abs(total - 1) > 1e-6:
            problems.append(Problem(name, line, 1, "P211", f"the decisions add up to {total:g}", "make them 1"))
        variant = row["scenario"], row["variant"]
        if needs.setdefault(variant, row["need"]) != row["need"]:
            problems.append(
                Problem(name, line, 1, "P211", "two rows of this variant disagree about its need", "give both one need")
            )
    if problems:
        raise DocumentError(problems)
