"""Which competency asks for what is done in a call: a move of it, or a row of its rubric.

The ids are those of `simcare/scenarios/competencies.yaml`. A simulated player misses a move by the strength of its
competency, and a person's rows are read as evidence for the same ones, so that both speak of one thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from simcare.calls.moves import Do, Move
from simcare.calls.script import Script
from simcare.scenarios.model import RubricItem

OF_FACTS = {"medication": "medication_support", "social": "resource_connection", "goal": "goal_setting"}
OF_WORDS = {
    "courtesy": "communication",
    "support": "compassion",
    "inform": "patient_education",
    "offer": "care_coordination",
}
OF_INTENTS = {"reflect_summarize": "listening"}
OF_ACTIONS = {
    "stay_on_line": "emergency_response",
    "write_note": "documentation",
    "book_ride": "transport",
    "book_visit": "care_gaps",
    "connect_resource": "resource_connection",
    "call_211": "resource_connection",
}
OF_DOMAINS = {
    "gather": "history_taking",
    "communicate": "communication",
    "decide": "escalation",
    "act": "care_coordination",
    "safety": "red_flag_screening",
    "document": "documentation",
    "scope": "scope",
}
"""For rows that name nothing of their own, and for what must not be done."""
DECISION, DOCUMENTS = "escalation", "documentation"


def competency_of(script: Script, move: Move) -> str:
    """Return the competency that asks for a move of the ideal call."""
    return _of_action(script, move.action) if isinstance(move, Do) else _of_intent(script, move.intent or "")


@lru_cache(maxsize=1024)
def competencies_of_rows(script: Script) -> dict[str, str]:
    """Return the competency that each row of a script's rubric is evidence for; SBAR and note are documentation."""
    conditions = {row.row_id: row.condition.names for row in script.rows}
    found = {name: _of_row(script, item, conditions[name]) for name, item in script.scenario.rubric.items()}
    return {**found, "sbar": DOCUMENTS, "note": DOCUMENTS}


def _of_row(script: Script, item: RubricItem, names: Mapping[str, frozenset[str]]) -> str:
    if item.kind == "must_not" or item.domain in ("scope", "decide", "document"):
        return OF_DOMAINS[item.domain]
    asked = Counter(_named(script, names))
    return asked.most_common(1)[0][0] if asked else OF_DOMAINS[item.domain]


def _named(script: Script, names: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Yield the competency of each id that a condition names, in a fixed order: the first of the most frequent wins."""
    for word in ("done", "count_done"):
        yield from (_of_action(script, name) for name in sorted(names.get(word, ())))
    for word in ("known", "count_known"):
        yield from (_of_facts(script, [name]) for name in sorted(names.get(word, ())))
    for word in ("said", "count_said"):
        yield from (_of_intent(script, name) for name in sorted(names.get(word, ())))


def _of_action(script: Script, action: str) -> str:
    if script.policy.level_of(action):
        return "emergency_response"
    return OF_ACTIONS.get(action, "care_coordination")


def _of_intent(script: Script, intent: str) -> str:
    if intent in script.scenario.identity.to:
        return "privacy"
    kind = script.intents.intents[intent].kind if intent in script.intents.intents else ""
    if intent in OF_INTENTS or kind != "ask":
        return OF_INTENTS.get(intent) or OF_WORDS.get(kind, "communication")
    return _of_facts(script, [fact.fact_id for fact in script.facts_by_intent.get(intent, ())])


def _of_facts(script: Script, names: Iterable[str]) -> str:
    facts = [(name, script.facts[name].fact) for name in names if name in script.facts]
    rests_on = {name for part in script.basis for name in part.names.get("known", ())}
    if any(fact.red_flag or name in rests_on for name, fact in facts):
        return "red_flag_screening"
    return next((OF_FACTS[fact.kind] for _, fact in facts if fact.kind in OF_FACTS), "history_taking")
