"""Handoff and note: what an SBAR and a call note say, judged against what was really heard.

A fact is claimed by its id or by its words standing in the text; a fact claimed but never known is named as made
up. Points come from the scenario; what a row looks like is told in `scorecard`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from simcare.calls.call import Call
from simcare.calls.moves import Do
from simcare.calls.scorecard import RowResult, evidence_of
from simcare.calls.script import Script
from simcare.scenarios.model import Handoff, Note, Sbar

_NO_CLAIM = re.compile(
    r"\b(unknown|not (?:asked|known|said|told)|did ?n[o']t ask|did not ask|unclear"
    r"|(?:unable to|could not|couldn't) (?:ask|assess|reach|obtain|say|tell|verify)"
    r"|told (?:to|her|him|them)|advised|(?:call|come) (?:back |us |me )?if|watch for|911 (?:for|if))\b|\?"
)
"""Parts of a note that say what is not known, or what the patient should watch for: they claim nothing as heard."""


def document_rows(call: Call) -> tuple[RowResult, ...]:
    """Return the rows of the SBAR and of the note, for a scenario that judges them."""
    rows = []
    scenario = call.script.scenario
    if scenario.handoff is not None:
        sbar = next((m.sbar for m in call.moves if isinstance(m, Do) and m.sbar is not None), None)
        rows.append(_handoff_row(call, scenario.handoff, sbar))
    if scenario.note is not None:
        note = next((m.note for m in reversed(call.moves) if isinstance(m, Do) and m.note is not None), None)
        rows.append(_note_row(call, scenario.note, note))
    return tuple(rows)


def claimed_facts(call: Call, text: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of the facts a note speaks of: those it names and those whose words stand in its text."""
    spoken_of = _spoken_of(call.script, text)
    return tuple(name for name in call.script.facts if name in named or name in spoken_of)


@lru_cache(maxsize=4096)
def _spoken_of(script: Script, text: str) -> frozenset[str]:
    told = " . ".join(part for part in re.split(r"[.;\n]", text.lower()) if not _NO_CLAIM.search(part))
    return frozenset(
        name
        for name, fact in script.facts.items()
        if any(re.search(rf"\b{re.escape(word.lower())}", told) for word in fact.fact.words)
    )


def _handoff_row(call: Call, rule: Handoff, sbar: Sbar | None) -> RowResult:
    if sbar is None:
        return _document_row("sbar", "Hand over with an SBAR note", rule, 0.0, "No SBAR note was given.", None)
    fields = {"S": sbar.S, "B": sbar.B, "A": sbar.A, "R": sbar.R}
    share, details = _told_share(call, rule, " . ".join(fields.values()), sbar.facts)
    empty = [name for name, text in fields.items() if not text.strip()]
    if empty:
        details.append(f"Left empty: {', '.join(empty)}.")
    share = 0.8 * share + 0.2 * (1 - len(empty) / len(fields))
    return _document_row("sbar", "Hand over with an SBAR note", rule, share, " ".join(details), _move_with(call, sbar))


def _note_row(call: Call, rule: Handoff, note: Note | None) -> RowResult:
    label = "Write the call note"
    if note is None:
        return _document_row("note", label, rule, 0.0, "No call note was written.", None)
    share, details = _told_share(call, rule, note.text, note.facts)
    counted = call.t // 60
    if note.minutes is not None and note.minutes > counted + 1:
        share *= 0.5
        details.append(f"The note claims {note.minutes} minutes; the clock counts {counted}.")
    return _document_row("note", label, rule, share, " ".join(details), _move_with(call, note))


def _told_share(call: Call, rule: Handoff, text: str, named: tuple[str, ...]) -> tuple[float, list[str]]:
    claimed = claimed_facts(call, text, named)
    labels = call.script.facts
    missing = [name for name in rule.must_include if name not in claimed or name not in call.known]
    made_up = [name for name in claimed if name not in call.known] if rule.must_not_claim == "unheard" else []
    unknown = [name for name in named if name not in labels]
    share = 1 - len(missing) / len(rule.must_include) if rule.must_include else 1.0
    details = []
    if missing:
        details.append("Missing: " + ", ".join(labels[name].fact.label for name in missing) + ".")
    if made_up or unknown:
        share *= 0.5
        names = [labels[name].fact.label for name in made_up] + unknown
        details.append("Claimed but never heard: " + ", ".join(names) + ".")
    return share, details


def _document_row(
    row_id: str, label: str, rule: Handoff, share: float, detail: str, found: tuple[int, Call] | None
) -> RowResult:
    evidence = () if found is None else (evidence_of(found[1], found[0], None),)
    return RowResult(
        id=row_id,
        label=label,
        kind="must",
        domain="document",
        points=rule.points,
        earned=rule.points * share,
        met=share >= 0.6,
        critical=False,
        evidence=evidence,
        why=rule.why,
        source=rule.source,
        covers=(),
        detail=detail or None,
    )


def _move_with(call: Call, document: Sbar | Note) -> tuple[int, Call] | None:
    for number, move in enumerate(call.moves):
        if isinstance(move, Do) and (move.sbar is document or move.note is document):
            return number, call
    return None
