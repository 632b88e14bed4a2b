"""Call profiles: what rehearsals say a scenario variant takes and how it ends in the hands of a skill.

`rehearse_library` plays every variant many times with each skill; `data/profiles.csv` is what it gave for the shipped
library and levels (`simcare scenarios profile` makes it anew), and `profiles_of` carries that table over to any other
skill without a rehearsal. What the world makes of a profile is not told here.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from multiprocessing import get_context
from statistics import fmean, pstdev

import numpy as np

from simcare.calls.ideal import find_ideal
from simcare.calls.opening import open_call
from simcare.calls.skilled import Played, play_skilled
from simcare.calls.skills import RANKS, Shares, Skill, shipped_skills, skill_named, skill_rows
from simcare.scenarios.library import load_library, load_policy
from simcare.scenarios.model import Scenario

RUNS = 200
SEED = 0
Progress = Callable[[int, int], None]
"""Called with how many variants are done, and of how many."""


@dataclass(frozen=True, slots=True)
class VariantProfile:
    """One scenario variant in the hands of one skill. Minutes; shares are of all runs.

    Attributes:
        scenario: Id of the scenario.
        variant: Of that scenario.
        episodes: Kinds of episodes that the scenario serves.
        skill: Name of the skill.
        need: Rank of the level that is right, 0 to 4.
        accepts: Other ranks that the scenario accepts.
        weight: Of the variant within its scenario.
        runs: How many were played.
        talk_mean: On the line, without the seconds in which a nurse joins or help is awaited.
        talk_sd: Of that.
        documentation_mean: Writing and tasks after the call.
        documentation_sd: Of that.
        decided: Share of each rank as the decision; none at all counts as rank 0, and an accepted one that is
            lower as the need.
        heard: Share of decisions taken after hearing what they rest on.
        undecided: Share of calls without any decision.
        hung_up: Share of calls that the patient or the clock ended.
        correct: Share of right or accepted decisions.
        under: Share below the need.
        over: Share above it.
        score: Mean score, 0 to 100.
        source: Which rehearsals it comes from.
    """

    scenario: str
    variant: str
    episodes: tuple[str, ...]
    skill: str
    need: int
    accepts: tuple[int, ...]
    weight: float
    runs: int
    talk_mean: float
    talk_sd: float
    documentation_mean: float
    documentation_sd: float
    decided: Shares
    heard: float
    undecided: float
    hung_up: float
    correct: float
    under: float
    over: float
    score: float
    source: str

    def row(self) -> dict[str, str]:
        """Return the profile as a row of the table, every value as text."""
        return {column: text for name in _NAMES for column, text in _cells(name, getattr(self, name))}


_NAMES = tuple(field.name for field in fields(VariantProfile))
_WORDS = frozenset({"scenario", "variant", "skill", "source"})
_WHOLE = frozenset({"need", "runs"})


def rehearse_library(
    *,
    runs: int = RUNS,
    skills: Sequence[Skill] | None = None,
    scenarios: Iterable[Scenario] | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> tuple[VariantProfile, ...]:
    """Play every variant `runs` times with each skill; the same on however many processes.

    Scenarios are those of the library, and skills the shipped levels, where none are given.
    """
    chosen = tuple(skills or shipped_skills().values())
    played = tuple(scenarios) if scenarios is not None else tuple(each.value for each in load_library().values())
    source = f"Rehearsals of the library at hash {library_stamp()}, {runs} runs each"
    tasks = [(scenario, variant, chosen, runs, source) for scenario in played for variant in scenario.variants]
    found: list[VariantProfile] = []
    for done, profiles in enumerate(_rehearsed(tasks, processes), 1):
        found += profiles
        if progress is not None:
            progress(done, len(tasks))
    return tuple(found)


_ONLY_READ: Mapping[str, bool | set[str]] = {"plays": True, "coach": True, "patient": {"notes"}}
"""Parts of a scenario that change no rehearsal; the notes on the chart are for people."""


def library_stamp() -> str:
    """Return a hash of all that the shipped table follows from: the library, its policy and the levels of skill."""
    parts = [each.value.model_dump_json(exclude=_ONLY_READ) for each in load_library().values()]
    parts += [load_policy().value.model_dump_json(), repr([sorted(row.items()) for row in skill_rows()])]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


@cache
def shipped_profiles() -> tuple[VariantProfile, ...]:
    """Return the shipped table."""
    return read_table(files("simcare.calls").joinpath("data", "profiles.csv").read_text(encoding="utf-8"))


def profiles_of(skill: Skill, table: Sequence[VariantProfile] | None = None) -> tuple[VariantProfile, ...]:
    """Return the profiles of a skill that was not rehearsed, carried over from the levels that were.

    Decisions follow from the skill itself, heard and unheard apart. How often a decision is taken after hearing what it
    rests on, how long calls take and how they score lie between the levels, by the mean of the strengths concerned.
    """
    levels: dict[tuple[str, str], list[VariantProfile]] = {}
    for row in table if table is not None else shipped_profiles():
        levels.setdefault((row.scenario, row.variant), []).append(row)
    return tuple(_carried(skill, rows) for rows in levels.values())


def write_table(profiles: Iterable[VariantProfile]) -> str:
    """Return profiles as CSV with a header line."""
    rows = [profile.row() for profile in profiles]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read_table(text: str) -> tuple[VariantProfile, ...]:
    """Return the profiles that `write_table` wrote."""
    return tuple(_profile(row) for row in csv.DictReader(text.splitlines()))


# -- one variant -------------------------------------------------------------------------------------------------------


_Task = tuple[Scenario, str, tuple[Skill, ...], int, str]


def _rehearsed(tasks: Sequence[_Task], processes: int) -> Iterator[list[VariantProfile]]:
    if processes <= 1:
        yield from map(_rehearse, tasks)
        return
    with ProcessPoolExecutor(min(processes, len(tasks)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(_rehearse, tasks)


def _rehearse(task: _Task) -> list[VariantProfile]:
    scenario, variant, skills, runs, source = task
    opened = open_call(scenario, variant, SEED)
    ideal = find_ideal(opened).moves
    policy = opened.script.policy
    rule = opened.script.scenario.decision
    need, *accepted = (
        policy.rank(level) for action in (rule.expect, *rule.accept) if (level := policy.level_of(action))
    )
    return [
        _summary(
            [play_skilled(opened, ideal, skill, SEED, run) for run in range(runs)],
            scenario=scenario,
            variant=variant,
            skill=skill.name,
            need=need,
            accepts=tuple(sorted({*accepted} - {need})),
            source=source,
        )
        for skill in skills
    ]


def _summary(
    played: Sequence[Played],
    *,
    scenario: Scenario,
    variant: str,
    skill: str,
    need: int,
    accepts: tuple[int, ...],
    source: str,
) -> VariantProfile:
    def share(of: Callable[[Played], bool]) -> float:
        return round(sum(map(of, played)) / len(played), 4)

    ranks = [run.decided or 0 for run in played]
    counted = [ranks.count(rank) / len(ranks) for rank in range(RANKS)]
    decided = [run for run in played if run.decided is not None]
    talk, writing = [run.talk for run in played], [run.documentation for run in played]
    return VariantProfile(
        scenario=scenario.id,
        variant=variant,
        episodes=scenario.episodes,
        skill=skill,
        need=need,
        accepts=accepts,
        weight=scenario.variants[variant].weight,
        runs=len(played),
        talk_mean=round(fmean(talk), 3),
        talk_sd=round(pstdev(talk), 3),
        documentation_mean=round(fmean(writing), 3),
        documentation_sd=round(pstdev(writing), 3),
        decided=_five(counted),
        heard=round(sum(bool(run.heard) for run in decided) / max(1, len(decided)), 4),
        undecided=share(lambda run: run.decided is None),
        hung_up=share(lambda run: run.hung_up),
        correct=share(lambda run: run.verdict == "correct"),
        under=share(lambda run: run.verdict in ("under", "none")),
        over=share(lambda run: run.verdict == "over"),
        score=round(fmean(run.score for run in played), 1),
        source=source,
    )


# -- another skill -----------------------------------------------------------------------------------------------------

ASKING = ("privacy", "history_taking", "red_flag_screening", "medication_support", "listening")
"""Competencies that bring out what a decision rests on."""


def _carried(skill: Skill, rows: Sequence[VariantProfile]) -> VariantProfile:
    """Put a skill between the levels that were rehearsed on one variant."""
    levels = [skill_named(row.skill) for row in rows]
    first = rows[0]

    def between(values: Iterable[float], competencies: Iterable[str]) -> float:
        keys = tuple(competencies)
        places = [fmean(level.strengths[key] for key in keys) for level in levels]
        order = np.argsort(places)
        known = np.array(tuple(values))[order]
        return float(np.interp(fmean(skill.strengths[key] for key in keys), np.array(places)[order], known))

    def chance_of(name: str, competencies: Iterable[str]) -> float:
        strength = between((_log_odds(getattr(row, name), row.runs) for row in rows), competencies)
        return 1.0 / (1.0 + math.exp(-strength))

    everything = tuple(skill.strengths)
    heard = chance_of("heard", ASKING)
    undecided = chance_of("undecided", everything)
    known, unknown = skill.decides(first.need, True), skill.decides(first.need, False)
    shares = [(1 - undecided) * (heard * yes + (1 - heard) * no) for yes, no in zip(known, unknown, strict=True)]
    for rank in first.accepts:
        if rank < first.need:
            shares[first.need] += shares[rank]
            shares[rank] = 0.0
    right = shares[first.need] + sum(shares[rank] for rank in first.accepts)
    under = sum(shares[: first.need]) + undecided
    shares[0] += undecided
    return replace(
        first,
        skill=skill.name,
        runs=0,
        talk_mean=between((row.talk_mean for row in rows), everything),
        talk_sd=between((row.talk_sd for row in rows), everything),
        documentation_mean=between((row.documentation_mean for row in rows), everything),
        documentation_sd=between((row.documentation_sd for row in rows), everything),
        decided=_five(shares),
        heard=heard,
        undecided=undecided,
        hung_up=chance_of("hung_up", everything),
        correct=right,
        under=under,
        over=max(0.0, 1.0 - right - under),
        score=between((row.score for row in rows), everything),
        source=f"{first.source}, carried over to the skill '{skill.name}'",
    )


def _log_odds(share: float, runs: int) -> float:
    """Return the log-odds of a counted share; half a run on either side keeps them finite."""
    yes = share * runs
    return math.log((yes + 0.5) / (runs - yes + 0.5))


# -- the table ---------------------------------------------------------------------------------------------------------


def _cells(name: str, value: object) -> Iterable[tuple[str, str]]:
    if name == "decided":
        assert isinstance(value, tuple)
        return ((f"decided_{rank}", f"{share:.6g}") for rank, share in enumerate(value))
    if isinstance(value, tuple):
        return ((name, ";".join(map(str, value))),)
    return ((name, value if isinstance(value, str) else f"{value:.6g}"),)


def _profile(row: Mapping[str, str]) -> VariantProfile:
    found: dict[str, object] = {}
    for name in _NAMES:
        if name == "decided":
            found[name] = _five([float(row[f"decided_{rank}"]) for rank in range(RANKS)])
        elif name == "episodes":
            found[name] = tuple(filter(None, row[name].split(";")))
        elif name == "accepts":
            found[name] = tuple(int(rank) for rank in row[name].split(";") if rank)
        elif name in _WORDS:
            found[name] = row[name]
        else:
            found[name] = int(row[name]) if name in _WHOLE else float(row[name])
    return VariantProfile(**found)  # type: ignore[arg-type]


def _five(shares: Sequence[float]) -> Shares:
    a, b, c, d, e = shares
    return a, b, c, d, e
