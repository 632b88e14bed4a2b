"""Call profiles of a plan: rehearsed ones that serve episodes, and default ones by skill for what no scenario serves.

A row of rehearsed profiles is one scenario variant in the hands of one skill level. How rehearsals are held lives in
`simcare.calls`; here their rows become the world's profiles and servings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from simcare.chance import uniforms
from simcare.documents import DocumentError, Problem
from simcare.patients.life import episode_kinds
from simcare.planning import tables
from simcare.planning.basis import Basis, Row
from simcare.planning.csvs import Cell, Column, number, one_of
from simcare.planning.csvs import text as any_text
from simcare.world import NOTHING, CallProfile, Distribution, Serving, lognormal

Shares = tuple[float, float, float, float, float]
PRIOR = 1.0
"""How many decisions the default shares count for beside those of a skill profile."""
MILD, SEVERE = "episode_mild", "episode_severe"


def default_profiles(basis: Basis, replication: int, ignorance: int) -> list[CallProfile]:
    """Return the profiles of monthly and other calls, of unserved episodes, of nurses and of tasks, for each skill.

    Where skills come from trainees' records their shares are drawn once for each replication from what the counts
    leave open, under `ignorance`, a seed of its own: luck and ignorance are two things.
    """
    write = basis.minutes("documentation")
    found: list[CallProfile] = []
    for skill in dict.fromkeys(team.skill for team in basis.plan.roster):
        decided = {need: decisions(basis, skill, need, replication, ignorance) for need in range(5)}
        for need in range(5):
            talk = basis.minutes("inbound_call" if need < 3 else "severe_call")
            found.append(
                CallProfile(f"monthly_l{need}", skill, need, basis.minutes("monthly_call"), write, decided[need])
            )
            found.append(CallProfile(f"episode_l{need}", skill, need, talk, write, decided[need]))
        for need in (0, 1):
            found.append(
                CallProfile(f"inbound_l{need}", skill, need, basis.minutes("inbound_call"), write, decided[need])
            )
        found.append(CallProfile(MILD, skill, 1, basis.minutes("inbound_call"), write, decided[1]))
        found.append(CallProfile(SEVERE, skill, 3, basis.minutes("severe_call"), write, decided[3]))
    found.append(CallProfile("nurse", "", 0, basis.minutes("nurse_call"), write))
    found.append(CallProfile("task", "", 0, basis.minutes("coordination_task"), NOTHING))
    return found


def decisions(basis: Basis, skill: str, need: int, replication: int, ignorance: int) -> Shares:
    """Return the shares of decided ranks of a skill for a need, drawn where they are estimates."""
    counted = [row.counts for row in basis.decided if row.skill == skill and row.need == need]
    default = tables.decisions().get((skill, need)) or tables.decisions()[("typical", need)]
    if not counted:
        return default
    from scipy.special import gammaincinv  # slow to import, and most plans have no skill profiles

    shapes = np.sum(counted, axis=0) + PRIOR * np.array(default)
    luck = uniforms(ignorance, f"planning.skill.{skill}", need, replication * 5 + np.arange(5))
    drawn = np.where(shapes > 0, gammaincinv(np.maximum(shapes, 1e-9), luck), 0.0)
    a, b, c, d, e = (drawn / drawn.sum()).tolist()
    return a, b, c, d, e


def default_servings(served: set[tuple[str, bool]]) -> list[Serving]:
    """Return what serves the kinds of episodes that no scenario serves, mild and severe apart."""
    return [
        Serving(row["kind"], f"episode_l{row['severe' if severe else 'mild']}", severe=severe)
        for row in tables.rows("kinds")
        for severe in (False, True)
        if row["kind"] in episode_kinds() and (row["kind"], severe) not in served
    ]


def rehearsed(basis: Basis, rows: Sequence[Row]) -> tuple[list[CallProfile], list[Serving]]:
    """Return rehearsed rows as profiles of the roster's skills, and which episodes they serve.

    A skill without rows of its own gets those of the skill that is named first. Variants whose need is L3 or more serve
    severe episodes, the others mild ones; where a scenario has only one of the two it serves both.
    """
    by_variant: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_variant[row["scenario"], row["variant"]].append(row)
    profiles: list[CallProfile] = []
    servings: list[Serving] = []
    skills = tuple(dict.fromkeys(team.skill for team in basis.plan.roster))
    needs_of: dict[str, set[bool]] = defaultdict(set)
    for (scenario, _), members in by_variant.items():
        needs_of[scenario].add(int(members[0]["need"]) >= 3)
    for (scenario, variant), members in by_variant.items():
        known = {row["skill"]: row for row in members}
        key, need = f"{scenario}/{variant}", int(members[0]["need"])
        for skill in skills:
            profiles.append(_profile(basis, key, skill, need, known.get(skill) or members[0]))
        severe = need >= 3 if len(needs_of[scenario]) == 2 else None
        for kind in members[0]["episodes"].split(";"):
            if kind.strip() in episode_kinds():
                servings.append(Serving(kind.strip(), key, float(members[0]["weight"] or 1), severe))
    return profiles, servings


def shipped() -> tuple[Row, ...]:
    """Return the rows of rehearsals that come with simcare."""
    return ()


def _profile(basis: Basis, key: str, skill: str, need: int, row: Row) -> CallProfile:
    talk = _minutes(row["talk_mean"], row["talk_sd"]) or basis.minutes("inbound_call")
    write = _minutes(row["documentation_mean"], row["documentation_sd"]) or basis.minutes("documentation")
    a, b, c, d, e = (float(row[f"decided_{rank}"]) for rank in range(5))
    return CallProfile(key, skill, need, talk, write, (a, b, c, d, e), row["scenario"], row["variant"])


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
