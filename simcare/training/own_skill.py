"""A learner's own skill, for the model of them that works a shift: from their scored calls, once there are some."""

from __future__ import annotations

from dataclasses import replace

from simcare.calls.skills import Skill
from simcare.training.judged import judged_calls
from simcare.training.measures import evidence
from simcare.training.records import Records
from simcare.training.skill import TEAM, estimate_skills

YOU = "you"
FEWEST_CALLS = 6
"""Scored calls below which the prior, a new hire, would speak and not the person."""


def own_skill(records: Records, learner: str) -> Skill | None:
    """Return what a learner's own calls say of their skill, None while there are fewer than `FEWEST_CALLS`."""
    calls = evidence(judged_calls(records, learner))
    if len(calls) < FEWEST_CALLS:
        return None
    return replace(estimate_skills(calls).file.expected(TEAM), name=YOU)
