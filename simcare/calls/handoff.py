"""Handoff and note: what an SBAR and a call note say, judged against what was really heard.

A fact is told by its id (ticked) or by its words standing in the text. Ticked but never known, it is made up and costs;
words alone may have meant something else, so they earn and are pointed out, and never accuse. Points come from the
scenario; what a row looks like is told in `scorecard`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from simcare.calls.call import Call
from simcare.calls.debrief import name_people
from simcare.calls.moves import Do
from simcare.calls.scorecard import RowResult, evidence_of
from simcare.calls.script import Script
from simcare.scenarios.model import Handoff

MOSTLY = 0.6
"""The share of a handoff or note from which its row counts as met; its points follow the share itself."""

_NO_CLAIM = re.compile(
    r"\b(unknown|not (?:asked|known|said|told)|did ?n[o']t ask|did not ask|unclear"
    r"|(?:won'?t|will not|refuses to) (?:say|tell)"
    r"|(?:unable to|could not|couldn't) (?:ask|assess|reach|obtain|say|tell|verify)"
    r"|told (?:to|her|him|them)|advised|(?:call|come) (?:back |us |me )?if|watch for|911 (?:for|if))\b|\?"
)
"""Parts of a note that say what is not known, or what the patient should watch for: they claim nothing as heard."""

_ON_THE_CHART = re.compile(r"\blives? (?:alone|by (?:him|her)self)\b")
"""How the patient lives stands on the chart; it claims nothing about who is there now."""


def document_rows(call: Call) -> tuple[RowResult, ...]:
    """Return the rows of the SBAR and of the note, for a scenario that judges them."""
    rows = []
    scenario = call.script.scenario
    if scenario.handoff is not None:
        told = _judge_handoff(call, scenario.handoff)
        rows.append(_document_row(call, "sbar", "Hand over with an SBAR note", scenario.handoff, told))
    if scenario.note is not None:
        told = _judge_note(call, scenario.note)
        rows.append(_document_row(call, "note", "Write the call note", scenario.note, told))
    return tuple(rows)


def handoff_points(call: Call) -> float | None:
    """Return what the SBAR has earned, None before there is one; no later move changes it once time has passed."""
    rule = call.script.scenario.handoff
    if rule is None:
        return 0.0
    if "warm_transfer_rn" not in call.done:
        return None
    told = _judge_handoff(call, rule)
    return None if told.move is None else rule.points * told.share


def note_points(call: Call) -> float:
    """Return what the call note has earned, without its row: a search asks this for every call it tries."""
    rule = call.script.scenario.note
    return 0.0 if rule is None or "write_note" not in call.done else rule.points * _judge_note(call, rule).share


def claimed_facts(call: Call, text: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of the facts a note speaks of: those it names and those whose words stand in its text."""
    spoken_of = _spoken_of(call.script, text)
    return tuple(name for name in call.script.facts if name in named or name in spoken_of)


@lru_cache(maxsize=4096)
def _spoken_of(script: Script, text: str) -> frozenset[str]:
    parts = re.split(r"(?<!\d)\.|\.(?!\d)|[;\n]", _ON_THE_CHART.sub(" ", text.lower()))
    told = " . ".join(part for part in parts if not _NO_CLAIM.search(part))
    return frozenset(
        name
        for name, fact in script.facts.items()
        if any(re.search(rf"\b{re.escape(word.lower())}", told) for word in fact.fact.words)
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What a document was worth: the share of its points, what it lacks, and the move it came with."""

    share: float
    detail: str
    move: int | None


def _judge_handoff(call: Call, rule: Handoff) -> _Told:
    with_sbar = ((nth, m.sbar) for nth, m in enumerate(call.moves) if isinstance(m, Do) and m.sbar is not None)
    number, sbar = next(with_sbar, (None, None))
    if number is None or sbar is None:
        return _Told(0.0, "No SBAR note was given.", None)
    fields = {"S": sbar.S, "B": sbar.B, "A": sbar.A, "R": sbar.R}
    share, details = _told_share(call, rule, " . ".join(fields.values()), sbar.facts, number)
    empty = [name for name, text in fields.items() if not text.strip()]
    if empty:
        details.append(f"Left empty: {', '.join(empty)}.")
    return _Told(0.8 * share + 0.2 * (1 - len(empty) / len(fields)), " ".join(details), number)


def _judge_note(call: Call, rule: Handoff) -> _Told:
    with_note = [(nth, m.note) for nth, m in enumerate(call.moves) if isinstance(m, Do) and m.note is not None]
    if not with_note:
        return _Told(0.0, "No call note was written.", None)
    number, note = with_note[-1]
    share, details = _told_share(call, rule, note.text, note.facts, number)
    counted = call.t // 60
    if note.minutes is not None and note.minutes > counted + 1:
        share *= 0.5
        details.append(f"The note claims {note.minutes} minutes; the clock counts {counted}.")
    return _Told(share, " ".join(details), number)


def _told_share(call: Call, rule: Handoff, text: str, named: tuple[str, ...], number: int) -> tuple[float, list[str]]:
    """Judge what was told by what was known when it was told: nobody hands over what is heard only later."""
    claimed = claimed_facts(call, text, named)
    labels = call.script.facts
    told_at = next((line.t for line in call.lines if line.move == number), call.t)
    known = {name for name, second in call.known.items() if second <= told_at}
    missing = [name for name in rule.must_include if name not in claimed or name not in known]
    judges = rule.must_not_claim == "unheard"
    made_up = [name for name in named if name in labels and name not in known] if judges else []
    doubtful = [name for name in claimed if name not in {*known, *named, *missing}] if judges else []
    unknown = [name for name in named if name not in labels]
    share = 1 - len(missing) / len(rule.must_include) if rule.must_include else 1.0
    details = []
    if missing:
        details.append("Missing: " + ", ".join(labels[name].fact.label for name in missing) + ".")
    if made_up or unknown:
        share *= 0.5
        names = [labels[name].fact.label for name in made_up] + unknown
        details.append("Claimed but never heard: " + ", ".join(names) + ".")
    if doubtful:
        spoken = ", ".join(labels[name].fact.label for name in doubtful)
        details.append(f"Your words may also speak of what was not heard in this call ({spoken}). This cost nothing.")
    return share, details


def _document_row(call: Call, row_id: str, label: str, rule: Handoff, told: _Told) -> RowResult:
    return RowResult(
        id=row_id,
        label=label,
        kind="must",
        domain="document",
        points=rule.points,
        earned=rule.points * told.share,
        met=told.share >= MOSTLY,
        critical=False,
        evidence=() if told.move is None else (evidence_of(call, told.move),),
        why=None if rule.why is None else name_people(call, rule.why),
        source=rule.source,
        covers=(),
        detail=told.detail or None,
    )
