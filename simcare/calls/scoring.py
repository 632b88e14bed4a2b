"""Scoring: what a call's moves are worth, row by row, each with its evidence.

`Judge` watches a call move by move and can be asked for the scorecard at any time, so that a rehearsal scores thousands of
half-finished calls cheaply; `score` lets a judge watch a finished call again from its first move. What the debrief tells beyond the
scorecard is gathered in `debrief`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

from simcare.calls.call import Call
from simcare.calls.debrief import Debrief, tell_debrief
from simcare.calls.moves import Do, Move
from simcare.calls.script import Script
from simcare.scenarios.model import Handoff, Note, RubricItem, Sbar

Verdict = Literal["correct", "accepted", "under", "over", "none"]
RowKind = Literal["must", "should", "must_not"]
_NOT_ASKED = re.compile(
    r"\b(unknown|not asked|did not ask|didn't ask|not known|unable to|could not|couldn't|unclear|\?)"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The move that earned or broke a row: its number, its second, and what was said."""

    move: int
    t: int
    quote: str


@dataclass(frozen=True, slots=True)
class RowResult:
    """One judged row; for must_not rows `points` is the penalty and `earned` is 0 or below."""

    id: str
    label: str
    kind: RowKind
    domain: str
    points: float
    earned: float
    met: bool
    critical: bool
    evidence: tuple[Evidence, ...]
    why: str | None
    source: str | None
    covers: tuple[str, ...]
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The decision that was judged: the highest level taken, at its first time (seconds from the start)."""

    action: str | None
    level: str | None
    expected: str
    verdict: Verdict
    seconds: int | None
    basis_met: bool
    late: bool
    credit: float
    points: float
    earned: float
    confidence: int | None
    brier: float | None
    confident_under: bool
    why: str
    source: str
    detail: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The judgment of one call: 0 to 100, passed or not, and everything it rests on."""

    score: float
    passed: bool
    pass_mark: int
    decision: DecisionResult
    critical_missed: tuple[str, ...]
    rows: tuple[RowResult, ...]
    minutes: int
    debrief: Debrief

    def as_json(self) -> dict[str, Any]:
        """Return the scorecard as plain data, with the keys other programs may rely on."""
        data = asdict(self)
        data["decision"] = asdict(self.decision)
        return data


@dataclass(frozen=True, slots=True)
class _Taken:
    action: str
    move: int
    t: int
    basis: tuple[bool, ...]


