"""Finished calls as a table of values: decisions and rubric rows, each with the skill it is evidence for.

This is what every measure, rating and suggestion is computed from; nothing beyond it asks the records. A call inside a
finished shift is one like another and says which shift. A branch ("try again") is never in it, since its player has
read the debrief; a call whose variant was met before says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

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
from simcare.training.records import Records
from simcare.training.seven_skills import skills_of
from simcare.training.shifts import Shifts

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
    from the start of the call to the decision. `met_before` counts the learner's earlier finished calls of this
    variant, branches among them. `guided` calls show what to do and are no evidence.
    """

    attempt: str
    """The attempt's id; for a call inside a shift that of the shift with the item, as `call_in_shift` makes it."""
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
    shift: str | None = None
    """The id of the recorded shift in which the call was had; None for a call of its own."""

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
    """Return the finished calls of one learner, or of all, the oldest first; branches are left out.

    Calls inside a shift stand at the time at which the shift was begun, in their order.
    """
    met: Counter[tuple[str, str, str]] = Counter()
    found = []
    finished = [*_attempts(records, learner), *_in_shifts(records, learner)]
    for call in sorted(finished, key=lambda each: (each.started_at, each.record)):
        played = call.learner, call.scenario, call.variant
        if not call.again:
            found.append(_judged(records, call, met[played]))
        met[played] += 1
    return tuple(found)


def call_in_shift(shift: str, item: str) -> str:
    """Return the name of a call inside a recorded shift, which no attempt has; `shift_of_call` takes it apart."""
    return f"{shift}/{item}"


def whole_shift(shift: str) -> str:
    """Return the name of a recorded shift among the names of calls: no item of it is meant."""
    return call_in_shift(shift, "")


def shift_of_call(name: str) -> tuple[str, str] | None:
    """Return the recorded shift and its item that a call's name means, None for a call of its own.

    The item is empty where the whole shift is meant.
    """
    shift, slash, item = name.partition("/")
    return (shift, item) if slash else None


@dataclass(frozen=True, slots=True)
class _Finished:
    """A finished call as recorded, on its own or inside a shift, with the hashes of its texts."""

    record: str
    name: str
    learner: str
    scenario: str
    variant: str
    exercise: str | None
    started_at: datetime
    card: Mapping[str, Any]
    texts: tuple[str, str, str]
    """Of the scenario, the policy and the intents."""
    again: bool
    shift: str | None = None


def _attempts(records: Records, learner: str | None) -> Iterator[_Finished]:
    for each in records.attempts(learner):
        if each.status == "finished":
            yield _Finished(
                record=each.id,
                name=each.id,
                learner=each.learner,
                scenario=each.scenario,
                variant=each.variant,
                exercise=each.exercise,
                started_at=each.started_at,
                card=each.scorecard or {},
                texts=(each.scenario_sha, each.policy_sha, each.intents_sha),
                again=each.parent is not None,
            )


def _in_shifts(records: Records, learner: str | None) -> Iterator[_Finished]:
    for shift in Shifts(records).shifts(learner):
        texts = shift.texts
        for call in (shift.scorecard or {}).get("calls", ()):
            yield _Finished(
                record=shift.id,
                name=call_in_shift(shift.id, call["item"]),
                learner=shift.learner,
                scenario=call["scenario"],
                variant=call["variant"],
                exercise=shift.exercise,
                started_at=shift.started_at,
                card=call.get("scorecard") or _without_rows(call),
                texts=(texts["scenarios"].get(call["scenario"], ""), texts["policy"], texts["intents"]),
                again=shift.parent is not None,
                shift=shift.id,
            )


def _without_rows(call: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a shift that kept no rows of its calls says of one: its decision, all or nothing."""
    right = call["verdict"] in ("correct", "accepted")
    unknown = dict.fromkeys(("seconds", "confidence"))
    decision = {name: call[name] for name in ("expected", "action", "verdict")}
    return {
        "score": call["score"],
        "passed": call["passed"],
        "minutes": call["seconds"] // 60,
        "decision": {**decision, **unknown, "basis_met": right, "late": False, "credit": float(right)},
        "rows": [],
    }


@dataclass(frozen=True, slots=True)
class _Read:
    """What the recorded texts of a call say about its judgment."""

    policy: Policy
    rows: Mapping[str, str]
    competencies: tuple[str, ...]
    guided: bool


_ALREADY_READ: dict[tuple[str, str, str, str], _Read] = {}
"""By the hashes of the texts and the variant: compiling a script takes far longer than reading a scorecard."""


def _judged(records: Records, call: _Finished, met_before: int) -> JudgedCall:
    card, decision = call.card, call.card["decision"]
    read = _read(records, call)
    return JudgedCall(
        attempt=call.name,
        learner=call.learner,
        scenario=call.scenario,
        variant=call.variant,
        exercise=call.exercise,
        started_at=call.started_at,
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
        shift=call.shift,
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


def _read(records: Records, call: _Finished) -> _Read:
    key = *call.texts, call.variant
    if key not in _ALREADY_READ:
        _ALREADY_READ[key] = _read_anew(records, call)
    return _ALREADY_READ[key]


def _read_anew(records: Records, call: _Finished) -> _Read:
    """Read the texts as recorded; where this program cannot, rows go by their domain and levels by today's ladder."""
    of_scenario, of_policy, of_intents = call.texts
    try:
        policy = text_as_recorded(records, of_policy, Policy, load_policy())
        intents = text_as_recorded(records, of_intents, IntentLibrary, intent_library.document())
        scenario = text_as_recorded(records, of_scenario, Scenario, _today(call.scenario))
        script = script_for(scenario, call.variant, policy=policy, intents=intents)
        return _Read(policy, competencies_of_rows(script), scenario.competencies, scenario.guided)
    except SimcareError:
        return _Read(load_policy().value, {}, (), False)


def _today(scenario: str) -> Any:
    try:
        return load_scenario(scenario)
    except SimcareError:  # renamed or taken out since
        return None
