"""Whether a patient can be reached: who has left the program for good, and at which hours one may call."""

from __future__ import annotations

import math

import numpy as np

from simcare.chance import exponentials
from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.clock import offsets
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


class CallingHours:
    """The hours of the patient's own clock in which a callback may be made."""

    def __init__(self, spec: WorldSpec) -> None:
        panel, days = spec.panel, math.ceil(spec.days)
        first, end = spec.rules.callback_hours
        self._first, self._end = first * 60.0, end * 60.0
        self._zone: list[int] = [] if panel is None or end - first == 24 else panel.zone.tolist()
        zones = panel.zones if panel is not None and self._zone else ()
        self._ahead: list[list[int]] = [offsets(name, spec.on, days).tolist() for name in zones]

    def wait(self, place: int, now: float) -> float:
        """Return the minutes until a patient may be called, 0 for now; who is no patient (-1) may be called always."""
        if not self._zone or place < 0:
            return 0.0
        local = self._local(place, now)
        return 0.0 if self._first <= local < self._end else (self._first - local) % DAY

    def left(self, place: int, now: float) -> float:
        """Return for how many minutes yet a patient may be called."""
        if not self._zone or place < 0:
            return math.inf
        return self._end - self._local(place, now)

    def _local(self, place: int, now: float) -> float:
        return (now + self._ahead[self._zone[place]][int(now // DAY) + 1]) % DAY
