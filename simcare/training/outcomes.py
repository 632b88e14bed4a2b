"""What a finished call is evidence for, skill by skill: how many of the things asked for were done.

A must or should row is one thing asked for, the decision is another one (with the share it earned), and what must not
be done counts only where it was done: that nobody harmed anybody is no sign of skill.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from simcare.calls.competencies import DECISION
from simcare.training.judged import JudgedCall
from simcare.training.measures import evidence
from simcare.training.seven_skills import skills_of

AGAIN_WEIGHT = 0.5
"""A variant that was met before has been told in its debrief, so its evidence counts half."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call as evidence: by skill, things done and things asked for; `weight` is 1 for a variant not met before."""

    learner: str
    scenario: str
    variant: str
    at: datetime
    done: Mapping[str, tuple[float, float]]
    passed: bool
    weight: float = 1.0

    @property
    def call(self) -> tuple[str, str]:
        """The scenario and the variant."""
        return self.scenario, self.variant


def outcomes(calls: Iterable[JudgedCall]) -> tuple[Outcome, ...]:
    """Return the evidence of these calls in the order of time; guided ones are none."""
    return tuple(outcome(call) for call in evidence(calls))


def outcome(call: JudgedCall) -> Outcome:
    """Return what one call is evidence for."""
    counted: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in call.rows:
        if row.kind != "must_not" or not row.good:
            for skill in row.skills:
                counted[skill].append((float(row.good), 1.0))
    for skill in skills_of(DECISION):
        counted[skill].append((call.credit, 1.0))
    return Outcome(
        learner=call.learner,
        scenario=call.scenario,
        variant=call.variant,
        at=call.started_at,
        done={skill: (sum(good for good, _ in rows), float(len(rows))) for skill, rows in sorted(counted.items())},
        passed=call.passed,
        weight=AGAIN_WEIGHT if call.met_before else 1.0,
    )
