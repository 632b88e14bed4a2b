"""The parts of a roster, frozen: posts, their weekly pattern, and what keeps their holders from answering.

What days and minutes follow from them is worked out in `duty`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

License = Literal["none", "lpn", "rn"]
Takes = Literal["inbound", "escalation", "callback", "task", "outreach"]
EVERYTHING: frozenset[Takes] = frozenset(("inbound", "escalation", "callback", "task", "outreach"))


@dataclass(frozen=True, slots=True)
class Shift:
    """A weekly pattern in a zone: on `days` (Monday 0), from `start` for `minutes`, less the breaks.

    Attributes:
        zone: IANA name.
        days: Days of the week on which it begins.
        start: Minutes after local midnight.
        minutes: Length, breaks included; it may run past midnight.
        breaks: (minutes after start, length) each.
        every: Of so many weeks one is worked: a rotation, such as on call every fourth week.
        week: Which week of the rotation, from 0.
    """

    zone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    start: float = 480.0
    minutes: float = 510.0
    breaks: tuple[tuple[float, float], ...] = ()
    every: int = 1
    week: int = 0


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Paid time in which nobody answers, as shares. Breaks belong to the shift.

    Attributes:
        sick: Of shifts missed through sickness.
        leave: Of weeks on leave.
        meetings: Of a shift's minutes in one meeting or training, at a drawn time of it.
    """

    sick: float = 0.0
    leave: float = 0.0
    meetings: float = 0.0


@dataclass(frozen=True, slots=True)
class Turnover:
    """How a post loses its holder and gets another: leaves, is vacant, then trained, then ramps up.

    Attributes:
        yearly: Leaving rate a year of employment (a hazard, not a share).
        vacant_days: Until the next holder begins.
        training_days: Paid, without calls.
        ramp_days: From the first call to full pace, in a straight line.
        ramp_pace: Pace of the first day: 1.5 takes half as long again.
    """

    yearly: float = 0.0
    vacant_days: float = 0.0
    training_days: float = 0.0
    ramp_days: float = 0.0
    ramp_pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Post:
    """A position on the roster, whoever holds it; `key` is the key of its luck.

    Attributes:
        license: none, lpn or rn.
        licensed: States in which the license holds, compact included; None for every state.
        skill: Skill level: which rows of the profiles count.
        takes: What kinds of work.
        shift: None for always on duty.
        on_call: When reachable for critical calls outside of the shift; such a person takes nothing else.
        pace: Multiplies all talk and documentation.
        shrinkage: Of this post.
        turnover: Of this post.
        prefer: Idle posts with a lower number are called first, then who has waited longest.
    """

    key: str
    license: License = "none"
    licensed: frozenset[str] | None = None
    skill: str = ""
    takes: frozenset[Takes] = EVERYTHING
    shift: Shift | None = None
    on_call: Shift | None = None
    pace: float = 1.0
    shrinkage: Shrinkage = Shrinkage()
    turnover: Turnover = Turnover()
    prefer: int = 0