class Judge:
    """Watch one call; mutable, and copied together with the call it watches."""

    __slots__ = ("_first", "_last", "_script", "_taken")

    def __init__(self, script: Script) -> None:
        self._script = script
        self._first: dict[str, tuple[int, int, bool]] = {}
        self._last: dict[str, tuple[int, int]] = {}
        self._taken: list[_Taken] = []

    def copy(self) -> Judge:
        """Return an independent judge that has seen the same moves."""
        twin = Judge(self._script)
        twin._first = dict(self._first)
        twin._last = dict(self._last)
        twin._taken = list(self._taken)
        return twin

    def watch(self, call: Call, move: Move) -> None:
        """Let the call take the move and note what it met; raises MoveError like the call itself."""
        started = call.t
        number = len(call.moves)
        basis: tuple[bool, ...] | None = None
        if isinstance(move, Do) and move.action not in call.done and self._script.policy.level_of(move.action):
            basis = tuple(part(call) for part in self._script.basis)
        call.take(move)
        if basis is not None and isinstance(move, Do):
            self._taken.append(_Taken(move.action, number, started, basis))
        for row in self._script.rows:
            item = self._script.scenario.rubric[row.row_id]
            if row.row_id in self._first and item.after is None:
                continue
            if row.condition(call):
                if row.row_id not in self._first:
                    self._first[row.row_id] = (number, started, row.needs is None or row.needs(call))
                self._last[row.row_id] = (number, started)

    # -- the pieces ------------------------------------------------------------------------------------------------

    def judged(self) -> _Taken | None:
        """Return the decision that counts: the highest level taken so far."""
        policy = self._script.policy
        return max(self._taken, key=lambda taken: policy.rank(policy.level_of(taken.action) or ""), default=None)

    def row_met(self, row_id: str, item: RubricItem) -> tuple[int, int] | None:
        """Return the move and second at which a row was met within its window, or None."""
        first = self._first.get(row_id)
        if first is None or not first[2]:
            return None
        number, t = first[0], first[1]
        judged = self.judged()
        if item.before == "decided" and judged is not None and number >= judged.move:
            return None
        if item.after == "decided":
            last = self._last[row_id]
            if judged is None or last[0] < judged.move:
                return None
            number, t = (number, t) if number >= judged.move else last
        if item.by is not None and t > item.by:
            return None
        return number, t

    def total(self, call: Call) -> float:
        """Return the score (0 to 100) as the call now stands, without evidence or debrief."""
        scenario = self._script.scenario
        decision = decide(self, call)
        earned = decision.earned
        possible = decision.points
        for name, item in scenario.rubric.items():
            met = self.row_met(name, item) is not None
            if item.kind == "must_not":
                earned -= item.points if met else 0
            else:
                possible += item.points
                earned += item.points if met else 0
        for row in _documents(call):
            possible += row.points
            earned += row.earned
        return _percent(earned, possible)

    def scorecard(self, call: Call) -> Scorecard:
        """Return the judgment of the call as it now stands."""
        scenario = self._script.scenario
        decision = decide(self, call)
        rows = tuple(self._row(call, name, item) for name, item in scenario.rubric.items()) + _documents(call)
        possible = decision.points + sum(row.points for row in rows if row.kind != "must_not")
        earned = decision.earned + sum(row.earned for row in rows)
        critical = tuple(row.id for row in rows if row.critical and row.met == (row.kind == "must_not"))
        score = _percent(earned, possible)
        sound = decision.verdict in ("correct", "accepted") and decision.basis_met
        too_late = decision.late and scenario.decision.late == "fail"
        passed = score >= scenario.pass_mark and sound and not too_late and not critical
        return Scorecard(
            score=score,
            passed=passed,
            pass_mark=scenario.pass_mark,
            decision=decision,
            critical_missed=critical,
            rows=rows,
            minutes=call.t // 60,
            debrief=tell_debrief(
                call,
                decision_move=judged.move if (judged := self.judged()) else None,
                missed=[(row.label, row.why) for row in _missed(rows)],
            ),
        )

    def _row(self, call: Call, name: str, item: RubricItem) -> RowResult:
        met = self.row_met(name, item)
        earned = -item.points if item.kind == "must_not" else item.points
        return RowResult(
            id=name,
            label=item.label,
            kind=item.kind,
            domain=item.domain,
            points=item.points,
            earned=earned if met is not None else 0.0,
            met=met is not None,
            critical=item.critical,
            evidence=(_evidence(call, *met),) if met is not None else (),
            why=item.why,
            source=item.source,
            covers=item.covers,
            detail=None if met is not None else self._detail(name, item),
        )

    def _detail(self, name: str, item: RubricItem) -> str | None:
        """Say why a row that was done is still not met: too early, too late, or without what it needs."""
        first = self._first.get(name)
        if first is None or item.kind == "must_not":
            return None
        if not first[2]:
            return "You did this, but before what has to come first."
        if item.by is not None and first[1] > item.by:
            return f"You did this at {_clock(first[1])}; it had to be done by {_clock(item.by)}."
        if item.before == "decided":
            return "You did this only after you had decided."
        return None


def score(call: Call) -> Scorecard:
    """Judge a call from its first move; the call itself is not changed."""
    judge = Judge(call.script)
    again = Call(call.script, call.chart, call.seed)
    for move in call.moves:
        judge.watch(again, move)
    return judge.scorecard(again)


