"""Skills: how sure a care manager is to do what each competency asks for, and which habits go with it.

A `Skill` is what a simulated player has; the shipped levels stand in `data/skills.csv`, each number with its source. A
skill file, made from trainees' scored decisions, says the same of real people, with how little is known: `drawn` draws
once for a replication what it leaves open. How a player uses a skill lives in `skilled`.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from simcare import chance
from simcare.documents import Document, DocumentError, Problem, read

RANKS = 5
Shares = tuple[float, float, float, float, float]
"""Probability of each rank of the escalation ladder as the decision, lowest first; adds up to 1."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What goes with a skill and is no competency; every number stands in `data/skills.csv`, where its words are.

    `unheard` is in log-odds, `pace` a factor of the policy's seconds, `pace_sd` the sd of its logarithm, `note_mean`
    and `note_sd` are minutes; the rest are shares.
    """

    unheard: float
    under: float
    under_unheard: float
    far: float
    undecided: float
    wanders: float
    pace: float
    pace_sd: float
    note_mean: float
    note_sd: float


@dataclass(frozen=True, slots=True)
class Skill:
    """A name, a strength for each competency (log-odds of doing what it asks for), and habits."""

    name: str
    strengths: Mapping[str, float]
    habits: Habits

    def keeps(self, competency: str) -> float:
        """Return the probability of doing one thing that a competency asks for."""
        return odds(self.strengths[competency])

    def decides(self, need: int, heard: bool = True) -> Shares:
        """Return how often each rank is decided where `need` is right, for those who decide at all.

        A slip goes one level off, or two; not having heard what the decision rests on makes slips likelier, and most of
        them go down. What would leave the ladder stays on its last step.
        """
        habits = self.habits
        right = odds(self.strengths["escalation"] - (0.0 if heard else habits.unheard))
        down = habits.under if heard else habits.under_unheard
        if need == 0:
            down = 0.0
        elif need == RANKS - 1:
            down = 1.0
        shares = [0.0] * RANKS
        shares[need] = right
        for way, part in ((-1, down), (1, 1.0 - down)):
            for steps, often in ((1, 1.0 - habits.far), (2, habits.far)):
                shares[min(RANKS - 1, max(0, need + way * steps))] += (1.0 - right) * part * often
        return _five(shares)

    def decided(self, need: int, heard: bool = True) -> Shares:
        """Return how often each rank is decided, where no decision counts as the lowest rank."""
        undecided = self.habits.undecided
        shares = [share * (1.0 - undecided) for share in self.decides(need, heard)]
        shares[0] += undecided
        return _five(shares)


class Strength(BaseModel):
    """A preference strength in log-odds with its standard deviation: how little is known about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: Annotated[float, Field(ge=-10, le=10)]
    sd: Annotated[float, Field(ge=0, le=10)] = 0.0


class SkillProfile(BaseModel):
    """How a trainee or a team decides; a competency that is not named is that of the shipped level `like`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    like: Literal["novice", "trained", "expert"] = "novice"
    decisions: Annotated[int, Field(ge=0)] | None = None
    """How many scored decisions it was estimated from."""
    competencies: Annotated[dict[str, Strength], Field(min_length=1)]


class SkillFile(BaseModel):
    """Skill profiles by name, as `simcare records skill` writes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    simcare_skills: Literal[1]
    source: Annotated[str, Field(min_length=1)]
    skills: Annotated[dict[str, SkillProfile], Field(min_length=1)]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the skills in the file."""
        return tuple(self.skills)

    def expected(self, name: str) -> Skill:
        """Return a skill at the means of its strengths."""
        return self._skill(name, {key: strength.mean for key, strength in self.skills[name].competencies.items()})

    def drawn(self, name: str, ignorance: int, replication: int) -> Skill:
        """Return a skill with each strength drawn once for a replication; `ignorance` is a seed apart from luck."""
        return self._skill(
            name,
            {
                key: strength.mean + strength.sd * chance.normal(ignorance, f"skill.{name}", key, replication)
                for key, strength in self.skills[name].competencies.items()
            },
        )

    def _skill(self, name: str, strengths: Mapping[str, float]) -> Skill:
        level = shipped_skills()[self.skills[name].like]
        return replace(level, name=name, strengths={**level.strengths, **strengths})


def read_skills(path: Path) -> SkillFile:
    """Read a skill file (JSON); raises DocumentError with the place of every word that is wrong."""
    document: Document[SkillFile] = read(path, SkillFile)
    known = next(iter(shipped_skills().values())).strengths
    unknown = [
        document.problem(
            ("skills", name, "competencies", key),
            "E104",
            f"'{key}' is not a competency that a player's skill has",
            f"use one of {', '.join(known)}",
        )
        for name, profile in document.value.skills.items()
        for key in profile.competencies
        if key not in known
    ]
    if unknown:
        raise DocumentError(unknown)
    return document.value


@cache
def skill_rows() -> tuple[Mapping[str, str], ...]:
    """Return every number of the shipped levels with its plain words, source and confidence, as text."""
    text = files("simcare.calls").joinpath("data", "skills.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def shipped_skills() -> Mapping[str, Skill]:
    """Return the shipped levels by name, the least skilled first."""
    found: dict[str, Skill] = {}
    for name in dict.fromkeys(row["skill"] for row in skill_rows()):
        numbers = {
            part: {
                row["key"]: float(row["value"]) for row in skill_rows() if (row["skill"], row["part"]) == (name, part)
            }
            for part in ("strength", "habit")
        }
        habits = {field.name: numbers["habit"][field.name] for field in fields(Habits)}
        found[name] = Skill(name, numbers["strength"], Habits(**habits))
    return found


def skill_named(name: str) -> Skill:
    """Return a shipped level; raises DocumentError for a name that is none."""
    if name not in shipped_skills():
        remedy = f"use one of {', '.join(shipped_skills())}"
        raise DocumentError([Problem(name, 1, 1, "E104", f"there is no skill level '{name}'", remedy)])
    return shipped_skills()[name]


def odds(strength: float) -> float:
    """Return the probability that has these log-odds."""
    return 1.0 / (1.0 + math.exp(-strength))


def _five(shares: list[float]) -> Shares:
    a, b, c, d, e = shares
    return a, b, c, d, e
