"""Finished attempts as a table of values: decisions and rubric rows, each with the skill it is evidence for.

This is what every measure, rating and suggestion is computed from; nothing beyond it asks the records. A branch ("try
again") is never in it, since its player has read the debrief; a call whose variant was met before says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from simcare.calls.competencies import DECISION, OF_DOMAINS, competencies_of_rows
from simcare.calls.opening import script_for
from simcare.calls.scorecard import Verdict
from simcare.documents import SimcareError
from simcare.scenarios import intents as intent_library
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.library import load_policy, load_scenario
from simcare.scenarios.model import Scenario
from simcare.scenarios.policy import Policy
from simcare.training.practice import text_as_recorded
from simcare.training.records import Attempt, Records
from simcare.training.seven_skills import skills_of

URGENT = 3
"""The rank from which a nurse joins now or 911 is called."""


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One rubric row of a finished call; `good` is done, or for a must_not row avoided."""

    id: str
    label: str
    kind: Literal["must", "should", "must_not"]
    domain: str
    competency: str
    skills: tuple[str, ...]
    points: float
    earned: float
    good: bool
    critical: bool


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """One finished call of one learner, as it was judged when it was played; times are aware and in UTC.

    Ranks are places on the recorded policy's ladder, 0 lowest; `taken` is None where no level was taken. `seconds` is
    from the start of the call to the decision. `met_before` counts the learner's earlier finished attempts of this
    variant, branches among them. `guided` calls show what to do and are no evidence.
    """

    attempt: str
    learner: str
    scenario: str
    variant: str
    exercise: str | None
    started_at: datetime
    score: float
    passed: bool
    minutes: int
    expected: int
    taken: int | None
    verdict: Verdict
    basis_met: bool
    late: bool
    seconds: int | None
    credit: float
    """Share of the decision's points that was earned."""
    confidence: int | None
    rows: tuple[JudgedRow, ...]
    competencies: tuple[str, ...]
    """What the scenario says it trains."""
    guided: bool
    met_before: int

    @property
    def right(self) -> bool:
        """Tell whether the level was the expected one, or one that passes too."""
        return self.verdict in ("correct", "accepted")

    @property
    def under(self) -> bool:
        """Tell whether the call got less help than it needed; no decision at all is the least."""
        return self.verdict in ("under", "none")

    @property
    def over(self) -> bool:
        """Tell whether the call got more help than it needed."""
        return self.verdict == "over"

    @property
    def urgent(self) -> bool:
        """Tell whether the call needed a nurse now or 911."""
        return self.expected >= URGENT


def judged_calls(records: Records, learner: str | None = None) -> tuple[JudgedCall, ...]:
    """Return the finished calls of one learner, or of all, the oldest first; branches are left out."""
    met: Counter[tuple[str, str, str]] = Counter()
    found = []
    for attempt in reversed(records.attempts(learner)):
        if attempt.status != "finished":
            continue
        played = attempt.learner, attempt.scenario, attempt.variant
        if attempt.parent is None:
            found.append(_judged(records, attempt, met[played]))
        met[played] += 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the recorded texts of an attempt say about its judgment."""

    policy: Policy
    rows: Mapping[str, str]
    competencies: tuple[str, ...]
    guided: bool


_ALREADY_READ: dict[tuple[str, str, str, str], _Read] = {}
"""By the hashes of the texts and the variant: compiling a script takes far longer than reading a scorecard."""


def _judged(records: Records, attempt: Attempt, met_before: int) -> JudgedCall:
    card = cast(Mapping[str, Any], attempt.scorecard)
    decision = card["decision"]
    read = _read(records, attempt)
    return JudgedCall(
        attempt=attempt.id,
        learner=attempt.learner,
        scenario=attempt.scenario,
        variant=attempt.variant,
        exercise=attempt.exercise,
        started_at=attempt.started_at,
        score=float(card["score"]),
        passed=bool(card["passed"]),
        minutes=int(card["minutes"]),
        expected=_rank(read.policy, decision["expected"]) or 0,
        taken=_rank(read.policy, decision["action"]),
        verdict=decision["verdict"],
        basis_met=decision["basis_met"],
        late=decision["late"],
        seconds=decision["seconds"],
        credit=decision["credit"],
        confidence=decision["confidence"],
        rows=tuple(_row(row, read.rows) for row in card["rows"]),
        competencies=read.competencies,
        guided=read.guided,
        met_before=met_before,
    )


def _row(row: Mapping[str, Any], competencies: Mapping[str, str]) -> JudgedRow:
    competency = competencies.get(row["id"]) or OF_DOMAINS.get(row["domain"], DECISION)
    return JudgedRow(
        id=row["id"],
        label=row["label"],
        kind=row["kind"],
        domain=row["domain"],
        competency=competency,
        skills=skills_of(competency, row["covers"]),
        points=row["points"],
        earned=row["earned"],
        good=row["met"] != (row["kind"] == "must_not"),
        critical=row["critical"],
    )


def _rank(policy: Policy, action: str | None) -> int | None:
    level = policy.level_of(action) if action is not None else None
    return None if level is None else policy.rank(level)


def _read(records: Records, attempt: Attempt) -> _Read:
    key = attempt.scenario_sha, attempt.policy_sha, attempt.intents_sha, attempt.variant
    if key not in _ALREADY_READ:
        _ALREADY_READ[key] = _read_anew(records, attempt)
    return _ALREADY_READ[key]


def _read_anew(records: Records, attempt: Attempt) -> _Read:
    """Read the texts as recorded; where this program cannot, rows go by their domain and levels by today's ladder."""
    try:
        policy = text_as_recorded(records, attempt.policy_sha, Policy, load_policy())
        intents = text_as_recorded(records, attempt.intents_sha, IntentLibrary, intent_library.document())
        scenario = text_as_recorded(records, attempt.scenario_sha, Scenario, _today(attempt.scenario))
        script = script_for(scenario, attempt.variant, policy=policy, intents=intents)
        return _Read(policy, competencies_of_rows(script), scenario.competencies, scenario.guided)
    except SimcareError:
        return _Read(load_policy().value, {}, (), False)


def _today(scenario: str) -> Any:
    try:
        return load_scenario(scenario)
    except SimcareError:  # renamed or taken out since
        return None