def decide(judge: Judge, call: Call) -> DecisionResult:
    """Judge the decision alone: verdict from the ladder, basis at its moment, time, and what it required."""
    script = call.script
    rule = script.scenario.decision
    taken = judge.judged()
    policy = script.policy
    expected_rank = policy.rank(policy.level_of(rule.expect) or "")
    if taken is None:
        return DecisionResult(None, None, rule.expect, "none", None, False, False, 0.0, rule.points, 0.0,
                              None, None, False, rule.why, rule.source, "No decision was made.")  # fmt: skip
    level = policy.level_of(taken.action)
    steps = policy.rank(level or "") - expected_rank
    verdict, credit = _verdict(script, taken.action, steps)
    basis_met = all(taken.basis)
    late = _late(call, taken)
    details = []
    if not basis_met:
        credit *= policy.scoring.no_basis_share
        details.append("It was taken before what it has to rest on was known.")
    if late:
        credit *= 0.0 if rule.late == "fail" else policy.scoring.late_share
        details.append("It came too late.")
    if script.requires and verdict in ("correct", "accepted"):
        missing = sum(1 for condition in script.requires if not condition(call))
        credit *= 1 - 0.5 * missing / len(script.requires)
        if missing:
            details.append("Something that belongs to it was left out.")
    confidence = _confidence(call, taken)
    right = verdict in ("correct", "accepted")
    return DecisionResult(
        action=taken.action,
        level=level,
        expected=rule.expect,
        verdict=verdict,
        seconds=taken.t,
        basis_met=basis_met,
        late=late,
        credit=credit,
        points=rule.points,
        earned=rule.points * credit,
        confidence=confidence,
        brier=None if confidence is None else (confidence / 100 - right) ** 2,
        confident_under=verdict == "under" and confidence is not None and confidence >= 80,
        why=rule.why,
        source=rule.source,
        detail=" ".join(details),
    )


def _verdict(script: Script, action: str, steps: int) -> tuple[Verdict, float]:
    scoring = script.policy.scoring
    rule = script.scenario.decision
    if action == rule.expect:
        return "correct", scoring.correct
    if action in rule.accept:
        return "accepted", rule.credit
    if steps > 0:
        return "over", scoring.one_over if steps == 1 else scoring.two_over
    return "under", scoring.one_under if steps == -1 else scoring.two_under


def _late(call: Call, taken: _Taken) -> bool:
    rule = call.script.scenario.decision
    if rule.by is not None and taken.t > rule.by:
        return True
    flag = call.first_red_flag
    return rule.within is not None and flag is not None and taken.t - flag > rule.within


def _confidence(call: Call, taken: _Taken) -> int | None:
    stated = call.moves[taken.move]
    if isinstance(stated, Do) and stated.confidence is not None:
        return stated.confidence
    later = [m.confidence for m in call.moves[taken.move :] if isinstance(m, Do) and m.action == "state_confidence"]
    return later[-1] if later else None


# -- handoff and note --------------------------------------------------------------------------------------------------


def claimed_facts(call: Call, text: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of the facts a note speaks of: those it names and those whose words stand in its text."""
    parts = [part for part in re.split(r"[.;\n]", text.lower()) if not _NOT_ASKED.search(part)]
    told = " . ".join(parts)
    found = [
        name
        for name, fact in call.script.facts.items()
        if name in named or any(re.search(rf"\b{re.escape(word.lower())}", told) for word in fact.fact.words)
    ]
    return tuple(found)


def _documents(call: Call) -> tuple[RowResult, ...]:
    rows = []
    scenario = call.script.scenario
    if scenario.handoff is not None:
        sbar = next((m.sbar for m in call.moves if isinstance(m, Do) and m.sbar is not None), None)
        rows.append(_handoff_row(call, scenario.handoff, sbar))
    if scenario.note is not None:
        note = next((m.note for m in reversed(call.moves) if isinstance(m, Do) and m.note is not None), None)
        rows.append(_note_row(call, scenario.note, note))
    return tuple(rows)


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
    evidence = () if found is None else (_evidence(found[1], found[0], None),)
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


# -- small things ------------------------------------------------------------------------------------------------------


def _evidence(call: Call, move: int, t: int | None) -> Evidence:
    lines = [line for line in call.lines if line.move == move]
    own = next((line for line in lines if line.speaker == "care_manager"), None)
    answers = [line.text for line in lines if line.speaker != "care_manager"]
    quote = " — ".join(([own.text] if own else []) + answers[:2])
    at = t if t is not None else (lines[0].t if lines else 0)
    return Evidence(move, at, quote)


def _missed(rows: tuple[RowResult, ...]) -> list[RowResult]:
    lost = [
        row for row in rows if (row.met if row.kind == "must_not" else not row.met) and (row.points or row.critical)
    ]
    return sorted(lost, key=lambda row: (not row.critical, -row.points))


def _percent(earned: float, possible: float) -> float:
    return round(min(100.0, max(0.0, 100 * earned / possible)), 1) if possible else 0.0


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"
