"""What the search for the ideal call looks for: the rows in their parts, the facts that count, the moves that may help.

All of it is read from the script before the first move; nothing here plays.
"""

from __future__ import annotations

from dataclasses import dataclass

from simcare.calls.script import Script
from simcare.scenarios.conditions import Compiled, atoms, compile_condition
from simcare.scenarios.lint.ways import ways_of
from simcare.scenarios.model import RubricItem

ALWAYS_USEFUL = (
    "greet_introduce",
    "verify_identity",
    "empathise",
    "affirm_strength",
    "reflect_summarize",
    "ask_permission",
)


@dataclass(frozen=True, slots=True)
class Aims:
    """What the search looks for: the parts of every row, so that half a row counts for something."""

    rows: tuple[tuple[str, RubricItem, tuple[Compiled, ...]], ...]
    facts: frozenset[str]
    spoken: frozenset[str]
    """Intents that some condition asks for: saying them may matter though nothing is heard."""
    most: float
    """A score that no call can be above with the words that may be said."""


def aims_of(script: Script, without: frozenset[str]) -> Aims:
    """Return what a call of the script is searched for, when intents of the kinds in `without` are never said."""
    flags = script.scenario.flags
    rows = tuple(
        (name, item, tuple(compile_condition(part, flags) for part in atoms(item.condition)))
        for name, item in script.scenario.rubric.items()
        if item.kind != "must_not"
    )
    spoken: set[str] = set()
    for condition in script.conditions():
        spoken |= condition.names.get("said", frozenset()) | condition.names.get("first", frozenset())
    return Aims(rows, _facts(script), frozenset(spoken), _most(script, without))


def _facts(script: Script) -> frozenset[str]:
    """Return the facts that a row, the basis, the handoff or the note asks for."""
    facts: set[str] = set()
    for row in script.rows:
        if script.scenario.rubric[row.row_id].kind != "must_not":
            facts |= row.condition.names.get("known", frozenset())
    for part in script.basis:
        facts |= part.names.get("known", frozenset())
    for document in (script.scenario.handoff, script.scenario.note):
        facts |= set(document.must_include) if document else set()
    return frozenset(facts)


def _most(script: Script, without: frozenset[str]) -> float:
    """Return what is left of 100 points without the rows that ask for a word which may not be said."""
    flags = tuple(script.scenario.flags.items())
    sayable = {name for name, intent in script.intents.intents.items() if intent.kind not in without}
    lost = 0.0
    for item in script.scenario.rubric.values():
        ways = ways_of(item.condition, flags) if item.kind != "must_not" else None
        unsayable = [any(a[0] == "said" and a[1] not in sayable for a in way.needs) for way in ways or ()]
        if unsayable and all(unsayable):
            lost += item.points
    return round(100.0 - 100.0 * lost / (script.possible_points or 1.0), 1)


def helpful_intents(script: Script, without: frozenset[str]) -> tuple[str, ...]:
    """Return what may help: what brings out a fact that counts, what a condition names, what changes a mood."""
    library = script.intents.intents
    useful = _named_intents(script) | set(ALWAYS_USEFUL)
    return tuple(
        name
        for name, intent in library.items()
        if (name in useful or (name in script.relevant and intent.kind == "support"))
        and intent.kind not in ("harm", "propose")
        and intent.kind not in without
    )


def _named_intents(script: Script) -> set[str]:
    """Return the intents that a row, a decision, an event or a tell depends on, directly or by a fact."""
    replies = [reply for lines in script.replies_by_intent.values() for reply in lines]
    named = set(script.scenario.identity.to) | {intent for reply in replies if reply.set for intent in reply.to}
    wanted = [*_facts(script)]
    for asked in script.conditions(tells=False):
        wanted += asked.names.get("known", frozenset())
        named |= asked.names.get("said", frozenset()) | asked.names.get("first", frozenset())
    seen: set[str] = set()
    while wanted:
        fact = wanted.pop()
        if fact in seen or fact not in script.facts:
            continue
        seen.add(fact)
        for tell in script.facts[fact].tells:
            named |= tell.to
            if tell.condition is not None:
                wanted += tell.condition.names.get("known", frozenset())
                named |= tell.condition.names.get("said", frozenset()) | tell.condition.names.get("first", frozenset())
    return named


def helpful_actions(script: Script) -> tuple[str, ...]:
    """Return the actions that a condition names or every call needs, none above the level that is expected."""
    named = {script.scenario.decision.expect, "end_call", "write_note", "stay_on_line"}
    conditions = [row.condition for row in script.rows if script.scenario.rubric[row.row_id].kind != "must_not"]
    for condition in (*conditions, *script.requires, *script.basis):
        for function in ("done", "first"):
            named |= condition.names.get(function, frozenset())
    if script.handoff is not None:
        named.add("warm_transfer_rn")
    expected = script.policy.rank(script.policy.level_of(script.scenario.decision.expect) or "")
    return tuple(
        action
        for action, rule in script.policy.actions.items()
        if action in named and (rule.level is None or script.policy.rank(rule.level) <= expected)
    )
