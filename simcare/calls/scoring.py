"""Scoring: what a call's moves are worth, row by row, each with its evidence.

`Judge` watches a call move by move and can be asked for the scorecard at any time, so that a rehearsal scores
thousands of half-finished calls cheaply; `score` lets a judge watch a finished call again. SBAR and note are judged
in `handoff`, the shapes are in `scorecard`, and what the debrief tells beyond them is gathered in `debrief`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from simcare.calls.call import Call
from simcare.calls.debrief import describe, missing_parts, name_people, tell_debrief
from simcare.calls.handoff import document_rows, handoff_points, note_points
from simcare.calls.moves import Do, Move, Say
from simcare.calls.scorecard import DecisionResult, RowResult, Scorecard, Verdict, evidence_of
from simcare.calls.script import ANY, Change, Script, ScriptRow
from simcare.scenarios.model import RubricItem


@dataclass(frozen=True, slots=True)
class _Taken:
    action: str
    move: int
    t: int
    basis: tuple[bool, ...]


class _Before(NamedTuple):
    """How much there was before a move, to tell what it brought about."""

    known: int
    happened: int
    decided: bool
    verified: bool
    ended: str | None

    @classmethod
    def of(cls, call: Call) -> _Before:
        return cls(len(call.known), len(call.happened), call.decided, call.verified, call.ended)

    def changes(self, call: Call, move: Move) -> Iterator[Change]:
        """Yield what the move brought about; what is said or done again counts again."""
        yield ANY
        if isinstance(move, Do):
            yield ("done", move.action)
        elif isinstance(move, Say) and move.intent is not None:
            yield ("said", move.intent)
        yield from (("known", name) for name in islice(reversed(call.known), len(call.known) - self.known))
        yield from (("happened", name) for name in islice(reversed(call.happened), len(call.happened) - self.happened))
        if call.decided != self.decided:
            yield ("decided", "")
        if call.verified != self.verified:
            yield ("verified", "")
        if call.ended != self.ended:
            yield ("ended", "")


class Judge:
    """Watch one call; mutable, and copied together with the call it watches."""

    __slots__ = ("_first", "_handoff", "_last", "_possible", "_script", "judged")

    def __init__(self, script: Script) -> None:
        self._script = script
        self._possible = script.possible_points
        self._first: dict[str, tuple[int, int, bool]] = {}
        """The move and second at which a row was first met, and whether what it needs was there."""
        self._last: dict[str, tuple[int, int]] = {}
        """The last time a row was met, for rows that may count every time."""
        self._handoff: float | None = None
        """What the SBAR is worth, once it was given: what is heard later changes nothing about it."""
        self.judged: _Taken | None = None
        """The decision that counts: the highest level taken so far, at its first time."""

    def copy(self) -> Judge:
        """Return an independent judge that has seen the same moves."""
        twin = object.__new__(Judge)
        twin._script, twin._possible, twin._handoff = self._script, self._possible, self._handoff
        twin._first, twin._last = self._first.copy(), self._last.copy()
        twin.judged = self.judged
        return twin

    def watch(self, call: Call, move: Move) -> None:
        """Let the call take the move and note what it met; raises MoveError like the call itself."""
        started, number, script = call.t, len(call.moves), self._script
        basis: tuple[bool, ...] | None = None
        if isinstance(move, Do) and move.action not in call.done and script.policy.level_of(move.action):
            basis = tuple(part(call) for part in script.basis)
        before = _Before.of(call)
        call.take(move)
        if basis is not None and isinstance(move, Do):
            taken = _Taken(move.action, number, started, basis)
            if self.judged is None or self._rank(taken.action) > self._rank(self.judged.action):
                self.judged = taken
        for row in script.rows if number == 0 else self._touched(before.changes(call, move)):
            first = self._first.get(row.row_id)
            if (first is None or row.every_time) and row.condition.holds(call):
                if first is None or not first[2]:
                    self._first[row.row_id] = (number, started, row.needs is None or row.needs(call))
                self._last[row.row_id] = (number, started)

    def _touched(self, changes: Iterable[Change]) -> Iterator[ScriptRow]:
        """Yield the rows whose condition a move may have met, new or again; one may come twice."""
        by_change = self._script.rows_by_change
        for change in changes:
            yield from by_change.get(change, ())

    # -- the pieces ------------------------------------------------------------------------------------------------

    def _rank(self, action: str) -> int:
        return self._script.policy.rank(self._script.policy.level_of(action) or "")

    def steps_from_expected(self, action: str) -> int:
        """Return how many levels an action stands above (below 0: under) the expected one."""
        return self._rank(action) - self._rank(self._script.scenario.decision.expect)

    def row_met(self, row_id: str, item: RubricItem) -> tuple[int, int] | None:
        """Return the move and second at which a row was met within its window, or None."""
        first = self._first.get(row_id)
        if first is None or not first[2]:
            return None
        number, t = first[0], first[1]
        judged = self.judged
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
        rubric = self._script.scenario.rubric
        earned = self._script.scenario.decision.points * _credit(self, call).share + self._documents(call)
        for name in self._first:
            item = rubric[name]
            if self.row_met(name, item) is not None:
                earned += -item.points if item.kind == "must_not" else item.points
        return _percent(earned, self._possible)

    def _documents(self, call: Call) -> float:
        if self._handoff is None:
            given = handoff_points(call)
            if given is None:
                return note_points(call)
            self._handoff = given
        return self._handoff + note_points(call)

    def scorecard(self, call: Call) -> Scorecard:
        """Return the judgment of the call as it now stands."""
        script, scenario = self._script, self._script.scenario
        decision = decide(self, call)
        rows = tuple(self._row(call, name, item) for name, item in scenario.rubric.items()) + document_rows(call)
        earned = decision.earned + sum(row.earned for row in rows)
        critical = tuple(row.id for row in rows if row.critical and row.met == (row.kind == "must_not"))
        score = _percent(earned, self._possible)
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
                decision_move=judged.move if (judged := self.judged) else None,
                missed=[*_decision_tip(script, decision), *((row.label, row.why) for row in _missed(rows))],
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
            evidence=(evidence_of(call, *met),) if met is not None else (),
            why=None if item.why is None else name_people(call, item.why),
            source=item.source,
            covers=item.covers,
            detail=None if met is not None else self._detail(call, name, item),
        )

    def _detail(self, call: Call, name: str, item: RubricItem) -> str | None:
        """Say why a row is not met: half done, or done too early, too late, or without what it needs."""
        first = self._first.get(name)
        if item.kind == "must_not":
            return None
        if first is None:
            missing = missing_parts(call, item.condition)
            return f"Still missing: {'; '.join(missing)}." if missing else None
        if not first[2]:
            return "You did this, but before what has to come first; done again afterwards it would count."
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
    taken = judge.judged
    policy = script.policy
    if taken is None:
        return DecisionResult(None, None, rule.expect, "none", None, False, False, 0.0, rule.points, 0.0,
                              None, None, False, rule.why, rule.source, "No decision was made.")  # fmt: skip
    credit = _credit(judge, call)
    confidence = _confidence(call, taken)
    right = credit.verdict in ("correct", "accepted")
    return DecisionResult(
        action=taken.action,
        level=policy.level_of(taken.action),
        expected=rule.expect,
        verdict=credit.verdict,
        seconds=taken.t,
        basis_met=credit.basis_met,
        late=credit.late,
        credit=credit.share,
        points=rule.points,
        earned=rule.points * credit.share,
        confidence=confidence,
        brier=None if confidence is None else (confidence / 100 - right) ** 2,
        confident_under=credit.verdict == "under" and confidence is not None and confidence >= 80,
        why=name_people(call, rule.why),
        source=rule.source,
        detail=" ".join(_left_out(call) if detail is _LEFT_OUT else detail for detail in credit.details),
    )


@dataclass(frozen=True, slots=True)
class _Credit:
    """What a decision earns of its points, as a share, and why."""

    share: float
    verdict: Verdict
    basis_met: bool
    late: bool
    details: tuple[str, ...]


_LEFT_OUT = "Something that belongs to it was left out."
"""What a search is told; only the scorecard of a finished call says what it was."""
_NO_DECISION = _Credit(0.0, "none", False, False, ())


def _left_out(call: Call) -> str:
    missing = (describe(part.text, call.script) for part in call.script.requires if not part(call))
    return f"What belongs to it and was left out: {'; '.join(missing)}."


def _credit(judge: Judge, call: Call) -> _Credit:
    script, taken = call.script, judge.judged
    if taken is None:
        return _NO_DECISION
    rule, policy = script.scenario.decision, script.policy
    verdict, share = _verdict(script, taken.action, judge.steps_from_expected(taken.action))
    basis_met = all(taken.basis)
    late = _late(call, taken)
    details = []
    if not basis_met:
        share *= policy.scoring.no_basis_share
        details.append("It was taken before what it has to rest on was known.")
    if late:
        share *= 0.0 if rule.late == "fail" else policy.scoring.late_share
        details.append("It came too late.")
    if script.requires and verdict in ("correct", "accepted"):
        missing = [condition for condition in script.requires if not condition.holds(call)]
        share *= 1 - 0.5 * len(missing) / len(script.requires)
        if missing:
            details.append(_LEFT_OUT)
    return _Credit(share, verdict, basis_met, late, tuple(details))


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


# -- small things ------------------------------------------------------------------------------------------------------


def _decision_tip(script: Script, decision: DecisionResult) -> list[tuple[str, str | None]]:
    """Return the decision as what to do next time, where it was not right or not in time."""
    right = decision.verdict in ("correct", "accepted")
    if right and not decision.late:
        return []
    wanted = script.policy.actions[(decision.action if right else None) or decision.expected].label
    return [(f"Sooner: {wanted}" if right else f"Decide for: {wanted}", decision.why)]


def _missed(rows: tuple[RowResult, ...]) -> list[RowResult]:
    lost = [
        row for row in rows if (row.met if row.kind == "must_not" else not row.met) and (row.points or row.critical)
    ]
    return sorted(lost, key=lambda row: (not row.critical, -row.points))


def _percent(earned: float, possible: float) -> float:
    return round(min(100.0, max(0.0, 100 * earned / possible)), 1) if possible else 0.0


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"
