"""A script: one scenario variant made ready to play, with its conditions compiled and its intents indexed.

Nothing here changes while a call is played; many calls share one script. What happens in a call is in `call`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from simcare.scenarios.conditions import Compiled, atoms, compile_condition
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.model import Event, Fact, Gauge, Handoff, Outcome, Scenario
from simcare.scenarios.policy import Policy
from simcare.scenarios.variants import merge_variant

Change = tuple[str, str]
"""Something that a move brought about: a word of the condition language with its id, or with none."""
ANY: Change = ("any", "")
OCCURRENCES = ("known", "said", "done", "happened")
SWITCHES = frozenset({"decided", "verified", "ended"})


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A line that may be said: to these intents or actions, when the condition holds."""

    line_id: str
    to: frozenset[str]
    condition: Compiled | None
    say: str
    speaker: str
    deflect: bool
    set: Mapping[Gauge, int]
    once: bool = False


@dataclass(frozen=True, slots=True)
class ScriptFact:
    """A fact with its tells in order."""

    fact_id: str
    fact: Fact
    tells: tuple[ScriptLine, ...]


@dataclass(frozen=True, slots=True)
class ScriptEvent:
    """Something the clock or a condition sets off."""

    event_id: str
    event: Event
    unless: Compiled | None
    until: Compiled | None
    condition: Compiled | None


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """A rubric row with its conditions."""

    row_id: str
    condition: Compiled
    needs: Compiled | None
    every_time: bool
    """True where it may count later though it held before: what it needs, or the decision, has to come first."""


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """One scenario variant, compiled against a policy and an intent library; immutable and shared."""

    scenario: Scenario
    """The scenario with the variant written into it."""
    variant: str
    policy: Policy
    intents: IntentLibrary
    facts: Mapping[str, ScriptFact]
    facts_by_intent: Mapping[str, tuple[ScriptFact, ...]]
    replies_by_intent: Mapping[str, tuple[ScriptLine, ...]]
    events: tuple[ScriptEvent, ...]
    conditional_events: tuple[ScriptEvent, ...]
    """Those without a time: their condition alone sets them off."""
    rows: tuple[ScriptRow, ...]
    rows_by_change: Mapping[Change, tuple[ScriptRow, ...]]
    """Rows by what can make their condition hold: ("said", id), ("decided", ""), or ANY for clock and gauges."""
    basis: tuple[Compiled, ...]
    """The parts of the decision's basis joined by `and`: told one by one in the debrief."""
    requires: tuple[Compiled, ...]
    outcomes: tuple[tuple[Outcome, Compiled | None], ...]
    identity: Compiled | None
    relevant: frozenset[str]
    """Intents this scenario has an answer or a use for; a question outside costs patience."""
    red_flag_facts: frozenset[str]

    @property
    def handoff(self) -> Handoff | None:
        """Return what the SBAR of this call must carry, if it is judged."""
        return self.scenario.handoff

    @property
    def possible_points(self) -> float:
        """Return the points that decision, rows, handoff and note hold together."""
        scenario = self.scenario
        rows = sum(item.points for item in scenario.rubric.values() if item.kind != "must_not")
        return scenario.decision.points + rows + sum(part.points for part in (scenario.handoff, scenario.note) if part)

    def conditions(self, *, tells: bool = True) -> Iterator[Compiled]:
        """Yield every condition that decides what happens in a call or what it is worth."""
        for row in self.rows:
            yield from (asked for asked in (row.condition, row.needs) if asked)
        yield from (*self.basis, *self.requires, *([self.identity] if self.identity else []))
        for item in self.events:
            yield from (asked for asked in (item.unless, item.until, item.condition) if asked)
        for lines in self.replies_by_intent.values():
            yield from (line.condition for line in lines if line.condition)
        for fact in self.facts.values() if tells else ():
            yield from (line.condition for line in fact.tells if line.condition)

    def candidates(self) -> tuple[str, ...]:
        """Return the intents a listener should prefer in this call: the scenario's own and the shared core."""
        return tuple(i for i in self.intents.intents if i in self.relevant or i in self.intents.core)


