"""Who is there: patients leave the program for good, and are away for a while after an emergency visit.

When somebody leaves is drawn before the run; who is away follows from the run.
"""

from __future__ import annotations

import numpy as np

from simcare.chance import exponentials
from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.spec import DAY, Panel, WorldSpec

_YEAR = 365.25


def draw_leaving(spec: WorldSpec, panel: Panel | None, seed: int) -> Floats:
    """Return the minute at which each patient of the panel leaves the program, infinite for never."""
    if panel is None or not spec.attrition_yearly:
        return np.full(0 if panel is None else len(panel), np.inf)
    stays: Floats = exponentials(seed, "world.left", panel.patient, 0)
    return stays / spec.attrition_yearly * (_YEAR * DAY)


def stayed(came: Floats, place: Whole, left: Floats) -> Whole:
    """Return which calls come before their patient leaves; those without a patient (-1) always do."""
    if not left.size:
        return np.arange(came.size)
    return np.flatnonzero((place < 0) | (came < left[place]))
