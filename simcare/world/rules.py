"""The organization's rules and what follows from them, frozen; the defaults switch every feature off.

What the numbers are is the plan's business; what becomes of them lies in `floor`, `telephone` and `aftermath`.
"""

from __future__ import annotations

from dataclasses import dataclass

from simcare.world.distribution import NOTHING, Distribution
from simcare.world.posts import Shift

_DAY = 1440.0


@dataclass(frozen=True, slots=True)
class Rules:
    """The organization's rules; the defaults switch every feature off.

    Attributes:
        nurse_only: States in which clinical work needs a licensed nurse.
        open: When the lines are open; outside, a critical call goes to who is on call and every other caller leaves a
            message that becomes a callback due `message_due` minutes after the next opening. None: always open.
        message_due: See `open`.
        recognized: Share of callers who are put into CRITICAL at once, by rank of the need; others keep the priority of
            their stream, or SAME_DAY (severe) and ROUTINE (mild) for episodes.
        patience: Minutes a live caller about an episode waits before hanging up; None for ever.
        redial: Probability that who hung up calls again, `redial_after` minutes later.
        redial_after: Minutes.
        nurse_profile: Key of the CallProfile of a nurse's part of a transfer or of a same-day callback; empty: no
            nurse is asked, decisions are only counted.
        handover: Minutes in which care manager and nurse are both on the line.
        hold_patience: Minutes a patient holds for the nurse before hanging up; None for ever.
        hold_most: Minutes after which the care manager gives up waiting for a nurse, who then calls back; None: never.
        stay_on_line: Minutes the care manager stays on with a patient for whom 911 was called.
        nurse_joins_911: Whether a nurse is brought in meanwhile; nobody waits for that, and nothing is handed over.
        same_day_due: Minutes until a same-day callback (a decision of L2) is due; None: no such task.
        task_profile: Key of the CallProfile of coordination work after a decision of L1; empty: no such task.
        task_due: Minutes until that is due.
        callback_answer: Probability that a callback attempt is answered.
        callback_attempts: Most attempts.
        callback_gap: Minutes between them.
        callback_hours: First hour and end hour of the patient's own day between which callbacks are begun.
        ring_minutes: What a callback attempt without an answer takes.
        late_after: Minutes that a patient with a need of L3 or L4 may wait in all, in the queue and on hold for a
            nurse, before the escalation is late. A need of L2 is late when its callback is.
        own_first: Whether the own care manager is asked first, if idle.
    """

    nurse_only: frozenset[str] = frozenset()
    open: Shift | None = None
    message_due: float = 240.0
    recognized: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    patience: Distribution | None = None
    redial: float = 0.0
    redial_after: Distribution = NOTHING
    nurse_profile: str = ""
    handover: Distribution = NOTHING
    hold_patience: Distribution | None = None
    hold_most: float | None = None
    stay_on_line: Distribution = NOTHING
    nurse_joins_911: bool = False
    same_day_due: float | None = None
    task_profile: str = ""
    task_due: float = 2 * _DAY
    callback_answer: float = 1.0
    callback_attempts: int = 3
    callback_gap: float = 120.0
    callback_hours: tuple[int, int] = (0, 24)
    ring_minutes: float = 0.0
    late_after: float = 15.0
    own_first: bool = True


@dataclass(frozen=True, slots=True)
class Consequences:
    """Probability of an emergency-department visit by rank of the need, for each fate of a call, and what it leads to.

    Attributes:
        handled: Decided at the need or above, in time.
        late: Decided so, but after `Rules.late_after`.
        missed: Decided below the need.
        lost: Hung up, or never reached.
        visit_after: Minutes from that fate to the visit; who leaves with the ambulance goes at once.
        away: Minutes for which the patient neither calls nor answers; NOTHING: visits change nothing.
        discharge_profile: Key of the CallProfile of the call after the return; empty: there is none.
        discharge_due: Minutes until that is due.
    """

    handled: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    late: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    missed: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    lost: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    visit_after: Distribution = NOTHING
    away: Distribution = NOTHING
    discharge_profile: str = ""
    discharge_due: float = 2 * _DAY
