"""Records with one of everything in them, to be exported, imported and erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from simcare.training.canonical import new_id
from simcare.training.records import Attempt, Records
from simcare.training.roster import Member, assign, import_roster
from simcare.training.rows import keep_text, learner_id
from simcare.training.tables import ReviewRow, ShiftMoveRow, ShiftReviewRow, ShiftRow

Begin = Callable[..., Attempt]
NOW = datetime.now(UTC)
CARD = {
    "score": 82.5,
    "passed": True,
    "decision": {"expected": "provider_same_day", "level": "provider_same_day", "verdict": "correct", "seconds": 95},
    "rows": [{"id": "greets", "label": "Greets", "kind": "must", "points": 5, "earned": 5, "met": True}],
    "critical_missed": ["asks_red_flags"],
}
SECRET = "my own knee hurts like Ann's aunt's"


def begin_attempt(records: Records, learner: str = "Ann Lee", **fields: Any) -> Attempt:
    """Begin an attempt, with any field other than usual."""
    usual = {
        "scenario": "sore-knees",
        "variant": "benign",
        "seed": 7,
        "scenario_text": "the scenario",
        "policy_text": "the policy",
        "intents_text": "the intents",
        "listener": "ngrams-1",
    }
    return records.start(learner, **{**usual, **fields})


def fill(records: Records, begin: Begin, *learners: str) -> dict[str, list[str]]:
    """Record everything that can be recorded for each learner, and return the ids of their attempts."""
    found = {}
    import_roster(records, [Member(name, "spring") for name in learners])
    assign(records, "spring", ["sore-knees"], NOW + timedelta(days=30), title="Week one")
    for learner in learners:
        own = f"a scenario that only {learner} played"
        done = begin(records, learner, scenario_text=own)
        for nth in range(3):
            records.append(
                done.id, nth, {"say": "ask_med_dose", "seconds": 5, "text": f"{SECRET} {learner} \ud83d {nth}"}
            )
        records.finish(done.id, CARD)
        records.rescored(done.id, {**CARD, "score": 60}, scenario_text="new", policy_text="p2", intents_text="i2")
        branched = records.branch(done.id, 2)
        records.append(branched.id, 2, {"do": "call_911", "seconds": 30})
        again = records.branch(branched.id, 1)
        records.leave(again.id, f"hard for {learner}")
        opened = begin(records, learner, exercise="first-week")
        found[learner] = [done.id, branched.id, again.id, opened.id]
        with records.writing() as session:
            number = learner_id(session, learner, NOW)
            session.add(
                ReviewRow(id=new_id(), attempt_id=done.id, reviewer="Tess", said_at=NOW, comment="Kind", rating=4)
            )
            texts = {"spec": keep_text(session, "a shift"), "calls": {"x": keep_text(session, own + " at work")}}
            shift = ShiftRow(
                id=new_id(),
                learner_id=number,
                title="Tuesday",
                seed=3,
                texts=texts,
                listener="none",
                status="open",
                started_at=NOW,
            )
            session.add(shift)
            session.flush()
            session.add(ShiftMoveRow(shift_id=shift.id, nth=0, taken_at=NOW, body={"take": 1}))
            for item in (None, "pills"):
                said = ShiftReviewRow(
                    id=new_id(), shift_id=shift.id, item=item, reviewer="Tess", said_at=NOW, comment="So"
                )
                session.add(said)
    return found
