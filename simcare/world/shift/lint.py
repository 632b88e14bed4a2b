"""Lint of shifts: what a file alone, beside the library, shows to be wrong. Each finding has a place, a code, a remedy.

A rule is one small generator; its first line is its manual. An error keeps the shift from being played, a warning does
not.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from simcare.documents import Document, Problem, Severity
from simcare.scenarios.library import scenario_ids
from simcare.scenarios.model import Scenario
from simcare.scenarios.policy import Policy
from simcare.scenarios.variants import merge_variant
from simcare.world.shift.authored import MESSAGES, Block, Item, ShiftSpec
from simcare.world.shift.material import DAYS, TELLS_THE_DAY, may_be
from simcare.world.shift.work import NURSE, YOU

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
HIDDEN_FROM = 3
"""Rank from which a message must say how its urgency could have been known."""
Place = tuple[str | int, ...]


class Finding(NamedTuple):
    """A finding before it has its place in the file."""

    place: Place
    code: str
    fact: str
    remedy: str
    severity: Severity = "error"


class Subject(NamedTuple):
    """What the rules look at: the shift, the scenarios that could be read, the policy."""

    spec: ShiftSpec
    scenarios: Mapping[str, Scenario]
    policy: Policy


Rule = Callable[[Subject], Iterator[Finding]]


def findings(document: Document[ShiftSpec], scenarios: Mapping[str, Scenario], policy: Policy) -> list[Problem]:
    """Return what every rule finds in a shift, in the order of the file."""
    subject = Subject(document.value, scenarios, policy)
    found = [finding for rule in RULES for finding in rule(subject)]
    return sorted(document.problem(*finding) for finding in found)


def unknown_words(subject: Subject) -> Iterator[Finding]:
    """H102: a scenario, variant or level that does not exist."""
    for name, item in subject.spec.items.items():
        key = "drawn_from" if item.drawn_from else "scenario"
        for nth, scenario in enumerate(may_be(item)):
            place: Place = ("items", name, key, nth) if item.drawn_from else ("items", name, key)
            known = subject.scenarios.get(scenario)
            if known is None:
                fact = f"scenario '{scenario}' is not in the library, or is not in order"
                yield Finding(place, "H102", fact, _meant(scenario, scenario_ids()))
            elif item.variant is not None and item.variant not in known.variants:
                fact = f"scenario '{scenario}' has no variant '{item.variant}'"
                yield Finding(("items", name, "variant"), "H102", fact, _meant(item.variant, known.variants))
        if item.need is not None and item.need not in subject.policy.levels:
            fact = f"'{item.need}' is not a level of the policy"
            yield Finding(("items", name, "need"), "H102", fact, _meant(item.need, subject.policy.levels))


def two_sources(subject: Subject) -> Iterator[Finding]:
    """H103: an item that says twice, or not at all, what it is."""
    for name, item in subject.spec.items.items():
        if item.scenario and item.drawn_from:
            yield Finding(("items", name, "drawn_from"), "H103", "it has a scenario already", "keep one of the two")
        if item.drawn_from and item.variant:
            fact = "a variant belongs to one scenario, and several may be drawn"
            yield Finding(("items", name, "variant"), "H103", fact, "leave the variant to luck, or name one scenario")
        if may_be(item) and (item.need or item.sender):
            key = "need" if item.need else "from"
            fact = f"its scenario says '{key}' already"
            yield Finding(("items", name, key), "H103", fact, f"take '{key}' out")


def missing_parts(subject: Subject) -> Iterator[Finding]:
    """H104: an item that cannot be worked on as it is."""
    for name, item in subject.spec.items.items():
        place: Place = ("items", name)
        if item.kind not in MESSAGES:
            if not may_be(item):
                yield Finding(place, "H104", f"'{name}' has nobody to talk with", "name a 'scenario' or 'drawn_from'")
            if item.body or item.answers:
                yield Finding(place, "H104", f"'{name}' is no message", "take 'body' and 'answers' out")
            continue
        if item.body is None:
            yield Finding(place, "H104", f"the message '{name}' says nothing", "write its 'body'")
        if not may_be(item) and item.sender is None:
            yield Finding(place, "H104", f"nobody has written '{name}'", "say 'from' whom it is")
        if not may_be(item) and item.need is None:
            yield Finding(place, "H104", f"'{name}' does not say what is right", "give its level as 'need'")


def unsettled(subject: Subject) -> Iterator[Finding]:
    """H105: a message that nothing settles, or an urgent one that an answer would settle."""
    for name, item in subject.spec.items.items():
        if item.kind not in MESSAGES:
            continue
        fits = [key for key, answer in item.answers.items() if answer.fits]
        if item.urgent is not None:
            for key in fits:
                fact = "an urgent message is not settled by an answer"
                yield Finding(("items", name, "answers", key, "fits"), "H105", fact, "set 'fits: false'")
        elif not may_be(item) and not fits:
            fact = f"no answer settles '{name}', and nobody can be rung back"
            yield Finding(
                ("items", name), "H105", fact, "let one answer fit, name a scenario, or say why it is 'urgent'"
            )


def hidden_urgency(subject: Subject) -> Iterator[Finding]:
    """H106: urgency that nobody could have known, or a clue that does not stand where it is said to stand."""
    for name, item in subject.spec.items.items():
        urgent = item.urgent
        if urgent is not None and not any(urgent.clue.lower() in text.lower() for text in _shown(subject, item)):
            fact = f"the clue '{urgent.clue}' does not stand in what a care manager can read"
            remedy = "write the words as they stand in the body, the subject or the brief"
            yield Finding(("items", name, "urgent", "clue"), "H106", fact, remedy)
        if urgent is None and item.kind in MESSAGES and _highest(subject, item) >= HIDDEN_FROM:
            fact = f"'{name}' may need the nurse or 911, and nothing says how that could have been known"
            yield Finding(("items", name), "H106", fact, "add 'urgent' with its clue, why and source")
        if item.loud is not None and item.loud not in (item.body or ""):
            fact = "these words do not stand in the message"
            yield Finding(("items", name, "loud"), "H106", fact, "write them as they stand in the body")


def times(subject: Subject) -> Iterator[Finding]:
    """H107: times that are the wrong way round or outside of the shift."""
    spec = subject.spec
    for name, item in spec.items.items():
        first, last = item.at if isinstance(item.at, tuple) else (item.at, item.at)
        if first > last:
            yield Finding(("items", name, "at"), "H107", f"{first:g} is after {last:g}", "write the earlier one first")
        if last >= spec.minutes:
            fact = f"it comes after the shift of {spec.minutes} minutes has ended"
            yield Finding(("items", name, "at"), "H107", fact, "let it come earlier")
        if item.patience[0] > item.patience[1]:
            fact = f"{item.patience[0]} seconds are more than {item.patience[1]}"
            yield Finding(("items", name, "patience"), "H107", fact, "write the shorter one first")
    for key, colleague in spec.colleagues.items():
        yield from _blocks(("colleagues", key, "busy"), colleague.busy)
    yield from _blocks(("nurse", "busy"), spec.nurse.busy)


def names(subject: Subject) -> Iterator[Finding]:
    """H108: a colleague whose id stands for somebody else."""
    for key in subject.spec.colleagues:
        if key in (YOU, NURSE):
            yield Finding(("colleagues", key), "H108", f"'{key}' is not free for a colleague", "choose another id")


def wrong_days(subject: Subject) -> Iterator[Finding]:
    """H109: a call whose words fit another day than that of the shift."""
    start = datetime.strptime(subject.spec.start, "%Y-%m-%d %H:%M")
    today = DAYS[start.weekday()]
    for name, item in subject.spec.items.items():
        for scenario in (subject.scenarios[key] for key in may_be(item) if key in subject.scenarios):
            own = datetime.strptime(scenario.when, "%Y-%m-%d %H:%M")
            place = ("items", name, "scenario" if item.scenario else "drawn_from")
            own_day = DAYS[own.weekday()]
            if own_day != today and any(own_day in text for text in (scenario.brief, scenario.opening)):
                fact = f"'{scenario.id}' speaks of {own_day} as today, and the shift is on a {today}"
                yield Finding(place, "H109", fact, "choose another call, or put the shift on that day", "warning")
            if own.date() != start.date() and (line := _dated(scenario, own)) is not None:
                fact = f"'{scenario.id}' answers which day it is with a date: “{line}”"
                remedy = f"choose another call, or put the shift on {own:%Y-%m-%d}"
                yield Finding(place, "H109", fact, remedy, "warning")


RULES: tuple[Rule, ...] = (
    unknown_words,
    two_sources,
    missing_parts,
    unsettled,
    hidden_urgency,
    times,
    names,
    wrong_days,
)


def _blocks(place: Place, blocks: Iterable[Block]) -> Iterator[Finding]:
    ended = 0.0
    for nth, (first, last) in enumerate(blocks):
        if first >= last:
            yield Finding((*place, nth), "H107", f"{first:g} to {last:g} is no time", "write [from, to] in minutes")
        elif first < ended:
            yield Finding((*place, nth), "H107", "it begins before the one before it has ended", "put them in order")
        ended = max(ended, last)


def _shown(subject: Subject, item: Item) -> list[str]:
    briefs = [subject.scenarios[key].brief for key in may_be(item) if key in subject.scenarios]
    return [item.body or "", item.subject or "", *(" ".join(brief.split()) for brief in briefs)]


def _highest(subject: Subject, item: Item) -> int:
    """Return the highest rank that an item may turn out to need."""
    policy = subject.policy
    if not may_be(item):
        return policy.rank(item.need) if item.need in policy.levels else 0
    found = [0]
    for scenario in (subject.scenarios[key] for key in may_be(item) if key in subject.scenarios):
        chosen = [item.variant] if item.variant in scenario.variants else list(scenario.variants)
        for variant in filter(None, chosen):
            expect = merge_variant(scenario, variant).decision.expect
            found.append(policy.rank(policy.level_of(expect) or ""))
    return max(found)


def _dated(scenario: Scenario, own: datetime) -> str | None:
    """Return a line that answers which day it is by its date."""
    lines = [tell.say for fact in scenario.facts.values() for tell in fact.tell if TELLS_THE_DAY in tell.to]
    lines += [reply.say for reply in scenario.replies if TELLS_THE_DAY in reply.to]
    words = (MONTHS[own.month - 1], f"the {_ordinal(own.day)}")
    return next((line for line in lines if any(word in line for word in words)), None)


def _ordinal(day: int) -> str:
    tens = ("", "", "twenty-", "thirty-")[day // 10] if day > 20 else ""
    ones = (
        "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
        "twentieth",
    )  # fmt: skip
    return {30: "thirtieth"}.get(day) or (ones[day] if day <= 20 else tens + ones[day % 10])


def _meant(word: str, known: Iterable[str]) -> str:
    options = list(known)
    near = difflib.get_close_matches(word, options, n=1)
    return f"did you mean '{near[0]}'?" if near else "use one of " + ", ".join(options)
