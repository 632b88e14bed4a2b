"""The inputs of a world, frozen: who may call, who answers, by which rules. `posts` holds the parts of a roster.

A run follows from (spec, seed, replication). Time is in minutes since 00:00 UTC of `WorldSpec.on`. Every feature is off
where its part is None or its share 0: one `Stream`, one profile and posts without a shift are a textbook queue. Where
the numbers come from is the plan's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simcare.chance.quantiles import Floats
from simcare.patients.life import Hazards, People
from simcare.patients.life.facts import Flags, Whole
from simcare.world.distribution import NOTHING, Distribution
from simcare.world.posts import Post, Shift

CRITICAL, SAME_DAY, ROUTINE = 0, 1, 2
PRIORITIES = ("critical", "same_day", "routine")
LADDER = ("L0_self_care", "L1_message", "L2_same_day", "L3_rn_now", "L4_911")
"""Levels of the escalation ladder by rank; a need and a decision are ranks."""
Needs = Literal["anyone", "clinical", "nurse"]
"""Who may do a piece of work. anyone: no license asked. clinical: no license asked, but in a nurse-only state an LPN
or RN licensed there. nurse: an RN licensed in the patient's state."""
DAY, WEEK, MONTH = 1440.0, 10080.0, 43830.0
"""Minutes; a month of 30.4375 days is the unit of rates, while the work list follows the calendar."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The patients of the program as columns of shape (n,).

    Attributes:
        patient: Numbers under the people's seed, the `who` of their luck; int64, rising.
        state: Index in `states` (two letters) of where the patient is.
        zone: Index in `zones` (IANA names).
        best: Index in `best_times` of when the patient likes to be called.
        own: Index in `WorldSpec.posts` of the own care manager, -1 for none.
        monthly: Who is on the monthly work list.
        states: Two letters each.
        zones: IANA names; offsets from UTC must be whole hours.
        best_times: (first hour, end hour) of the patient's local day, each.
    """

    patient: Whole
    state: NDArray[np.int16]
    zone: NDArray[np.int16]
    best: NDArray[np.int16]
    own: NDArray[np.int32]
    monthly: Flags
    states: tuple[str, ...]
    zones: tuple[str, ...]
    best_times: tuple[tuple[int, int], ...] = ((0, 24),)

    def __len__(self) -> int:
        """Return how many patients there are."""
        return self.patient.size


@dataclass(frozen=True, slots=True)
class CallProfile:
    """How calls of one scenario variant go in the hands of one skill level: what rehearsals say.

    Attributes:
        key: Name that streams, servings and rules use; one key has one row for each skill level.
        skill: Skill level of who takes the call: "" serves every level that has no row of its own.
        need: Rank in LADDER of what the call truly needs.
        talk: Minutes on the line, without waiting for a nurse and without staying on for 911.
        documentation: Minutes of writing afterwards.
        decided: Probability of each rank of LADDER as the decision; adds up to 1. Below need is a missed escalation.
        scenario: Id of the scenario it was rehearsed on; empty for a default profile.
        variant: Of that scenario.
    """

    key: str
    skill: str
    need: int
    talk: Distribution
    documentation: Distribution = NOTHING
    decided: tuple[float, float, float, float, float] = (1.0, 0.0, 0.0, 0.0, 0.0)
    scenario: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Weights of the hours of a week in somebody's local time, shape (7, 24), Monday first; their scale is free."""

    weights: tuple[tuple[float, ...], ...]

    @property
    def shares(self) -> Floats:
        """Return the share of a week's calls in each of 168 hours; float64, adds up to 1."""
        flat = np.array(self.weights, np.float64).reshape(168)
        return np.asarray(flat / flat.sum(), np.float64)


FLAT = Hours(((1.0,) * 24,) * 7)


