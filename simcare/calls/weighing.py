"""What a rehearsal says about times and weights: the last safe moment to decide, and the points careless calls collect.

Both are told from calls that were played already; the sentences an author reads are made in `rehearsal`.
"""

from __future__ import annotations

from dataclasses import dataclass

from simcare.calls.call import Call
from simcare.calls.moves import Do, MoveError, Say
from simcare.calls.scorecard import Scorecard
from simcare.calls.scoring import Judge

LATEST = 3600


@dataclass(frozen=True, slots=True)
class Weight:
    """What a careless call collected: its score, the rows that carried it, and what alone held it back."""

    player: str
    score: float
    pass_mark: int
    passed: bool
    rows: tuple[tuple[str, float], ...]
    """Rows with the points they gave, the heaviest first; the decision counts as a row."""
    held_back: tuple[str, ...]
    """Critical rows that were missed, `basis`, `late` or `decision`: the points alone did not fail it."""

    @property
    def enough(self) -> bool:
        """Tell whether the points alone would pass."""
        return self.score >= self.pass_mark


def weigh(player: str, card: Scorecard) -> Weight:
    """Return what a call collected and what held it back."""
    earned = [("decision", card.decision.earned), *((row.id, row.earned) for row in card.rows)]
    rows = sorted(((name, round(points, 1)) for name, points in earned if points > 0), key=lambda row: -row[1])
    decision = card.decision
    reasons = {
        "decision": decision.verdict not in ("correct", "accepted"),
        "basis": decision.verdict != "none" and not decision.basis_met,
        "late": decision.late and not card.passed,
    }
    held = (*card.critical_missed, *(name for name, so in reasons.items() if so))
    return Weight(player, card.score, card.pass_mark, card.passed, tuple(rows), () if card.passed else held)


def last_safe_moment(opened: Call, ideal: Call) -> int | None:
    """Return the last second at which the ideal call may decide and still pass; None where waiting never fails it.

    The call is played up to its decision, then nobody speaks for a while, then it goes on. Found by halving, since a
    call that is too late stays too late.
    """
    expect = opened.script.scenario.decision.expect
    before = next((n for n, m in enumerate(ideal.moves) if isinstance(m, Do) and m.action == expect), None)
    if before is None:
        return None
    call, judge = opened.copy(), Judge(opened.script)
    for move in ideal.moves[:before]:
        judge.watch(call, move)
    rest = ideal.moves[before:]

    def passes(seconds: int) -> bool:
        twin, watcher = call.copy(), judge.copy()
        if seconds:
            watcher.watch(twin, _silence(twin, seconds))
        for move in rest:
            try:
                watcher.watch(twin, move)
            except MoveError:
                continue
        return watcher.scorecard(twin).passed

    if not passes(0) or passes(LATEST):
        return None
    safe, late = 0, LATEST
    while late - safe > 1:
        middle = (safe + late) // 2
        safe, late = (middle, late) if passes(middle) else (safe, middle)
    return call.t + safe


def _silence(call: Call, seconds: int) -> Do | Say:
    return Do("wait", seconds) if call.allows("wait") else Say(None, seconds)