def compile_script(scenario: Scenario, variant: str, policy: Policy, intents: IntentLibrary) -> Script:
    """Compile one variant; ConditionError or VariantError where the scenario is not in order."""
    merged = merge_variant(scenario, variant)
    flags = dict(merged.flags)

    def optional(text: str | None) -> Compiled | None:
        return None if text is None else compile_condition(text, flags)

    facts = {name: _fact(name, fact, flags) for name, fact in merged.facts.items()}
    replies = tuple(
        ScriptLine(
            line_id=reply.id or f"reply_{number}",
            to=frozenset(reply.to),
            condition=optional(reply.when),
            say=reply.say,
            speaker=reply.speaker,
            deflect=False,
            set=reply.set,
            once=reply.once,
        )
        for number, reply in enumerate(merged.replies, start=1)
    )
    rows = tuple(
        ScriptRow(
            row_id=name,
            condition=compile_condition(item.condition, flags),
            needs=optional(item.needs),
            every_time=item.after is not None or item.needs is not None,
        )
        for name, item in merged.rubric.items()
    )
    events = tuple(
        ScriptEvent(name, event, optional(event.unless), optional(event.until), optional(event.when))
        for name, event in merged.events.items()
    )
    decision = merged.decision
    basis = tuple(compile_condition(part, flags) for part in atoms(decision.basis)) if decision.basis else ()
    conditions = [row.condition for row in rows] + [row.needs for row in rows if row.needs] + list(basis)
    return Script(
        scenario=merged,
        variant=variant,
        policy=policy,
        intents=intents,
        facts=facts,
        facts_by_intent=_index(facts.values()),
        replies_by_intent=_index_lines(replies),
        events=events,
        conditional_events=tuple(item for item in events if item.condition is not None and not _timed(item.event)),
        rows=rows,
        rows_by_change=_rows_by_change(rows),
        basis=basis,
        requires=tuple(compile_condition(text, flags) for text in decision.requires),
        outcomes=tuple((outcome, optional(outcome.when)) for outcome in merged.outcomes.values()),
        identity=optional(merged.identity.when),
        relevant=_relevant(merged, facts.values(), replies, conditions, intents),
        red_flag_facts=frozenset(name for name, fact in merged.facts.items() if fact.red_flag),
    )


def _fact(name: str, fact: Fact, flags: Mapping[str, str]) -> ScriptFact:
    tells = tuple(
        ScriptLine(
            line_id=f"{name}.{tell.id or number}",
            to=frozenset(tell.to),
            condition=None if tell.when is None else compile_condition(tell.when, flags),
            say=tell.say,
            speaker=tell.speaker,
            deflect=tell.deflect,
            set=tell.set,
        )
        for number, tell in enumerate(fact.tell, start=1)
    )
    return ScriptFact(name, fact, tells)


def _timed(event: Event) -> bool:
    return event.at is not None or event.every is not None or event.after is not None


def _index(facts: Iterable[ScriptFact]) -> dict[str, tuple[ScriptFact, ...]]:
    found: dict[str, list[ScriptFact]] = {}
    for fact in facts:
        for intent in dict.fromkeys(intent for tell in fact.tells for intent in sorted(tell.to)):
            found.setdefault(intent, []).append(fact)
    return {intent: tuple(items) for intent, items in found.items()}


def _index_lines(lines: Iterable[ScriptLine]) -> dict[str, tuple[ScriptLine, ...]]:
    found: dict[str, list[ScriptLine]] = {}
    for line in lines:
        for intent in line.to:
            found.setdefault(intent, []).append(line)
    return {intent: tuple(items) for intent, items in found.items()}


def _rows_by_change(rows: Iterable[ScriptRow]) -> dict[Change, tuple[ScriptRow, ...]]:
    found: dict[Change, list[ScriptRow]] = {}
    for row in rows:
        names, words = row.condition.names, row.condition.words
        changes: set[Change] = {(word, "") for word in words & SWITCHES}
        changes |= {(kind, name) for kind in OCCURRENCES for name in names.get(kind, frozenset())}
        changes |= {(kind, name) for kind in OCCURRENCES for name in names.get("first", frozenset())}
        for change in {ANY} if words - SWITCHES or not changes else changes:
            found.setdefault(change, []).append(row)
    return {change: tuple(items) for change, items in found.items()}


def _relevant(
    scenario: Scenario,
    facts: Iterable[ScriptFact],
    replies: Iterable[ScriptLine],
    conditions: Iterable[Compiled],
    intents: IntentLibrary,
) -> frozenset[str]:
    named = {intent for fact in facts for tell in fact.tells for intent in tell.to}
    named |= {intent for reply in replies for intent in reply.to}
    named |= set(scenario.identity.to) | set(scenario.denies)
    named |= {name for name, intent in intents.intents.items() if intent.safety}
    for condition in conditions:
        for function in ("said", "first"):
            named |= condition.names.get(function, frozenset())
    return frozenset(named)
