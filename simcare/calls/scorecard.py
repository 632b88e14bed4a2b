"""The scorecard: the judgment of one call as frozen values, ready for a screen, a store or another program.

Shapes only; how they are filled is in `scoring` and `handoff`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from simcare.calls.call import Call
from simcare.calls.debrief import Debrief

Verdict = Literal["correct", "accepted", "under", "over", "none"]
RowKind = Literal["must", "should", "must_not"]


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


def evidence_of(call: Call, move: int, t: int | None = None) -> Evidence:
    """Return a move as evidence: what was said and the first answers to it, at `t` or at the move's own second."""
    lines = [line for line in call.lines if line.move == move]
    own = next((line for line in lines if line.speaker == "care_manager"), None)
    answers = [line.text for line in lines if line.speaker != "care_manager"]
    quote = " — ".join(([own.text] if own else []) + answers[:2])
    at = t if t is not None else (lines[0].t if lines else 0)
    return Evidence(move, at, quote)
