"""The debrief: what a finished call teaches beyond its score.

Gathered from the call alone: the timeline with what was heard when, what was never asked, what the decision was
judged on, the hidden truth, what happened next, and how the care manager's own words sound (`coaching`). Wording only;
no points are given here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from simcare.calls.call import Call
from simcare.calls.coaching import Coaching, coach_on
from simcare.calls.script import Script
from simcare.scenarios.conditions import atoms, compile_condition

_FUNCTION = re.compile(r"\b(known|said|done|happened|first)\(([a-z0-9_]+)\)")
_BEFORE = re.compile(r"\bnot happened\(([a-z0-9_]+)\)")
_COUNT = re.compile(r"\bcount_(known|said|done)\(([a-z0-9_, ]+)\) >= (\d+)")


TIPS = 3
"""How many things a debrief asks to take to the next call."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the call with the labels of the facts it revealed."""

    t: int
    speaker: str
    text: str
    move: int
    heard: tuple[str, ...]
    decision: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """One part of what the decision had to rest on, and the second at which it was there (None: never)."""

    text: str
    known_at: int | None
    met: bool


@dataclass(frozen=True, slots=True)
class Unasked:
    """A fact that was never brought out; `red_flag` where it would have changed what is right."""

    fact: str
    label: str
    red_flag: bool
    ask: str


@dataclass(frozen=True, slots=True)
class Debrief:
    """What a finished call teaches beyond its score."""

    timeline: tuple[TimelineEntry, ...]
    never_asked: tuple[Unasked, ...]
    truth: str
    basis: tuple[Basis, ...]
    outcome: str
    outcome_good: bool
    next: tuple[str, ...]
    coaching: Coaching


def tell_debrief(call: Call, *, decision_move: int | None, missed: Iterable[tuple[str, str | None]]) -> Debrief:
    """Return the debrief of a call; `missed` are (label, why) of the lost rows, weightiest first."""
    script = call.script
    outcome = next((o for o, condition in script.outcomes if condition is None or condition(call)), None)
    return Debrief(
        timeline=_timeline(call, decision_move),
        never_asked=_never_asked(call),
        truth=name_people(call, script.scenario.variants[script.variant].truth),
        basis=_basis(call, decision_move),
        outcome=name_people(call, outcome.text) if outcome else "Nothing more is known of what happened next.",
        outcome_good=outcome.good if outcome else False,
        next=tuple(f"{label}. {why}" if why else f"{label}." for label, why in list(missed)[:TIPS]),
        coaching=coach_on(call),
    )


def describe(text: str, script: Script) -> str:
    """Return a condition in the words a trainee knows: labels in place of ids."""

    def words(found: re.Match[str]) -> str:
        function, name = found.groups()
        if function == "known" and name in script.facts:
            return f"heard “{script.facts[name].fact.label}”"
        if function in ("said", "first") and name in script.intents.intents:
            return f"said “{script.intents.intents[name].label}”"
        if function in ("done", "first") and name in script.policy.actions:
            return f"did “{script.policy.actions[name].label}”"
        return name.replace("_", " ")

    def counted(found: re.Match[str]) -> str:
        function, names, least = found.groups()
        each = (_FUNCTION.sub(words, f"{function}({name.strip()})") for name in names.split(","))
        return f"at least {least} of: {', '.join(each)}"

    def in_time(found: re.Match[str]) -> str:
        said = next((item.event.say for item in script.events if item.event_id == found.group(1)), None)
        return f"all this before you were told “{said}”" if said else f"not {found.group(1).replace('_', ' ')}"

    def spell(condition: str) -> str:
        return _FUNCTION.sub(words, _COUNT.sub(counted, _BEFORE.sub(in_time, condition)))

    spelled = spell(text)
    for name, meaning in script.scenario.flags.items():
        spelled = re.sub(rf"\b{name}\b(?!”)", f"({spell(meaning)})", spelled)
    return spelled


def missing_parts(call: Call, condition: str) -> tuple[str, ...]:
    """Return, in a trainee's words, the parts of a condition that do not hold; none where it has only one part."""
    flags = dict(call.script.scenario.flags)
    parts = [inner for part in atoms(condition) for inner in (atoms(flags[part]) if part in flags else (part,))]
    if len(parts) < 2:
        return ()
    return tuple(describe(part, call.script) for part in parts if not compile_condition(part, flags)(call))


def name_people(call: Call, text: str) -> str:
    """Return a text of the scenario with its placeholders filled from the chart."""
    names = call.chart.placeholders()
    return re.sub(r"\{([a-z_0-9]+)\}", lambda found: names.get(found.group(1), found.group(0)), text)


def _timeline(call: Call, decision_move: int | None) -> tuple[TimelineEntry, ...]:
    entries = []
    for line in call.lines:
        fact = line.line_id.partition(".")[0]
        heard: tuple[str, ...] = ()
        known = call.script.facts.get(fact)
        if known is not None and line.speaker != "care_manager" and call.heard.get(fact) == line.t:
            heard = (known.fact.label,)
        decided = line.move == decision_move and line.speaker == "care_manager"
        entries.append(TimelineEntry(line.t, line.speaker, line.text, line.move, heard, decided))
    return tuple(entries)


def _never_asked(call: Call) -> tuple[Unasked, ...]:
    missing = []
    for name, fact in call.script.facts.items():
        tell = next((tell for tell in fact.tells if not tell.deflect), None)
        if name in call.known or tell is None:
            continue
        intent = call.script.intents.intents.get(min(tell.to))
        ask = next(
            (call.script.intents.intents[i].say for i in sorted(tell.to) if i in call.script.intents.intents),
            intent.say if intent else "",
        )
        missing.append(Unasked(name, fact.fact.label, fact.fact.red_flag is not None, ask))
    return tuple(sorted(missing, key=lambda item: not item.red_flag))


def _basis(call: Call, decision_move: int | None) -> tuple[Basis, ...]:
    at: dict[int, int | None] = dict.fromkeys(range(len(call.script.basis)))
    judged: dict[int, bool] = dict.fromkeys(range(len(call.script.basis)), False)
    again = Call(call.script, call.chart, call.seed)
    for number, move in enumerate(call.moves):
        for nth, part in enumerate(call.script.basis):
            holds = part(again)
            if holds and at[nth] is None:
                at[nth] = again.t
            if number == decision_move:
                judged[nth] = holds
        again.take(move)
    return tuple(Basis(describe(part.text, call.script), at[n], judged[n]) for n, part in enumerate(call.script.basis))
