"""The seven skills of the job description, S1 to S7, and which of them a rubric row is evidence for.

A row says so itself where it covers one of them; otherwise the competency that it asks for decides (`OF_COMPETENCIES`,
grouped by the authors). Practice, ratings and the cohort board speak of these seven; a skill profile for planning
speaks of competencies.
"""

from __future__ import annotations

from collections.abc import Iterable

SKILLS = {
    "S1": "Speaking and writing clearly",
    "S2": "Explaining health and medicines",
    "S3": "Patience and compassion",
    "S4": "Solving problems around obstacles",
    "S5": "Listening for what matters",
    "S6": "Staying organized",
    "S7": "The right level of care, within one's role",
}
"""In plain words, by the id of the seed map."""

OF_COMPETENCIES = {
    "communication": "S1",
    "documentation": "S1",
    "patient_education": "S2",
    "medication_support": "S2",
    "care_gaps": "S2",
    "compassion": "S3",
    "mood_monitoring": "S3",
    "problem_solving": "S4",
    "transport": "S4",
    "resource_connection": "S4",
    "goal_setting": "S4",
    "history_taking": "S5",
    "red_flag_screening": "S5",
    "listening": "S5",
    "care_coordination": "S6",
    "escalation": "S7",
    "emergency_response": "S7",
    "scope": "S7",
    "privacy": "S7",
}


def skills_of(competency: str, covers: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the skills that a row of a competency is evidence for: those it covers itself, else the competency's."""
    own = tuple(name for name in covers if name in SKILLS)
    return own or (OF_COMPETENCIES[competency],)
