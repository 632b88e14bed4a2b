"""A plan with all that it rests on: its own tables and the numbers it left out. What a worker process is given.

`Basis` knows no file any more, so that it can go to another machine; `reading` makes one from files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from simcare.calls.profiles import shipped_profiles
from simcare.calls.skills import SkillFile, skill_rows
from simcare.patients.population.mix import Mix
from simcare.patients.tables import keyed
from simcare.planning import tables
from simcare.planning.authored import Minutes
from simcare.planning.plan import Plan
from simcare.planning.tables import Assumption
from simcare.world import Distribution
from simcare.world.effects import effect_rows

IN_COMPACT = "implemented"
"""The word of the licensure table's nlc_status for states whose compact licenses hold here today."""
Row = Mapping[str, str]


@dataclass(frozen=True)
class Basis:
    """A plan and its own tables.

    Attributes:
        plan: What the author wrote.
        mix: The panel's mix; None without patients or with a folder.
        licensure: The program's own table by state; None for the one of the data.
        profiles: The program's own call profiles as rows; None for the shipped ones.
        skills: Skill profiles made from trainees' records; None: the shipped levels alone.
    """

    plan: Plan
    mix: Mix | None = None
    licensure: Mapping[str, Row] | None = None
    profiles: tuple[Row, ...] | None = None
    skills: SkillFile | None = None

    def __getstate__(self) -> dict[str, object]:
        """Leave out what is worked out from the rest."""
        return {name: value for name, value in self.__dict__.items() if name in self.__dataclass_fields__}

    def number(self, key: str) -> float:
        """Return a number: the plan's own, else that of the data."""
        return self.plan.numbers.get(key, tables.numbers()[key].value)

    def minutes(self, key: str) -> Distribution:
        """Return a distribution of minutes: the plan's own, else that of the data."""
        own = self.plan.durations.get(key)
        return own.distribution() if own is not None else tables.durations()[key]

    def varied(self, **numbers: float) -> Basis:
        """Return the basis with some numbers changed: an arm of a tornado."""
        return replace(self, plan=self.plan.model_copy(update={"numbers": {**self.plan.numbers, **numbers}}))

    def staffed(self, people: Mapping[str, int]) -> Basis:
        """Return the basis with other numbers of people in its teams, by the team's name."""
        roster = tuple(
            team.model_copy(update={"people": people.get(team.team, team.people)}) for team in self.plan.roster
        )
        return replace(self, plan=self.plan.model_copy(update={"roster": roster}))

    @cached_property
    def states(self) -> Mapping[str, Row]:
        """Return the licensure table by state."""
        return keyed("licensure", "abbr") if self.licensure is None else self.licensure

    @property
    def nurse_only(self) -> frozenset[str]:
        """Return the states in which clinical work needs a licensed nurse."""
        if self.plan.policy.nurse_only_states is not None:
            return frozenset(self.plan.policy.nurse_only_states)
        return frozenset(state for state, row in self.states.items() if row["licensed_nurse_required"].strip() == "Y")

    @property
    def compact(self) -> frozenset[str]:
        """Return the states in which a compact license holds."""
        return frozenset(
            state for state, row in self.states.items() if row["nlc_status"].strip().startswith(IN_COMPACT)
        )

    @cached_property
    def stamp(self) -> str:
        """Return a hash of everything that a run follows from, but its seed: equal stamps, equal numbers."""
        parts = [
            self.plan.model_dump_json(exclude={"title", "about", "targets", "runs"}),
            "" if self.mix is None else self.mix.model_dump_json(),
            repr(self.licensure and sorted((state, sorted(row.items())) for state, row in self.licensure.items())),
            repr(self.profiles and [sorted(row.items()) for row in self.profiles]),
            "" if self.skills is None else self.skills.model_dump_json(),
            repr([sorted(row.items()) for row in skill_rows()]),
            repr(shipped_profiles()) if self.plan.calls.library else "",
            *(repr([sorted(row.items()) for row in tables.rows(name)]) for name in _TABLES),
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def assumptions(self) -> tuple[Assumption, ...]:
        """Return every line that the answers rest on, with what the plan changed; the report ends with them."""
        return tuple(self._assumptions())

    def _assumptions(self) -> Iterator[Assumption]:
        own = "the plan"
        for key, number in tables.numbers().items():
            mine = key in self.plan.numbers
            yield Assumption(
                key,
                f"{self.number(key):g} {number.unit}",
                number.plain,
                own if mine else number.source,
                "assumption" if mine else number.confidence,
            )
        for row in tables.rows("durations"):
            minutes = self.plan.durations.get(row["key"])
            said = describe(minutes) if minutes is not None else describe_row(row)
            source = (own, "assumption") if minutes is not None else (row["source"], row["confidence"])
            yield Assumption(f"minutes: {row['key']}", said, row["plain"], *source)
        if self.plan.patients is not None:
            yield from self._skills()
            yield from tables.assumptions("consequences", "fate", "need_0+need_1+need_2+need_3+need_4")
            yield from tables.assumptions("kinds", "kind", "mild+severe")
            yield from effects()
            yield from tables.assumptions("arrivals", "what+word", "weight")
            if self.licensure is None and self.plan.policy.nurse_only_states is None:
                for state, row in self.states.items():
                    need = "needs a licensed nurse" if state in self.nurse_only else "needs no license"
                    yield Assumption(f"license: {state}", need, "clinical work", row["source"], row["confidence"])
            for row in tables.prices(self.plan.start.year):
                usd = self.plan.billing.usd.get(row["code"])
                said = f"{usd if usd is not None else float(row['usd']):.2f} USD"
                source = (own, "assumption") if usd is not None else (row["source"], row["confidence"])
                yield Assumption(f"price: {row['code']}", said, row["label"], *source)

    def _skills(self) -> Iterator[Assumption]:
        for row in skill_rows():
            name = f"skill: {row['skill']} {row['key']}"
            yield Assumption(name, row["value"], row.get("plain", row["part"]), row["source"], row["confidence"])
        if self.skills is not None:
            for name, skill in self.skills.skills.items():
                for key, strength in skill.competencies.items():
                    said = f"{strength.mean:g} (sd {strength.sd:g})"
                    yield Assumption(f"skill: {name} {key}", said, "log-odds", self.skills.source, "derived")


_TABLES = ("numbers", "durations", "consequences", "arrivals", "kinds", "prices")


def effects() -> Iterator[Assumption]:
    """Yield what episodes and their handling change about patients, as lines of the report."""
    for row in effect_rows():
        said = f"{'holds' if row['holds'] == 'Y' else 'ends'}, {row['share']} of them"
        name = f"effects: {row['kind']} {row['fact']}"
        yield Assumption(name, said, f"when {row['on']}", row["source"], row["confidence"])


def describe(minutes: Minutes) -> str:
    """Return a distribution in words: lognormal, mean 14, sd 7."""
    name = next(iter(minutes.model_fields_set))
    value = getattr(minutes, name)
    if isinstance(value, tuple):
        return f"{name}, {len(value)} values"
    if isinstance(value, float):
        return f"{name} {value:g}"
    return f"{name}, " + ", ".join(f"{key} {end:g}" for key, end in value.model_dump(exclude_none=True).items())


def describe_row(row: Row) -> str:
    """Return a row of the durations in words."""
    ends = ", ".join(f"{key} {row[key]}" for key in ("mean", "sd", "least", "most") if row[key])
    return f"{row['shape']}, {ends}"
