"""The inputs of a world, frozen: who may call, who answers, by which rules. The parts of a roster lie in
`posts`, the organization's rules in `rules`.

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
from simcare.world.posts import Post
from simcare.world.rules import Consequences, Rules

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
    rules: Rules = field(default_factory=Rules)
    consequences: Consequences = field(default_factory=Consequences)
    notes: Mapping[str, str] = field(default_factory=dict)
    """Free words of the plan, such as its name; nothing in a run depends on them."""
