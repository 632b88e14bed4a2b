"""Rules about what can come about: facts are found in time, conditions can hold, lines and outcomes are reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from simcare.documents import Problem
from simcare.scenarios.lint.reach import Reach
from simcare.scenarios.lint.subject import Path, Place, Rule, Subject
from simcare.scenarios.model import Reply, Scenario

Same = tuple[frozenset[str], str | None]
"""An answer as the rules of order see it: what it answers, and its condition."""


def facts_can_be_elicited(subject: Subject) -> Iterator[Problem]:
    """E221: a fact needs a tell that reveals it and can be reached, or stands in the chart; else nobody can learn it.

    PASS: a tell without `deflect`. FAIL: a fact whose only tell deflects, or waits for a fact that waits for this one.
    """
    for variant, merged in subject.variants.items():
        for name, fact in merged.facts.items():
            if ("known", name) in subject.reaches[variant].soonest:
                continue
            reveals = any(not tell.deflect for tell in fact.tell)
            yield subject.problem(
                subject.fact_path(variant, name),
                "E221",
                f"nobody can learn the fact '{name}'" + (": its tells wait for what never comes" if reveals else ""),
                "let a question reach one of its tells"
                if reveals
                else "give it a tell that does not deflect, or mark it in_chart: true",
            )


def answers_are_not_shadowed(subject: Subject) -> Iterator[Problem]:
    """E222: a tell or reply that an earlier one always comes before can never be said.

    PASS: the conditional tell first. FAIL: `{to: [a], say: x}` before `{to: [a], if: trust > 50, say: y}`.
    """
    for path, variant, name, tells in subject.tells():
        for nth in _shadowed([(frozenset(t.to), t.when) for t in tells], subject.reaches_at(variant)):
            yield subject.problem(
                (*path, nth),
                "E222",
                f"an earlier tell of '{name}' always answers first",
                "move this tell above it, or give the earlier one a condition",
            )
    for base, variant, replies in _reply_lists(subject):
        lasting = [(frozenset() if reply.once else frozenset(reply.to), reply.when) for reply in replies]
        asked = [frozenset(reply.to) for reply in replies]
        for nth in _shadowed(lasting, subject.reaches_at(variant), asked):
            yield subject.problem(
                (*base, "replies", nth),
                "E222",
                "an earlier reply always answers first",
                "move this reply above it, or give the earlier one a condition",
            )


def red_flags_can_be_found_in_time(subject: Subject) -> Iterator[Problem]:
    """E223: a red flag, and the basis of the decision, can be heard before the decision is late.

    PASS: a red flag told to a question at once. FAIL: `if: t > 600` where the decision is due by 300.
    """
    for variant, merged in subject.variants.items():
        limit, reach = merged.decision.by, subject.reaches[variant]
        if limit is None:
            continue
        for name, fact in merged.facts.items():
            soonest = reach.soonest.get(("known", name), math.inf)
            if fact.red_flag is not None and limit < soonest < math.inf:
                yield subject.problem(
                    subject.fact_path(variant, name),
                    "E223",
                    f"the red flag '{name}' can be heard by second {soonest:.0f} at the soonest, and the decision is "
                    f"due by {limit}",
                    "let a tell reveal it sooner, or give the decision more time",
                )
        soonest = reach.earliest(merged.decision.basis)
        if limit < soonest < math.inf:
            yield subject.problem(
                subject.decision_path(variant, "by"),
                "E223",
                f"the decision is due by second {limit}, and its basis can be there by {soonest:.0f} at the soonest",
                "give the decision more time, or ask less of its basis",
            )


def conditions_can_hold(subject: Subject) -> Iterator[Problem]:
    """E224: a condition must be able to hold: what it waits for can come, and its numbers fit (gauges 0 to 100).

    PASS: `trust >= 60`. FAIL: `trust > 100`, `t > 900` in a call of 600 seconds, `known(x)` where nobody can learn x.
    """
    for place in subject.conditions():
        if _is_judged_elsewhere(place):
            continue
        reaches = _where_it_counts(subject, place)
        if reaches and not any(reach.can_hold(place.text) for reach in reaches):
            yield subject.problem(
                place.path,
                "E224",
                f"'{place.text}' can never hold: {reaches[0].obstacle(place.text)}",
                "correct the condition or take it out",
            )


def outcomes_can_be_reached(subject: Subject) -> Iterator[Problem]:
    """E225: each outcome can come about after those before it, and in every variant one of them always does.

    PASS: conditional outcomes first, one without a condition last. FAIL: the unconditional one first.
    """
    dead: dict[Path, list[bool]] = {}
    reasons: dict[Path, str] = {}
    for variant, merged in subject.variants.items():
        reach = subject.reaches[variant]
        earlier: list[str | None] = []
        for name, outcome in merged.outcomes.items():
            own = name in subject.scenario.variants[variant].outcomes
            path: Path = ("variants", variant, "outcomes", name) if own else ("outcomes", name)
            alone = reach.can_hold(outcome.when)
            dead.setdefault(path, []).append(not reach.can_hold(outcome.when, none_of=earlier))
            reasons[path] = "one before it always holds" if alone else reach.obstacle(outcome.when)
            earlier.append(outcome.when)
        if reach.surely_none_holds(earlier):
            yield subject.problem(
                ("variants", variant),
                "E225",
                f"variant '{variant}' has calls that no outcome tells the end of",
                "end the outcomes with one that has no condition",
            )
    for path, verdicts in dead.items():
        if all(verdicts):
            yield subject.problem(
                path,
                "E225",
                f"the outcome '{path[-1]}' can never be reached: {reasons[path]}",
                "move it up, correct its condition, or take it out",
            )


def denied_questions_are_not_answered(subject: Subject) -> Iterator[Problem]:
    """E226: an intent that may be denied must not also be answered by a fact or a reply that always tells.

    PASS: `denies: [ask_fever]` without a fact for it. FAIL: both.
    """
    scenario = subject.scenario
    told = {i for f in scenario.facts.values() for t in f.tell if t.when is None and not t.deflect for i in t.to}
    told |= {i for reply in scenario.replies if reply.when is None and not reply.once for i in reply.to}
    for nth, name in enumerate(scenario.denies):
        if name in told:
            yield subject.problem(
                ("denies", nth),
                "E226",
                f"'{name}' is denied and also answered",
                "take it out of denies: a fact or a reply answers it",
            )


def events_can_happen(subject: Subject) -> Iterator[Problem]:
    """E227: an event has a time, a trigger or a condition, and comes before the call has run out.

    PASS: `{at: 120, say: "..."}`. FAIL: `{at: 900}` in a call of 600 seconds, or neither at, every, after nor if.
    """
    for variant, merged in subject.variants.items():
        for name, event in merged.events.items():
            own = name in subject.scenario.variants[variant].events
            path: Path = ("variants", variant, "events", name) if own else ("events", name)
            first = event.at if event.at is not None else event.every
            if first is None and event.after is None and event.when is None:
                yield subject.problem(
                    path, "E227", f"nothing sets the event '{name}' off", "give it at, every, after or if"
                )
            elif event.after is None and first is not None and first > merged.clock.budget:
                yield subject.problem(
                    path,
                    "E227",
                    f"the event '{name}' is due at second {first}, and the call ends at {merged.clock.budget}",
                    "let it happen sooner, or give the call more time",
                )
            elif event.unless is not None and not subject.reaches[variant].can_hold(none_of=[event.unless]):
                yield subject.problem(
                    (*path, "unless"),
                    "E227",
                    f"the event '{name}' never happens: its `unless` always holds",
                    "correct the condition or take the event out",
                )


def scored_questions_are_answered(subject: Subject) -> Iterator[Problem]:
    """E228: a question that a row asks for has an answer, so that nobody who asks it hears only "I don't know".

    PASS: `must: said(ask_mood)` with a fact, a reply or `denies` for ask_mood. FAIL: the same without.
    """
    for variant, merged in subject.variants.items():
        answered = {i for fact in merged.facts.values() for tell in fact.tell for i in tell.to}
        answered |= {i for reply in merged.replies for i in reply.to} | {*merged.denies, *merged.identity.to}
        for name, item in merged.rubric.items():
            ways = subject.reaches[variant].ways(item.condition)
            asked = frozenset.intersection(*(way.needs for way in ways)) if ways else frozenset()
            for _, intent in sorted(atom for atom in asked if atom[0] == "said"):
                known = subject.intents.intents.get(intent)
                if known is not None and known.kind == "ask" and intent not in answered:
                    yield subject.problem(
                        (*subject.row_path(variant, name), item.kind),
                        "E228",
                        f"the row '{name}' asks for '{intent}', which nobody answers",
                        "give a fact or a reply that answers it, or add it to denies",
                    )


def _reply_lists(subject: Subject) -> Iterator[tuple[Path, str | None, tuple[Reply, ...]]]:
    yield (), None, subject.scenario.replies
    for name, variant in subject.scenario.variants.items():
        yield ("variants", name), name, variant.replies


def _shadowed(answers: list[Same], reaches: list[Reach], asked: list[frozenset[str]] | None = None) -> Iterator[int]:
    """Yield the places of answers that could be given if those before them were not there, and so never are."""
    for nth, (own, when) in enumerate(answers):
        intents = own if asked is None else asked[nth]
        alone = any(reach.can_hold(when) for reach in reaches)
        if alone and not any(_answers(answers[:nth], intent, when, reach) for intent in intents for reach in reaches):
            yield nth


def _answers(earlier: list[Same], intent: str, when: str | None, reach: Reach) -> bool:
    before = [condition for intents, condition in earlier if intent in intents]
    return reach.can_hold(when, none_of=before)


def _is_judged_elsewhere(place: Place) -> bool:
    """Tell whether another rule looks at this condition: rows (E232) and outcomes (E225)."""
    path = place.path[2:] if place.variant is not None else place.path
    return path[0] in ("rubric", "outcomes")


def _where_it_counts(subject: Subject, place: Place) -> list[Reach]:
    """Return the variants in which a condition of the scenario is played; a variant may have written its own."""
    if place.variant is not None:
        return [subject.reaches[place.variant]]
    overrides: dict[str | int, Callable[[Scenario], object]] = {
        "facts": lambda merged: merged.facts[str(place.path[1])].tell,
        "decision": lambda merged: getattr(merged.decision, str(place.path[1])),
        "events": lambda merged: merged.events.get(str(place.path[1])),
        "flags": lambda merged: merged.flags[str(place.path[1])],
    }
    look = overrides.get(place.path[0])
    if look is None:
        return list(subject.reaches.values())
    written = look(subject.scenario)
    return [subject.reaches[name] for name, merged in subject.variants.items() if look(merged) == written]


RULES: tuple[Rule, ...] = (
    facts_can_be_elicited,
    answers_are_not_shadowed,
    red_flags_can_be_found_in_time,
    conditions_can_hold,
    outcomes_can_be_reached,
    denied_questions_are_not_answered,
    events_can_happen,
    scored_questions_are_answered,
)
