"""What is counted in one replication: the names of the sums, and the tally that holds them.

How a log is counted lives in `counting`, what is made of the sums in `answers`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CALLS = (
    "offered",
    "answered",
    "in_time",
    "abandoned",
    "short",
    "wait",
    "messages",
    "attempts",
    "attempts_answered",
    "voicemails",
    "nurse_asked",
    "nurse_joined",
    "nurse_wait",
    "escalations",
    "late",
    "missed",
    "lost",
    "urgent",
    "urgent_missed",
    "ed_expected",
    "ed",
    "about_episodes",
    "unserved",
    "overdue",
    "due",
)
WORKED = ("busy", "duty", "paid", "shrunk", "on_call", "over", "wages", "clock", "leavers", "replacement")
QUEUES = ("waiting_calls", "waiting_outreach", "waiting_callbacks", "waiting_tasks")
MONTHLY = ("panel", "reached", "billed_months", "minutes", "revenue", "software")
COUNTED = (*CALLS, *WORKED, *QUEUES, *MONTHLY)
"""Names of the columns of a tally. Minutes for what is time, USD for money; the last six are those of whole months and
stand on a month's first day."""
AT = {name: at for at, name in enumerate(COUNTED)}


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """One replication, counted.

    Attributes:
        replication: Which.
        week: Sums by interval of the week, shape (intervals of a week, COUNTED).
        days: Sums by day, shape (days, COUNTED).
        codes: Units of each billing code by whole month, shape (months, codes).
        own: What is no sum: percentiles and spreads, by name; NaN where nothing was there.
    """

    replication: int
    week: Floats
    days: Floats
    codes: Floats
    own: dict[str, float]
