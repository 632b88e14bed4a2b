"""Rules about judging: points add up, critical rows teach, plays exist for every variant."""

from __future__ import annotations

from collections.abc import Iterator

from simcare.documents import Problem
from simcare.scenarios.conditions import ConditionError, compile_condition
from simcare.scenarios.lint.subject import Rule, Subject


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
    """E232: a row whose fact nobody can learn, or that is due before the call begins, cannot be earned.

    PASS: `must: known(dose)` with a fact that tells. FAIL: `by: 0`.
    """
    for variant, merged in subject.variants.items():
        for name, item in merged.rubric.items():
            own = name in subject.scenario.variants[variant].rubric
            path = ("variants", variant, "rubric", name) if own else ("rubric", name)
            if item.by == 0:
                yield subject.problem(
                    path, "E232", f"the row '{name}' cannot be earned: it is due at second 0", "give it more time"
                )
            if item.before == "decided" and item.after == "decided":
                yield subject.problem(
                    path,
                    "E232",
                    f"the row '{name}' cannot be earned: it counts only before and only after the decision",
                    "keep one of before and after",
                )


def critical_rows_teach(subject: Subject) -> Iterator[Problem]:
    """E233: a critical row fails a call, so it says why and where that comes from.

    PASS: `critical: true` with `why` and `source`. FAIL: one of them missing.
    """
    for variant, merged in subject.variants.items():
        for name, item in merged.rubric.items():
            if item.critical and not (item.why and item.source):
                own = name in subject.scenario.variants[variant].rubric
                yield subject.problem(
                    ("variants", variant, "rubric", name) if own else ("rubric", name),
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
    for name, play in subject.scenario.plays.items():
        if play.variant not in subject.scenario.variants:
            yield subject.unknown(
                ("plays", name, "variant"), "E234", "variant", play.variant, subject.scenario.variants
            )


def urgent_decisions_cannot_be_late(subject: Subject) -> Iterator[Problem]:
    """E235: a decision for the nurse now or 911 has a time, and being late fails.

    PASS: `expect: call_911`, `within: 120`, `late: fail`. FAIL: the same without a time.
    """
    for variant, merged in subject.variants.items():
        decision = merged.decision
        level = subject.policy.level_of(decision.expect)
        if level is None or subject.policy.rank(level) < subject.policy.rank("L3_rn_now"):
            continue
        if decision.late != "fail" or (decision.by is None and decision.within is None):
            own = bool(subject.scenario.variants[variant].decision)
            yield subject.problem(
                ("variants", variant, "decision") if own else ("decision",),
                "E235",
                f"variant '{variant}' expects {decision.expect} but a late one may still pass",
                "set by or within, and late: fail",
            )


def basis_does_not_hold_from_the_start(subject: Subject) -> Iterator[Problem]:
    """E236: a basis that only names what the chart already shows proves nothing about the call.

    PASS: `basis: known(joint_look)`. FAIL: `basis: known(allergy)` with allergy in_chart.
    """
    for variant, merged in subject.variants.items():
        if merged.decision.basis is None:
            continue
        try:
            names = compile_condition(merged.decision.basis, merged.flags).names
        except ConditionError:
            continue
        facts = names.get("known", frozenset())
        if set(names) == {"known"} and facts and all(f in merged.facts and merged.facts[f].in_chart for f in facts):
            own = bool(subject.scenario.variants[variant].decision)
            yield subject.problem(
                ("variants", variant, "decision") if own else ("decision", "basis"),
                "E236",
                "the basis holds before anything is asked",
                "name what has to be heard in the call",
            )


RULES: tuple[Rule, ...] = (
    points_add_up,
    rows_can_be_earned,
    critical_rows_teach,
    every_variant_has_plays,
    urgent_decisions_cannot_be_late,
    basis_does_not_hold_from_the_start,
)
