"""Rules about judging: points add up, critical rows teach, plays exist for every variant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from simcare.documents import Problem
from simcare.scenarios.conditions import ConditionError, compile_condition
from simcare.scenarios.lint.reach import Reach
from simcare.scenarios.lint.subject import Rule, Subject
from simcare.scenarios.model import RubricItem, Scenario
from simcare.scenarios.vocabulary import seed_ids


def points_add_up(subject: Subject) -> Iterator[Problem]:
    """E231: decision, handoff, note and the must and should rows add up to 100 in every variant.

    PASS: 40 + 10 + 50. FAIL: 40 + 10 + 40. Rows that must not happen are penalties and do not count.
    """
    for variant, merged in subject.variants.items():
        total = merged.decision.points + sum(rule.points for rule in (merged.handoff, merged.note) if rule)
        total += sum(item.points for item in merged.rubric.values() if item.kind != "must_not")
        if abs(total - 100) > 0.01:
            yield subject.problem(
                ("variants", variant),
                "E231",
                f"the points of variant '{variant}' add up to {total:g}, not 100",
                "change the points of its rows, decision, handoff or note",
            )


def rows_can_be_earned(subject: Subject) -> Iterator[Problem]:
    """E232: a row can be met: its condition and what it needs can hold together, and in the time it is given.

    PASS: `must: known(dose)` with a fact that tells. FAIL: `by: 5` for what takes longer, `must: known(x)` where
    nobody can learn x, `after: decided` with `not decided`.
    """
    for variant, merged in subject.variants.items():
        reach = subject.reaches[variant]
        for name, item in merged.rubric.items():
            reason = _unearnable(reach, subject, item)
            if reason is not None:
                what = "be broken" if item.kind == "must_not" else "be earned"
                yield subject.problem(
                    subject.row_path(variant, name),
                    "E232",
                    f"the row '{name}' cannot {what}: {reason}",
                    "correct the row, or let the variant drop it",
                )


def _unearnable(reach: Reach, subject: Subject, item: RubricItem) -> str | None:
    ways = reach.ways(item.condition, item.needs)
    if not ways:
        return reach.obstacle(item.condition, item.needs)
    if item.before == "decided" and item.after == "decided":
        return "it counts only before and only after the decision"
    if item.after == "decided" and all(("decided",) in way.bars for way in ways):
        return "it counts only after the decision and asks that there was none"
    top = max(level.rank for level in subject.policy.levels.values())
    highest = {
        ("done", a) for a, r in subject.policy.actions.items() if r.level and subject.policy.rank(r.level) == top
    }
    if item.before == "decided" and all(way.needs & highest for way in ways):
        return "it counts only before the decision and is one"
    soonest = reach.earliest_start(item.condition, item.needs)
    if item.by is not None and item.by < soonest:
        return f"it is due by second {item.by} and takes until {soonest:.0f} at the least"
    return None


def critical_rows_teach(subject: Subject) -> Iterator[Problem]:
    """E233: a critical row fails a call, so it says why and where that comes from.

    PASS: `critical: true` with `why` and `source`. FAIL: one of them missing.
    """
    for variant, merged in subject.variants.items():
        for name, item in merged.rubric.items():
            if item.critical and not (item.why and item.source):
                yield subject.problem(
                    subject.row_path(variant, name),
                    "E233",
                    f"the critical row '{name}' does not say {'why' if not item.why else 'its source'}",
                    "add why and source: a failed trainee has to learn from it",
                )


def every_variant_has_plays(subject: Subject) -> Iterator[Problem]:
    """E234: each variant has a play that passes and one that fails, so that its judgment is proven.

    PASS: one play with passed: true and one with passed: false. FAIL: a variant without either.
    """
    for variant in subject.scenario.variants:
        results = {play.passed for play in subject.scenario.plays.values() if play.variant == variant}
        for wanted in (True, False):
            if wanted not in results:
                yield subject.problem(
                    ("variants", variant),
                    "E234",
                    f"variant '{variant}' has no play that {'passes' if wanted else 'fails'}",
                    "add one to plays with the score it must get",
                )


def urgent_decisions_cannot_be_late(subject: Subject) -> Iterator[Problem]:
    """E235: a decision for the nurse now or 911 has a time, and being late fails.

    PASS: `expect: call_911`, `within: 120`, `late: fail`. FAIL: the same without a time.
    """
    urgent = {subject.policy.level_of(action) for action in ("warm_transfer_rn", "call_911")} - {None}
    for variant, merged in subject.variants.items():
        decision = merged.decision
        if subject.policy.level_of(decision.expect) not in urgent:
            continue
        if decision.late != "fail" or (decision.by is None and decision.within is None):
            yield subject.problem(
                subject.decision_path(variant),
                "E235",
                f"variant '{variant}' expects {decision.expect} but a late one may still pass",
                "set by or within, and late: fail",
            )


def basis_does_not_hold_from_the_start(subject: Subject) -> Iterator[Problem]:
    """E236: a basis that holds before anything is asked proves nothing about the call.

    PASS: `basis: known(joint_look)`. FAIL: `basis: known(allergy)` with allergy in_chart, or `trust > 40` from 50.
    """
    for variant, merged in subject.variants.items():
        if merged.decision.basis is None:
            continue
        try:
            basis = compile_condition(merged.decision.basis, merged.flags)
        except ConditionError:
            continue
        if basis(_Opening.of(merged, subject)):
            yield subject.problem(
                subject.decision_path(variant, "basis"),
                "E236",
                "the basis of the decision holds before anything is asked",
                "name what has to be heard in the call",
            )


@dataclass(frozen=True, slots=True)
class _Opening:
    """The first moment of a call, as conditions see it."""

    known: dict[str, int]
    gauges: dict[str, float]
    said: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)
    t: int = 0
    decided: bool = False
    verified: bool = False
    ended: str | None = None

    @classmethod
    def of(cls, merged: Scenario, subject: Subject) -> _Opening:
        start = {**subject.policy.start_state.gauges(), **merged.state}
        known = {name: 0 for name, fact in merged.facts.items() if fact.in_chart}
        return cls(known, {str(gauge): value for gauge, value in start.items()})


def steps_of_the_seed_are_scored(subject: Subject) -> Iterator[Problem]:
    """E237: a step of the seed's daily work that the scenario covers (W1.3) is what a row with points covers.

    PASS: `covers: [W1.3]` above and on a row with points. FAIL: above only, or on a row whose scenario leaves it out.
    """
    scenario = subject.scenario
    rows = [(v, name, item) for v, merged in subject.variants.items() for name, item in merged.rubric.items()]
    scored = {step for _, _, item in rows if item.points > 0 for step in item.covers}
    for nth, step in enumerate(scenario.covers):
        if re.fullmatch(r"W\d+\.\d+", step) and step in seed_ids() and step not in scored:
            yield subject.problem(
                ("covers", nth), "E237", f"no row with points covers '{step}'", "give a row `covers: [...]` with it"
            )
    for variant, name, item in rows:
        for step in item.covers:
            if step in seed_ids() and step not in scenario.covers:
                yield subject.problem(
                    (*subject.row_path(variant, name), "covers"),
                    "E237",
                    f"the row '{name}' covers '{step}', which the scenario's own `covers` leaves out",
                    "add it there",
                )


def plays_agree_with_themselves(subject: Subject) -> Iterator[Problem]:
    """E238: a play's score range runs upwards, and a play that passes has a passing score and a right verdict.

    PASS: `score: [80, 90]`, `passed: true`, `verdict: correct`. FAIL: `score: [90, 80]`, or passed with `under`.
    """
    mark = subject.scenario.pass_mark
    for name, play in subject.scenario.plays.items():
        low, high = play.score if isinstance(play.score, tuple) else (play.score, play.score)
        wrong = None
        if low > high or low < 0 or high > 100:
            wrong = ("score", f"the score goes from {low:g} to {high:g}", "write the lowest first, both 0 to 100")
        elif play.passed and high < mark:
            wrong = ("score", f"the play passes with at most {high:g}, and the pass mark is {mark}", "correct one")
        elif play.passed and play.verdict not in ("correct", "accepted"):
            wrong = ("verdict", f"the play passes with the verdict '{play.verdict}'", "only a right decision passes")
        if wrong is not None:
            yield subject.problem(("plays", name, wrong[0]), "E238", *wrong[1:])


def rows_stay_in_scope(subject: Subject) -> Iterator[Problem]:
    """E239: no row gives points for words that do harm or that a care manager may not say.

    PASS: `must_not: said(claim_nurse)`. FAIL: `must: said(advise_dose_change)`.
    """
    harmful = {("said", name) for name, intent in subject.intents.intents.items() if intent.kind == "harm"}
    for variant, merged in subject.variants.items():
        for name, item in merged.rubric.items():
            ways = subject.reaches[variant].ways(item.condition) if item.kind != "must_not" else ()
            asked = sorted(frozenset.intersection(*(way.needs for way in ways)) & harmful) if ways else []
            if asked:
                yield subject.problem(
                    (*subject.row_path(variant, name), item.kind),
                    "E239",
                    f"the row '{name}' gives points for '{asked[0][1]}', which does harm",
                    "make it a must_not row, or ask for something else",
                )


RULES: tuple[Rule, ...] = (
    points_add_up,
    rows_can_be_earned,
    critical_rows_teach,
    every_variant_has_plays,
    urgent_decisions_cannot_be_late,
    basis_does_not_hold_from_the_start,
    steps_of_the_seed_are_scored,
    plays_agree_with_themselves,
    rows_stay_in_scope,
)