@dataclass(frozen=True, slots=True)
class Stream:
    """Inbound calls that no episode causes, as a Poisson process with a weekly pattern.

    Attributes:
        key: Name, and the key of its luck.
        profile: Key of its CallProfile.
        rate: Calls a patient-month where `per` is "patient", else calls an hour of the whole program (no patient).
        per: "patient" or "program".
        hours: When; in the patient's zone, UTC for a program.
        priority: CRITICAL, SAME_DAY or ROUTINE.
        needs: Who may take it; work without a patient asks no license.
        patience: Minutes a caller waits before hanging up; None for ever.
    """

    key: str
    profile: str
    rate: float
    per: Literal["patient", "program"] = "patient"
    hours: Hours = FLAT
    priority: int = ROUTINE
    needs: Needs = "anyone"
    patience: Distribution | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """A profile that serves episodes of a kind; among those that fit, one is picked by weight and keyed luck.

    Attributes:
        kind: Kind of episode, a word of `patients.life.episode_kinds`.
        profile: Key of a CallProfile.
        weight: How often it is picked, against the others that fit.
        severe: True for severe episodes only, False for mild ones only, None for both.
        fits: Whom it fits, flags of shape (n,) beside the panel; None for everybody.
    """

    kind: str
    profile: str
    weight: float = 1.0
    severe: bool | None = None
    fits: Flags | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an episode of a kind does to a changeable fact of the patient (`Hazards.changeable`).

    Attributes:
        kind: Kind of episode.
        fact: Key of the fact.
        holds: Whether it holds afterwards.
        share: Of episodes that have the effect.
        on: "handled": when the last piece of work about it is done (a ride arranged, a refill sent), provided the
            decision was not below the need. "begin": when the episode begins, whatever anybody does.
        days: For how long; None for good.
    """

    kind: str
    fact: str
    holds: bool
    share: float = 1.0
    on: Literal["handled", "begin"] = "handled"
    days: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Episodes:
    """Life as a source of calls: candidates are drawn before the run and accepted when they are reached.

    Attributes:
        people: Whose lives; the panel's numbers must be among them.
        hazards: None for those of the data.
        routine: When people call about mild episodes, local time.
        urgent: When they call about severe ones.
        servings: Which profiles serve which kinds.
        mild: Key of the profile of a mild episode that nothing serves.
        severe: Key of the profile of a severe one that nothing serves.
        effects: What handling changes about the patient.
        needs: Who may take such a call.
        found: Probability that a monthly call finds an episode that lasts and about which nobody called.
    """

    people: People
    mild: str
    severe: str
    hazards: Hazards | None = None
    routine: Hours = FLAT
    urgent: Hours = FLAT
    servings: tuple[Serving, ...] = ()
    effects: tuple[Effect, ...] = ()
    needs: Needs = "clinical"
    found: float = 0.0


@dataclass(frozen=True, slots=True)
class Outreach:
    """The monthly work list: everybody on it is to be spoken with once a calendar month.

    A patient is due first on a keyed day of the month's first `spread_days`, at the own best time; an attempt
    that fails comes back at the best time `gap_days` later, until `attempts` are used or the month ends. In a month
    that is under way when the horizon begins, those whose day is over count as called before.

    Attributes:
        profiles: (key of a CallProfile, share) of completed monthly calls; shares add up to 1.
        answer: Probability that an attempt is answered by the patient's local hour, 24 numbers; 0: no calls then.
        best_factor: Multiplies `answer` within the patient's best time (at most 1 comes out).
        attempts: Most attempts a month.
        gap_days: Days from a failed attempt to the next.
        spread_days: Days over which first attempts are spread, from the month's first.
        voicemail: Share of unanswered attempts that leave a voicemail.
        voicemail_minutes: What those take.
        ring_minutes: What an attempt without an answer and without a voicemail takes.
        own_days: Days for which the item is kept for the own care manager; the night after them, or at once on a day on
            which that one does not work, it goes to the pool.
        weekdays: Days of the week on which patients are called, Monday 0.
        needs: Who may make the call.
    """

    profiles: tuple[tuple[str, float], ...]
    answer: tuple[float, ...]
    best_factor: float = 1.0
    attempts: int = 4
    gap_days: int = 2
    spread_days: int = 20
    voicemail: float = 0.0
    voicemail_minutes: Distribution = NOTHING
    ring_minutes: Distribution = NOTHING
    own_days: int = 2
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    needs: Needs = "clinical"


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
    task_due: float = 2 * DAY
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
    discharge_due: float = 2 * DAY


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """All that a run needs but its luck.

    Attributes:
        on: First day; the clock starts at its 00:00 UTC.
        days: Horizon; what is unfinished then is left so and says so in the log.
        panel: The patients; None for a program without.
        posts: The roster.
        profiles: The table of call profiles.
        streams: Inbound calls without an episode.
        episodes: Inbound calls from life; None: nothing happens.
        outreach: The work list; None: there is none.
        attrition_yearly: Rate at which patients leave the program (a hazard, not a share); nobody takes their place.
    """

    on: date
    days: float
    posts: tuple[Post, ...]
    profiles: tuple[CallProfile, ...]
    panel: Panel | None = None
    streams: tuple[Stream, ...] = ()
    episodes: Episodes | None = None
    outreach: Outreach | None = None
    attrition_yearly: float = 0.0
    rules: Rules = Rules()
    consequences: Consequences = Consequences()
    notes: Mapping[str, str] = field(default_factory=dict)
    """Free words of the plan, such as its name; nothing in a run depends on them."""
