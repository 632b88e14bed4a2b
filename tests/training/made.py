"""Judged calls made by hand, for what is computed from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from simcare.training.catalog import PracticeCall
from simcare.training.judged import JudgedCall, JudgedRow
from simcare.training.outcomes import Outcome

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def row(name: str = "asks", *, good: bool = True, **more: Any) -> JudgedRow:
    """Return a rubric row, by itself a gathering one that asks for S5."""
    usual: dict[str, Any] = {
        "id": name,
        "label": f"What {name} is about",
        "kind": "must",
        "domain": "gather",
        "competency": "history_taking",
        "skills": ("S5",),
        "points": 10.0,
        "earned": 10.0 if good else 0.0,
        "good": good,
        "critical": False,
    }
    return JudgedRow(**{**usual, **more})


def call(nth: int = 0, expected: int = 3, taken: int | None = 3, **more: Any) -> JudgedCall:
    """Return a finished call, the `nth` of its day; the verdict follows from the ranks."""
    verdict = "none" if taken is None else "correct" if taken == expected else "under" if taken < expected else "over"
    usual: dict[str, Any] = {
        "attempt": f"a{nth}",
        "learner": "Ann",
        "scenario": f"scenario-{nth}",
        "variant": "quiet",
        "exercise": None,
        "started_at": MONDAY + timedelta(hours=nth),
        "score": 80.0,
        "passed": verdict == "correct",
        "minutes": 8,
        "expected": expected,
        "taken": taken,
        "verdict": verdict,
        "basis_met": True,
        "late": False,
        "seconds": None if taken is None else 120,
        "credit": 1.0 if verdict == "correct" else 0.0,
        "confidence": None,
        "rows": (row(),),
        "competencies": ("history_taking",),
        "guided": False,
        "met_before": 0,
    }
    return JudgedCall(**{**usual, **more})


def outcome(
    nth: int, share: float, *, skill: str = "S5", asked: float = 6, learner: str = "Ann", **more: Any
) -> Outcome:
    """Return a call as evidence for one skill, one a day."""
    usual: dict[str, Any] = {
        "scenario": f"scenario-{nth}",
        "variant": "quiet",
        "at": MONDAY + timedelta(days=nth),
        "passed": share > 0.75,
    }
    return Outcome(learner=learner, done={skill: (share * asked, asked)}, **{**usual, **more})


def offered(number: int = 12, *, emergencies: int = 3, skills: tuple[str, ...] = ("S5", "S7")) -> list[PracticeCall]:
    """Return calls to choose from, the last ones emergencies, each asking for two skills in turn."""
    return [
        PracticeCall(
            scenario=f"offered-{nth}",
            variant="one",
            title=f"Offered {nth}",
            need=4 if nth >= number - emergencies else nth % 4,
            asked={skills[nth % len(skills)]: 6, skills[(nth + 1) % len(skills)]: 2},
        )
        for nth in range(number)
    ]
