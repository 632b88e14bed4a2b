"""Rules about finding out: facts must be there to be found, conditions able to hold, outcomes able to be reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from simcare.documents import Problem
from simcare.scenarios.lint.subject import Path, Rule, Subject
from simcare.scenarios.model import Outcome


def facts_can_be_elicited(subject: Subject) -> Iterator[Problem]:
    """E221: a fact needs a tell that reveals it, or stands in the chart; otherwise nobody can ever learn it.

    PASS: a tell without `deflect`. FAIL: a fact whose only tell deflects.
    """
    for variant, merged in subject.variants.items():
        for name, fact in merged.facts.items():
            if not fact.in_chart and not any(not tell.deflect for tell in fact.tell):
                yield subject.problem(
                    subject.fact_path(variant, name),
                    "E221",
                    f"nobody can learn the fact '{name}'",
                    "give it a tell that does not deflect, or mark it in_chart: true",
                )


def tells_are_not_shadowed(subject: Subject) -> Iterator[Problem]:
    """E222: a tell after an unconditional one for the same intents can never be said.

    PASS: the conditional tell first. FAIL: `{to: [a], say: x}` before `{to: [a], if: trust > 50, say: y}`.
    """
    for path, _, name, tells in subject.tells():
        open_intents: set[str] = set()
        for nth, tell in enumerate(tells):
            if set(tell.to) <= open_intents:
                yield subject.problem(
                    (*path, nth),
                    "E222",
                    f"an earlier tell of '{name}' always answers first",
                    "move this tell above it, or give the earlier one a condition",
                )
            if tell.when is None:
                open_intents |= set(tell.to)


def red_flags_can_be_found_in_time(subject: Subject) -> Iterator[Problem]:
    """E223: a red flag must be discoverable before the decision is late: not gated by a later second than `by`.

    PASS: a red flag told to a question at once. FAIL: `if: t > 600` where the decision is due by 300.
    """
    for variant, merged in subject.variants.items():
        limit = merged.decision.by if merged.decision.by is not None else merged.clock.budget
        for name, fact in merged.facts.items():
            if fact.red_flag is None or fact.in_chart:
                continue
            reveals = [tell for tell in fact.tell if not tell.deflect]
            if reveals and all(_earliest(tell.when) >= limit for tell in reveals):
                yield subject.problem(
                    subject.fact_path(variant, name),
                    "E223",
                    f"the red flag '{name}' can be heard only when the decision is already late",
                    f"let a tell reveal it before second {limit}",
                )


def conditions_can_hold(subject: Subject) -> Iterator[Problem]:
    """E224: a condition must be able to hold: gauges are 0 to 100 and time runs from 0 to the clock's budget.

    PASS: `trust >= 60`. FAIL: `trust > 100`.
    """
    budget = subject.scenario.clock.budget
    for place in subject.conditions():
        for name, low, high in _demands(place.text):
            top = budget if name == "t" else 100
            if low > top or high < 0 or low > high:
                yield subject.problem(
                    place.path,
                    "E224",
                    f"'{place.text}' can never hold: {name} goes from 0 to {top}",
                    "change the number or take the condition out",
                )


def outcomes_can_be_reached(subject: Subject) -> Iterator[Problem]:
    """E225: an outcome after one without a condition is never told, and the last one should have none.

    PASS: conditional outcomes first, one without a condition last. FAIL: the unconditional one first.
    """
    lists: list[tuple[Path, dict[str, Outcome]]] = [(("outcomes",), subject.scenario.outcomes)]
    lists += [(("variants", name, "outcomes"), variant.outcomes) for name, variant in subject.scenario.variants.items()]
    for base, outcomes in lists:
        closed = False
        for name, outcome in outcomes.items():
            if closed:
                yield subject.problem(
                    (*base, name),
                    "E225",
                    f"the outcome '{name}' can never be reached: one before it always holds",
                    "move the outcome without a condition to the end",
                )
            closed = closed or outcome.when is None


def questions_are_answered_somewhere(subject: Subject) -> Iterator[Problem]:
    """E226: an intent that may be denied must not also be answered by a fact that always tells.

    PASS: `denies: [ask_fever]` without a fact for it. FAIL: both.
    """
    told = {
        i for f in subject.scenario.facts.values() for t in f.tell if t.when is None and not t.deflect for i in t.to
    }
    for nth, name in enumerate(subject.scenario.denies):
        if name in told:
            yield subject.problem(
                ("denies", nth),
                "E226",
                f"'{name}' is denied and also answered by a fact",
                "take it out of denies: the fact answers it",
            )


def _earliest(text: str | None) -> float:
    """Return the earliest second at which a condition joined by `and` can hold, as far as `t` tells."""
    return max((low for name, low, _ in _demands(text or "") if name == "t"), default=0.0)


def _demands(text: str) -> Iterator[tuple[str, float, float]]:
    """Yield (name, lowest, highest) for each plain comparison that must hold for the whole condition to hold."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    for part in parts:
        if isinstance(part, ast.Compare) and len(part.ops) == 1:
            left, right, operator = part.left, part.comparators[0], part.ops[0]
            if isinstance(left, ast.Name) and isinstance(right, ast.Constant) and isinstance(right.value, int | float):
                number = float(right.value)
                if isinstance(operator, ast.Gt | ast.GtE):
                    yield left.id, number + (1 if isinstance(operator, ast.Gt) else 0), float("inf")
                elif isinstance(operator, ast.Lt | ast.LtE):
                    yield left.id, float("-inf"), number - (1 if isinstance(operator, ast.Lt) else 0)


RULES: tuple[Rule, ...] = (
    facts_can_be_elicited,
    tells_are_not_shadowed,
    red_flags_can_be_found_in_time,
    conditions_can_hold,
    outcomes_can_be_reached,
    questions_are_answered_somewhere,
)
