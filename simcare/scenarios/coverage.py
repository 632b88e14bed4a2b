"""Coverage: which part of the job is scored by which call, as a matrix of ids against scenarios and rubric rows.

Computed from the scenarios alone: from `covers` of scenarios and rows, from the red flags of facts and the entries of
the escalation policy that a row names as its source, and from `episodes`. What must be covered is in `seed.yaml`, in
the policy, and in the kinds of episodes that patients live through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from simcare.patients.life import episode_kinds
from simcare.scenarios.conditions import compile_condition
from simcare.scenarios.model import RubricItem, Scenario
from simcare.scenarios.policy import Policy
from simcare.scenarios.variants import merge_variant
from simcare.scenarios.vocabulary import seed_ids

Part = Literal["responsibility", "workload step", "skill", "presentation", "episode"]
PARTS: Mapping[Part, str] = {
    "responsibility": "Responsibilities",
    "workload step": "Steps of the daily work",
    "skill": "Skills",
    "presentation": "Presentations of the escalation policy",
    "episode": "Kinds of episodes",
}
OUTREACH: Mapping[str, str] = {
    "monthly_check_in": "The monthly call is due",
    "care_gap": "Something preventive is due",
    "abuse_concern": "Somebody may be hurting the patient",
    "records_request": "Records are to be fetched",
    "proxy_contact": "Somebody else calls for the patient",
}
"""Reasons for a call that are no episode of a patient's life: the program or somebody else picks up the phone."""
_SEED: tuple[tuple[Part, str], ...] = (
    ("responsibility", r"R\d\d"),
    ("workload step", r"W[123]\.\d"),
    ("skill", r"S\d"),
)


@dataclass(frozen=True, slots=True)
class Covered:
    """One part of the job with the calls it stands in and the rubric rows ("scenario/row") that score it."""

    part: Part
    id: str
    meaning: str
    scenarios: tuple[str, ...]
    rows: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Tell whether nobody practices this; an episode is met by a call, all else is scored by a row."""
        return not (self.scenarios if self.part == "episode" else self.rows)

    def as_json(self) -> dict[str, Any]:
        """Return the line as plain data, with the keys other programs may rely on."""
        return {**asdict(self), "empty": self.empty}


def cover(scenarios: Iterable[Scenario], policy: Policy) -> tuple[Covered, ...]:
    """Return the matrix: every part of the job that must be covered, in a fixed order, covered or not."""
    found = _Found()
    for scenario in scenarios:
        found.add(scenario, policy)
    matrix = []
    for part, name, meaning in _wanted(policy):
        rows = () if part == "episode" else found.rows.get(name, ())
        calls = found.episodes if part == "episode" else found.scenarios
        matrix.append(Covered(part, name, meaning, tuple(sorted(calls.get(name, ()))), tuple(sorted(rows))))
    return tuple(matrix)


def known_episodes() -> tuple[str, ...]:
    """Return every word that a scenario's `episodes` may hold: what patients live through, and reasons to call."""
    return (*episode_kinds(), *OUTREACH)


def coverage_as_markdown(matrix: Iterable[Covered]) -> str:
    """Return the matrix as README shows it: the sums in sight, each part of the job with its calls folded away."""
    by_part: dict[Part, list[Covered]] = {}
    for item in matrix:
        by_part.setdefault(item.part, []).append(item)
    lines = ["| part of the job | ids | without a call | rows that score them |", "|---|---:|---:|---:|"]
    for part, items in by_part.items():
        rows = len({row for item in items for row in item.rows})
        lines.append(f"| {PARTS[part]} | {len(items)} | {sum(item.empty for item in items)} | {rows or ''} |")
    for part, items in by_part.items():
        lines += ["", "<details>", f"<summary>{PARTS[part]}</summary>", "", "| id | calls | rows |", "|---|---|---:|"]
        for item in items:
            calls = ", ".join(item.scenarios) or "**none**"
            lines.append(f"| `{item.id}` {item.meaning} | {calls} | {len(item.rows) or ''} |")
        lines += ["", "</details>"]
    return "\n".join(lines)


def _wanted(policy: Policy) -> Iterator[tuple[Part, str, str]]:
    for part, form in _SEED:
        yield from ((part, name, meaning) for name, meaning in seed_ids().items() if re.fullmatch(form, name))
    yield from (("presentation", name, entry.name) for name, entry in policy.presentations.items())
    yield from (("episode", name, OUTREACH.get(name, name.replace("_", " "))) for name in known_episodes())


class _Found:
    """Collect, id by id, where it stands; a kind of episode may be called like an entry of the policy."""

    def __init__(self) -> None:
        self.episodes: dict[str, set[str]] = {}
        self.scenarios: dict[str, set[str]] = {}
        self.rows: dict[str, set[str]] = {}

    def add(self, scenario: Scenario, policy: Policy) -> None:
        for name in scenario.episodes:
            self.episodes.setdefault(name, set()).add(scenario.id)
        for name in scenario.covers:
            self.scenarios.setdefault(name, set()).add(scenario.id)
        for variant in scenario.variants:
            merged = merge_variant(scenario, variant)
            flags = {name: fact.red_flag for name, fact in merged.facts.items() if fact.red_flag is not None}
            judged = [(row, item.condition, item.source, item.covers) for row, item in _counting(merged)]
            judged.append(("decision", merged.decision.basis or "True", merged.decision.source, ()))
            for name in flags.values():
                self.scenarios.setdefault(name, set()).add(scenario.id)
            for row, condition, source, covers in judged:
                facts = compile_condition(condition, merged.flags).names.get("known", frozenset())
                for name in (*covers, *(flags[fact] for fact in facts if fact in flags), *_named(source, policy)):
                    self.scenarios.setdefault(name, set()).add(scenario.id)
                    self.rows.setdefault(name, set()).add(f"{scenario.id}/{row}")


def _counting(merged: Scenario) -> Iterator[tuple[str, RubricItem]]:
    yield from ((name, item) for name, item in merged.rubric.items() if item.points > 0 or item.critical)


def _named(source: str | None, policy: Policy) -> set[str]:
    """Return the entries of the policy that a source names, such as "escalation file, joint_pain, L2_same_day"."""
    if source is None or "escalation file" not in source:
        return set()
    return set(re.findall(r"\w+", source)) & set(policy.presentations)
